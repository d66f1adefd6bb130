"""What is on its way to customers, what holds it up, and what was given up: to be looked at and done again."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.routing import AdminRoute, see
from core.messaging import delivery

router = APIRouter(route_class=AdminRoute)

WHAT: Final = {
    "send": "Message to a customer",
    "turn": "Answer of the assistant",
    "reservation.expire": "End of a reservation",
}


@router.get("/deliveries")
def deliveries(visit: Annotated[Visit, Depends(sees("conversations.read"))]) -> Response:
    """The page."""
    with visit.database.read() as session:
        return visit.page(
            "deliveries.html",
            alarms=delivery.alarms(session, visit.merchant_id),
            gates=delivery.gates(session, visit.merchant_id),
            waiting=delivery.on_their_way(session, visit.merchant_id),
            given_up=delivery.given_up(session, visit.merchant_id),
            what=WHAT,
        )


@router.post("/deliveries/replay")
def replay(
    visit: Annotated[Visit, Depends(changes("deliveries.replay"))], entry: Annotated[str, Form(max_length=80)]
) -> Response:
    """Do again what was given up."""
    with visit.database.begin(visit.actor) as uow:
        delivery.replay(uow, visit.merchant_id, entry)
    return see("/admin/deliveries?said=replayed")


@router.post("/deliveries/try")
def try_again(
    visit: Annotated[Visit, Depends(changes("deliveries.replay"))],
    channel: Annotated[str, Form(max_length=32)],
    account: Annotated[str, Form(max_length=255)],
) -> Response:
    """Try an account now by which nothing could be sent."""
    with visit.database.begin(visit.actor) as uow:
        delivery.try_account(uow, visit.merchant_id, channel, account)
    return see("/admin/deliveries?said=tried")
