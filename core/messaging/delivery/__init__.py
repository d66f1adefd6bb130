"""What becomes of our messages on their way: parts, reports of providers, limits, alarms, what was given up."""

from core.messaging.delivery.reports import report_delivery
from core.messaging.delivery.rules import pause
from core.messaging.delivery.sending import (
    give_up,
    open_sending,
    part_not_taken,
    part_taken,
    part_unanswered,
    set_back,
    start_part,
)
from core.messaging.delivery.views import PartView, Sending

__all__ = [
    "PartView",
    "Sending",
    "give_up",
    "open_sending",
    "part_not_taken",
    "part_taken",
    "part_unanswered",
    "pause",
    "report_delivery",
    "set_back",
    "start_part",
]
