"""`comanda shop`: a shop of your own, beside or instead of the demo."""

from __future__ import annotations

from typing import Annotated

import typer

from core.kernel.errors import InvalidInput

app = typer.Typer(help="Make and list shops.", no_args_is_help=True)
_WEEK = range(7)


@app.command()
def create(  # noqa: PLR0917 - the options of a command
    slug: Annotated[str, typer.Argument(help="The shop's short name in addresses, like blue-door.")],
    name: Annotated[str, typer.Option(help="What customers call it.")],
    currency: Annotated[str, typer.Option(help="ISO 4217, like USD.")],
    locale: Annotated[str, typer.Option(help="Language and country, like en-US.")] = "en-US",
    time_zone: Annotated[str, typer.Option(help="Like America/New_York.")] = "UTC",
    tax_percent: Annotated[str, typer.Option(help="Sales tax, like 8.25.")] = "0",
    address: Annotated[str, typer.Option(help="Where it is.")] = "",
    phone: Annotated[str, typer.Option(help="Where it is called.")] = "",
    opens: Annotated[str, typer.Option(help="Every day from, like 07:00; with --closes.")] = "",
    closes: Annotated[str, typer.Option(help="Every day until, like 18:30; may be after midnight.")] = "",
    *,
    tax_included: Annotated[bool, typer.Option(help="The prices on the menu contain the tax.")] = False,
    dine_in: Annotated[bool, typer.Option(help="Guests may eat there.")] = True,
    delivery: Annotated[bool, typer.Option(help="You bring orders to addresses.")] = False,
) -> None:
    """Make a shop with one location. Then: comanda menu import FILE --shop SLUG."""
    from comanda.wiring import open_database  # noqa: PLC0415
    from core import merchants  # noqa: PLC0415

    hours = [merchants.OpeningHours(day, opens, closes) for day in _WEEK] if opens or closes else []
    fulfilments = ["pickup", *(["dine_in"] if dine_in else []), *(["delivery"] if delivery else [])]
    with open_database().begin() as uow:
        shop = merchants.create_merchant(uow, name=name, slug=slug, currency=currency.upper(), locale=locale)
        merchants.add_location(
            uow,
            shop.id,
            name=name,
            address=address,
            phone=phone,
            time_zone=time_zone,
            tax_rate_basis_points=_basis_points(tax_percent),
            prices_include_tax=tax_included,
            hours=hours,
            fulfilments=fulfilments,
        )
    typer.secho(f"{name} is there. Its menu: comanda menu import FILE --shop {slug}", fg="green")


@app.command("list")
def list_() -> None:
    """Name every shop."""
    from comanda.wiring import open_database  # noqa: PLC0415
    from core import merchants  # noqa: PLC0415

    with open_database().read() as session:
        for shop in merchants.every_merchant(session):
            typer.echo(f"{shop.slug}\t{shop.name}\t{shop.currency}\t{shop.locale}")


@app.command()
def invite(slug: Annotated[str, typer.Argument(help="The shop's short name.")]) -> None:
    """Print the path of a link that makes the owner's account: once, within a day, while nobody works there."""
    from comanda.first_run import invitation  # noqa: PLC0415
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415

    database = open_database()
    path = invitation(database, choose_shop(database, slug).id)
    typer.echo(path or "Somebody can sign in there already; an owner adds the others under Staff.")


def _basis_points(percent: str) -> int:
    whole, _, rest = percent.partition(".")
    if not (whole + rest).isdecimal() or len(rest) > 2:  # noqa: PLR2004 - hundredths of a percent
        raise InvalidInput(field="tax-percent", problem=f"“{percent}” is not a percentage: write it like 8.25.")
    return int(whole or 0) * 100 + int(rest.ljust(2, "0"))
