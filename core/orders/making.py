"""An order's lines as dishes for the kitchen. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from core.kernel.errors import InvalidLine
from core.kitchen import Dish
from core.kitchen.dishes import station_of
from core.orders import rules
from core.orders.remembering import remembered

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from core.catalogue.menu import Menu
    from core.kitchen import Station
    from core.orders.lines import Choice, Line
    from core.orders.views import OrderLineView


def dishes(
    menu: Menu, lines: Iterable[Line], stations: Sequence[Station], *, known: Collection[str] = ()
) -> tuple[Dish, ...]:
    """What the stations make of these lines, in their order.

    A combo is one dish where one station makes all of it, and a dish for each of its parts where several do. `known`
    are keys of dishes on tickets: a combo that was whole there stays whole, whatever the stations are by now.
    """
    found: list[Dish] = []
    for line in lines:
        whole = _whole(menu, line)
        parts = _parts(menu, line)
        split = len({station_of(stations, part) for part in parts}) > 1
        if known:
            split = whole.key not in known and (split or any(part.key in known for part in parts))
        found += parts if split and line.item in menu.combos_by_id else (_marked(whole, parts),)
    return tuple(found)


def of_order(
    menu: Menu, sold: Iterable[OrderLineView], stations: Sequence[Station], *, known: Collection[str] = ()
) -> tuple[Dish, ...]:
    """The dishes of an order. What has left the menu since it was sold is made as it was spelled then."""
    found: list[Dish] = []
    for line in sold:
        try:
            rules.check_line(menu, line.line)
            found += dishes(menu, (line.line,), stations, known=known)
        except InvalidLine:
            found.append(Dish(_key(line.line.unit), line.line.quantity, (line.name, *line.description[1:])))
    return tuple(found)


@remembered
def _whole(menu: Menu, line: Line) -> Dish:
    full = rules.filled(menu, line)
    _, *particulars = rules.spelled(menu, full)
    return Dish(_key(full.unit), line.quantity, (rules.name_of(menu, full), *particulars))


@remembered
def _parts(menu: Menu, line: Line) -> tuple[Dish, ...]:
    full = rules.filled(menu, line)
    combo = menu.combos_by_id.get(line.item)
    servings = rules.servings(full) if combo is None or full.slots else ()
    found = []
    for serving in servings:
        one = replace(full, item=serving.item, variation=serving.variation, modifiers=serving.modifiers, slots=())
        name, *particulars = (rules.name_of(menu, one), *rules.spelled(menu, one)[1:])
        item = menu.items_by_id[serving.item]
        found.append(
            Dish(
                key=_key((line.item if combo else "", one.unit)),
                quantity=line.quantity,
                rows=(f"{name} ({combo.name})" if combo else name, *particulars),
                item=item.id,
                category=item.category,
                modifiers=_wanted(serving.modifiers),
            )
        )
    return tuple(found)


def _marked(whole: Dish, parts: tuple[Dish, ...]) -> Dish:
    """A dish that one station makes, with what it is routed by."""
    if not parts:
        return whole
    modifiers = tuple(m for part in parts for m in part.modifiers)
    return replace(whole, item=parts[0].item, category=parts[0].category, modifiers=modifiers)


def _wanted(choices: Iterable[Choice]) -> tuple[str, ...]:
    return tuple(choice.modifier for choice in choices if choice.pre_modifier != "no")


def _key(unit: object) -> str:
    return hashlib.blake2b(repr(unit).encode(), digest_size=8).hexdigest()
