"""The steps that several use cases share. Each is given a payment that is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from core.kernel.clock import now
from core.kernel.ids import new_id, new_token
from core.kernel.money import Money
from core.payments import books, repository
from core.payments.events import PaymentCaptured, PaymentEvent, PaymentFailed, PaymentOpened
from core.payments.states import OPEN
from core.payments.views import PaymentView
from core.settings import settings

if TYPE_CHECKING:
    from core.db.uow import UnitOfWork
    from core.payments.states import Method, PaymentState, Tender
    from core.payments.views import TaskName

_PROBLEM_LENGTH = 500


def insert(
    uow: UnitOfWork,
    *,
    merchant_id: str,
    order_id: str,
    location_id: str,
    amount: Money,
    method: Method,
    part: int,
    title: str,
    prepaid: bool = False,
    state: PaymentState = "pending",
    captured: int = 0,
    charge_ref: str = "",
    problem: str = "",
    fresh: bool = False,
) -> PaymentView | None:
    """Add a payment and the work of opening it at its provider; None when its part of the order has a live one.

    `fresh`: it cannot have one, as its order was made by this transaction.
    """
    moment, online = now(), method != "counter"
    payment_id = new_id()
    expires_at = moment + timedelta(minutes=settings().payment_minutes) if online and state in OPEN else None
    payment = repository.add(
        uow.session,
        fresh=fresh,
        id=payment_id,
        merchant_id=merchant_id,
        location_id=location_id,
        order_id=order_id,
        part=part,
        method=method,
        state=state,
        currency=amount.currency,
        amount=amount.amount,
        captured_amount=captured,
        refunded_amount=0,
        refunding_amount=0,
        token=new_token(),
        title=title,
        prepaid=prepaid,
        provider_ref="",
        provider_url="",
        charge_ref=charge_ref,
        dispute="",
        problem=problem,
        tries=0,
        key=0,
        expires_at=expires_at,
        created_at=moment,
        captured_at=moment if state == "captured" else None,
        looked_at=None,
        tender="",
    )
    if payment is not None and expires_at:
        ask(uow, payment, "open")
        clock = {"payment_id": payment_id}
        lane = f"payment-clock:{payment_id}"
        uow.enqueue(lane, "payment-expiry", clock, merchant_id=merchant_id, at=expires_at)
    return payment


def in_place_of(
    uow: UnitOfWork, old: PaymentView, method: Method, *, amount: Money | None = None, prepaid: bool = False
) -> PaymentView:
    """End a payment that nobody paid, and let another one stand for the same part of the order."""
    shut(uow, old, "cancelled")
    return after(uow, old, method, amount=amount, prepaid=prepaid)


def after(
    uow: UnitOfWork, old: PaymentView, method: Method, *, amount: Money | None = None, prepaid: bool = False
) -> PaymentView:
    """Another payment for the part of one that is not live any more."""
    added = insert(
        uow,
        merchant_id=old.merchant_id,
        order_id=old.order_id,
        location_id=old.location_id,
        amount=amount or old.amount,
        method=method,
        part=old.part,
        title=old.title,
        prepaid=prepaid,
    )
    if added is not None:
        record(uow, added, PaymentOpened)
    else:  # the constraint says that another one is live: that one stands
        added = repository.live_part(uow.session, old.merchant_id, old.order_id, old.part)
    return added or old


def shut(uow: UnitOfWork, payment: PaymentView, state: PaymentState, *, problem: str = "") -> None:
    """No more money is wanted by it: its page at the provider is closed. What comes in all the same goes back."""
    repository.change(
        uow.session,
        payment.merchant_id,
        payment.id,
        state=state,
        problem=(problem or payment.problem)[:_PROBLEM_LENGTH],
    )
    if payment.method != "counter":
        ask(uow, payment, "close")
    tell(uow, payment)


def fail(uow: UnitOfWork, payment: PaymentView, reason: str, *, expired: bool = False) -> None:
    """It came to nothing. The order is paid at the counter then, unless it is made for money in advance only."""
    shut(uow, payment, "failed", problem=reason)
    record(uow, payment, PaymentFailed, reason=reason[:_PROBLEM_LENGTH], expired=expired)
    if not payment.prepaid:
        after(uow, payment, "counter")


def settle(
    uow: UnitOfWork,
    payment: PaymentView,
    charge_ref: str,
    *,
    received: Money | None = None,
    tender: Tender = "",
) -> PaymentView:
    """All of it came in; in coins, as `received` when that is told. At the counter as `tender`."""
    moment = now()
    repository.change(
        uow.session,
        payment.merchant_id,
        payment.id,
        state="captured",
        captured_amount=payment.amount.amount,
        charge_ref=charge_ref or payment.charge_ref,
        captured_at=moment,
        problem="",
        tender=tender,
    )
    paid = replace(payment, state="captured", captured=payment.amount, captured_at=moment, tender=tender)
    books.captured(uow, paid, received=received)
    record(uow, paid, PaymentCaptured)
    if payment.method != "counter":
        # News about the charge that came before this one had no payment to go to: ask for it once more.
        ask(uow, paid, "look")
    return paid


def ask(uow: UnitOfWork, payment: PaymentView, name: TaskName, refund_id: str = "") -> None:
    """Leave something to be done at the provider after the commit, in line with what else this payment needs there."""
    payload = {"payment_id": payment.id, "task": name, "refund_id": refund_id}
    uow.enqueue(f"payment:{payment.id}", "payment", payload, merchant_id=payment.merchant_id)


def record(
    uow: UnitOfWork, payment: PaymentView, kind: type[PaymentEvent], *, amount: Money | None = None, **more: object
) -> None:
    """Record what happened to a payment, and tell the pages that show its order."""
    of = payment.amount if amount is None else amount
    uow.record(
        kind(
            merchant_id=payment.merchant_id,
            payment_id=payment.id,
            order_id=payment.order_id,
            method=payment.method,
            amount=of.amount,
            currency=of.currency,
            **more,
        )
    )
    tell(uow, payment)


def tell(uow: UnitOfWork, payment: PaymentView) -> None:
    """Live pages of the shop's orders show payments too."""
    uow.notify(f"orders:{payment.merchant_id}")
