"""Frozen answers about conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.messaging.content import Content
from core.messaging.envelope import InboundKind
from core.messaging.rules import LATE
from core.messaging.states import DeliveryState

Owner = Literal["assistant", "agent"]
# Why we say something: in answer to the customer, about their order, to sell; or the one word after an opt-out.
SaidFor = Literal["answer", "transactional", "marketing", "confirmation"]


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a delivery. A duplicate names the message that was there already."""

    conversation_id: str
    inbound_id: str
    seq: int
    duplicate: bool

    @property
    def lane(self) -> str:
        """The lane whose work answers the message."""
        return turn_lane(self.conversation_id)


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation. `state` is the assistant's memory of it; `pushes`: replies are sent, not fetched by a page."""

    id: str
    merchant_id: str
    customer_id: str
    location_id: str
    channel: str
    account: str
    sender: str
    thread: str
    locale: str
    owner: Owner
    pushes: bool
    state: dict[str, Any]
    last_seq: int
    turns: int
    created_at: datetime
    heard_at: datetime
    updated_at: datetime
    agent_id: str | None = None
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboundView:
    """One message of the customer."""

    id: str
    seq: int
    external_id: str
    kind: InboundKind
    text: str
    payload: dict[str, Any]
    sent_at: datetime | None
    received_at: datetime

    @property
    def is_late(self) -> bool:
        """Whether it reached us so late that nobody may still mean it: `payload["late"]` says how many minutes."""
        return LATE in self.payload


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """Everything the customer said since the last turn, in order, and what the answer starts from."""

    conversation: ConversationView
    messages: tuple[InboundView, ...]
    number: int


@dataclass(frozen=True, slots=True)
class OutboundView:
    """One message of ours, and how far it got."""

    id: str
    merchant_id: str
    conversation_id: str
    seq: int
    turn_id: str | None
    content: Content
    state: DeliveryState
    parts_sent: int
    error: str | None
    created_at: datetime
    purpose: SaidFor = "transactional"


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message of either side, as a log shows it. `content` is ours; `kind` is the inbound's or our content's.

    `answers` are those of a form that nothing was understood of, by the names of its fields.
    """

    seq: int
    direction: Literal["in", "out"]
    kind: str
    text: str
    content: Content | None
    at: datetime
    external_id: str
    turn_id: str | None
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn as it was: run its messages again from `state_before` on that menu, and compare."""

    id: str
    number: int
    owner: Owner
    inbound_seqs: tuple[int, ...]
    state_before: dict[str, Any]
    state_after: dict[str, Any]
    commands: tuple[dict[str, Any], ...]
    replies: tuple[Content, ...]
    menu_version: str
    trace: dict[str, Any]
    at: datetime


def turn_lane(conversation_id: str) -> str:
    """The lane in which a conversation's turns are taken one after the other."""
    return f"conversation:{conversation_id}"


def send_lane(conversation_id: str) -> str:
    """The lane in which a conversation's replies are sent one after the other."""
    return f"send:{conversation_id}"


def topic(conversation_id: str) -> str:
    """What live pages of a conversation listen to."""
    return f"conversation:{conversation_id}"


def deliveries_topic(merchant_id: str) -> str:
    """What the page of deliveries listens to."""
    return f"deliveries:{merchant_id}"
