"""What becomes of our messages on their way: parts, reports of providers, limits, alarms, what was given up."""

from core.messaging.delivery.alarms import alarms, clear_alarm, raise_alarm
from core.messaging.delivery.gates import (
    close_gate,
    gate,
    gates,
    open_gate,
    take_probe,
    try_account,
    waiting_until,
    waits_for,
)
from core.messaging.delivery.given_up import SEND, given_up, on_their_way, replay
from core.messaging.delivery.pacing import count_from_now, take_turn
from core.messaging.delivery.reports import report_delivery, tidy
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
from core.messaging.delivery.views import (
    AlarmKind,
    AlarmView,
    GateReason,
    GateView,
    GivenUp,
    PartView,
    Sending,
    Waiting,
)

__all__ = [
    "SEND",
    "AlarmKind",
    "AlarmView",
    "GateReason",
    "GateView",
    "GivenUp",
    "PartView",
    "Sending",
    "Waiting",
    "alarms",
    "clear_alarm",
    "close_gate",
    "count_from_now",
    "gate",
    "gates",
    "give_up",
    "given_up",
    "on_their_way",
    "open_gate",
    "open_sending",
    "part_not_taken",
    "part_taken",
    "part_unanswered",
    "pause",
    "raise_alarm",
    "replay",
    "report_delivery",
    "set_back",
    "start_part",
    "take_probe",
    "take_turn",
    "tidy",
    "try_account",
    "waiting_until",
    "waits_for",
]
