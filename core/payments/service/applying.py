"""What providers say becomes what we know: each fact once, in whatever order and however often it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires
from core.kernel.money import Money
from core.logs import logger
from core.payments import books, repository
from core.payments.events import PaymentDisputed, PaymentReported
from core.payments.service import moves
from core.payments.service.reading import payment
from core.payments.service.refunding import settle_refund, start
from core.payments.states import OPEN, PAID, dispute_moves
from core.payments.views import Applied

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.uow import UnitOfWork
    from core.payments.states import FactKind
    from core.payments.views import PaymentView, ProviderFact

log = logger(__name__)
_LATE = "late"
_STEPS = frozenset({"opened", "authorised", "declined"})


@requires("payments.report")
def apply(uow: UnitOfWork, fact: ProviderFact) -> Applied:
    """Take a verified fact of a provider in. Only the payment it belongs to changes.

    "unknown" is what is not ours, or is about money of which we have not heard yet: when we do, it is asked for again.
    """
    key = (fact.merchant_id, fact.payment_id) if fact.payment_id else None
    if key is None and fact.charge_ref:
        key = repository.by_charge(uow.session, fact.provider, fact.charge_ref)
    found = repository.payment(uow.session, *key, lock=True) if key else None
    if found is None or found.method != fact.provider:
        return Applied(None, "unknown")
    about = _charged(uow, found, fact) if fact.kind in ("refund", "dispute") else found
    if about is None:
        return Applied(found, "unknown")
    if not repository.keep_event(uow.session, about, fact):
        return Applied(about, "duplicate")
    _HANDLERS[fact.kind](uow, about, fact)
    if fact.kind in _STEPS:
        moves.record(uow, about, PaymentReported, said=fact.kind)
    return Applied(payment(uow.session, about.merchant_id, about.id), "applied")


def _charged(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> PaymentView | None:
    """The payment whose money a fact is about: a second charge of one payment has a row of its own."""
    if fact.charge_ref and fact.charge_ref != found.charge_ref:
        other = repository.by_charge(uow.session, fact.provider, fact.charge_ref)
        return repository.payment(uow.session, *other, lock=True) if other else None
    return found if found.captured.amount else None


def _opened(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> None:
    repository.change(
        uow.session,
        found.merchant_id,
        found.id,
        provider_ref=fact.session_ref,
        provider_url=fact.url,
    )
    moves.tell(uow, found)


def _authorised(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> None:
    if found.state != "pending":
        return
    more = {"charge_ref": fact.charge_ref} if fact.charge_ref else {}
    repository.change(uow.session, found.merchant_id, found.id, state="authorised", **more)
    moves.tell(uow, found)
    if found.method == "paypal" and not fact.charge_ref:  # approved, and nothing taken yet: that is ours to do
        moves.ask(uow, found, "capture")


def _declined(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> None:
    """A try that failed; the customer may try again on the same page."""
    if found.state in OPEN:
        repository.change(uow.session, found.merchant_id, found.id, problem=fact.problem[:500])


def _captured(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> None:
    amount = fact.amount or found.amount
    if fact.charge_ref and found.captured.amount and fact.charge_ref == found.charge_ref:
        return  # the same money
    if repository.by_charge(uow.session, fact.provider, fact.charge_ref) not in (None, (found.merchant_id, found.id)):
        return  # the same money too: it came in too much, and has a row of its own
    if amount != found.amount:
        _surplus(uow, found, fact, amount, f"{amount} came in, {found.amount} was asked for: it goes back.")
        if found.state in OPEN:
            moves.fail(uow, found, f"{amount} came in instead of {found.amount}.")
    elif found.state in OPEN or (found.state == "failed" and _makes_way(uow, found)):
        moves.settle(uow, found, fact.charge_ref)
    elif found.captured.amount:
        _surplus(uow, found, fact, amount, "It was paid twice: this goes back.")
    else:
        _late(uow, found, fact)


def _makes_way(uow: UnitOfWork, found: PaymentView) -> bool:
    """Whether nothing else has paid this part of the order since; what only waits to, makes way."""
    live = repository.live_part(uow.session, found.merchant_id, found.order_id, found.part)
    if live is None:
        return True
    if live.state != "pending" or live.amount != found.amount:
        return False
    moves.shut(uow, live, "cancelled")
    return True


def _late(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> None:
    """It came in when it was not wanted any more: written down, and given back."""
    repository.change(
        uow.session,
        found.merchant_id,
        found.id,
        state="cancelled",
        captured_amount=found.amount.amount,
        charge_ref=fact.charge_ref,
    )
    _give_back(uow, payment(uow.session, found.merchant_id, found.id), "The payment came too late.")


def _surplus(uow: UnitOfWork, found: PaymentView, fact: ProviderFact, amount: Money, problem: str) -> None:
    """Money beside what was asked for gets a row of its own, and goes back."""
    log.warning("money came in that goes back", payment=found.id, problem=problem)
    added = moves.insert(
        uow,
        merchant_id=found.merchant_id,
        order_id=found.order_id,
        location_id=found.location_id,
        amount=amount,
        method=found.method,
        part=found.part,
        title=found.title,
        state="cancelled",
        captured=amount.amount,
        charge_ref=fact.charge_ref,
        problem=problem,
    )
    if added is not None:
        _give_back(uow, added, problem)


def _give_back(uow: UnitOfWork, late: PaymentView, reason: str) -> None:
    books.captured(uow, late)
    start(uow, late, late.captured, reason=reason, ref=_LATE)


def _failed(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> None:
    if found.state in OPEN:
        moves.fail(uow, found, fact.problem or "The provider says that the payment failed.")


def _expired(uow: UnitOfWork, found: PaymentView, _: ProviderFact) -> None:
    if found.state == "pending":
        moves.fail(uow, found, "It was not paid in time.", expired=True)


def _refunded(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> None:
    known = repository.refund(uow.session, found.merchant_id, fact.refund_id) if fact.refund_id else None
    known = known or repository.refund_by_provider(uow.session, found.merchant_id, found.id, fact.refund_ref)
    if known is None:
        _refunded_elsewhere(uow, found, fact)
    elif known.payment_id == found.id:
        settle_refund(uow, found, known, fact.refund_state, provider_ref=fact.refund_ref, problem=fact.problem)


def _refunded_elsewhere(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> None:
    """Somebody gave money back on the provider's own pages: what left has left, and is written down."""
    amount = fact.amount
    if amount is None or not amount.amount or fact.refund_state == "failed" or amount.currency != found.amount.currency:
        return
    ref = f"{fact.provider}:{fact.refund_ref}"
    with uow.nested():
        if not repository.hold_back(uow.session, found.merchant_id, found.id, amount.amount):
            problem = f"{amount} was given back at the provider, more than is left: look into it there."
            repository.change(uow.session, found.merchant_id, found.id, problem=problem)
            log.error("a refund at the provider exceeds the payment", payment=found.id)
            return
        repository.add_refund(uow.session, found, ref=ref, amount=amount, reason="given back at the provider")
    made = repository.refund_of(uow.session, found.merchant_id, found.id, ref)
    if made is not None:
        settle_refund(uow, found, made, fact.refund_state, provider_ref=fact.refund_ref)


def _disputed(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> None:
    if not dispute_moves(found.dispute, fact.dispute_state):
        return
    amount = fact.amount or found.captured
    if not found.dispute:
        books.disputed(uow, found, fact.dispute_ref, amount)
    values: dict[str, object] = {"dispute": fact.dispute_state, "problem": fact.problem}
    if fact.dispute_state == "won":
        books.dispute_won(uow, found, fact.dispute_ref)
    elif fact.dispute_state == "lost":
        books.dispute_lost(uow, found, fact.dispute_ref, amount)
    if found.state in PAID:
        values["state"] = "captured" if fact.dispute_state == "won" else "disputed"
    repository.change(uow.session, found.merchant_id, found.id, **values)
    moves.record(uow, found, PaymentDisputed, amount=amount, state=fact.dispute_state)


_HANDLERS: dict[FactKind, Callable[[UnitOfWork, PaymentView, ProviderFact], None]] = {
    "opened": _opened,
    "authorised": _authorised,
    "declined": _declined,
    "captured": _captured,
    "failed": _failed,
    "expired": _expired,
    "refund": _refunded,
    "dispute": _disputed,
}
