"""Orders that wait for a person: why, how long still, and what to do with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.routing import AdminRoute, see, wants_fragment
from core import merchants, orders
from core.kernel.errors import InvalidInput
from core.kernel.text import clean

if TYPE_CHECKING:
    from datetime import datetime

    from core.orders import OrderView
    from core.orders.states import OrderState

router = APIRouter(route_class=AdminRoute)

_MOST = 200
_HELD: tuple[OrderState, ...] = ("held",)
_REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that is held; at `until` it is cancelled by itself."""

    order: OrderView
    place: str
    until: datetime


@router.get("/orders/held")
def page(visit: Annotated[Visit, Depends(sees("orders.read"))]) -> Response:
    """The orders that are held, the one that waits longest first."""
    return visit.page("held.html", **_shown(visit))


@router.get("/orders/held/list")
def listed(visit: Annotated[Visit, Depends(sees("orders.read"))]) -> Response:
    """The list alone, for our script."""
    return visit.page("_held.html", **_shown(visit))


@router.post("/orders/{order_id}/approve")
def approve(order_id: str, visit: Annotated[Visit, Depends(changes("orders.change"))]) -> Response:
    """Let it be made; the customer is told. Pressed twice, it happens once."""
    with visit.database.begin(visit.actor) as uow:
        orders.release(uow, visit.merchant_id, order_id)
    return _done(visit)


@router.post("/orders/{order_id}/refuse")
def refuse(
    order_id: str, visit: Annotated[Visit, Depends(changes("orders.change"))], reason: Annotated[str, Form()] = ""
) -> Response:
    """Do not make it; the customer is told why, and what was paid goes back."""
    why = clean(reason, _REASON_LENGTH)
    if not why:
        raise InvalidInput(field="reason", problem="say why it is refused; the customer is told.")
    with visit.database.begin(visit.actor) as uow:
        orders.cancel(uow, visit.merchant_id, order_id, reason=why)
    return _done(visit)


def _done(visit: Visit) -> Response:
    return visit.page("_held.html", **_shown(visit)) if wants_fragment(visit.request) else see("/admin/orders/held")


def _shown(visit: Visit) -> dict[str, Any]:
    with visit.database.read() as session:
        found = orders.list_orders(session, visit.merchant_id, states=_HELD, limit=_MOST, location_ids=visit.places)
        places = {
            place: merchants.location(session, visit.merchant_id, place) for place in {o.location_id for o in found}
        }
    held = []
    for order in sorted(found, key=lambda o: (o.placed_at, o.id)):
        place = places[order.location_id]
        ends = order.placed_at + timedelta(minutes=place.policy.hold_minutes)
        held.append(Waiting(order, place.name, max(ends, order.requested_for or ends)))
    return {"held": held}
