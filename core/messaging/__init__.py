"""Conversations, turns, inbound and outbound messages."""

from core.messaging.arriving import ANSWERED as CONSENT_ANSWERED
from core.messaging.arriving import CONSENT, CONSENT_REF, moved, set_offers
from core.messaging.content import Binding, Card, Content, Image, Link, Option, Place, Receipt, ReceiptLine
from core.messaging.delivery import alarms, given_up, replay, report_delivery, tidy
from core.messaging.elsewhere import say_elsewhere
from core.messaging.envelope import Envelope, InboundKind
from core.messaging.handoff import take_over, waiting
from core.messaging.receiving import receive, receive_all
from core.messaging.redaction import MARK as REDACTED
from core.messaging.repository_inbound import last_said_to
from core.messaging.rules import check_keys
from core.messaging.service import (
    answered,
    close_turn,
    conversation,
    conversations,
    find_conversation,
    is_answered,
    last_said,
    log,
    open_turn,
    say,
    set_owner,
    turns,
)
from core.messaging.states import DeliveryState, PartState, ReportStatus
from core.messaging.views import (
    ConversationView,
    InboundView,
    MessageView,
    OpenTurn,
    OutboundView,
    Owner,
    Received,
    TurnView,
    send_lane,
    topic,
    turn_lane,
)

__all__ = [
    "CONSENT",
    "CONSENT_ANSWERED",
    "CONSENT_REF",
    "REDACTED",
    "Binding",
    "Card",
    "Content",
    "ConversationView",
    "DeliveryState",
    "Envelope",
    "Image",
    "InboundKind",
    "InboundView",
    "Link",
    "MessageView",
    "OpenTurn",
    "Option",
    "OutboundView",
    "Owner",
    "PartState",
    "Place",
    "Receipt",
    "ReceiptLine",
    "Received",
    "ReportStatus",
    "TurnView",
    "alarms",
    "answered",
    "check_keys",
    "close_turn",
    "conversation",
    "conversations",
    "find_conversation",
    "given_up",
    "is_answered",
    "last_said",
    "last_said_to",
    "log",
    "moved",
    "open_turn",
    "receive",
    "receive_all",
    "replay",
    "report_delivery",
    "say",
    "say_elsewhere",
    "send_lane",
    "set_offers",
    "set_owner",
    "take_over",
    "tidy",
    "topic",
    "turn_lane",
    "turns",
    "waiting",
]
