"""The kitchen's screen: tickets to make, oldest first."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.routing import AdminRoute, see, wants_fragment
from core import kitchen

router = APIRouter(route_class=AdminRoute)

_DONE_SHOWN = 8


@router.get("/kitchen")
def screen(visit: Annotated[Visit, Depends(sees("kitchen.read"))]) -> Response:
    """The screen."""
    return visit.page("kitchen.html", **_tickets(visit))


@router.get("/kitchen/tickets")
def tickets(visit: Annotated[Visit, Depends(sees("kitchen.read"))]) -> Response:
    """The tickets alone, for our script."""
    return visit.page("_tickets.html", **_tickets(visit))


@router.post("/kitchen/{ticket_id}/done")
def done(ticket_id: str, visit: Annotated[Visit, Depends(changes("kitchen.change"))]) -> Response:
    """A ticket is made."""
    with visit.database.begin(visit.actor) as uow:
        kitchen.bump(uow, visit.merchant_id, ticket_id)
    return _changed(visit)


@router.post("/kitchen/{ticket_id}/recall")
def recall(ticket_id: str, visit: Annotated[Visit, Depends(changes("kitchen.change"))]) -> Response:
    """A ticket was bumped too early."""
    with visit.database.begin(visit.actor) as uow:
        kitchen.recall(uow, visit.merchant_id, ticket_id)
    return _changed(visit)


def _changed(visit: Visit) -> Response:
    if wants_fragment(visit.request):
        return visit.page("_tickets.html", **_tickets(visit))
    return see("/admin/kitchen")


def _tickets(visit: Visit) -> dict[str, Any]:
    with visit.database.read() as session:
        made = kitchen.tickets(session, visit.merchant_id, state="done", limit=_DONE_SHOWN)
        return {"tickets": kitchen.tickets(session, visit.merchant_id, state="open"), "done": made}
