"""Giving money back: never more than came in, whatever happens at the same time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core import merchants
from core.access import requires
from core.kernel.clock import now
from core.kernel.errors import Conflict, CurrencyMismatch, InvalidInput, NotFound
from core.kernel.money import cash_increment
from core.kernel.text import clean
from core.payments import books, repository
from core.payments.errors import PaymentClosed, RefundTooLarge
from core.payments.events import RefundFailed, RefundStarted, RefundSucceeded
from core.payments.service import moves
from core.payments.service.reading import locked
from core.payments.states import refund_moves

if TYPE_CHECKING:
    from core.db.uow import UnitOfWork
    from core.kernel.money import Money
    from core.payments.states import RefundState
    from core.payments.views import PaymentView, RefundView

_REASON_LENGTH = 500
_REF_LENGTH = 160
_EVENT_REASON = 200


@requires("orders.refund")
def refund(uow: UnitOfWork, merchant_id: str, payment_id: str, amount: Money, *, reason: str, ref: str) -> RefundView:
    """Give back a part of a payment, or all of it. `ref` is your name for it: asked for again, it is the first one.

    It is pending until the provider has said that it succeeded; what is pending counts as given back already.

    Raises:
        RefundTooLarge: more than is left.
        PaymentClosed: nothing came in by this payment, or it is in dispute: the bank gives that money back itself.
        Conflict: the ref stands for another amount.
        InvalidInput: not more than zero, no ref, or another currency.
        NotFound: no such payment of this shop.
    """
    if amount.amount <= 0:
        raise InvalidInput(field="amount", problem=f"{amount} cannot be given back: it must be more than zero.")
    if not 0 < len(ref) <= _REF_LENGTH:
        raise InvalidInput(field="ref", problem=f"must have 1 to {_REF_LENGTH} characters.")
    return start(uow, locked(uow, merchant_id, payment_id), amount, reason=reason, ref=ref)


@requires("orders.refund")
def retry_refund(uow: UnitOfWork, merchant_id: str, refund_id: str) -> RefundView:
    """Try a refund once more that failed: a refund of its own, begun once however often this is asked.

    Raises:
        Conflict: it has not failed.
        RefundTooLarge, PaymentClosed: the money is not there any more, or is in dispute.
        NotFound: no such refund of this shop.
    """
    about = repository.refund(uow.session, merchant_id, refund_id)
    if about is None:
        raise NotFound(what="refund", key=refund_id)
    payment = locked(uow, merchant_id, about.payment_id)
    failed = repository.refund(uow.session, merchant_id, refund_id) or about
    if failed.state != "failed":
        raise Conflict(problem=f"This refund is {failed.state}: there is nothing to try again.")
    return start(uow, payment, failed.amount, reason=failed.reason, ref=retried(failed))


def retried(failed: RefundView) -> str:
    """The ref under which a refund that failed is tried again."""
    return f"again:{failed.id}"


def start(uow: UnitOfWork, payment: PaymentView, amount: Money, *, reason: str, ref: str) -> RefundView:
    """Begin a refund of a payment that is held."""
    if amount.currency != payment.amount.currency:
        raise CurrencyMismatch(left=amount.currency, right=payment.amount.currency)
    first = repository.refund_of(uow.session, payment.merchant_id, payment.id, ref)
    if first is not None:
        if first.amount != amount:
            raise Conflict(problem=f"The refund “{ref}” was asked for before, of {first.amount}.")
        return first
    if not payment.captured.amount:
        raise PaymentClosed(problem="Nothing was paid by this payment: there is nothing to give back.")
    if payment.dispute in ("open", "lost"):
        raise PaymentClosed(problem="This payment is in dispute: the customer's bank decides about the money.")
    with uow.nested():
        if not repository.hold_back(uow.session, payment.merchant_id, payment.id, amount.amount):
            raise RefundTooLarge(left=str(payment.refundable), wanted=str(amount))
        repository.add_refund(uow.session, payment, ref=ref, amount=amount, reason=clean(reason, _REASON_LENGTH))
    begun = _of(uow, payment, ref)
    moves.record(
        uow, payment, RefundStarted, amount=amount, refund_id=begun.id, ref=ref, reason=begun.reason[:_EVENT_REASON]
    )
    if payment.method == "counter":
        if payment.tender == "cash":
            begun = _in_coins(uow, payment, begun)
        settle_refund(uow, payment, begun, "succeeded")  # out of the till, or by the terminal, here and now
        return _of(uow, payment, ref)
    moves.ask(uow, payment, "refund", begun.id)
    return begun


def settle_refund(
    uow: UnitOfWork,
    payment: PaymentView,
    found: RefundView,
    state: RefundState,
    *,
    provider_ref: str = "",
    problem: str = "",
) -> None:
    """What became of a refund, its payment being held; older news than what is known changes nothing."""
    values: dict[str, object] = {}
    if provider_ref and not found.provider_ref:
        values["provider_ref"] = provider_ref
    if refund_moves(found.state, state):
        values |= {"state": state, "problem": problem, "settled_at": now()}
        _book(uow, payment, found, state)
        kind, more = (RefundSucceeded, {}) if state == "succeeded" else (RefundFailed, {"reason": problem})
        moves.record(uow, payment, kind, amount=found.amount, refund_id=found.id, ref=found.ref, **more)
    if values:
        repository.change_refund(uow.session, found.merchant_id, found.id, **values)


def _in_coins(uow: UnitOfWork, payment: PaymentView, begun: RefundView) -> RefundView:
    """The refund with what is handed over for it: all refunds of a payment together come to what was taken for it."""
    if not payment.location_id:
        return begun
    charging = merchants.location(uow.session, payment.merchant_id, payment.location_id).charging
    step = charging.cash_increment or cash_increment(begun.amount.currency)
    coins = (payment.refunded + begun.amount).rounded_to(step) - payment.refunded.rounded_to(step)
    if coins == begun.amount:
        return begun
    repository.change_refund(uow.session, begun.merchant_id, begun.id, coins_amount=coins.amount)
    return replace(begun, coins=coins)


def _book(uow: UnitOfWork, payment: PaymentView, found: RefundView, state: RefundState) -> None:
    amount = found.amount.amount
    if state == "succeeded":
        repository.shift(uow.session, payment.merchant_id, payment.id, refunding=-amount, refunded=amount)
        books.given_back(uow, payment, found)
    elif found.state == "succeeded":
        repository.shift(uow.session, payment.merchant_id, payment.id, refunding=0, refunded=-amount)
        books.came_back(uow, found)
    else:
        repository.shift(uow.session, payment.merchant_id, payment.id, refunding=-amount, refunded=0)


def _of(uow: UnitOfWork, payment: PaymentView, ref: str) -> RefundView:
    found = repository.refund_of(uow.session, payment.merchant_id, payment.id, ref)
    if found is None:
        raise Conflict(problem=f"The refund “{ref}” was taken back while it was asked for.")
    return found
