"""Use cases of buying: suppliers with their prices, and what is ordered from them."""

from core.inventory.purchasing.service.deliveries import receive_purchase
from core.inventory.purchasing.service.ordering import (
    approve,
    cancel,
    change_draft,
    draft,
    draft_from_levels,
    on_order,
    purchase_order,
    purchase_orders,
    short_without_offer,
)
from core.inventory.purchasing.service.suppliers import (
    add_supplier,
    change_supplier,
    offers,
    price_history,
    set_price,
    supplier,
    suppliers,
)

__all__ = [
    "add_supplier",
    "approve",
    "cancel",
    "change_draft",
    "change_supplier",
    "draft",
    "draft_from_levels",
    "offers",
    "on_order",
    "price_history",
    "purchase_order",
    "purchase_orders",
    "receive_purchase",
    "set_price",
    "short_without_offer",
    "supplier",
    "suppliers",
]
