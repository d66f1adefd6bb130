"""Which locations make what of an order that no single one has everything for. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.orders import rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.catalogue import Menu, RecipeBook
    from core.orders.lines import Line
    from core.orders.views import OrderView


@dataclass(frozen=True, slots=True)
class OrderPart:
    """What one location makes of an order: units by order line."""

    location_id: str
    units: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """As stored with the order."""
        return {"location_id": self.location_id, "units": dict(self.units)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> OrderPart:
        """What `to_json` wrote."""
        return cls(data["location_id"], {str(line): int(units) for line, units in data["units"].items()})


@dataclass(frozen=True, slots=True)
class Place:
    """A location that may make a part: its menu of now, and what it can promise, by stock item.

    An item that is not in `available` is not tracked there. It never runs out there if it is tracked `nowhere` else,
    or if this is the order's own location; otherwise the location does not have it.
    """

    location_id: str
    menu: Menu
    available: Mapping[str, int]
    nowhere: frozenset[str] = frozenset()
    own: bool = False

    def has(self, demand: Mapping[str, int]) -> bool:
        """Whether it can promise all of this."""
        return all(self._left(item) is None or (self._left(item) or 0) >= steps for item, steps in demand.items())

    def _left(self, item: str) -> int | None:
        if item in self.available:
            return max(self.available[item], 0)
        return None if self.own or item in self.nowhere else 0


def shared_out(lines: Sequence[Line], places: Sequence[Place], book: RecipeBook) -> list[dict[int, int]] | None:
    """Units by line for each of the places, the first taking as much as it can; None when they have not everything.

    A unit is made in one place, whole. Ingredients are counted for all that a place makes together.
    """
    left = [line.quantity for line in lines]
    shares: list[dict[int, int]] = []
    for place in places:
        mine: dict[int, int] = {}
        for number, line in enumerate(lines):
            if left[number] and _sells(place, line):
                most = _most(lines, place, mine, number, left[number], book)
                if most:
                    mine[number] = most
                    left[number] -= most
        shares.append(mine)
    return None if any(left) else shares


def demand(lines: Sequence[Line], share: Mapping[int, int], menu: Menu, book: RecipeBook) -> dict[str, int]:
    """What a share of the lines takes from the stock."""
    return rules.demand(menu, [lines[number].with_quantity(units) for number, units in share.items()], book)


def without(parts: Sequence[OrderPart], left: Mapping[str, int]) -> tuple[OrderPart, ...]:
    """The parts when only `left` units of each line are still wanted: what came last is given up first."""
    kept: list[OrderPart] = []
    rest = dict(left)
    for part in parts:
        units = {line: min(n, rest.get(line, 0)) for line, n in part.units.items()}
        rest = {line: n - units.get(line, 0) for line, n in rest.items()}
        kept.append(OrderPart(part.location_id, {line: n for line, n in units.items() if n}))
    return tuple(kept)


def of_part(placed: OrderView, part: OrderPart) -> OrderView:
    """The order as the kitchen of one location sees it: its own lines."""
    lines = tuple(
        replace(line, line=line.line.with_quantity(part.units[line.id]))
        for line in placed.lines
        if part.units.get(line.id)
    )
    return replace(placed, location_id=part.location_id, lines=lines, split=())


def _sells(place: Place, line: Line) -> bool:
    return rules.unavailable(place.menu, (line,)) is None


def _most(  # noqa: PLR0917 - the question in full
    lines: Sequence[Line], place: Place, taken: Mapping[int, int], number: int, wanted: int, book: RecipeBook
) -> int:
    """The most units of a line that a place can make beside what it makes already; by halving."""
    least, most = 0, wanted
    while least < most:
        tried = (least + most + 1) // 2
        if place.has(demand(lines, {**taken, number: tried}, place.menu, book)):
            least = tried
        else:
            most = tried - 1
    return least
