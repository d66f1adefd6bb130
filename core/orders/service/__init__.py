"""Use cases of carts and orders."""

from core.orders.service.books import BooksProblem, check_books
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
from core.orders.service.changing import change_order
from core.orders.service.extras import give_discount, set_tip, take_discount_back
from core.orders.service.handover import slots
from core.orders.service.placing import place_order
from core.orders.service.progress import (
    accept,
    cancel,
    complete,
    latest_order,
    list_orders,
    mark_ready,
    order,
    release,
    send_out,
    start_preparing,
    start_ticket,
)
from core.orders.service.retiming import change_time
from core.orders.service.returns import (
    authorise_return,
    refund_order,
    refuse_return,
    request_return,
    returns,
    returns_of,
)
from core.orders.service.tracking import tracking

__all__ = [
    "BooksProblem",
    "abandon_cart",
    "accept",
    "authorise_return",
    "cancel",
    "cart",
    "change_order",
    "change_time",
    "check_books",
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
    "refund_order",
    "refuse_return",
    "release",
    "request_return",
    "returns",
    "returns_of",
    "send_out",
    "set_details",
    "set_lines",
    "set_tip",
    "slots",
    "start_preparing",
    "start_ticket",
    "take_discount_back",
    "tracking",
]
