"""`comanda deliveries`: what was given up, and doing it again."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Messages on their way, and what was given up.", no_args_is_help=True)
_Shop = Annotated[str, typer.Option(help="The shop's short name; not needed with one shop.")]


@app.command("list")
def list_(shop: _Shop = "") -> None:
    """Print alarms, closed accounts, what is on its way, and what was given up with its id and the reason."""
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core.messaging import delivery  # noqa: PLC0415

    database = open_database()
    merchant_id = choose_shop(database, shop).id
    with database.read() as session:
        for alarm in delivery.alarms(session, merchant_id):
            typer.secho(f"alarm\t{alarm.subject}\t{alarm.problem}", fg="red")
        for gate in delivery.gates(session, merchant_id):
            typer.echo(f"closed\t{gate.channel}:{gate.account}\t{gate.closed_until:%Y-%m-%dT%H:%M:%SZ}\t{gate.error}")
        for waiting in delivery.on_their_way(session, merchant_id):
            typer.echo(f"{waiting.state}\t{waiting.channel}\t{waiting.count}")
        for entry in delivery.given_up(session, merchant_id):
            typer.echo(f"given up\t{entry.id}\t{entry.kind}\t{entry.at:%Y-%m-%dT%H:%M:%SZ}\t{entry.reason}")


@app.command()
def replay(
    entries: Annotated[list[str] | None, typer.Argument(help="Ids, as `comanda deliveries list` prints them.")] = None,
    shop: _Shop = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="Everything that was given up.")] = False,
) -> None:
    """Do again what was given up: messages are sent again, and work is done again, by the running workers."""
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core.kernel.errors import InvalidInput  # noqa: PLC0415
    from core.messaging import delivery  # noqa: PLC0415

    database = open_database()
    merchant_id = choose_shop(database, shop).id
    wanted = list(entries or ())
    if every:
        with database.read() as session:
            wanted = [entry.id for entry in delivery.given_up(session, merchant_id, limit=10_000)]
    elif not wanted:
        raise InvalidInput(field="entries", problem="name ids of `comanda deliveries list`, or say --all.")
    for entry_id in wanted:
        with database.begin() as uow:
            entry = delivery.replay(uow, merchant_id, entry_id)
        typer.echo(f"{entry.id}\t{entry.kind}\tis done again")
