"""The command line: `comanda --help`. Commands import what they need when they run, so that help is quick."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from comanda.cli import (
    audit,
    channels,
    database,
    deliveries,
    intents,
    ledger,
    menu,
    prices,
    privacy,
    recipes,
    replay,
    server,
    shop,
    stock,
    talk,
    telegram,
    wording,
)
from core.kernel.errors import ComandaError
from core.logs import configure
from core.settings import settings

app = typer.Typer(
    name="comanda",
    help="Comanda takes orders in conversation. Start with `comanda serve --demo`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(menu.app, name="menu")
app.add_typer(audit.app, name="audit")
app.add_typer(prices.app, name="prices")
app.add_typer(privacy.app, name="privacy")
app.add_typer(recipes.app, name="recipes")
app.add_typer(database.app, name="db")
app.add_typer(shop.app, name="shop")
app.add_typer(intents.app, name="intents")
app.add_typer(stock.app, name="stock")
app.add_typer(ledger.app, name="ledger")
app.add_typer(channels.app, name="channels")
app.add_typer(telegram.app, name="telegram")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(wording.app, name="wording")
app.command("serve")(server.serve)
app.command("worker")(server.worker)
app.command("demo")(server.demo)
app.command("doctor")(server.doctor)
app.command("chat")(talk.chat)
app.command("understand")(talk.understand)
app.command("converse")(talk.converse)
app.command("replay")(replay.replay)


@app.callback()
def _prepare(
    *, verbose: Annotated[bool, typer.Option(help="Log everything, also what is only for debugging.")] = False
) -> None:
    current = settings()
    configure(current.model_copy(update={"log_level": "DEBUG"}) if verbose else current)


def main() -> None:
    """Run the command line; what we refuse is one clear sentence on stderr and status 1, never a stack trace."""
    try:
        app()
    except ComandaError as refused:
        typer.secho(f"comanda: {refused.text}", fg="red", err=True)
        sys.exit(1)
