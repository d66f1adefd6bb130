"""A tea house behind its channels: webhooks come by HTTP, turns are taken, replies go to a pretended provider."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from assistant.engine import Assistant
from assistant.turn import take_turn
from channels.base import ChannelDeps
from channels.outbound import Outbound
from channels.presence import Presence
from comanda import errors, text_channels
from comanda.drain import Drain
from core import catalogue, merchants, orders
from core.messaging.models import InboundMessage
from tests.assistant.menus import MENUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx2

    from core.db.outbox import Work
    from core.db.session import Database
    from core.orders import OrderView
    from core.orders.lines import Line
    from core.orders.states import OrderState
    from core.settings import Settings

# One for all tests: it keeps the menu's grammar.
_ASSISTANT = Assistant()
_ALL: tuple[OrderState, ...] = ("new", "accepted", "ready", "completed", "cancelled")


class World:
    """One shop, its channels as the settings have them, and a client that is the provider."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.merchant_id = open_tea_house(database)
        self.channels = text_channels.connected(settings, database)
        self.presence = Presence({})  # tests of sending count what is sent: those of presence have one
        self.drain = Drain(database, {"turn": self._turn, "send": Outbound(self.channels).deliver})
        app = FastAPI()
        errors.install(app)
        deps = ChannelDeps(settings, database, self.channels, text_channels.shop_of(database))
        for package in text_channels.packages(settings):
            app.include_router(package.router(deps))
        self.http = TestClient(app, raise_server_exceptions=False)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
        """A delivery."""
        return self.http.post(path, content=body, headers=dict(headers))

    def rows(self) -> int:
        """How many messages were kept."""
        with self.database.read() as session:
            mine = InboundMessage.merchant_id == self.merchant_id
            return session.scalar(select(func.count()).select_from(InboundMessage).where(mine)) or 0

    def kept(self) -> list[tuple[str, str]]:
        """Kind and text of every message that was kept."""
        mine = InboundMessage.merchant_id == self.merchant_id
        with self.database.read() as session:
            rows = session.execute(select(InboundMessage.kind, InboundMessage.text).where(mine).order_by("received_at"))
            return [(kind, text) for kind, text in rows]

    def placed(self) -> list[OrderView]:
        """The orders there are."""
        with self.database.read() as session:
            return list(orders.list_orders(session, self.merchant_id, states=_ALL, limit=100))

    def lines(self) -> list[tuple[Line, ...]]:
        """The lines of each order."""
        return [tuple(line.line for line in order.lines) for order in self.placed()]

    def _turn(self, database: Database, work: Work) -> None:
        self.presence.show(database, str(work.payload["conversation_id"]))
        take_turn(_ASSISTANT, database, work)


def open_tea_house(database: Database, slug: str = "juniper") -> str:
    """A shop with a menu; its id."""
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Juniper", slug=slug, currency="GBP", locale="en-GB")
        merchants.add_location(uow, shop.id, name="Here", address="1 Quay Street", fulfilments=("pickup",))
        catalogue.import_menu(uow, shop.id, MENUS["tea"])
    return shop.id


@contextmanager
def world(database: Database, settings: Settings) -> Iterator[World]:
    """The shop, for a test."""
    made = World(database, settings)
    try:
        yield made
    finally:
        made.http.close()
        text_channels.hang_up(made.channels)
