"""What is low, with what suppliers are to bring, and what has expired: at every place that somebody works at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends

from admin.access import Visit, sees
from admin.amounts import Shelf
from admin.routes.stock import place_of, places_of
from admin.routing import AdminRoute
from core import inventory
from core.inventory import purchasing

if TYPE_CHECKING:
    from fastapi.responses import Response

    from core.db.session import Session
    from core.inventory import Coming, LotView, StockLevelView
    from core.merchants import LocationView

router = APIRouter(route_class=AdminRoute)


@dataclass(frozen=True, slots=True)
class LowItem:
    """An item that is low at a place. `missing` fills it up beyond what is on order; `offered`: it can be bought."""

    level: StockLevelView
    coming: tuple[Coming, ...]
    missing: int
    offered: bool


@dataclass(frozen=True, slots=True)
class LowPlace:
    """A location with what is low there and what has expired."""

    place: LocationView
    low: tuple[LowItem, ...]
    expired: tuple[LotView, ...]


@router.get("/stock/low")
def low(visit: Annotated[Visit, Depends(sees("stock.read"))], at: str = "") -> Response:
    """What somebody should order or throw away; of all places unless one is named."""
    with visit.database.read() as session:
        shelf = Shelf.of(session, visit.merchant_id)
        here = place_of(visit, session, at)
        mine = [one for one in places_of(visit, session) if visit.places is None or one.id in visit.places]
        found = tuple(_low_at(visit, session, place) for place in mine if not at or place.id == here.id)
    return visit.page("low.html", found=found, shelf=shelf, place=here, at=at, places=mine)


def _low_at(visit: Visit, session: Session, place: LocationView) -> LowPlace:
    me = visit.merchant_id
    coming: dict[str, list[Coming]] = {}
    for one in purchasing.on_order(session, me, place.id):
        coming.setdefault(one.item_id, []).append(one)
    nobody = set(purchasing.short_without_offer(session, me, place.id))
    items = []
    for level in inventory.levels(session, me, place.id):
        if level.low:
            due = tuple(coming.get(level.item_id, ()))
            then = level.available + sum(one.quantity for one in due)
            # What is on order brings it above the point again: nothing is missing then, as for drafts.
            missing = max((level.reorder_up_to or 0) - then, 0) if then <= (level.reorder_point or 0) else 0
            items.append(LowItem(level, due, missing, level.item_id not in nobody))
    items.sort(key=lambda item: (item.level.available > 0, -item.missing, item.level.item_id))
    return LowPlace(place, tuple(items), inventory.expired_lots(session, me, place.id))
