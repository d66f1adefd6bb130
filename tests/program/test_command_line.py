"""The command line as an operator meets it: what works, and what a refusal says."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from comanda.cli import main
from comanda.demo import MENU_FILE

if TYPE_CHECKING:
    from pathlib import Path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit status of `comanda` with these arguments."""
    monkeypatch.setattr(sys, "argv", ["comanda", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


COMMANDS = ["serve", "chat", "understand", "converse", "menu", "db", "worker", "demo", "doctor", "shop"]


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, command, "--help") == 0
    assert "Usage" in capsys.readouterr().out


@pytest.mark.usefixtures("operator")
def test_a_shop_of_ones_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "shop", "create", "blue-door", "--name", "Blue Door", "--currency", "usd") == 0
    assert run(monkeypatch, "menu", "import", str(MENU_FILE)) == 0
    assert "added" in capsys.readouterr().out
    assert run(monkeypatch, "menu", "export") == 0
    assert json.loads(capsys.readouterr().out)["items"][0]["id"]
    assert run(monkeypatch, "shop", "create", "blue-door", "--name", "Other", "--currency", "USD") == 1
    assert "choose another slug" in capsys.readouterr().err
    assert run(monkeypatch, "shop", "list") == 0
    assert capsys.readouterr().out == "blue-door\tBlue Door\tUSD\ten-US\n"


@pytest.mark.usefixtures("operator")
def test_accounts_are_given_to_shops(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for slug in ("blue-door", "red-door"):
        assert run(monkeypatch, "shop", "create", slug, "--name", slug, "--currency", "usd") == 0
    assert run(monkeypatch, "channels", "connect", "sms", "+100", "--shop", "red-door", "--location", "red-door") == 0
    assert run(monkeypatch, "channels", "connect", "sms", "+100", "--shop", "blue-door") == 1
    assert "belongs to another shop" in capsys.readouterr().err
    assert run(monkeypatch, "channels", "list", "--shop", "red-door") == 0
    assert capsys.readouterr().out == "on: none besides the web chat\nsms\t+100\tred-door\n"
    assert run(monkeypatch, "channels", "disconnect", "sms", "+100", "--shop", "red-door") == 0
    assert run(monkeypatch, "channels", "list", "--shop", "red-door") == 0
    assert capsys.readouterr().out == "on: none besides the web chat\n"


def test_a_menu_with_mistakes_is_refused_whole(
    operator: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    menu = json.loads(MENU_FILE.read_text(encoding="utf-8"))
    menu["items"][0]["price"] = "cheap"
    menu["items"][1]["modifier_groups"] = ["nowhere"]
    bad = operator / "bad.json"
    bad.write_text(json.dumps(menu), encoding="utf-8")
    assert run(monkeypatch, "demo") == 0
    assert run(monkeypatch, "menu", "export") == 0
    before = capsys.readouterr().out.partition("\n")[2]
    for command in ("check", "import"):
        assert run(monkeypatch, "menu", command, str(bad)) == 1
        said = capsys.readouterr().out
        assert "items[0].price" in said
        assert "items[1].modifier_groups[0]" in said
    assert run(monkeypatch, "menu", "export") == 0
    assert capsys.readouterr().out == before


@pytest.mark.usefixtures("operator")
def test_doctor_says_what_is_off_and_how_to_turn_it_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(monkeypatch, "doctor") == 0
    assert "comanda serve --demo" in capsys.readouterr().out
    assert run(monkeypatch, "demo") == 0
    assert run(monkeypatch, "doctor") == 0
    said = capsys.readouterr().out
    assert "Kettle & Crumb" in said
    assert "COMANDA_REDIS_URL" in said
    monkeypatch.setenv("COMANDA_REDIS_URL", "redis://127.0.0.1:1/0")
    from core.settings import settings  # noqa: PLC0415 - the environment has changed

    settings.cache_clear()
    assert run(monkeypatch, "doctor") == 1
    assert "does not answer" in capsys.readouterr().out


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"WHATSAPP_APP_SECRET": "a"}, "Set COMANDA_WHATSAPP_ACCESS_TOKEN: docs/guides/whatsapp.md."),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}, "its provider cannot reach us"),
        ({"TELEGRAM_BOT_TOKEN": "1:a"}, "polled"),
        ({"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_WEBHOOK_SECRET": "s"}, "Telegram cannot reach us"),
        ({"SMTP_URL": "smtp://mail.example"}, "mails have no sender"),
        ({"PUBLIC_URL": "https://10.0.0.7"}, "https://10.0.0.7 is known in this network only"),
        ({"PUBLIC_URL": "http://a.example"}, "http://a.example does not begin with https"),
        (
            {"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_WEBHOOK_SECRET": "s", "PUBLIC_URL": "https://a.example:8000"},
            "Telegram calls no port 8000",
        ),
        ({"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_PAYMENT_TOKEN": "1:TEST:a"}, "whoever pays waits behind"),
        ({"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_PAYMENT_TOKEN": "sk_live"}, "this is no provider's token"),
        ({"TELEGRAM_PAYMENT_TOKEN": "1:TEST:a"}, "there is no bot"),
        ({"WHATSAPP_APP_SECRET": "a", "WHATSAPP_TEMPLATE": "Order News"}, "Order News is no template of Meta's"),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_TEMPLATE": "HX1"}, "HX1 is no template of Twilio's"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "such news on WhatsApp is not sent"),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "PUBLIC_URL": "https://a.example"}, "selftest"),
    ],
)
def test_doctor_says_what_a_channel_needs(
    environment: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from core.settings import settings  # noqa: PLC0415 - the environment has changed

    monkeypatch.setenv("COLUMNS", "250")
    assert run(monkeypatch, "doctor") == 0
    assert said not in capsys.readouterr().out
    for name, value in environment.items():
        monkeypatch.setenv(f"COMANDA_{name}", value)
    settings.cache_clear()
    run(monkeypatch, "doctor")
    assert said in capsys.readouterr().out


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize(
    ("set_to", "links"), [("", "http://localhost:8123"), ("https://a.example", "https://a.example")]
)
def test_links_lead_to_the_port_that_is_served(set_to: str, links: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.settings import settings  # noqa: PLC0415 - the environment has changed

    served: list[tuple[int, str]] = []
    monkeypatch.setenv("COMANDA_PUBLIC_URL", set_to)
    if not set_to:
        monkeypatch.delenv("COMANDA_PUBLIC_URL")
    monkeypatch.setattr("uvicorn.run", lambda *_, port, **__: served.append((port, settings().public_url)))
    settings.cache_clear()
    assert run(monkeypatch, "serve", "--port", "8123") == 0
    assert served == [(8123, links)]


@pytest.mark.usefixtures("operator")
def test_what_cannot_be_done_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "menu", "export") == 1
    refused = capsys.readouterr().err
    assert refused.startswith("comanda: ")
    assert "Traceback" not in refused
    monkeypatch.setenv("COMANDA_WORKER_THREADS", "many")
    from core.settings import settings  # noqa: PLC0415 - the environment has changed

    settings.cache_clear()
    assert run(monkeypatch, "db", "status") == 1
    assert "COMANDA_WORKER_THREADS" in capsys.readouterr().err
