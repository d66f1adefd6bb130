"""What a channel is: what it can show, how it sends, and how sending goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from core.db.session import Database
from core.messaging import Card, Content, ConversationView, Envelope, Image, Link, Option, Place, ReportStatus
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Abilities:
    """What one message of a channel can hold. Lengths are in UTF-16 units, as providers count; `option_id` in bytes.

    `options` 0 means no buttons at all: answers are numbered in the text, and a typed number picks one. `rows` is how
    many answers a list that opens can hold, for those that are too many for buttons; 0: no such lists. `body` is how
    long the text above buttons, rows or a link can be (0: as long as any `text`), `caption` the text below a picture
    (0: a picture goes alone). What is false or 0 is written out in the text (`channels.degrade`).
    """

    text: int
    options: int = 0
    option_label: int = 0
    option_id: int = 0
    rows: int = 0
    row_label: int = 0
    row_text: int = 0
    body: int = 0
    caption: int = 0
    links: bool = False
    images: bool = False
    places: bool = False

    @property
    def supports_buttons(self) -> bool:
        """Whether answers can be pressed."""
        return self.options > 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message as the channel takes it: its text, and the answers below it, as buttons or, `listed`, as rows.

    `cards` are those of the answers that have more to show in their row. `body` is the provider's own form of it, where
    the channel renders one.
    """

    text: str
    options: tuple[Option, ...] = ()
    cards: tuple[Card, ...] = ()
    link: Link | None = None
    image: Image | None = None
    place: Place | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    listed: bool = False


class SendError(Exception):
    """The provider did not take a message. The text is for operators: no personal data in it."""


class TryLater(SendError):
    """Not taken, and it may work later: the provider is away or says that we are too fast (`after`).

    `account`: it says so of everything we send by this account, not only of this message's customer.
    """

    def __init__(self, reason: str, *, after: timedelta | None = None, account: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.account = account


class Refused(SendError):
    """Not taken, and never will be: no such number, blocked, malformed."""


class NotAllowed(SendError):
    """The provider does not accept our credentials. Nothing more is sent until somebody looks; what comes in, comes."""


class Unanswered(SendError):
    """Nobody knows whether it was taken: the connection broke after the request was out.

    `after` is how long to wait for the provider's own word on it before sending again.
    """

    def __init__(self, reason: str, *, after: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True, slots=True)
class Rate:
    """At most one message every `every` on average for `key`, `burst` at once; held to by all processes together."""

    key: str
    every: timedelta
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What a provider says of a message whose fate was unknown: its id there, or None when it never got it."""

    provider_id: str | None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a provider says of a message of ours, out of a signed delivery.

    `provider_id` is its id there, `ref` the name that `Channel.send` gave it where the provider hands that back;
    `error` is for operators, without personal data; `at` is the provider's time.
    """

    channel: str
    account: str
    provider_id: str
    status: ReportStatus
    ref: str = ""
    error: str = ""
    at: datetime | None = None


class Channel(Protocol):
    """A way to reach customers that messages are pushed to. Made by `channels.<name>.connect`."""

    @property
    def name(self) -> str:
        """The word in `Envelope.channel`."""

    @property
    def abilities(self) -> Abilities:
        """What its messages can hold."""

    def rates(self, conversation: ConversationView) -> tuple[Rate, ...]:
        """The provider's limits that a message to this customer counts against."""

    def render(self, content: Content, conversation: ConversationView) -> tuple[Rendered, ...]:
        """The messages that say this, pure; `degrade.fit` is where most channels begin."""

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Hand one message to the provider and answer its id there. `ref` names the message on both sides.

        Raises:
            TryLater: not taken now.
            Refused: not taken, ever.
            NotAllowed: not taken; our credentials are no good.
            Unanswered: perhaps taken.
        """


@runtime_checkable
class LooksUp(Protocol):
    """A channel that can ask the provider whether it took a message."""

    def look_up(self, conversation: ConversationView, part: Rendered, ref: str, since: datetime) -> Found | None:
        """What became of a message that was sent at `since` or later; None when the provider cannot tell.

        Raises:
            SendError: it cannot be asked now.
        """


@runtime_checkable
class ListsMissed(Protocol):
    """A channel whose provider can list what customers sent, so that lost deliveries are found."""

    def received(self, since: datetime) -> Iterable[Envelope]:
        """What came in at `since` or later, as our webhook would have parsed it.

        Raises:
            SendError: it cannot be asked now.
        """


@runtime_checkable
class HasCredentials(Protocol):
    """A channel that tells one set of credentials from another, so that changed ones are tried at once."""

    def fingerprint(self, account: str) -> str:
        """A short word that changes with the credentials of an account and says nothing about them, like a hash."""


@runtime_checkable
class ShowsTyping(Protocol):
    """A channel that can show that we read a message and are writing."""

    def typing(self, conversation: ConversationView, external_id: str) -> None:
        """Show it; what goes wrong with it is nobody's concern.

        Raises:
            SendError: it was not shown.
        """


@dataclass(frozen=True, slots=True)
class Probe:
    """A delivery to our own webhook, signed as the provider signs, that says nothing and changes nothing.

    Whoever gets 2xx for it and 403 for the same without `proof` (a header's name) hears the provider, and nobody else.
    """

    channel: str
    path: str
    body: bytes
    headers: Mapping[str, str]
    proof: str


@dataclass(frozen=True, slots=True)
class ChannelDeps:
    """What the routes of a channel need.

    `shop_of` knows whose an account is: None when it is nobody's here. While `held` is entered, no turn is begun in the
    background: what is taken in gets the processor and the database for itself.
    """

    settings: Settings
    database: Database
    channels: Mapping[str, Channel]
    shop_of: Callable[[str, str], str | None]
    held: Callable[[], AbstractContextManager[None]] = nullcontext


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
