"""What payments mean for orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import payments
from core.access import requires
from core.orders import repository
from core.orders.service.progress import cancel
from core.payments.events import PaymentFailed

if TYPE_CHECKING:
    from core.db.uow import UnitOfWork
    from core.kernel.events import Event

_NOT_PAID = "It was not paid in time."
_STOPPABLE = ("held", "new", "accepted")


@requires("orders.change")
def on_payment_failed(uow: UnitOfWork, event: Event) -> None:
    """An order that is made for money in advance only is cancelled when that does not come.

    Decided by what is true now: the money may have come in after all, or the order be paid otherwise.
    """
    if not isinstance(event, PaymentFailed):
        return
    found = repository.order(uow.session, event.merchant_id, event.order_id, lock=True)
    failed = payments.payment(uow.session, event.merchant_id, event.payment_id)
    if found is None or not failed.prepaid or failed.state != "failed":
        return
    now_live = payments.of_order(uow.session, event.merchant_id, event.order_id)
    if found.state in _STOPPABLE and (now_live is None or not now_live.live):
        cancel(uow, event.merchant_id, event.order_id, reason=_NOT_PAID)
