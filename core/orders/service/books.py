"""Writing orders into the ledger, in the transaction that changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import ledger
from core.orders import postings

if TYPE_CHECKING:
    from core.db.uow import UnitOfWork
    from core.ledger import Posting
    from core.orders.pricing_refunds import RefundParts
    from core.orders.views import OrderView


def sold(uow: UnitOfWork, order: OrderView) -> Posting:
    """Write down a sale, once: the customer owes the order's total."""
    return ledger.post(
        uow,
        order.merchant_id,
        ref=f"sale:{order.id}",
        kind="sale",
        order_id=order.id,
        location_id=order.location_id,
        at=order.placed_at,
        entries=postings.sale(order),
    )


def changed(uow: UnitOfWork, before: OrderView, after: OrderView, *, ref: str) -> Posting:
    """Write down that an order became another one. `ref` names the change within the order, such as its version."""
    return ledger.post(
        uow,
        after.merchant_id,
        ref=f"change:{after.id}:{ref}",
        kind="change",
        order_id=after.id,
        location_id=after.location_id,
        entries=postings.change(before, after),
    )


def refunded(uow: UnitOfWork, order: OrderView, parts: RefundParts, *, ref: str) -> Posting:
    """Write down that a part of an order is given back. `ref` names the refund within the order."""
    return ledger.post(
        uow,
        order.merchant_id,
        ref=f"refund:{order.id}:{ref}",
        kind="refund",
        order_id=order.id,
        location_id=order.location_id,
        entries=postings.refund(order, parts),
    )


def cancelled(uow: UnitOfWork, order: OrderView) -> Posting:
    """Take back all that an order posted, to the cent; what was paid for it is then owed to the customer."""
    return ledger.post(
        uow,
        order.merchant_id,
        ref=f"cancellation:{order.id}",
        kind="cancellation",
        order_id=order.id,
        location_id=order.location_id,
        entries=postings.undoing(ledger.of_order(uow.session, order.merchant_id, order.id)),
    )
