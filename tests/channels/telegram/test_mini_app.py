"""A Mini App's signature lets its customer into the web chat, and nobody else."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from channels.telegram.mini_app import OLDEST, person_of
from channels.web.frames import ACCOUNT, CHANNEL
from channels.web.session import Signer
from comanda import errors, mini_app
from core import customers, privacy
from core.customers import linking
from core.kernel.errors import NotSignedIn
from tests.channels.fakes.telegram import BOT, TOKEN, person
from tests.channels.telegram.conftest import ADA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from core.settings import Settings
    from tests.channels.telegram.conftest import Chat

PATH = "/api/v1/telegram/session"


def fields(sender: int = ADA, age: timedelta = timedelta(0), **more: str) -> dict[str, str]:
    """What Telegram gives a page that somebody opens."""
    opened = int((datetime.now(UTC) - age).timestamp())
    return {"auth_date": str(opened), "query_id": "AAH", "signature": "s", "user": json.dumps(person(sender)), **more}


def signed(given: dict[str, str], token: str = TOKEN) -> str:
    """The page's data with the bot's signature, worked out as Telegram's own page on it says."""
    lines = "\n".join(f"{key}={given[key]}" for key in sorted(given))
    secret = hmac.new(b"WebAppData", token.encode(), "sha256").digest()
    return urlencode({**given, "hash": hmac.new(secret, lines.encode(), "sha256").hexdigest()})


def test_who_opened_the_page() -> None:
    found = person_of(signed(fields()), TOKEN)
    assert (found.id, found.name, found.locale) == ("42", "Ada No 42", "en")


def _bad() -> Iterator[str]:
    good = signed(fields())
    yield from ("", "x", "hash=", good[:-1], good + "0", good.replace("42", "43"), good.replace("AAH", "AAI"))
    yield from (good + "&user=%7B%7D", good + "&query_id=AAH", "&" * 100 + good, good * 30, "hash=%FF&" + good)
    yield signed(fields(), "7001:another")
    yield signed(fields(age=OLDEST + timedelta(seconds=5)))
    yield signed(fields(age=-timedelta(days=1)))
    yield from (signed(fields(auth_date=odd)) for odd in ("", "-1", "soon", "9" * 30, "१२३"))
    for user in ("", "[]", "{", '{"id":"42"}', '{"id":true}', '{"id":-1}', '{"id":42,"is_bot":true}', "[" * 3000):
        yield signed(fields(user=user))
    without = fields()
    del without["user"]
    yield signed(without)


@pytest.mark.parametrize("init_data", list(_bad()))
def test_what_telegram_did_not_sign_for_us_now_is_refused(init_data: str) -> None:
    with pytest.raises(NotSignedIn):
        person_of(init_data, TOKEN)


class Page:
    """The page of the Mini App, and the program behind it."""

    def __init__(self, chat: Chat, current: Settings) -> None:
        app = FastAPI()
        errors.install(app)
        app.include_router(mini_app.router(current, chat.shop.database))
        self.http = TestClient(app, raise_server_exceptions=False)
        self.signer = Signer.of(current)
        self.chat = chat

    def opened_by(self, sender: int) -> str:
        """Who the web chat belongs to, after somebody opened the page."""
        answer = self.http.post(PATH, json={"init_data": signed(fields(sender))})
        assert answer.status_code == 200, answer.text
        session = self.signer.session(answer.json()["token"])
        assert session.merchant_id == self.chat.shop.merchant_id
        return session.sender

    def customer(self, channel: str, account: str, external_id: str) -> str:
        """Whose an identity is."""
        with self.chat.shop.database.read() as session:
            shop = self.chat.shop.merchant_id
            return customers.known_identity(session, shop, channel, account, external_id).customer_id


@pytest.fixture
def page(chat: Chat, configured: Callable[..., Settings], tmp_path: Path) -> Iterator[Page]:
    """The page beside the bot's webhook."""
    made = Page(chat, configured(DATA_PATH=str(tmp_path)))
    yield made
    made.http.close()


def test_the_web_chat_is_the_same_customers(page: Page) -> None:
    page.chat.writes("hello")
    sender = page.opened_by(ADA)
    assert page.opened_by(ADA) == sender
    ada = page.customer("telegram", str(BOT), str(ADA))
    assert page.customer(CHANNEL, ACCOUNT, sender) == ada
    # It is told where they know us from; another person is another customer.
    page.chat.work()
    assert len(page.chat.texts()) == 2
    other = page.opened_by(43)
    assert other != sender
    assert page.customer(CHANNEL, ACCOUNT, other) == page.customer("telegram", str(BOT), "43") != ada


def test_who_wants_to_be_apart_stays_apart(page: Page) -> None:
    page.chat.writes("hello")
    sender = page.opened_by(ADA)
    database, shop = page.chat.shop.database, page.chat.shop.merchant_id
    ada = page.customer("telegram", str(BOT), str(ADA))
    with database.begin() as uow:
        (link,) = linking.links_of(uow.session, shop, ada)
        privacy.part(uow, shop, ada, link.id)
    assert page.customer(CHANNEL, ACCOUNT, sender) != ada


def test_forged_data_opens_nothing(page: Page) -> None:
    for init_data in ("", "x", signed(fields(), "7001:another")):
        assert page.http.post(PATH, json={"init_data": init_data}).status_code == 401
    assert page.http.post(PATH, json={"init_data": "x" * 5000}).status_code == 422
    with page.chat.shop.database.read() as session:
        assert customers.known_identities(session, page.chat.shop.merchant_id, "nobody") == ()


def test_without_a_bot_there_is_no_such_page(chat: Chat, configured: Callable[..., Settings]) -> None:
    page = Page(chat, configured(TELEGRAM_BOT_TOKEN="", SECRET_KEY="k"))
    assert page.http.post(PATH, json={"init_data": signed(fields())}).status_code == 404
    page.http.close()
