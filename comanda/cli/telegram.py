"""`comanda telegram`: how Telegram reaches us, and what it shows of the bot."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.kernel.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels.telegram import Client
    from core.settings import Settings

app = typer.Typer(help="The Telegram bot: how it is reached, and what it shows.", no_args_is_help=True)
_PORTS = "443, 80, 88 or 8443"


@app.command()
def webhook() -> None:
    """Let Telegram call this installation at its public address. Nothing that waits there is dropped."""
    from channels.telegram.updates import ALLOWED  # noqa: PLC0415
    from channels.telegram.webhook import PATH  # noqa: PLC0415

    with _bot() as (client, current):
        secret = current.telegram_webhook_secret.get_secret_value()
        if not secret:
            raise InvalidSetting(
                setting="COMANDA_TELEGRAM_WEBHOOK_SECRET",
                problem="is empty: set it to 1 to 256 letters, digits, _ or -. Without a webhook, the bot is polled.",
            )
        url = current.public_url.rstrip("/") + PATH
        if not url.startswith("https://"):
            problem = f"is {current.public_url}: Telegram calls https addresses only, on port {_PORTS}."
            raise InvalidSetting(setting="COMANDA_PUBLIC_URL", problem=problem)
        asked = {"url": url, "secret_token": secret, "allowed_updates": list(ALLOWED), "max_connections": 40}
        client.call("setWebhook", asked)
        typer.secho(f"Telegram calls {url} from now on.", fg="green")


@app.command()
def poll() -> None:
    """Let this installation ask Telegram instead: for machines that cannot be reached. Nothing is dropped."""
    with _bot() as (client, current):
        client.call("deleteWebhook", {"drop_pending_updates": False})
        typer.secho("Telegram calls nobody any more.", fg="green")
        if current.telegram_webhook_secret.get_secret_value():
            typer.echo("Empty COMANDA_TELEGRAM_WEBHOOK_SECRET and start again: then it is polled.")


@app.command()
def show() -> None:
    """Say which bot it is, how it is reached, and what waits."""
    with _bot() as (client, _):
        me, info = _object(client.call("getMe", {})), _object(client.call("getWebhookInfo", {}))
        typer.echo(f"bot\t@{me.get('username', '?')}\t{me.get('id', '?')}\thttps://t.me/{me.get('username', '?')}")
        typer.echo(f"webhook\t{info.get('url') or 'none: polled'}")
        typer.echo(f"waiting\t{info.get('pending_update_count', 0)}")
        if info.get("last_error_message"):
            typer.echo(f"last trouble\t{info['last_error_message']}")


@app.command()
def describe(shop: Annotated[str, typer.Option(help="The shop's short name; not needed with one shop.")] = "") -> None:
    """Write what people see before they begin, in each language: that a machine answers, and for whom."""
    from channels.telegram.words import FIRST, WORDS  # noqa: PLC0415
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415

    name = choose_shop(open_database(), shop).name
    with _bot() as (client, _):
        for language, words in WORDS.items():
            of = {} if language == FIRST else {"language_code": language}
            long, short = words["describe"].format(shop=name), words["short"].format(shop=name)
            client.call("setMyDescription", {"description": long[:512], **of})
            client.call("setMyShortDescription", {"short_description": short[:120], **of})
        typer.secho(f"The bot is described in {len(WORDS)} languages.", fg="green")


@contextmanager
def _bot() -> Iterator[tuple[Client, Settings]]:
    """The bot of the settings; what Telegram says against it is one sentence, and status 1."""
    from channels.base import SendError  # noqa: PLC0415
    from channels.telegram import Client  # noqa: PLC0415
    from core.settings import settings  # noqa: PLC0415

    current = settings()
    token = current.telegram_bot_token.get_secret_value()
    if not token:
        raise InvalidSetting(setting="COMANDA_TELEGRAM_BOT_TOKEN", problem="is empty: @BotFather gives one.")
    client = Client(token, current.telegram_api_base)
    try:
        yield client, current
    except SendError as error:
        typer.secho(f"comanda: {error}", fg="red", err=True)
        raise typer.Exit(1) from error
    finally:
        client.close()


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
