"""The kitchen's screens: tickets to make, the most urgent first, by station; and the pass, by order."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.routing import AdminRoute, see, wants_fragment
from core import kitchen, orders

router = APIRouter(route_class=AdminRoute)

_DONE_SHOWN = 8


@router.get("/kitchen")
def screen(visit: Annotated[Visit, Depends(sees("kitchen.read"))], station: str = "") -> Response:
    """The screen, of one station or of all."""
    return visit.page("kitchen.html", **_tickets(visit, station))


@router.get("/kitchen/tickets")
def tickets(visit: Annotated[Visit, Depends(sees("kitchen.read"))], station: str = "") -> Response:
    """The tickets alone, for our script."""
    return visit.page("_tickets.html", **_tickets(visit, station))


@router.get("/kitchen/pass")
def expo(visit: Annotated[Visit, Depends(sees("kitchen.read"))]) -> Response:
    """The pass: orders with all their parts."""
    return visit.page("pass.html", **_pass(visit))


@router.get("/kitchen/pass/orders")
def expo_orders(visit: Annotated[Visit, Depends(sees("kitchen.read"))]) -> Response:
    """The pass alone, for our script."""
    return visit.page("_pass.html", **_pass(visit))


@router.post("/kitchen/{ticket_id}/start")
def start(
    ticket_id: str, visit: Annotated[Visit, Depends(changes("kitchen.change"))], station: Annotated[str, Form()] = ""
) -> Response:
    """A station begins."""
    with visit.database.begin(visit.actor) as uow:
        orders.start_ticket(uow, visit.merchant_id, ticket_id)
    return _changed(visit, station)


@router.post("/kitchen/{ticket_id}/tick")
def tick(
    ticket_id: str,
    visit: Annotated[Visit, Depends(changes("kitchen.change"))],
    place: Annotated[int, Form()],
    ticked: Annotated[str, Form()] = "yes",
    station: Annotated[str, Form()] = "",
) -> Response:
    """A checkpoint was looked at."""
    with visit.database.begin(visit.actor) as uow:
        kitchen.tick(uow, visit.merchant_id, ticket_id, place, ticked=ticked == "yes")
    return _changed(visit, station)


@router.post("/kitchen/{ticket_id}/done")
def done(
    ticket_id: str, visit: Annotated[Visit, Depends(changes("kitchen.change"))], station: Annotated[str, Form()] = ""
) -> Response:
    """A ticket is made."""
    with visit.database.begin(visit.actor) as uow:
        kitchen.bump(uow, visit.merchant_id, ticket_id)
    return _changed(visit, station)


@router.post("/kitchen/{ticket_id}/recall")
def recall(
    ticket_id: str, visit: Annotated[Visit, Depends(changes("kitchen.change"))], station: Annotated[str, Form()] = ""
) -> Response:
    """A ticket was bumped too early."""
    with visit.database.begin(visit.actor) as uow:
        kitchen.recall(uow, visit.merchant_id, ticket_id)
    return _changed(visit, station)


def _changed(visit: Visit, station: str) -> Response:
    if wants_fragment(visit.request):
        return visit.page("_tickets.html", **_tickets(visit, station))
    return see(f"/admin/kitchen?station={quote(station)}" if station else "/admin/kitchen")


def _tickets(visit: Visit, station: str) -> dict[str, Any]:
    mine, only = visit.merchant_id, station or None
    with visit.database.read() as session:
        stations = [s.name for s in kitchen.stations(session, mine, visit.location.id)]
        waiting = kitchen.tickets(session, mine, state="open", station=only, location_ids=visit.places)
        made = kitchen.tickets(session, mine, state="done", station=only, limit=_DONE_SHOWN, location_ids=visit.places)
    if stations:
        stations.append(kitchen.STATION)
    return {"tickets": waiting, "done": made, "stations": stations, "station": station}


def _pass(visit: Visit) -> dict[str, Any]:
    with visit.database.read() as session:
        return {"orders": kitchen.expo(session, visit.merchant_id, location_ids=visit.places)}
