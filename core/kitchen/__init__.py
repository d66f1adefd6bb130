"""The kitchen: what is to be made, and what is done."""

from core.kitchen.service import (
    STATION,
    bump,
    cancel_order,
    finish_order,
    open_ticket,
    recall,
    tickets,
    tickets_of_order,
)
from core.kitchen.views import TicketState, TicketView

__all__ = [
    "STATION",
    "TicketState",
    "TicketView",
    "bump",
    "cancel_order",
    "finish_order",
    "open_ticket",
    "recall",
    "tickets",
    "tickets_of_order",
]
