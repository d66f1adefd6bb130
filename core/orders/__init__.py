"""Carts and orders."""

from core.orders import events, pricing, rules, states
from core.orders.charges import Charges, Tip
from core.orders.discounts import Discount
from core.orders.lines import Choice, Line, Slot, merged
from core.orders.pricing import PricePart, Quote, QuotedLine, Reason, RefundParts, TaxRule, quote_at
from core.orders.rules import Missing
from core.orders.service import (
    abandon_cart,
    accept,
    cancel,
    cart,
    complete,
    find_cart,
    give_discount,
    latest_order,
    list_orders,
    mark_ready,
    open_cart,
    order,
    place_order,
    quote_cart,
    quote_view,
    set_details,
    set_lines,
    set_tip,
    take_discount_back,
)
from core.orders.service.paying import on_payment_failed
from core.orders.views import CartView, OrderLineView, OrderView

__all__ = [
    "CartView",
    "Charges",
    "Choice",
    "Discount",
    "Line",
    "Missing",
    "OrderLineView",
    "OrderView",
    "PricePart",
    "Quote",
    "QuotedLine",
    "Reason",
    "RefundParts",
    "Slot",
    "TaxRule",
    "Tip",
    "abandon_cart",
    "accept",
    "cancel",
    "cart",
    "complete",
    "events",
    "find_cart",
    "give_discount",
    "latest_order",
    "list_orders",
    "mark_ready",
    "merged",
    "on_payment_failed",
    "open_cart",
    "order",
    "place_order",
    "pricing",
    "quote_at",
    "quote_cart",
    "quote_view",
    "rules",
    "set_details",
    "set_lines",
    "set_tip",
    "states",
    "take_discount_back",
]
