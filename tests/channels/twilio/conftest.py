"""The tea house by text message and on WhatsApp, with a pretended Twilio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from core.db.session import Database
from core.settings import Settings
from tests.channels.fakes.twilio import ACCOUNT, TOKEN, Message, Twilio, signed
from tests.channels.orders_world import World, world
from tests.fakes.server import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx2


HOME: Final = "https://shop.example"
MESSAGES: Final = "/webhooks/twilio/messages"
OURS: Final = "+15550100"
THEIRS: Final = "+15550199"


@dataclass
class Line:
    """A customer's telephone: what they send reaches the shop as Twilio delivers it."""

    shop: World
    twilio: Twilio
    sender: str = THEIRS
    to: str = OURS

    def say(self, body: str = "", **more: str) -> httpx2.Response:
        """Send a message; the answer to its delivery."""
        return self.deliver(self.twilio.heard(self.sender, self.to, body, **more)[1])

    def deliver(self, fields: dict[str, str], **headers: str) -> httpx2.Response:
        """A delivery, and the work that it leaves."""
        body, known = signed(HOME + MESSAGES, fields)
        answer = self.shop.post(MESSAGES, body, known | headers)
        self.shop.drain.all()
        return answer

    def report(self, message: Message, status: str, error: str = "") -> httpx2.Response:
        """A status callback, to the address that the message named."""
        url, fields = self.twilio.reports(message, status, error)
        body, headers = signed(url, fields)
        answer = self.shop.post(url.removeprefix(HOME), body, headers)
        self.shop.drain.all()
        return answer


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    """A pretended Twilio."""
    with served(Twilio()) as fake:
        yield fake


@pytest.fixture
def configured(twilio: Twilio) -> Callable[..., Settings]:
    """Settings for the pretended Twilio, with whatever else is given."""

    def made(**more: Any) -> Settings:  # noqa: ANN401 - the values of settings
        known = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_api_base": twilio.url}
        return Settings.model_validate({"public_url": HOME, **known, **more})

    return made


@pytest.fixture
def shop(database: Database, configured: Callable[..., Settings]) -> Iterator[World]:
    """The tea house, on each database."""
    with world(database, configured()) as made:
        yield made


@pytest.fixture
def line(shop: World, twilio: Twilio) -> Line:
    """A customer who sends text messages."""
    return Line(shop, twilio)


@pytest.fixture
def file_line(sqlite_url: str, configured: Callable[..., Settings], twilio: Twilio) -> Iterator[Line]:
    """The same, of a shop whose database is a file: where nothing depends on the database."""
    database = Database(sqlite_url)
    with world(database, configured()) as made:
        yield Line(made, twilio)
    database.close()
