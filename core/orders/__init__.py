"""Carts and orders."""

from core.orders import events, pricing, rules, states
from core.orders.lines import Choice, Line, Slot, merged
from core.orders.pricing import PricePart, Quote, QuotedLine, TaxRule
from core.orders.rules import Missing
from core.orders.views import CartView, OrderLineView, OrderView

__all__ = [
    "CartView",
    "Choice",
    "Line",
    "Missing",
    "OrderLineView",
    "OrderView",
    "PricePart",
    "Quote",
    "QuotedLine",
    "Slot",
    "TaxRule",
    "events",
    "merged",
    "pricing",
    "rules",
    "states",
]
