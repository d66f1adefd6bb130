"""Stock that moves between locations."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.amounts import Shelf
from admin.routes.stock import place_of, places_of
from admin.routing import AdminRoute, see
from core import inventory
from core.kernel.errors import InvalidInput

router = APIRouter(route_class=AdminRoute)


@router.get("/stock/transfers")
def transfers(visit: Annotated[Visit, Depends(sees("stock.read"))], at: str = "") -> Response:
    """What is under way and what was, and the form to send something."""
    with visit.database.read() as session:
        place = place_of(visit, session, at)
        places = places_of(visit, session)
        found = inventory.transfers(session, visit.merchant_id)
        shelf = Shelf.of(session, visit.merchant_id)
        here = [v for v in inventory.levels(session, visit.merchant_id, place.id) if v.available > 0]
    names = {p.id: p.name for p in places}
    return visit.page(
        "transfers.html", transfers=found, names=names, places=places, place=place, shelf=shelf, here=here
    )


@router.post("/stock/transfers")
def send(  # noqa: PLR0917 - the fields of a form
    visit: Annotated[Visit, Depends(changes("stock.change"))],
    to: Annotated[str, Form()],
    item_id: Annotated[list[str], Form()],
    quantity: Annotated[list[str], Form()],
    at: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Stock leaves for another location."""
    units: dict[str, int] = {}
    with visit.database.begin(visit.actor) as uow:
        place = place_of(visit, uow.session, at)
        shelf = Shelf.of(uow.session, visit.merchant_id)
        for item, text in zip(item_id, quantity, strict=False):
            if item and text.strip():
                units[item] = units.get(item, 0) + shelf.steps(item, text)
        sent = inventory.send_transfer(uow, visit.merchant_id, place.id, to, units, note=note)
    return see(f"/admin/stock/transfers/{sent.id}?said=transfer-sent")


@router.get("/stock/transfers/{transfer_id}")
def transfer(transfer_id: str, visit: Annotated[Visit, Depends(sees("stock.read"))]) -> Response:
    """One transfer, with the form to say what arrived."""
    with visit.database.read() as session:
        found = inventory.transfer(session, visit.merchant_id, transfer_id)
        shelf = Shelf.of(session, visit.merchant_id)
        names = {p.id: p.name for p in places_of(visit, session)}
        lots = {x.id: x.code for x in inventory.lots(session, visit.merchant_id, left=False, limit=2000)}
    return visit.page("transfer.html", transfer=found, shelf=shelf, names=names, lots=lots)


@router.post("/stock/transfers/{transfer_id}/receive")
def receive(
    transfer_id: str,
    visit: Annotated[Visit, Depends(changes("stock.change"))],
    line: Annotated[list[str], Form()],
    quantity: Annotated[list[str], Form()],
) -> Response:
    """Some or all of it arrived."""
    with visit.database.begin(visit.actor) as uow:
        found = inventory.transfer(uow.session, visit.merchant_id, transfer_id)
        items = {one.id: one.item_id for one in found.lines}
        shelf = Shelf.of(uow.session, visit.merchant_id)
        arrived = {
            key: shelf.steps(items.get(key, ""), text)
            for key, text in zip(line, quantity, strict=False)
            if text.strip()
        }
        inventory.receive_transfer(uow, visit.merchant_id, transfer_id, arrived)
    return see(f"/admin/stock/transfers/{transfer_id}?said=transfer-received")


@router.post("/stock/transfers/{transfer_id}/close")
def close(
    transfer_id: str,
    visit: Annotated[Visit, Depends(changes("stock.change"))],
    outcome: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """What has not arrived went back, or is lost."""
    with visit.database.begin(visit.actor) as uow:
        inventory.close_transfer(uow, visit.merchant_id, transfer_id, outcome=_outcome(outcome), reason=reason)
    return see(f"/admin/stock/transfers/{transfer_id}?said=transfer-closed")


def _outcome(text: str) -> Literal["returned", "lost"]:
    if text == "returned":
        return "returned"
    if text == "lost":
        return "lost"
    raise InvalidInput(field="outcome", problem="choose returned or lost.")
