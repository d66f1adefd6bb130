"""Lots: when they expire, and which orders they went out with."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.amounts import Shelf
from admin.routes.stock import CAUSES, place_of, places_of
from admin.routing import AdminRoute, see
from core import inventory, orders
from core.kernel.clock import now

router = APIRouter(route_class=AdminRoute)


@router.get("/stock/lots")
def lots(visit: Annotated[Visit, Depends(sees("stock.read"))], at: str = "", code: str = "") -> Response:
    """What is left of each, the first to expire first; or every lot of a supplier's code, for a recall."""
    with visit.database.read() as session:
        place = place_of(visit, session, at)
        if code.strip():
            found = inventory.lots(session, visit.merchant_id, code=code.strip(), left=False)
        else:
            found = inventory.lots(session, visit.merchant_id, location_id=place.id)
        shelf = Shelf.of(session, visit.merchant_id)
        places = places_of(visit, session)
    today = now().astimezone(ZoneInfo(place.time_zone)).date()
    return visit.page("lots.html", lots=found, shelf=shelf, place=place, places=places, code=code, today=today)


@router.get("/stock/lots/{lot_id}")
def lot(lot_id: str, visit: Annotated[Visit, Depends(sees("stock.read"))]) -> Response:
    """One lot, and every order that units of it went out with."""
    with visit.database.read() as session:
        found = inventory.lot(session, visit.merchant_id, lot_id)
        place = place_of(visit, session, found.location_id)
        shelf = Shelf.of(session, visit.merchant_id)
        uses = inventory.orders_of_lot(session, visit.merchant_id, lot_id)
        codes = {use.order_id: orders.order(session, visit.merchant_id, use.order_id).code for use in uses}
    today = now().astimezone(ZoneInfo(place.time_zone)).date()
    return visit.page(
        "lot.html", lot=found, shelf=shelf, place=place, uses=uses, codes=codes, causes=CAUSES, today=today
    )


@router.post("/stock/lots/{lot_id}/count")
def count(
    lot_id: str, visit: Annotated[Visit, Depends(changes("stock.change"))], quantity: Annotated[str, Form()]
) -> Response:
    """Somebody looked how much of it there is."""
    with visit.database.begin(visit.actor) as uow:
        found = inventory.lot(uow.session, visit.merchant_id, lot_id)
        units = Shelf.of(uow.session, visit.merchant_id).steps(found.item_id, quantity)
        inventory.count_lot(uow, visit.merchant_id, lot_id, units, reason=f"counted by {visit.staff.name}")
    return see(f"/admin/stock/lots/{lot_id}?said=stock-counted")
