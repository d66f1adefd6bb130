"""Stock levels of the location, with receiving and counting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.routing import AdminRoute, see
from core import catalogue, inventory
from core.kernel.errors import NotFound

if TYPE_CHECKING:
    from core.catalogue import Item
    from core.db.session import Session

router = APIRouter(route_class=AdminRoute)


@dataclass(frozen=True, slots=True)
class Level:
    """A row of the list: a tracked item by its name."""

    name: str
    on_hand: int
    reserved: int
    available: int


@router.get("/stock")
def stock(visit: Annotated[Visit, Depends(sees("stock.read"))]) -> Response:
    """What is there."""
    with visit.database.read() as session:
        items = _items(session, visit.merchant_id)
        found = inventory.levels(session, visit.merchant_id, visit.location.id)
    names = {item.id: item.name for item in items}
    levels = [Level(names.get(v.item_id, v.item_id), v.on_hand, v.reserved, v.available) for v in found]
    by_name = sorted(levels, key=lambda level: level.name.casefold())
    return visit.page("stock.html", levels=by_name, items=sorted(items, key=lambda item: item.name.casefold()))


@router.post("/stock/receive")
def receive(
    visit: Annotated[Visit, Depends(changes("stock.change"))],
    item_id: Annotated[str, Form()],
    quantity: Annotated[int, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Units came in."""
    with visit.database.begin(visit.actor) as uow:
        _check_item(uow.session, visit.merchant_id, item_id)
        why = reason.strip() or f"received by {visit.staff.name}"
        inventory.receive(uow, visit.merchant_id, visit.location.id, item_id, quantity, reason=why)
    return see("/admin/stock?said=stock-received")


@router.post("/stock/count")
def count(
    visit: Annotated[Visit, Depends(changes("stock.change"))],
    item_id: Annotated[str, Form()],
    quantity: Annotated[int, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Somebody looked how many there are."""
    with visit.database.begin(visit.actor) as uow:
        _check_item(uow.session, visit.merchant_id, item_id)
        why = reason.strip() or f"counted by {visit.staff.name}"
        inventory.count(uow, visit.merchant_id, visit.location.id, item_id, quantity, reason=why)
    return see("/admin/stock?said=stock-counted")


def _items(session: Session, merchant_id: str) -> tuple[Item, ...]:
    try:
        return catalogue.load_menu(session, merchant_id).items
    except NotFound:  # no menu yet
        return ()


def _check_item(session: Session, merchant_id: str, item_id: str) -> None:
    if not any(item.id == item_id for item in _items(session, merchant_id)):
        raise NotFound(what="item", key=item_id)
