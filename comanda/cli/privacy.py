"""`comanda privacy`: what is kept of a customer, handed out or erased."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.kernel.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from core.db.session import Session
    from core.merchants import MerchantView

app = typer.Typer(help="Find, hand out and erase what is kept of a customer.", no_args_is_help=True)
_SHOP = typer.Option("--merchant", help="The shop's short name; without it, the only one.")
_CUSTOMER = typer.Argument(help="The customer's id, or their id on a channel, such as a telephone number.")
_LISTED = 20


@app.command()
def find(
    words: Annotated[str, typer.Argument(help="A part of a name or of an id.")], merchant: Annotated[str, _SHOP] = ""
) -> None:
    """List customers whose name or id has these words."""
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415 - help is quick without
    from core import customers, privacy  # noqa: PLC0415

    database = open_database()
    shop = choose_shop(database, merchant)
    with database.read() as session:
        for found in privacy.find(session, shop.id, words, _LISTED):
            known = ", ".join(f"{k.channel} {k.external_id}" for k in customers.identities(session, shop.id, found.id))
            typer.echo(f"{found.id}  {found.name or '–'}  {known}")


@app.command()
def export(
    customer: Annotated[str, _CUSTOMER],
    merchant: Annotated[str, _SHOP] = "",
    to: Annotated[Path | None, typer.Option(help="File to write to; without it, standard output.")] = None,
) -> None:
    """Write every row of a customer as JSON."""
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core import privacy  # noqa: PLC0415

    database = open_database()
    shop = choose_shop(database, merchant)
    with database.read() as session:
        customer_id = _customer(session, shop, customer)
    with database.begin() as uow:
        kept = privacy.export(uow, shop.id, customer_id)
    text = json.dumps(kept, ensure_ascii=False, indent=2)
    if to is None:
        typer.echo(text)
    else:
        to.write_text(text + "\n", encoding="utf-8")
        typer.echo(f"Written to {to}.")


@app.command()
def erase(
    customer: Annotated[str, _CUSTOMER],
    merchant: Annotated[str, _SHOP] = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase everything that is kept of a customer, but for the books: it cannot be taken back."""
    from comanda.upkeep import compact_now  # noqa: PLC0415
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core import privacy  # noqa: PLC0415

    database = open_database()
    shop = choose_shop(database, merchant)
    with database.read() as session:
        customer_id = _customer(session, shop, customer)
        counted = privacy.count(session, shop.id, customer_id)
    if not yes:
        about = f"{counted.name or customer_id}: {counted.messages} messages, {counted.orders} orders"
        typer.confirm(f"Erase {about}?", abort=True)
    with database.begin() as uow:
        erased = privacy.erase(uow, shop.id, customer_id)
    compact_now(database, erased.files)
    typer.echo(f"Erased: {sum(erased.rows.values())} rows, {len(erased.files)} files.")


def _customer(session: Session, shop: MerchantView, words: str) -> str:
    from core import customers, privacy  # noqa: PLC0415

    found = privacy.find(session, shop.id, words, _LISTED)
    exact = [c.id for c in found if c.id == words]
    exact = exact or [
        c.id for c in found if words in {i.external_id for i in customers.identities(session, shop.id, c.id)}
    ]
    if not exact:
        raise NotFound(what="customer", key=words)
    if len(exact) > 1:
        raise InvalidInput(field="customer", problem=f"several are known by “{words}”: {', '.join(exact)}.")
    return exact[0]
