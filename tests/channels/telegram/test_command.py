"""`comanda telegram`, against the pretended one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.testing import CliRunner

from channels.telegram.updates import ALLOWED
from channels.telegram.words import WORDS
from comanda import wiring
from comanda.cli import app
from core.kernel.errors import InvalidSetting
from tests.channels.orders_world import open_tea_house
from tests.channels.telegram.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from typer.testing import Result

    from core.db.session import Database
    from core.settings import Settings
    from tests.channels.fakes.telegram import Telegram


def run(*words: str) -> Result:
    """What a command says."""
    return CliRunner().invoke(app, ["telegram", *words])


def test_the_webhook_is_set_whole_and_taken_away_without_loss(
    telegram: Telegram, configured: Callable[..., Settings]
) -> None:
    configured()
    telegram.writes(42, "hello")
    assert run("webhook").exit_code == 0
    assert telegram.webhook["url"] == "https://shop.example/webhooks/telegram"
    assert telegram.webhook["secret_token"] == SECRET
    assert telegram.webhook["allowed_updates"] == list(ALLOWED)
    assert "drop_pending_updates" not in telegram.webhook
    shown = run("show").output
    assert "https://shop.example/webhooks/telegram" in shown
    assert "waiting\t1" in shown
    assert "Empty COMANDA_TELEGRAM_WEBHOOK_SECRET" in run("poll").output
    assert telegram.webhook["url"] == ""
    assert len(telegram.updates) == 1


def test_what_is_missing_is_said(telegram: Telegram, configured: Callable[..., Settings]) -> None:
    for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL"):
        value = "http://shop.example" if name == "PUBLIC_URL" else ""
        configured(**{name: value})
        refused = run("webhook").exception
        assert isinstance(refused, InvalidSetting)
        assert f"COMANDA_{name}" in refused.text
    configured(TELEGRAM_BOT_TOKEN="7001:another")
    result = run("show")
    assert (result.exit_code, "does not accept the bot's token" in result.output) == (1, True)
    assert telegram.webhook == {"url": ""}


def test_the_bot_is_described_in_every_language(
    telegram: Telegram, configured: Callable[..., Settings], local: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured()
    open_tea_house(local)
    monkeypatch.setattr(wiring, "open_database", lambda: local)  # it has no migrations to be brought to
    assert run("describe").exit_code == 0
    assert len(telegram.described) == len(WORDS)
    assert telegram.described[""]["description"].startswith("This is the automatic assistant of Juniper.")
    assert telegram.described["de"]["short_description"] == "Bestellen bei Juniper."
