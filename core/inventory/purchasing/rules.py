"""How much to order of what, from whom. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.inventory.purchasing.views import Need

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.inventory.purchasing.views import PriceView
    from core.inventory.views import StockLevelView


def cheapest(prices: Iterable[PriceView]) -> PriceView | None:
    """The offer with the lowest price a step; of equal ones that with the smaller pack, then by supplier id."""
    return min(prices, key=lambda p: (p.price.amount / p.pack_size, p.pack_size, p.supplier_id), default=None)


def needs(
    levels: Iterable[StockLevelView], coming: Mapping[str, int], offers: Mapping[str, Iterable[PriceView]]
) -> tuple[tuple[Need, ...], tuple[str, ...]]:
    """What to order, and the ids of items that are low but that nobody offers.

    An item is ordered when what is left to sell and what is coming do not exceed its reorder point; then as many whole
    packs as fill it up to its mark.
    """
    wanted: list[Need] = []
    nobody: list[str] = []
    for level in levels:
        due = coming.get(level.item_id, 0)
        position = level.available + due
        if level.reorder_point is None or level.reorder_up_to is None or position > level.reorder_point:
            continue
        price = cheapest(offers.get(level.item_id, ()))
        if price is None:
            nobody.append(level.item_id)
            continue
        packs = -(-(level.reorder_up_to - position) // price.pack_size)
        wanted.append(Need(level.item_id, packs, price, level.available, due, level.reorder_point))
    return tuple(wanted), tuple(nobody)
