"""The tea house on Telegram, with a pretended Telegram."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from channels import payments
from channels.outbound import Outbound
from channels.telegram import TelegramChannel
from comanda.drain import Drain
from comanda.upkeep import UPKEEP
from comanda.wiring import _SUBSCRIBERS
from core.db.session import Database
from core.kernel import clock
from core.settings import Settings, settings
from tests.channels.fakes.telegram import TOKEN, Telegram
from tests.channels.orders_world import World, world
from tests.fakes.server import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx2


SECRET = "a-secret-of-the-webhook"
PATH = "/webhooks/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
ADA = 42
_PAUSE = timedelta(seconds=2)


class Chat:
    """A shop, its pretended Telegram, and what goes between them. Each round of work is some seconds later."""

    def __init__(self, shop: World, telegram: Telegram) -> None:
        self.shop = shop
        self.telegram = telegram
        channel = shop.channels["telegram"]
        assert isinstance(channel, TelegramChannel)
        self.channel = channel
        self.moment = datetime.now(UTC)

    def post(self, update: object, secret: str = SECRET) -> httpx2.Response:
        """Deliver an update."""
        return self.shop.post(PATH, json.dumps(update).encode(), {HEADER: secret})

    def deliver(self, update: dict[str, Any]) -> None:
        """Deliver an update, and let everything be done that follows."""
        assert self.post(update).status_code == 200
        self.work()

    def work(self) -> None:
        """Do all there is to do, in rounds some seconds apart: a chat gets one message a second."""
        done = 1
        while done:
            self.moment += _PAUSE
            with clock.at(self.moment):
                done = self.shop.drain.all()

    def writes(self, text: str, sender: int = ADA) -> None:
        """A customer writes, and is answered."""
        self.deliver(self.telegram.writes(sender, text))

    def presses(self, label: str, sender: int = ADA) -> dict[str, Any]:
        """A customer presses a button, and is answered; the update that it was."""
        update = self.telegram.presses(sender, label)
        self.deliver(update)
        return update

    def texts(self, sender: int = ADA) -> list[str]:
        """What the bot's messages say, as they stand in the chat."""
        return [m.get("text", "") for m in self.telegram.said(sender)]


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    """The pretended Telegram."""
    with served(Telegram()) as fake:
        yield fake


@pytest.fixture
def configured(telegram: Telegram, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Settings]]:
    """Sets the bot up, as the program reads its settings; more values by their names."""

    def configure(**more: str) -> Settings:
        values = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "TELEGRAM_API_BASE": telegram.url,
            "PUBLIC_URL": "https://shop.example",
        }
        for name, value in (values | more).items():
            monkeypatch.setenv(f"COMANDA_{name}", value)
        settings.cache_clear()
        return settings()

    yield configure
    settings.cache_clear()


@contextmanager
def opened(database: Database, telegram: Telegram, current: Settings) -> Iterator[Chat]:
    """The tea house with these settings, its payments included."""
    with world(database, current) as made:
        chat = Chat(made, telegram)
        providers = payments.providers(current, b"key")
        ours = {"turn": made._turn, "send": Outbound(made.channels).deliver}
        handlers = {**ours, **payments.handlers(providers), **UPKEEP}
        made.drain = Drain(database, handlers, subscribers=_SUBSCRIBERS)
        try:
            yield chat
        finally:
            for provider in providers.values():
                provider.hang_up()


@pytest.fixture
def local(sqlite_url: str) -> Iterator[Database]:
    """A SQLite file, for what does not depend on the database."""
    made = Database(sqlite_url)
    yield made
    made.close()


@pytest.fixture
def chat(local: Database, telegram: Telegram, configured: Callable[..., Settings]) -> Iterator[Chat]:
    """The tea house behind its webhook."""
    with opened(local, telegram, configured()) as made:
        yield made


@pytest.fixture
def chat_on_each(database: Database, telegram: Telegram, configured: Callable[..., Settings]) -> Iterator[Chat]:
    """The same, on each database."""
    with opened(database, telegram, configured()) as made:
        yield made


@pytest.fixture
def paying(local: Database, telegram: Telegram, configured: Callable[..., Settings]) -> Iterator[Chat]:
    """The tea house, paid by invoices in the chat."""
    with opened(local, telegram, configured(TELEGRAM_PAYMENT_TOKEN="1:TEST:pretended")) as made:
        yield made
