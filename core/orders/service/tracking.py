"""How far an order is, for the customer who waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import kitchen, payments
from core.kernel.clock import now
from core.orders import promise
from core.orders.service.progress import order
from core.orders.states import STATES
from core.orders.views import TrackingView

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.orders.states import OrderState
    from core.orders.views import OrderView

_THERE = frozenset({"completed", "cancelled"})


def tracking(session: Session, merchant_id: str, order_id: str) -> TrackingView:
    """How far an order is, when it will be there, and what is still to be paid.

    Raises:
        NotFound: no such order of this shop.
    """
    found = order(session, merchant_id, order_id)
    paid_by = payments.of_order(session, merchant_id, order_id)
    moment = now()
    over = found.state in _THERE
    when = found.promised
    late = bool(when and not over and found.state != "ready" and moment > when.until)
    if when is not None and not over:
        when = promise.kept(when, moment, ready=found.state == "ready")
    return TrackingView(
        order_id=found.id,
        code=found.code,
        state=found.state,
        cooking=kitchen.cooking(session, merchant_id, order_id),
        promised=None if over else when,
        late=late,
        due=payments.still_due(session, merchant_id, order_id),
        paid=bool(paid_by and paid_by.paid),
        steps=steps(found),
    )


def steps(found: OrderView) -> tuple[tuple[OrderState, datetime], ...]:
    """The states that an order has reached, in the order of their moments."""
    first: OrderState = "held" if found.held_for else "new"
    reached = [(first, found.placed_at)]
    reached += [(s, at) for s in STATES if s != "held" and (at := getattr(found, f"{s}_at")) is not None]
    return tuple(reached)
