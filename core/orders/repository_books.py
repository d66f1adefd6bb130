"""The amounts of all orders of a shop, beside the sums of their lines: to look whether they add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.orders.models import OrderLineRow, OrderRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

_ORDERS = OrderRow.__table__.c
_SOLD = OrderLineRow.__table__.c


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """An order's amounts in minor units. `adds_up`: its lines come to its subtotal, discount and tax."""

    order_id: str
    code: str
    currency: str
    total: int
    cancelled: bool
    adds_up: bool


def order_money(session: Session, merchant_id: str) -> Iterator[OrderMoney]:
    """Every order of a shop."""
    sums = (
        select(
            _SOLD.order_id,
            func.sum(_SOLD.total_amount),
            func.sum(_SOLD.discount_amount),
            func.sum(_SOLD.tax_amount),
        )
        .where(_SOLD.merchant_id == merchant_id)
        .group_by(_SOLD.order_id)
    )
    lines = {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in session.execute(sums)}
    query = select(
        _ORDERS.id,
        _ORDERS.code,
        _ORDERS.currency,
        _ORDERS.total_amount,
        _ORDERS.state,
        _ORDERS.subtotal_amount,
        _ORDERS.discount_amount,
        _ORDERS.tax_amount,
        _ORDERS.charges,
    ).where(_ORDERS.merchant_id == merchant_id)
    for row in session.execute(query.order_by(_ORDERS.placed_at, _ORDERS.id)):
        of_charges = row.charges.get("service_tax", 0) + row.charges.get("delivery_tax", 0)
        meant = (row.subtotal_amount, row.discount_amount, row.tax_amount - of_charges)
        said = lines.get(row.id, (0, 0, 0))
        yield OrderMoney(row.id, row.code, row.currency, row.total_amount, row.state == "cancelled", meant == said)
