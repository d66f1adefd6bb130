"""What orders mean to the ledger: a sale, its change, its cancellation and its refunds as entries. Pure.

`sales` is credited with the lines before discounts, without the tax that is in them; discounts stand beside it on their
own account. What a refund takes back stands on `refunds`, so that what was sold and what came back are both seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.kernel.money import Money
from core.ledger import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.ledger import Posting, PostingKind
    from core.orders.pricing_refunds import RefundParts
    from core.orders.views import OrderView

# Postings that orders make; what payments post is theirs.
OWN: Final[frozenset[PostingKind]] = frozenset({"sale", "change", "refund", "cancellation"})


def sale(order: OrderView) -> tuple[Entry, ...]:
    """The entries of an order as it was placed: the customer owes the total."""
    charges, inside = order.charges, order.tax_inclusive
    zero = Money.zero(order.total.currency)
    lines_tax = sum((line.tax for line in order.lines), zero) if inside else zero
    return (
        Entry("receivable", order.total),
        Entry("sales", lines_tax - order.subtotal),
        Entry("discounts", charges.discount),
        Entry("service_charge", (charges.service_tax if inside else zero) - charges.service_charge),
        Entry("delivery_fees", (charges.delivery_tax if inside else zero) - charges.delivery_fee),
        *(Entry(f"tax:{share.basis_points}", -share.tax) for share in charges.taxes),
        Entry("tips", -charges.tip),
        Entry("rounding", -charges.rounding),
    )


def change(before: OrderView, after: OrderView) -> tuple[Entry, ...]:
    """The entries that make an order that was posted as `before` stand as `after`."""
    return (*sale(after), *(Entry(entry.account, -entry.amount) for entry in sale(before)))


def refund(order: OrderView, parts: RefundParts) -> tuple[Entry, ...]:
    """The entries of giving a part of an order back: the shop owes the customer its total."""
    inside = order.tax_inclusive
    zero = Money.zero(order.total.currency)
    goods = sum((line.amount - (line.tax if inside else zero) for line in parts.lines), zero)
    return (
        Entry("refunds", goods),
        Entry("service_charge", parts.service_charge - (parts.service_tax if inside else zero)),
        Entry("delivery_fees", parts.delivery_fee - (parts.delivery_tax if inside else zero)),
        *(Entry(f"tax:{basis_points}", tax) for basis_points, tax in parts.taxes(order)),
        Entry("tips", parts.tip),
        Entry("rounding", parts.rounding),
        Entry("receivable", -parts.total),
    )


def undoing(postings: Iterable[Posting]) -> tuple[Entry, ...]:
    """The entries that leave nothing of what an order posted; what payments posted stays."""
    return tuple(Entry(e.account, -e.amount) for posting in postings if posting.kind in OWN for e in posting.entries)
