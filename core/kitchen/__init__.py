"""The kitchen: stations, what each is to make, and what is done."""

from core.kitchen import events
from core.kitchen.dishes import STATION, Cooking, Dish, Station
from core.kitchen.service import (
    bump,
    cancel_order,
    change_order,
    cooking,
    expo,
    finish_order,
    minutes_for,
    open_order,
    questions,
    recall,
    set_due,
    set_stations,
    start,
    stations,
    tick,
    ticket,
    tickets,
    tickets_of_order,
)
from core.kitchen.service.orders import Docket
from core.kitchen.views import Check, ExpoOrder, Part, TicketState, TicketView

__all__ = [
    "STATION",
    "Check",
    "Cooking",
    "Dish",
    "Docket",
    "ExpoOrder",
    "Part",
    "Station",
    "TicketState",
    "TicketView",
    "bump",
    "cancel_order",
    "change_order",
    "cooking",
    "events",
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
