"""What an order that is not certain yet keeps for a while: its stock, and the kitchen's time.

An order is certain once a person has released it, where it was held, and its money has come in, where it is made for
money in advance only.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core import inventory, payments
from core.orders.service import tickets

if TYPE_CHECKING:
    from datetime import datetime

    from core.catalogue import Menu
    from core.db.uow import UnitOfWork
    from core.merchants import LocationView
    from core.orders.views import OrderView

# A payment that is under way when its time ends may still come in.
_GRACE = timedelta(minutes=15)


def until(location: LocationView, order: OrderView, *, pay_by: datetime | None) -> datetime | None:
    """How long the order keeps its stock unless it becomes certain; None: it is."""
    ends = []
    if order.state == "held":
        looked_at_by = order.placed_at + timedelta(minutes=location.policy.hold_minutes)
        ends.append(max(looked_at_by, order.requested_for or looked_at_by))
    if pay_by is not None:
        ends.append(pay_by + _GRACE)
    return max(ends, default=None)


def make(uow: UnitOfWork, menu: Menu, certain: OrderView) -> None:
    """The order keeps its stock for good, and the kitchen hears of it, once.

    Raises:
        OutOfStock: it had kept it too long, and others have it now.
    """
    inventory.keep(uow, certain.merchant_id, certain.id)
    tickets.tell_kitchen_once(uow, menu, certain)


def awaited(uow: UnitOfWork, order: OrderView) -> bool:
    """Whether the order is made for money in advance only, which has not come in."""
    return payments.advance(uow.session, order.merchant_id, order.id) == "awaited"
