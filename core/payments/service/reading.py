"""Asking about payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.kernel.errors import NotFound
from core.payments import repository
from core.payments.states import LIVE, OPEN, PAID

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.kernel.money import Money
    from core.payments.states import Advance
    from core.payments.views import PaymentView, RefundView


def payment(session: Session, merchant_id: str, payment_id: str) -> PaymentView:
    """The payment of this id.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    return _found(repository.payment(session, merchant_id, payment_id), payment_id)


def locked(uow: UnitOfWork, merchant_id: str, payment_id: str) -> PaymentView:
    """The payment of this id, held until the transaction ends.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    return _found(repository.payment(uow.session, merchant_id, payment_id, lock=True), payment_id)


def of_order(session: Session, merchant_id: str, order_id: str) -> PaymentView | None:
    """How an order is paid: what is still to be paid if anything is, else the payment that paid it.

    Its `url` is the link to pay by; `due` is what is still owed. When none is live any more, the latest there was.
    None for an order that has no payment at all.
    """
    found = repository.of_order(session, merchant_id, order_id)
    waiting = [p for p in found if p.state in OPEN]
    live = [p for p in found if p.state in LIVE]
    return next(iter(waiting or live), found[-1] if found else None)


def all_of_order(session: Session, merchant_id: str, order_id: str) -> tuple[PaymentView, ...]:
    """Every payment of an order, those that came to nothing too, by part and age."""
    return repository.of_order(session, merchant_id, order_id)


def refunds_of_order(session: Session, merchant_id: str, order_id: str) -> tuple[RefundView, ...]:
    """Every refund of an order, the earliest first."""
    return repository.refunds_of_order(session, merchant_id, order_id)


def by_link(session: Session, token: str) -> PaymentView:
    """What is paid by a link: its payment, or the one that has taken that one's place.

    Raises:
        NotFound: no link of ours.
    """
    found = repository.by_token(session, token)
    if found is None:
        raise NotFound(what="payment link", key="of this address")
    if found.live:
        return found
    return of_order(session, found.merchant_id, found.order_id) or found


def still_due(session: Session, merchant_id: str, order_id: str) -> Money | None:
    """What an order still has to be paid; None when it has no payment."""
    due = [p.due for p in repository.of_order(session, merchant_id, order_id, states=LIVE)]
    return sum(due[1:], due[0]) if due else None


def advance(session: Session, merchant_id: str, order_id: str) -> Advance:
    """Whether an order is made for money in advance only, and whether that has come in."""
    found = repository.of_order(session, merchant_id, order_id)
    if not any(p.prepaid for p in found):
        return "none"
    return "paid" if any(p.state in PAID for p in found) else "awaited"


def _found(view: PaymentView | None, payment_id: str) -> PaymentView:
    if view is None:
        raise NotFound(what="payment", key=payment_id)
    return view
