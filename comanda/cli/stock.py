"""`comanda stock`: look at what is there, and recount what is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from core.inventory import Fault

app = typer.Typer(help="Look at stock, and recount it from its movements.", no_args_is_help=True)
Shop = Annotated[str, typer.Option(help="The shop's short name; not needed when there is one shop.")]

_SAID = {
    "on_hand": "{item}: {recorded} recorded on hand, its movements add up to {right}",
    "reserved": "{item}: {recorded} recorded as reserved, orders hold {right}",
    "expired": "{item}: {recorded} recorded as expired, the lots that are have {right}",
    "low": "{item}: whether it is low is recorded wrongly",
    "lot": "{item}, lot {id}: {recorded} recorded, its movements add up to {right}",
    "lots": "{item}: its lots have {recorded}, more than the {right} on hand: count it",
    "promised": "{item}: orders hold {recorded} but there are {right}: count it, or cancel an order",
}


@app.command("list")
def list_(shop: Shop = "") -> None:
    """Print every level: location, item, on hand, reserved (in steps of its unit), expired, and whether it is low."""
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core import inventory, merchants  # noqa: PLC0415

    database = open_database()
    chosen = choose_shop(database, shop)
    with database.read() as session:
        places = {i: merchants.location(session, chosen.id, i).name for i in chosen.location_ids}
        for level in inventory.levels(session, chosen.id):
            more = f"\t{level.expired} expired" if level.expired else ""
            more += "\tlow" if level.low else ""
            typer.echo(f"{places[level.location_id]}\t{level.item_id}\t{level.on_hand}\t{level.reserved}{more}")


@app.command()
def verify(
    shop: Shop = "",
    *,
    fix: Annotated[bool, typer.Option(help="Set what is recorded to what its rows add up to.")] = False,
) -> None:
    """Recount levels from movements, reservations and lots; status 1 when something is wrong and stays so."""
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core import inventory  # noqa: PLC0415

    database = open_database()
    chosen = choose_shop(database, shop)
    if fix:
        with database.begin() as uow:
            for fault in inventory.repair(uow, chosen.id):
                typer.echo(_words(fault))
    with database.read() as session:
        levels = len(inventory.levels(session, chosen.id))
        left = inventory.verify(session, chosen.id)
    if left:
        typer.echo("Wrong still:" if fix else "Wrong:")
        for fault in left:
            typer.echo(f"  {_words(fault)}")
        if not fix and any(fault.mendable for fault in left):
            typer.echo("comanda stock verify --fix sets right what can be.")
        raise typer.Exit(1)
    typer.secho(f"{levels} levels are what their movements and reservations add up to.", fg="green")


def _words(fault: Fault) -> str:
    values = {"item": fault.item_id, "recorded": fault.recorded, "right": fault.right, "id": fault.id}
    return _SAID[fault.what].format(**values)
