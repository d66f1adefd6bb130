"""What the web chat is given when it is put together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from channels.web.cart_view import snapshot
from channels.web.limits import Rate

if TYPE_CHECKING:
    from channels.base import Topics
    from core.db.outbox import Work
    from core.db.session import Database, Session
    from core.messaging import ConversationView
    from core.settings import Settings


class Shop(Protocol):
    """What the chat says of a shop (`core.merchants.MerchantView`)."""

    @property
    def id(self) -> str:
        """The merchant's id."""

    @property
    def name(self) -> str:
        """What the shop is called."""

    @property
    def slug(self) -> str:
        """Its short name in addresses."""

    @property
    def currency(self) -> str:
        """ISO 4217."""

    @property
    def locale(self) -> str:
        """A language tag."""


@dataclass(frozen=True, slots=True)
class Deps:
    """`drain_lane` does the work of a lane in the calling thread; `choose_shop` finds a shop by slug, "" the only one.

    `do_claimed` does the same, beginning with work that was claimed when the message was kept; without it none is.
    `quietly` keeps commits of the calling thread from waking other workers. `cart` shows a conversation's cart.
    """

    database: Database
    drain_lane: Callable[[str], int]
    live: Topics
    settings: Settings
    choose_shop: Callable[[str], Shop]
    quietly: Callable[[], AbstractContextManager[None]] = nullcontext
    do_claimed: Callable[[str, Work | None], int] | None = None
    cart: Callable[[Session, str, ConversationView | None], dict[str, Any]] = snapshot
    messages: Rate = field(default=Rate(burst=60, per_second=2))
    sessions: Rate = field(default=Rate(burst=300, per_second=5))
    ping_seconds: float = 20.0
