"""`comanda prices`: price lists, and when things are sold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Price lists by place and time, and when things are sold.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="A short name of its own, like happy-hour.")]
Shop = Annotated[str, typer.Option(help="The shop's short name, when there are several.")]
Place = Annotated[str, typer.Option(help="The name of one place; without it, every place.")]
Days = Annotated[str, typer.Option(help="Which days, 0 is Monday: 01234 is the working week.")]
_WEEK = "0123456"


@app.command("list")
def set_list(  # noqa: PLR0917 - the options of a command
    code: Code,
    name: Annotated[str, typer.Option(help="What staff call it.")],
    opens: Annotated[str, typer.Option("--from", help="From this time of the place, like 16:00; with --until.")] = "",
    closes: Annotated[str, typer.Option("--until", help="Until this time, like 18:00; may be after midnight.")] = "",
    days: Days = _WEEK,
    place: Place = "",
    priority: Annotated[int, typer.Option(help="Of two lists that apply, the higher one wins.")] = 0,
    shop: Shop = "",
) -> None:
    """Make a price list, or change when and where it applies. Its prices: comanda prices set."""
    from comanda import price_lists  # noqa: PLC0415

    price_lists.make(code, name, price_lists.windows(opens, closes, days), place, priority, shop)
    typer.secho(f"The price list {code} is there. Its prices: comanda prices set {code} FILE", fg="green")


@app.command("set")
def set_prices(
    code: Code,
    file: Annotated[Path, typer.Argument(help="A table (CSV) with the columns id and price.")],
    start: Annotated[str, typer.Option("--from", help="When they begin, like 2030-05-01T06:00+02:00; now.")] = "",
    end: Annotated[str, typer.Option("--until", help="When they end; never.")] = "",
    shop: Shop = "",
) -> None:
    """Put the prices of a table into a price list: all of them, or none when a row is wrong."""
    from comanda import price_lists  # noqa: PLC0415

    count = price_lists.fill(code, file, start, end, shop)
    typer.secho(f"{count} prices are in {code}.", fg="green")


@app.command()
def schedule(  # noqa: PLR0917 - the options of a command
    code: Code,
    name: Annotated[str, typer.Option(help="What staff call it.")],
    opens: Annotated[str, typer.Option("--from", help="From this time of the place, like 06:00.")],
    closes: Annotated[str, typer.Option("--until", help="Until this time, like 11:00.")],
    item: Annotated[list[str] | None, typer.Option(help="An item's id; may be given several times.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="A category; may be given several times.")] = None,
    days: Days = _WEEK,
    place: Place = "",
    shop: Shop = "",
) -> None:
    """Sell items or categories at certain times only: breakfast until 11."""
    from comanda import price_lists  # noqa: PLC0415

    price_lists.schedule(
        code, name, price_lists.windows(opens, closes, days), item or [], category or [], place=place, shop=shop
    )
    typer.secho(f"The schedule {code} is there.", fg="green")


@app.command()
def end(code: Code, shop: Shop = "") -> None:
    """End a price list or schedule; what was known of it before stays known."""
    from comanda import price_lists  # noqa: PLC0415

    typer.secho(f"The {price_lists.end(code, shop)} {code} has ended.", fg="green")


@app.command()
def show(
    known: Annotated[str, typer.Option(help="As the shop knew them at this moment; now.")] = "", shop: Shop = ""
) -> None:
    """Print price lists and schedules, with their prices."""
    from comanda import price_lists  # noqa: PLC0415

    for line in price_lists.lines(known, shop):
        typer.echo(line)
