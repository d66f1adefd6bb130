"""What payments post to the ledger. Money that came in is owed no more; money that went back is owed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import ledger
from core.ledger import Entry

if TYPE_CHECKING:
    from core.db.uow import UnitOfWork
    from core.kernel.money import Money
    from core.ledger import PostingKind
    from core.payments.views import PaymentView, RefundView


def captured(uow: UnitOfWork, payment: PaymentView, *, received: Money | None = None) -> None:
    """The money came in. `received` is what coins came to, when it is not the amount itself."""
    amount = payment.captured
    if not amount.amount:
        return
    came = amount if received is None else received
    ledger.post(
        uow,
        payment.merchant_id,
        ref=f"payment:{payment.id}",
        kind="payment",
        entries=(Entry(_till(payment), came), Entry("receivable", -amount), Entry("rounding", amount - came)),
        order_id=payment.order_id,
        location_id=payment.location_id or None,
    )


def given_back(uow: UnitOfWork, payment: PaymentView, refund: RefundView) -> None:
    """A refund left; in coins that came to more or less than it, the difference is rounding."""
    out = refund.coins or refund.amount
    ledger.post(
        uow,
        payment.merchant_id,
        ref=f"payout:{refund.id}",
        kind="payout",
        entries=(
            Entry("receivable", refund.amount),
            Entry(_till(payment), -out),
            Entry("rounding", out - refund.amount),
        ),
        order_id=payment.order_id,
        location_id=payment.location_id or None,
    )


def came_back(uow: UnitOfWork, refund: RefundView) -> None:
    """A refund that had left was sent back by the customer's bank."""
    ledger.reverse(uow, refund.merchant_id, ref=f"payout:{refund.id}:returned", of=f"payout:{refund.id}", kind="payout")


def disputed(uow: UnitOfWork, payment: PaymentView, dispute_ref: str, amount: Money) -> None:
    """The provider took disputed money away until it is decided."""
    _post(
        uow,
        payment,
        _dispute(payment, dispute_ref),
        kind="dispute",
        debit="receivable",
        credit=_till(payment),
        amount=amount,
    )


def dispute_won(uow: UnitOfWork, payment: PaymentView, dispute_ref: str) -> None:
    """The provider gave it back."""
    first = _dispute(payment, dispute_ref)
    ledger.reverse(uow, payment.merchant_id, ref=f"{first}:won", of=first, kind="dispute")


def dispute_lost(uow: UnitOfWork, payment: PaymentView, dispute_ref: str, amount: Money) -> None:
    """It is gone: nobody owes it any more."""
    _post(
        uow,
        payment,
        f"{_dispute(payment, dispute_ref)}:lost",
        kind="dispute",
        debit="losses",
        credit="receivable",
        amount=amount,
    )


def _till(payment: PaymentView) -> str:
    if payment.method != "counter":
        return f"clearing:{payment.method}"
    return "clearing:card" if payment.tender == "card" else "cash"


def _dispute(payment: PaymentView, dispute_ref: str) -> str:
    return f"dispute:{payment.id}:{dispute_ref[:60]}"


def _post(
    uow: UnitOfWork, payment: PaymentView, ref: str, *, kind: PostingKind, debit: str, credit: str, amount: Money
) -> None:
    if not amount.amount:
        return
    ledger.post(
        uow,
        payment.merchant_id,
        ref=ref,
        kind=kind,
        entries=(Entry(debit, amount), Entry(credit, -amount)),
        order_id=payment.order_id,
        location_id=payment.location_id or None,
    )
