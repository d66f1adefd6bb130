"""What happens in conversations. No texts: they are in the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEvent(Event):
    """Something happened in a conversation."""

    quiet: ClassVar[bool] = True
    conversation_id: str

    @property
    def lane(self) -> str:
        """What happens in one conversation is told in order."""
        return f"conversation:{self.conversation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(ConversationEvent):
    """A customer said something; `redacted` says how many card numbers were taken out of it."""

    seq: int
    redacted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTaken(ConversationEvent):
    """What a customer said was answered."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSaid(ConversationEvent):
    """We said something outside a turn: a person, or a notice."""

    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationHandedOver(ConversationEvent):
    """A conversation went to a person (`owner` "agent"; `agent_id`: which one, if one took it), or back."""

    owner: str
    agent_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEvent(Event):
    """Something about alarms of a shop; `kind` and `subject` say of what."""

    quiet: ClassVar[bool] = True
    kind: str
    subject: str

    @property
    def lane(self) -> str:
        """What happens to one alarm is told in order."""
        return f"alarm:{self.merchant_id}:{self.kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised(AlarmEvent):
    """Something came up that a person must look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCleared(AlarmEvent):
    """It is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReplayed(ConversationEvent):
    """Somebody had a message sent again that was given up."""

    outbound_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReplayed(Event):
    """Somebody had work done again that was given up; `work` is its id, `what` its kind."""

    quiet: ClassVar[bool] = True
    work: int
    what: str

    @property
    def lane(self) -> str:
        """In the order of their asking."""
        return f"replays:{self.merchant_id}"
