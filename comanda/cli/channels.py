"""`comanda channels`: which text channels there are, and whose accounts at providers are whose."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Text channels and their accounts.", no_args_is_help=True)
_Shop = Annotated[str, typer.Option(help="The shop's short name; not needed with one shop.")]
_Channel = Annotated[str, typer.Argument(help="Like whatsapp, sms, telegram, messenger, instagram.")]
_Account = Annotated[str, typer.Argument(help="The provider's id of it: docs/guides tell where it is found.")]


@app.command("list")
def list_(shop: _Shop = "") -> None:
    """Name the channels that are on, and the accounts that belong to the shop."""
    from comanda.text_channels import connected  # noqa: PLC0415
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core import merchants  # noqa: PLC0415
    from core.settings import settings  # noqa: PLC0415

    database = open_database()
    typer.echo("on: " + (", ".join(sorted(connected(settings(), database))) or "none besides the web chat"))
    with database.read() as session:
        for account in merchants.accounts(session, choose_shop(database, shop).id):
            place = account.location_id and merchants.location(session, account.merchant_id, account.location_id).name
            typer.echo("\t".join(filter(None, (account.channel, account.account, place))))


@app.command()
def connect(
    channel: _Channel,
    account: _Account,
    shop: _Shop = "",
    location: Annotated[str, typer.Option(help="Name of the location that it is for; empty: the first.")] = "",
) -> None:
    """Say that what comes in on an account is for this shop. Only needed where there are several shops or places."""
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core import merchants  # noqa: PLC0415
    from core.kernel.errors import NotFound  # noqa: PLC0415

    database = open_database()
    merchant = choose_shop(database, shop)
    with database.begin() as uow:
        place = None
        if location:
            places = [merchants.location(uow.session, merchant.id, one) for one in merchant.location_ids]
            place = next((one.id for one in places if one.name == location), None)
            if place is None:
                raise NotFound(what="location", key=location)
        merchants.connect_account(uow, merchant.id, channel, account, location_id=place)
    typer.secho(f"{channel} {account} is {merchant.name}'s.", fg="green")


@app.command()
def disconnect(channel: _Channel, account: _Account, shop: _Shop = "") -> None:
    """Take an account away from the shop."""
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core import merchants  # noqa: PLC0415

    database = open_database()
    with database.begin() as uow:
        merchants.disconnect_account(uow, choose_shop(database, shop).id, channel, account)


@app.command("twilio-contents")
def twilio_contents() -> None:
    """Make the content templates for buttons and lists on WhatsApp by Twilio, and print the setting that names them."""
    import json  # noqa: PLC0415

    from channels.base import SendError  # noqa: PLC0415
    from channels.twilio import Api, contents  # noqa: PLC0415
    from core.settings import settings  # noqa: PLC0415

    try:
        made = contents.made(Api(settings()))
    except SendError as error:
        typer.secho(f"Twilio: {error}", fg="red", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"COMANDA_TWILIO_CONTENTS='{json.dumps(made)}'")


@app.command()
def selftest() -> None:
    """Send signed requests to our own webhooks through the public address, and forged ones, which must be refused."""
    from comanda.self_test import run  # noqa: PLC0415
    from core.settings import settings  # noqa: PLC0415

    outcomes = run(settings())
    for outcome in outcomes:
        good = not outcome.problem
        typer.secho(f"{outcome.channel}\t{outcome.url}\t{outcome.problem or 'ok'}", fg="green" if good else "red")
    if not outcomes:
        typer.echo("No channel with a webhook is on: `comanda doctor` says what is missing.")
    if any(outcome.problem for outcome in outcomes):
        raise typer.Exit(1)
