"""What payments mean for orders, and orders for payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import inventory, kitchen, merchants, payments
from core.access import requires
from core.inventory.events import ReservationExpired
from core.kernel.clock import now
from core.kernel.errors import NotFound, OutOfStock
from core.orders import pricing, repository
from core.orders.service import holding
from core.orders.service.carts import menu_now
from core.orders.service.progress import cancel, held, promised_anew
from core.payments.events import PaymentCaptured, PaymentFailed

if TYPE_CHECKING:
    from core.db.uow import UnitOfWork
    from core.kernel.events import Event
    from core.orders.views import OrderView
    from core.payments import PaymentView

_NOT_PAID = "It was not paid in time."
_NOT_LOOKED_AT = "Nobody could look at it in time."
_GONE = "It sold out while it was being paid; the money goes back."
_STOPPABLE = ("held", "new", "accepted")


@requires("orders.place")
def pay_by_link(
    uow: UnitOfWork, merchant_id: str, order_id: str, *, method: payments.states.Method | None = None
) -> PaymentView:
    """Let whoever it belongs to pay an order by link: the view's `url` holds from now on. Asked again, the same link.

    Raises:
        NotAllowed: it is another customer's, or at a place that is not the actor's.
        PaymentClosed: it is paid, or cancelled.
        Conflict: this shop has no way to pay by link, or not this one.
        NotFound: no such order of this shop.
    """
    held(uow, merchant_id, order_id)
    return payments.pay_by_link(uow, merchant_id, order_id, method=method)


@requires("payments.take")
def take_at_counter(
    uow: UnitOfWork, merchant_id: str, order_id: str, payment_id: str, *, cash: bool = True
) -> PaymentView:
    """Somebody at the counter has taken all that is due. Saying so again changes nothing.

    With `cash` it is what there are coins for; what that is more or less is written down as rounding. Without, it was
    paid by card at the shop's own terminal.

    Raises:
        PaymentClosed: nothing is to be paid any more, or a payment by link is under way.
        NotFound: no such order of this shop, or no such payment of it.
    """
    order = held(uow, merchant_id, order_id)
    found = payments.payment(uow.session, merchant_id, payment_id)
    if found.order_id != order.id:
        raise NotFound(what="payment", key=payment_id)
    location = merchants.location(uow.session, merchant_id, order.location_id)
    received = pricing.in_cash(found.amount, location) if cash else None
    tender: payments.states.Tender = "cash" if cash else "card"
    return payments.take_at_counter(uow, merchant_id, payment_id, received=received, tender=tender)


@requires("orders.change")
def on_payment_captured(uow: UnitOfWork, event: Event) -> None:
    """An order that is made for money in advance only is made now that it is there.

    One that is held is still for a person to release. If what it held was given back meanwhile and is gone, the order
    is cancelled, and so the money goes back.
    """
    found = _open(uow, event) if isinstance(event, PaymentCaptured) else None
    if found is None or found.state == "held":
        return
    if payments.advance(uow.session, found.merchant_id, found.id) != "paid":
        return
    menu = menu_now(uow.session, found.merchant_id, found.location_id)
    told = kitchen.tickets_of_order(uow.session, found.merchant_id, found.id)
    try:
        with uow.nested():
            holding.make(uow, menu, found if told else promised_anew(uow, found))
    except OutOfStock:
        cancel(uow, found.merchant_id, found.id, reason=_GONE)


@requires("orders.change")
def on_payment_failed(uow: UnitOfWork, event: Event) -> None:
    """An order that is made for money in advance only is cancelled when that does not come.

    Decided by what is true now: the money may have come in after all, or the order be paid otherwise.
    """
    if not isinstance(event, PaymentFailed):
        return
    found = _open(uow, event)
    failed = payments.payment(uow.session, event.merchant_id, event.payment_id)
    if found is None or not failed.prepaid or failed.state != "failed":
        return
    now_live = payments.of_order(uow.session, event.merchant_id, event.order_id)
    if now_live is None or not now_live.live:
        cancel(uow, event.merchant_id, event.order_id, reason=_NOT_PAID)


@requires("orders.change")
def on_reservation_expired(uow: UnitOfWork, event: Event) -> None:
    """An order that nobody made certain in time, and whose stock is others' again, is cancelled.

    Decided by what is true now: it may have been released or paid since, and taken its stock again.
    """
    found = _open(uow, event) if isinstance(event, ReservationExpired) else None
    if found is None or not inventory.expired(uow.session, found.merchant_id, found.id):
        return
    if found.state == "held":
        cancel(uow, found.merchant_id, found.id, reason=_NOT_LOOKED_AT)
    elif holding.awaited(uow, found):
        cancel(uow, found.merchant_id, found.id, reason=_NOT_PAID)


@requires("orders.change")
def end_hold(uow: UnitOfWork, merchant_id: str, order_id: str) -> bool:
    """Cancel an order that is held, once its time is over, though none of its items is counted; True when it was.

    One that holds stock is cancelled when that is given back.
    """
    found = _stoppable(uow, merchant_id, order_id)
    if found is None or found.state != "held" or not inventory.holds_nothing(uow.session, merchant_id, order_id):
        return False
    location = merchants.location(uow.session, merchant_id, found.location_id)
    ends = holding.until(location, found, pay_by=None)
    if ends is None or ends > now():
        return False
    cancel(uow, merchant_id, order_id, reason=_NOT_LOOKED_AT)
    return True


def _open(uow: UnitOfWork, event: Event) -> OrderView | None:
    return _stoppable(uow, event.merchant_id, str(getattr(event, "order_id", "")))


def _stoppable(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView | None:
    """The order of this id, held, while it can still be stopped."""
    found = repository.order(uow.session, merchant_id, order_id, lock=True)
    return found if found is not None and found.state in _STOPPABLE else None
