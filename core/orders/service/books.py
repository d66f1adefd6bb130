"""Writing orders into the ledger, in the transaction that changes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core import ledger
from core.kernel.money import Money
from core.orders import postings, repository_books

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.ledger import Entry, Posting
    from core.orders.pricing_refunds import RefundParts
    from core.orders.views import OrderView


@dataclass(frozen=True, slots=True)
class BooksProblem:
    """An order whose money does not add up, or is not in the ledger as it is in the order.

    `lines`: the lines do not add up to the order. `unposted`: its sale was not posted. `posted`: the ledger says
    another amount than the order.
    """

    code: Literal["lines", "unposted", "posted"]
    order_id: str
    text: str


def check_books(session: Session, merchant_id: str) -> tuple[BooksProblem, ...]:
    """Compare every order of a shop with its own lines, and with what the ledger says that it was sold for."""
    owed = ledger.by_order(session, merchant_id, "receivable", ("sale", "change"))
    left = ledger.by_order(session, merchant_id, "receivable", tuple(postings.OWN))
    problems = []
    for money in repository_books.order_money(session, merchant_id):
        if not money.adds_up:
            text = f"The lines of order {money.code} do not add up to its amounts."
            problems.append(BooksProblem("lines", money.order_id, text))
        if money.order_id not in owed and money.total:
            text = f"The sale of order {money.code} is not in the ledger."
            problems.append(BooksProblem("unposted", money.order_id, text))
            continue
        found, meant = (left, 0) if money.cancelled else (owed, money.total)
        said = found.get(money.order_id, Money(0, money.currency))
        if said != Money(meant, money.currency):
            text = f"Order {money.code} comes to {Money(meant, money.currency)}, and the ledger says {said}."
            problems.append(BooksProblem("posted", money.order_id, text))
    return tuple(problems)


def sold(uow: UnitOfWork, order: OrderView) -> Posting:
    """Write down the sale of an order that this transaction made: the customer owes the order's total."""
    return _post(uow, order, "sale", "", postings.sale(order), at=order.placed_at, fresh=True)


def changed(uow: UnitOfWork, before: OrderView, after: OrderView, *, ref: str) -> Posting:
    """Write down that an order became another one. `ref` names the change within the order, such as its version."""
    return _post(uow, after, "change", f":{ref}", postings.change(before, after))


def refunded(uow: UnitOfWork, order: OrderView, parts: RefundParts, *, ref: str) -> Posting:
    """Write down that a part of an order is given back. `ref` names the refund within the order."""
    return _post(uow, order, "refund", f":{ref}", postings.refund(order, parts))


def cancelled(uow: UnitOfWork, order: OrderView) -> Posting:
    """Take back all that an order posted, to the cent; what was paid for it is then owed to the customer."""
    posted = ledger.of_order(uow.session, order.merchant_id, order.id)
    return _post(uow, order, "cancellation", "", postings.undoing(posted))


def _post(
    uow: UnitOfWork,
    order: OrderView,
    kind: Literal["sale", "change", "refund", "cancellation"],
    ref: str,
    entries: Sequence[Entry],
    *,
    at: datetime | None = None,
    fresh: bool = False,
) -> Posting:
    return ledger.post(
        uow,
        order.merchant_id,
        ref=f"{kind}:{order.id}{ref}",
        kind=kind,
        order_id=order.id,
        location_id=order.location_id,
        at=at,
        entries=entries,
        fresh=fresh,
    )
