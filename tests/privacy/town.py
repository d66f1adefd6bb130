"""A shop with every channel, and people who write to it by several of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from assistant.engine import Assistant
from assistant.notices import SUBSCRIBERS
from assistant.turn import take_turn
from channels import degrade
from channels.base import Abilities
from channels.outbound import Outbound
from comanda.drain import Drain
from comanda.upkeep import UPKEEP, compact_store
from core import catalogue, merchants, messaging, orders, privacy
from core.db import outbox
from core.messaging import Envelope, media
from core.settings import Settings
from tests.assistant.menus import MENUS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.ports import LeavingListener
    from channels.base import Rate, Rendered
    from comanda.drain import Handler
    from core.db.outbox import Work
    from core.db.session import Database
    from core.messaging import Content, ConversationView, Received
    from core.orders import CartView

# For what is the same on every database: shown on one.
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CHANNELS = ("whatsapp", "whatsapp_twilio", "sms", "telegram", "messenger", "instagram", "web")
_ASSISTANT = Assistant(public_url="https://shop.example", channels=CHANNELS)


@dataclass
class Post:
    """A channel that keeps what arrives: whom, and what."""

    name: str
    abilities: Abilities = field(default=Abilities(text=4096))
    sent: list[tuple[str, str]] = field(default_factory=list)

    def rates(self, _: ConversationView) -> tuple[Rate, ...]:
        """As fast as anybody likes."""
        return ()

    def render(self, content: Content, _: ConversationView) -> tuple[Rendered, ...]:
        """As text."""
        return degrade.fit(content, self.abilities)

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Deliver."""
        self.sent.append((conversation.sender, part.text))
        return f"{self.name}-{ref}"


@contextmanager
def listening(listener: LeavingListener) -> Iterator[None]:
    """The assistant of the shop has a second voice about opting out meanwhile."""
    _ASSISTANT.leaving = listener
    try:
        yield
    finally:
        _ASSISTANT.leaving = None


class Town:
    """The shop, its channels and its worker."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.posts = {name: Post(name) for name in CHANNELS if name != "web"}
        with database.begin() as uow:
            shop = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="GBP", locale="en-GB")
            place = merchants.add_location(
                uow, shop.id, name="Here", phone="+44 1632 960001", fulfilments=("pickup", "dine_in", "delivery")
            )
            catalogue.import_menu(uow, shop.id, MENUS["tea"])
        self.merchant_id, self.location_id = shop.id, place.id
        self.settings = Settings(data_path=folder)
        handlers: dict[str, Handler] = {
            "turn": _turn,
            "send": Outbound(self.posts).deliver,
            **UPKEEP,
            privacy.COMPACT: partial(compact_store, current=self.settings),
            "media": self._fetched,
            "payment": _nothing,
        }
        self.drain = Drain(database, handlers, subscribers=SUBSCRIBERS)
        self._number = 0

    def say(self, channel: str, sender: str, text: str, **fields: Any) -> Received:  # noqa: ANN401 - of the envelope
        """One message, kept, answered, and the answers sent."""
        received = self.hear(channel, sender, text, **fields)
        self.drain.all(200)
        return received

    def hear(self, channel: str, sender: str, text: str, **fields: Any) -> Received:  # noqa: ANN401 - of the envelope
        """One message, kept."""
        self._number += 1
        envelope = Envelope(
            **{
                "channel": channel,
                "account": "shop",
                "external_id": f"{channel}-{self._number}",
                "sender": sender,
                "kind": "text",
                "text": text,
                "pushes": channel != "web",
                **fields,
            }
        )
        with self.database.begin() as uow:
            return messaging.receive(uow, self.merchant_id, envelope)

    def _fetched(self, database: Database, work: Work) -> None:
        """A picture comes in: its bytes are what its address was."""
        inbound_id = str(work.payload["inbound_id"])
        with database.begin() as uow:
            found = media.of_message(uow.session, self.merchant_id, inbound_id)
            assert found is not None
            path = self.settings.data_path / "media" / inbound_id
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found.ref.encode())
            size = len(found.ref)
            media.kept(
                uow, self.merchant_id, inbound_id, mime="image/png", size=size, sha256="0", path=f"media/{inbound_id}"
            )
            outbox.finish(uow.session, work)

    def talk(self, channel: str, sender: str) -> ConversationView:
        """The conversation of somebody."""
        with self.database.read() as session:
            found = messaging.find_conversation(
                session, self.merchant_id, channel=channel, account="shop", sender=sender
            )
        assert found is not None
        return found

    def replies(self, conversation_id: str) -> list[str]:
        """What we said in a conversation, in order."""
        with self.database.read() as session:
            return [m.text for m in messaging.log(session, conversation_id) if m.direction == "out"]

    def last(self, received: Received) -> str:
        """What we said last."""
        return self.replies(received.conversation_id)[-1]

    def cart(self, conversation_id: str) -> CartView | None:
        """The open cart of a conversation."""
        with self.database.read() as session:
            return orders.find_cart(session, self.merchant_id, conversation_id)


def _nothing(database: Database, work: Work) -> None:
    with database.begin() as uow:
        outbox.finish(uow.session, work)


def _turn(database: Database, work: Work) -> None:
    take_turn(_ASSISTANT, database, work)
