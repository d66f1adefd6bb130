"""Frozen answers about what is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from core.messaging.states import DeliveryState, PartState
from core.messaging.views import OutboundView

GateReason = Literal["asked", "failing", "credentials"]
AlarmKind = Literal["credentials", "sending", "loop", "missed"]
# Alarms of an account that one message which gets through puts an end to.
ACCOUNT_ALARMS: Final[tuple[AlarmKind, ...]] = ("credentials", "sending")


@dataclass(frozen=True, slots=True)
class PartView:
    """One message at the provider. `also`: what it calls copies that went out because nobody knew of the first."""

    number: int
    state: PartState
    provider_id: str | None
    also: tuple[str, ...]
    resends: int
    unanswered: int
    error: str | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Sending:
    """A message of ours that is being sent; `parts` are those that were handed over, `slot_at` when its turn comes."""

    message: OutboundView
    parts: tuple[PartView, ...]
    slot_at: datetime | None

    def part(self, number: int) -> PartView | None:
        """A part, if it was ever handed over."""
        return next((part for part in self.parts if part.number == number), None)


@dataclass(frozen=True, slots=True)
class GateView:
    """An account by which nothing is sent until `closed_until`, and then one message to try."""

    channel: str
    account: str
    reason: GateReason
    error: str
    since: datetime
    closed_until: datetime


@dataclass(frozen=True, slots=True)
class AlarmView:
    """Something that a person must look at. `subject`: "channel:account", or a conversation's id for a loop."""

    id: str
    kind: AlarmKind
    subject: str
    problem: str
    times: int
    raised_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Something that was given up. `kind` is “send”, or the kind of work (“turn”: a customer got no answer).

    `id` names it for `replay`; `conversation_id`, `channel` and `summary` (what the message says) are empty where
    there is none.
    """

    id: str
    kind: str
    reason: str
    at: datetime
    conversation_id: str
    channel: str
    summary: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages of a channel are in a state on their way, and since when the oldest of them."""

    channel: str
    state: DeliveryState
    count: int
    since: datetime
