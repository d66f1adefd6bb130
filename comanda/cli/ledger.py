"""`comanda ledger`: the books of a shop, read and checked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from core.ledger import DayReport

app = typer.Typer(help="Read and check the books.", no_args_is_help=True)
_Shop = Annotated[str, typer.Option(help="The shop's short name; not needed when there is only one.")]


@app.command()
def verify(*, shop: _Shop = "") -> None:
    """Look at every row of the ledger, and compare it with every order. Status 1 if anything is not as it was written.

    Without --shop every shop of the database is looked at.
    """
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core import ledger, merchants, orders  # noqa: PLC0415

    wrong = 0
    database = open_database()
    with database.read() as session:
        chosen = [choose_shop(database, shop)] if shop else list(merchants.every_merchant(session))
        for one in chosen:
            found = ledger.verify(session, one.id)
            books = orders.check_books(session, one.id)
            for text in [problem.text for problem in found.problems] + [problem.text for problem in books]:
                typer.secho(f"{one.slug}: {text}", fg="red", err=True)
            wrong += len(found.problems) + len(books)
            typer.echo(f"{one.slug}: {found.postings} postings, {found.entries} entries")
    if wrong:
        typer.secho(f"{wrong} things are not as they were written.", fg="red", err=True)
        sys.exit(1)
    typer.secho("The books are as they were written, and every order is in them.", fg="green")


@app.command()
def trial(*, shop: _Shop = "") -> None:
    """Print the trial balance: every account with what came to it and what left it."""
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core import ledger  # noqa: PLC0415

    database = open_database()
    mine = choose_shop(database, shop).id
    with database.read() as session:
        found = ledger.trial_balance(session, mine)
    typer.echo(f"{'account':24} {'debit':>16} {'credit':>16} {'balance':>16}")
    for row in found.rows:
        cells = (row.debit, row.credit, row.balance)
        typer.echo(
            f"{row.account:24} " + " ".join(f"{cell.decimal():>16}" for cell in cells) + f" {row.debit.currency}"
        )


@app.command()
def day(
    when: Annotated[str, typer.Argument(help="The day, like 2026-03-14; today when left out.")] = "",
    *,
    shop: _Shop = "",
    location: Annotated[str, typer.Option(help="The location's id; the first one when left out.")] = "",
) -> None:
    """Print what a location took on a day, by its own clock."""
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core import ledger, merchants  # noqa: PLC0415

    database = open_database()
    mine = choose_shop(database, shop).id
    with database.read() as session:
        place = merchants.location(session, mine, location) if location else merchants.default_location(session, mine)
        report = ledger.day_report(session, mine, place.id, _date(when, place.time_zone))
    typer.echo(f"{place.name}, {report.day}: {report.orders} orders")
    for name, text in _rows(report):
        typer.echo(f"{name:24} {text:>20}")


def _rows(report: DayReport) -> list[tuple[str, str]]:
    amounts = [("sales", report.sales), ("discounts", report.discounts), ("refunds", report.refunds)]
    amounts.append(("net sales", report.net_sales))
    amounts += [(f"tax {t.basis_points / 100:g} %", t.amount) for t in report.taxes]
    amounts += [("tips", report.tips), ("service charge", report.service_charge)]
    amounts += [("delivery fees", report.delivery_fees), ("rounding", report.rounding)]
    amounts += [(f"taken, {row.account}", row.balance) for row in report.taken]
    amounts.append(("not yet paid", report.receivable))
    return [(name, str(amount)) for name, amount in amounts]


def _date(text: str, zone: str) -> date:
    from datetime import date as calendar  # noqa: PLC0415
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from core.kernel.clock import now  # noqa: PLC0415

    if not text:
        return now().astimezone(ZoneInfo(zone)).date()
    try:
        return calendar.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field="day", problem=f"“{text}” is not a date: write it like 2026-03-14.") from None
