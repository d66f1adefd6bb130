"""The self-test: webhooks that are reached are found good, and everything between us and providers is found out."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from pydantic import SecretStr

from channels.base import ChannelDeps
from comanda import errors, self_test
from comanda.text_channels import connected, packages, shop_of
from core import merchants
from core.db.schema import metadata
from core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.db.session import Database


def _settings(public_url: str, secret: str = "ours") -> Settings:  # noqa: S107 - made up
    return Settings(
        public_url=public_url,
        whatsapp_app_secret=SecretStr(secret),
        twilio_account_sid="AC" + "1" * 32,
        twilio_auth_token=SecretStr(secret),
        telegram_bot_token=SecretStr("1:a"),
        telegram_webhook_secret=SecretStr(secret),
    )


@contextmanager
def _serving(made: FastAPI | Callable[[str], FastAPI]) -> Iterator[str]:
    """The address of an application, which may depend on it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = made if isinstance(made, FastAPI) else made(address)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield address
        server.should_exit = True
        thread.join(60)


def _webhooks(settings: Settings, database: Database) -> FastAPI:
    app = FastAPI()
    errors.install(app)
    channels = connected(settings, database)
    for package in packages(settings):
        app.include_router(package.router(ChannelDeps(settings, database, channels, shop_of(database))))
    return app


def _rows(database: Database) -> int:
    with database.read() as session:
        return sum(session.query(table).count() for table in metadata().sorted_tables)


def test_webhooks_that_are_reached_are_good_and_nothing_is_kept(database: Database) -> None:
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Quay", slug="quay", currency="EUR", locale="en-IE")
        merchants.add_location(uow, shop.id, name="Here")
    before = _rows(database)
    with _serving(lambda address: _webhooks(_settings(address), database)) as address:
        outcomes = self_test.run(_settings(address))
    assert {o.channel: o.problem for o in outcomes} == {"whatsapp": "", "sms": "", "telegram": ""}
    assert _rows(database) == before
    assert all("not reached" in o.problem for o in self_test.run(_settings(address)))


def test_another_secret_is_found_out(database: Database) -> None:
    with _serving(_webhooks(_settings("http://127.0.0.1:1", "other"), database)) as address:
        outcomes = self_test.run(_settings(address))
    assert len(outcomes) == 3
    assert all("a signed request was refused" in o.problem for o in outcomes)


@pytest.mark.parametrize(
    ("status", "said"),
    [(200, "something in front of us answers by itself"), (404, "does this program, with these settings, run there?")],
)
def test_somebody_else_at_the_address_is_found_out(status: int, said: str) -> None:
    app = FastAPI()

    @app.post("/{path:path}", status_code=status)
    def answer(path: str) -> str:
        return path

    with _serving(app) as address:
        assert all(said in o.problem for o in self_test.run(_settings(address)))


def test_an_address_that_leads_elsewhere_is_found_out() -> None:
    app = FastAPI()

    @app.post("/{path:path}")
    def answer(path: str) -> RedirectResponse:
        return RedirectResponse(f"https://shop.example/{path}", 301)

    with _serving(app) as address:
        outcomes = self_test.run(_settings(address))
    assert all("redirected to https://shop.example/webhooks" in o.problem for o in outcomes)
