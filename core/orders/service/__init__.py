"""Use cases of carts and orders."""

from core.orders.service.carts import (
    abandon_cart,
    cart,
    find_cart,
    open_cart,
    quote_cart,
    quote_view,
    set_details,
    set_lines,
)
from core.orders.service.extras import give_discount, set_tip, take_discount_back
from core.orders.service.placing import place_order
from core.orders.service.progress import (
    accept,
    cancel,
    complete,
    latest_order,
    list_orders,
    mark_ready,
    order,
)

__all__ = [
    "abandon_cart",
    "accept",
    "cancel",
    "cart",
    "complete",
    "find_cart",
    "give_discount",
    "latest_order",
    "list_orders",
    "mark_ready",
    "open_cart",
    "order",
    "place_order",
    "quote_cart",
    "quote_view",
    "set_details",
    "set_lines",
    "set_tip",
    "take_discount_back",
]
