"""Use cases of the kitchen."""

from core.kitchen.service.cooks import bump, expo, recall, start, tick, ticket, tickets, tickets_of_order
from core.kitchen.service.orders import (
    cancel_order,
    change_order,
    cooking,
    finish_order,
    minutes_for,
    open_order,
    questions,
    set_due,
    set_stations,
    stations,
)

__all__ = [
    "bump",
    "cancel_order",
    "change_order",
    "cooking",
    "expo",
    "finish_order",
    "minutes_for",
    "open_order",
    "questions",
    "recall",
    "set_due",
    "set_stations",
    "start",
    "stations",
    "tick",
    "ticket",
    "tickets",
    "tickets_of_order",
]
