"""Where a location delivers: by postcode, by distance, or inside a border drawn on a map. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, ClassVar, Final

from core.kernel.errors import InvalidInput
from core.merchants.addresses import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.kernel.money import Money
    from core.merchants.addresses import Address

_EARTH: Final = 6_371_008.8  # metres, mean radius
_FEWEST_CORNERS: Final = 3
_MOST_ENTRIES: Final = 2_000
_MOST_ZONES: Final = 100
_FARTHEST: Final = 200_000  # metres
_LONGEST_MINUTES: Final = 24 * 60
_HALF_TURN: Final = 180_000_000
Point = tuple[int, int]  # latitude and longitude in millionths of a degree


@dataclass(frozen=True, slots=True)
class Postcodes:
    """Whole postcodes, or beginnings with a star: "D02*"."""

    kind: ClassVar[str] = "postcodes"
    patterns: tuple[str, ...]

    def holds(self, address: Address) -> bool:
        """Whether the address lies inside."""
        mine = normal(address.postcode)
        return bool(mine) and any(fnmatchcase(mine, normal(pattern)) for pattern in self.patterns)

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"patterns": list(self.patterns)}


@dataclass(frozen=True, slots=True)
class Radius:
    """Everything within `metres` of a point, as the crow flies."""

    kind: ClassVar[str] = "radius"
    centre: Point
    metres: int

    def holds(self, address: Address) -> bool:
        """Whether the address lies inside; one without coordinates does not."""
        there = point_of(address)
        return there is not None and distance(self.centre, there) <= self.metres

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"centre": list(self.centre), "metres": self.metres}


@dataclass(frozen=True, slots=True)
class Polygon:
    """Everything inside a border; its last corner is joined to its first. The border itself belongs to it."""

    kind: ClassVar[str] = "polygon"
    corners: tuple[Point, ...]

    def holds(self, address: Address) -> bool:
        """Whether the address lies inside; one without coordinates does not. Exact: whole numbers only."""
        there = point_of(address)
        return there is not None and _inside(self.corners, there)

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"corners": [list(corner) for corner in self.corners]}


Area = Postcodes | Radius | Polygon


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the delivery area. `minutes` is the way there, `minimum` what an order must come to before the fee."""

    name: str
    area: Area
    fee: Money
    minimum: Money
    minutes: int = 20


def zone_of(zones: Iterable[Zone], address: Address) -> Zone | None:
    """The first zone that holds the address."""
    return next((zone for zone in zones if zone.area.holds(address)), None)


def needs_coordinates(zones: Iterable[Zone]) -> bool:
    """Whether an address without coordinates could be refused though it is near."""
    return any(not isinstance(zone.area, Postcodes) for zone in zones)


def area_from_json(kind: str, data: dict[str, Any]) -> Area:
    """The area that `to_json` wrote.

    Raises:
        InvalidInput: no such kind.
    """
    if kind == Postcodes.kind:
        return Postcodes(tuple(data["patterns"]))
    if kind == Radius.kind:
        latitude, longitude = data["centre"]
        return Radius((latitude, longitude), data["metres"])
    if kind == Polygon.kind:
        return Polygon(tuple((latitude, longitude) for latitude, longitude in data["corners"]))
    raise InvalidInput(field="kind", problem=f"“{kind}” is not one of postcodes, radius, polygon.")


def distance(one: Point, other: Point) -> float:
    """Metres between two points on the globe."""
    (lat1, lon1), (lat2, lon2) = ([math.radians(degree / 1e6) for degree in point] for point in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(half)))


def point_of(address: Address) -> Point | None:
    """The address's coordinates, if it has any."""
    if address.latitude is None or address.longitude is None:
        return None
    return address.latitude, address.longitude


def check_zones(zones: Sequence[Zone], currency: str) -> None:
    """Refuse zones that cannot be meant.

    Raises:
        InvalidInput: names the zone, what is wrong and what to do.
    """
    if len(zones) > _MOST_ZONES or len({zone.name for zone in zones}) != len(zones):
        raise InvalidInput(field="zones", problem=f"give each zone a name of its own, at most {_MOST_ZONES} zones.")
    for place, zone in enumerate(zones):
        field = f"zones[{place}]"
        if not zone.name.strip():
            raise InvalidInput(field=f"{field}.name", problem="is empty: write what riders call it.")
        for name, money in (("fee", zone.fee), ("minimum", zone.minimum)):
            if money.amount < 0 or money.currency != currency:
                raise InvalidInput(field=f"{field}.{name}", problem=f"{money} must be zero or more {currency}.")
        if not 0 <= zone.minutes <= _LONGEST_MINUTES:
            raise InvalidInput(field=f"{field}.minutes", problem=f"{zone.minutes} is not 0 to {_LONGEST_MINUTES}.")
        _check_area(f"{field}.area", zone.area)


def _check_area(field: str, area: Area) -> None:
    if isinstance(area, Postcodes):
        if not 1 <= len(area.patterns) <= _MOST_ENTRIES or not all(_is_pattern(p) for p in area.patterns):
            raise InvalidInput(field=field, problem="list postcodes, or beginnings with a star at the end, like D02*.")
        return
    corners = (area.centre,) if isinstance(area, Radius) else area.corners
    if any(abs(latitude) > _HALF_TURN // 2 or abs(longitude) > _HALF_TURN for latitude, longitude in corners):
        raise InvalidInput(field=field, problem="has a point that is not on the globe: use millionths of a degree.")
    if isinstance(area, Radius):
        if not 1 <= area.metres <= _FARTHEST:
            raise InvalidInput(field=field, problem=f"{area.metres} m is not 1 to {_FARTHEST}.")
        return
    if not _FEWEST_CORNERS <= len(set(corners)) <= _MOST_ENTRIES:
        raise InvalidInput(field=field, problem=f"needs {_FEWEST_CORNERS} to {_MOST_ENTRIES} different corners.")
    longitudes = [longitude for _, longitude in corners]
    if max(longitudes) - min(longitudes) >= _HALF_TURN:
        raise InvalidInput(field=field, problem="crosses the date line: draw one polygon on each side.")


def _is_pattern(text: str) -> bool:
    plain = normal(text)
    return plain.removesuffix("*").isalnum()


def _inside(corners: Sequence[Point], there: Point) -> bool:
    y, x = there
    within = False
    for (y1, x1), (y2, x2) in zip(corners, (*corners[1:], corners[0]), strict=True):
        side = (x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)
        if side == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and (side < 0) == (y2 > y1):
            within = not within
    return within
