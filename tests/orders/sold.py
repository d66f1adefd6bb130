"""An order as it would be placed for a quote, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.kernel.clock import now
from core.orders import OrderLineView, OrderView

if TYPE_CHECKING:
    from core.orders import Quote


def sold(quote: Quote) -> OrderView:
    """The order; its lines are called "line 0", "line 1" and so on."""
    return OrderView(
        id="order",
        merchant_id="shop",
        location_id="place",
        customer_id="guest",
        conversation_id="talk",
        cart_id="cart",
        code="CODE",
        state="new",
        lines=tuple(
            OrderLineView(
                id=f"line {n}",
                line=one.line,
                name=one.line.item,
                description=(),
                unit=one.unit,
                total=one.total,
                discount=one.discount,
                tax=one.tax,
                basis_points=one.basis_points,
                discounts=one.discounts,
                parts=one.parts,
            )
            for n, one in enumerate(quote.lines)
        ),
        subtotal=quote.subtotal,
        tax=quote.tax,
        total=quote.total,
        charges=quote.charges,
        tax_inclusive=quote.tax_inclusive,
        fulfilment=None,
        customer_name=None,
        note="",
        menu_version="",
        placed_at=now(),
    )
