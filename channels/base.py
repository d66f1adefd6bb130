"""What a channel is: what it can show, how it sends, and how sending goes wrong."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from core.messaging import Content, ConversationView, Option


@dataclass(frozen=True, slots=True)
class Abilities:
    """What one message of a channel can hold. Lengths are in characters, `option_id` in UTF-8 bytes.

    `options` 0 means no buttons at all: answers are numbered in the text, and a typed number picks one.
    """

    text: int
    options: int = 0
    option_label: int = 0
    option_id: int = 0

    @property
    def supports_buttons(self) -> bool:
        """Whether answers can be pressed."""
        return self.options > 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message as the channel takes it: its text, and the buttons below it."""

    text: str
    options: tuple[Option, ...] = ()


class SendError(Exception):
    """The provider did not take a message. The text is for operators: no personal data in it."""


class TryLater(SendError):
    """Not taken, and it may work later: the provider is away or says that we are too fast (`after`)."""

    def __init__(self, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Refused(SendError):
    """Not taken, and never will be: no such number, blocked, malformed."""


class Unanswered(SendError):
    """Nobody knows whether it was taken: the connection broke after the request was out.

    `after` is how long to wait for the provider's own word on it before sending again.
    """

    def __init__(self, reason: str, *, after: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(reason)
        self.after = after


class Channel(Protocol):
    """A way to reach customers that messages are pushed to."""

    @property
    def name(self) -> str:
        """The word in `Envelope.channel`."""

    @property
    def abilities(self) -> Abilities:
        """What its messages can hold."""

    def pause(self, conversation: ConversationView) -> timedelta:
        """How long to wait before the next message to this customer, so that the provider's limits are kept."""

    def render(self, content: Content) -> tuple[Rendered, ...]:
        """The messages that say this; `degrade.fit` is what most channels use."""

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Hand one message to the provider and answer its id there. `ref` names the message on both sides.

        Raises:
            TryLater: not taken now.
            Refused: not taken, ever.
            Unanswered: perhaps taken.
        """


class LaneDrain(Protocol):
    """Whoever does the work that a commit left (`comanda.drain.Drain`)."""

    def lane(self, lane: str) -> int:
        """Do the work of a lane now, in this thread; says how much was done."""

    def quietly(self) -> AbstractContextManager[None]:
        """Wake no other worker for what this thread commits: it does the work itself."""


class Watch(Protocol):
    """Remembers that something changed until asked."""

    def wait(self, timeout: float) -> bool:
        """Block until something changes, at most `timeout` seconds; answers whether it did."""

    async def changed(self, timeout: float) -> bool:  # noqa: ASYNC109 - the caller looks again when it ends
        """Wait until something changes, at most `timeout` seconds; answers whether it did, or might have."""


class Topics(Protocol):
    """News for live pages (`comanda.live.Live`)."""

    def watch(self, *topics: str) -> AbstractContextManager[Watch]:
        """A watch over these topics."""

    def publish(self, topics: Iterable[str]) -> None:
        """Wake the watchers of these topics."""
