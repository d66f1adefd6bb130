"""Delivery zones: postcodes, a circle or a border, written on one line."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from admin.fields import Fields, money, whole, words
from core.kernel.errors import InvalidInput
from core.merchants import Polygon, Postcodes, Radius, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.merchants.zones import Area, Point

KINDS: Final = (("postcodes", "Postcodes"), ("radius", "Circle"), ("polygon", "Border"))
_COLUMNS: Final = ("zone", "kind", "area", "fee", "minimum", "minutes", "order")
_NUMBER: Final = r"-?[0-9]{1,3}(?:\.[0-9]{1,15})?"
_POINT: Final = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\Z")
_CIRCLE: Final = re.compile(rf"(\s*{_NUMBER}\s*,\s*{_NUMBER})\s*,\s*([0-9]+(?:\.[0-9]+)?)\s*(km|m)\s*\Z")
_DEGREE: Final = 1_000_000
_KILOMETRE: Final = 1_000


def shown(zones: Sequence[Zone]) -> Fields:
    """A row for each zone."""
    return Fields(
        {
            "zone": [z.name for z in zones],
            "kind": [z.area.kind for z in zones],
            "area": [_said(z.area) for z in zones],
            "fee": [str(z.fee.decimal()) for z in zones],
            "minimum": [str(z.minimum.decimal()) for z in zones],
            "minutes": [str(z.minutes) for z in zones],
            "order": [str(n) for n in range(1, len(zones) + 1)],
        }
    )


def meant(fields: Fields, currency: str) -> list[Zone]:
    """The zones that a form lists, in the order that it asks for; a row without a name is left out.

    Raises:
        InvalidInput: names the zone, what cannot be read in it, and how it is written.
    """
    gone = set(fields.all("gone"))
    found: list[tuple[int, int, Zone]] = []
    for number, (name, kind, area, fee, minimum, minutes, order) in enumerate(fields.rows(*_COLUMNS)):
        if str(number) in gone or not (name or area):
            continue
        zone = Zone(
            name=name,
            area=_area(kind, area, field=name or f"zone {number + 1}"),
            fee=money(fee or "0", currency, field=f"{name}, fee"),
            minimum=money(minimum or "0", currency, field=f"{name}, minimum"),
            minutes=whole(minutes or "20", field=f"{name}, minutes"),
        )
        found.append((whole(order or "1000", field=f"{name}, order"), number, zone))
    return [zone for _, _, zone in sorted(found, key=lambda one: one[:2])]


def _said(area: Area) -> str:
    if isinstance(area, Postcodes):
        return ", ".join(area.patterns)
    if isinstance(area, Radius):
        return f"{_degrees(area.centre)}, {area.metres} m"
    return "; ".join(_degrees(corner) for corner in area.corners)


def _degrees(point: Point) -> str:
    return ", ".join(f"{Decimal(part) / _DEGREE:f}" for part in point)


def _area(kind: str, text: str, *, field: str) -> Area:
    if kind == Postcodes.kind:
        return Postcodes(words(text))
    if kind == Radius.kind:
        match = _CIRCLE.match(text)
        if match is None:
            problem = f"“{text[:40]}” is no circle: write its middle and how far, like 53.3498, -6.2603, 2.5 km."
            raise InvalidInput(field=field, problem=problem)
        centre, far, unit = match.groups()
        return Radius(_point(centre, field=field), int(Decimal(far) * (_KILOMETRE if unit == "km" else 1)))
    if kind == Polygon.kind:
        return Polygon(tuple(_point(corner, field=field) for corner in re.split(r"[;\n]", text) if corner.strip()))
    raise InvalidInput(field=field, problem="choose postcodes, a circle or a border.")


def _point(text: str, *, field: str) -> Point:
    match = _POINT.match(text)
    if match is None:
        problem = f"“{text.strip()[:40]}” is no point: write latitude and longitude, like 53.3498, -6.2603."
        raise InvalidInput(field=field, problem=problem)
    latitude, longitude = (round(Decimal(part) * _DEGREE) for part in match.groups())
    return latitude, longitude
