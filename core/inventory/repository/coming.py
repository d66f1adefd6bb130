"""SQL of what suppliers will bring: approved purchase orders that have not been received whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.inventory.models import PurchaseOrderLineRow, PurchaseOrderRow
from core.inventory.views import Coming

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


def coming(
    session: Session,
    merchant_id: str,
    location_id: str,
    item_id: str | None = None,
    *,
    states: Collection[str] = ("approved",),
) -> tuple[Coming, ...]:
    """What is on order for a location, of one item or of all, the first to come first."""
    left = PurchaseOrderLineRow.ordered - PurchaseOrderLineRow.received
    query = (
        select(
            PurchaseOrderLineRow.stock_item_id,
            PurchaseOrderRow.id,
            PurchaseOrderRow.number,
            left,
            PurchaseOrderRow.expected_on,
        )
        .join(PurchaseOrderLineRow, PurchaseOrderLineRow.purchase_order_id == PurchaseOrderRow.id)
        .where(
            PurchaseOrderRow.merchant_id == merchant_id,
            PurchaseOrderLineRow.merchant_id == merchant_id,
            PurchaseOrderRow.location_id == location_id,
            PurchaseOrderRow.state.in_(states),
            left > 0,
        )
    )
    if item_id is not None:
        query = query.where(PurchaseOrderLineRow.stock_item_id == item_id)
    rows = session.execute(query.order_by(PurchaseOrderRow.expected_on, PurchaseOrderRow.number))
    return tuple(Coming(*row) for row in rows)
