"""Asking for money: opening, changing, taking at the counter, calling it off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core.access import requires
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput
from core.kernel.money import Money
from core.kernel.text import clean
from core.payments import repository
from core.payments.errors import PaymentClosed
from core.payments.events import PaymentOpened
from core.payments.rules import method_in_chat, online_methods
from core.payments.service import moves
from core.payments.service.reading import locked, of_order, payment
from core.payments.service.refunding import start
from core.payments.states import LIVE, OPEN, PAID
from core.settings import settings

if TYPE_CHECKING:
    from datetime import datetime

    from core.db.uow import UnitOfWork
    from core.payments.states import Method, Tender
    from core.payments.views import PaymentView

_TITLE_LENGTH = 120


@requires("orders.place")
def open_payment(
    uow: UnitOfWork,
    merchant_id: str,
    order_id: str,
    amount: Money,
    *,
    method: Method | None = None,
    location_id: str | None = None,
    title: str = "",
    fresh: bool = False,
) -> PaymentView:
    """The payment of an order, made in the transaction that makes the order; doing so again answers the first one.

    Without a `method`: by link where the shop takes money in advance, at the counter elsewhere. `title` is what the
    provider's page calls the order. An order that costs nothing is paid. One that is `fresh` was made by this
    transaction: nobody else knows it, and it has no payment yet.

    Raises:
        InvalidInput: less than nothing.
        Conflict: another amount than the order's payment has.
    """
    if amount.amount < 0:
        raise InvalidInput(field="amount", problem=f"{amount} cannot be paid: it must be zero or more.")
    chosen, prepaid = _default() if method is None else (method, False)
    free = not amount.amount
    added = moves.insert(
        uow,
        merchant_id=merchant_id,
        order_id=order_id,
        location_id=location_id or "",
        amount=amount,
        method="counter" if free else chosen,
        part=1,
        title=clean(title, _TITLE_LENGTH) or "Order",
        prepaid=prepaid and not free,
        state="captured" if free else "pending",
        fresh=fresh,
    )
    if added is not None:
        return added
    first = repository.live_part(uow.session, merchant_id, order_id, 1)
    if first is None or first.amount != amount:
        raise Conflict(problem=f"The order has a payment of another amount than {amount}: change the order instead.")
    return first


@requires("payments.take")
def pay_by_link(uow: UnitOfWork, merchant_id: str, order_id: str, *, method: Method | None = None) -> PaymentView:
    """Let an order be paid by link: the view's `url` holds from now on. Asked again, the same link.

    Customers go by `orders.pay_by_link`, which knows whose order it is.

    Raises:
        PaymentClosed: it is paid, or cancelled.
        Conflict: this shop has no way to pay by link, or not this one.
    """
    ways = online_methods(settings())
    in_chat = method_in_chat(settings(), method or "")
    chosen = method or next(iter(ways), None)
    if chosen is None or chosen not in (*ways, in_chat):
        raise Conflict(problem="This shop takes no payments by link: set up a provider, or pay at the counter.")
    live = repository.of_order(uow.session, merchant_id, order_id, states=LIVE, lock=True)
    waiting = next((p for p in live if p.state in OPEN), None)
    if waiting is None:
        paid = any(p.state in PAID for p in live)
        raise PaymentClosed(problem="This order is paid already." if paid else "Nothing is to be paid for this order.")
    if waiting.method != "counter" and method in (None, waiting.method):
        return waiting
    if waiting.state == "authorised":
        raise PaymentClosed(problem="A payment for this order is under way.")
    return moves.in_place_of(uow, waiting, chosen, prepaid=waiting.prepaid)


@requires("payments.take")
def take_at_counter(
    uow: UnitOfWork, merchant_id: str, payment_id: str, *, received: Money | None = None, tender: Tender = "cash"
) -> PaymentView:
    """Somebody at the counter has taken the whole amount. Saying so again changes nothing.

    `received` is what coins came to when there are none for the amount itself; the difference is rounding. What a card
    at the shop's own terminal paid is not in the till: it is on its way from whoever runs the terminal.

    A link that the order could be paid by is closed; were it paid in the same moment, that money goes back.

    Raises:
        PaymentClosed: nothing is to be paid any more, or a payment by link is under way.
        NotFound: no such payment of this shop.
    """
    found = locked(uow, merchant_id, payment_id)
    if found.method == "counter" and found.state in PAID:
        return found
    if found.state == "authorised":
        raise PaymentClosed(problem="This order is being paid by link at this moment: wait for the outcome.")
    if found.state != "pending":
        raise PaymentClosed(problem=f"This payment is {found.state}: there is nothing to take.")
    mine = found if found.method == "counter" else moves.in_place_of(uow, found, "counter")
    return moves.settle(uow, mine, "", received=received, tender=tender)


@requires("orders.change")
def adjust(uow: UnitOfWork, merchant_id: str, order_id: str, amount: Money, *, ref: str) -> PaymentView:
    """The order costs another amount now. `ref` names the change: the same one twice changes money once.

    What nobody paid is asked for anew, and its old page closed. What was paid stays; the difference is asked for as
    a part of its own, or goes back.

    Raises:
        NotFound: the order has no payment.
        Conflict: a payment by link is under way at this moment; or money would go back that is in dispute.
    """
    live = repository.of_order(uow.session, merchant_id, order_id, states=LIVE, lock=True)
    if any(p.state == "authorised" for p in live):
        raise Conflict(problem="This order is being paid at this moment: change it when the outcome is known.")
    paid = [p for p in live if p.state in PAID]
    waiting = [p for p in live if p.state in OPEN]
    have = sum((p.refundable for p in paid), Money.zero(amount.currency))
    if amount <= have and paid:
        for payment_ in waiting:
            moves.shut(uow, payment_, "cancelled")
        _return(uow, paid, have - amount, ref)
    elif waiting:
        _ask_for(uow, waiting[0], amount - have)
    elif paid:
        _add_part(uow, paid[0], amount - have)
    return of_order(uow.session, merchant_id, order_id) or payment(uow.session, merchant_id, order_id)


@requires("orders.cancel")
def cancel_payment(uow: UnitOfWork, merchant_id: str, order_id: str, *, reason: str, ref: str = "cancelled") -> None:
    """The order will not be made: nothing is asked for any more, and what was paid goes back. Again: no change.

    What comes in later all the same, goes back by itself.
    """
    for found in repository.of_order(uow.session, merchant_id, order_id, lock=True):
        if found.state in PAID:
            if found.refundable.amount and found.dispute != "open":
                start(uow, found, found.refundable, reason=reason, ref=ref)
        elif found.state != "cancelled":
            moves.shut(uow, found, "cancelled")


@requires("payments.report")
def expire(uow: UnitOfWork, merchant_id: str, payment_id: str) -> PaymentView:
    """The time to pay by link is over; one that was paid, or is being paid, stays as it is."""
    found = locked(uow, merchant_id, payment_id)
    if found.state == "pending" and found.method != "counter":
        moves.fail(uow, found, "It was not paid in time.", expired=True)
    return payment(uow.session, merchant_id, payment_id)


def pay_by(amount: Money) -> datetime | None:
    """Until when a new order of this amount must be paid to be made at all; None: it is made before it is paid."""
    prepaid = _default()[1] and amount.amount > 0
    return now() + timedelta(minutes=settings().payment_minutes) if prepaid else None


def _default() -> tuple[Method, bool]:
    current = settings()
    ways = online_methods(current) if current.prepay else ()
    return (ways[0], True) if ways else ("counter", False)


def _ask_for(uow: UnitOfWork, waiting: PaymentView, amount: Money) -> None:
    if waiting.amount == amount:
        return
    if waiting.method == "counter" and amount.amount:
        repository.change(uow.session, waiting.merchant_id, waiting.id, amount=amount.amount)
        moves.tell(uow, waiting)
        return
    if amount.amount:
        moves.in_place_of(uow, waiting, waiting.method, amount=amount, prepaid=waiting.prepaid)
        return
    moves.settle(uow, moves.in_place_of(uow, waiting, "counter", amount=amount), "")


def _add_part(uow: UnitOfWork, first: PaymentView, amount: Money) -> None:
    ways = online_methods(settings())
    added = moves.insert(
        uow,
        merchant_id=first.merchant_id,
        order_id=first.order_id,
        location_id=first.location_id,
        amount=amount,
        method=first.method if first.method in (*ways, method_in_chat(settings(), first.method)) else "counter",
        part=repository.last_part(uow.session, first.merchant_id, first.order_id) + 1,
        title=first.title,
    )
    if added is not None:
        moves.record(uow, added, PaymentOpened)


def _return(uow: UnitOfWork, paid: list[PaymentView], amount: Money, ref: str) -> None:
    """Give an amount back, from the parts that were paid last."""
    left = amount
    for found in reversed(paid):
        share = min(found.refundable.amount, left.amount)
        if share:
            start(uow, found, Money(share, left.currency), reason="the order costs less now", ref=ref)
            left = Money(left.amount - share, left.currency)
