"""`comanda menu`: check, import and export menu files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.kernel.errors import InvalidMenu

app = typer.Typer(help="Check, import and export menu files.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A menu file (JSON).")]


@app.command()
def check(file: File) -> None:
    """Say what is wrong in a menu file, where, and how to mend it. Status 1 when it could not be imported."""
    from comanda.menu_files import check_file, describe  # noqa: PLC0415

    problems = check_file(file)
    for problem in problems:
        typer.echo(describe(problem))
    errors = sum(p.severity == "error" for p in problems)
    if errors:
        typer.secho(f"{file}: {errors} to mend before it can be imported.", fg="red", err=True)
        raise typer.Exit(1)
    typer.secho(f"{file}: good, with {len(problems)} remarks." if problems else f"{file}: good.", fg="green")


@app.command()
def lint(file: File) -> None:
    """Say everything on a menu to the parser, and say what customers would not be understood with."""
    from rich.progress import Progress  # noqa: PLC0415

    from assistant.linter import review  # noqa: PLC0415
    from comanda.menu_files import describe  # noqa: PLC0415
    from core.catalogue.format import read_menu_file  # noqa: PLC0415

    menu = read_menu_file(file)
    with Progress(transient=True) as progress:
        task = progress.add_task("Saying everything on it", total=None)
        remarks = review(menu, lambda done, of: progress.update(task, completed=done, total=of))
    for remark in remarks:
        typer.echo(describe(remark))
    typer.secho(f"{file}: {len(remarks)} remarks." if remarks else f"{file}: every name is understood.", fg="green")


@app.command("import")
def import_(
    file: File, shop: Annotated[str, typer.Option(help="The shop's short name, when there are several.")] = ""
) -> None:
    """Import a menu file into the shop: all of it, or nothing when something is wrong."""
    from comanda.menu_files import describe, import_file  # noqa: PLC0415
    from comanda.wiring import open_database  # noqa: PLC0415

    try:
        report = import_file(open_database(), file, shop)
    except InvalidMenu as refused:
        for problem in refused.problems:
            typer.echo(describe(problem))
        typer.secho(f"{file}: nothing was imported.", fg="red", err=True)
        raise typer.Exit(1) from None
    typer.secho(f"{report.added} added, {report.changed} changed, {report.retired} retired.", fg="green")


@app.command()
def export(shop: Annotated[str, typer.Option(help="The shop's short name, when there are several.")] = "") -> None:
    """Write the shop's menu to standard output, in the format that `import` reads."""
    from comanda.menu_files import export_text  # noqa: PLC0415
    from comanda.wiring import open_database  # noqa: PLC0415

    typer.echo(export_text(open_database(), shop))


Shop = Annotated[str, typer.Option(help="The shop's short name, when there are several.")]
Apply = Annotated[bool, typer.Option("--apply", help="Do it; without this, only say what would change.")]


@app.command()
def change(  # noqa: PLR0917 - the options of a command
    item: Annotated[list[str] | None, typer.Option(help="An item's id; may be given several times.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="A category; may be given several times.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be given several times.")] = None,
    percent: Annotated[str, typer.Option(help="Change the prices by this much, like 5 or -12.5.")] = "",
    round_to: Annotated[str, typer.Option(help="Round prices to a multiple of this, like 0.05.")] = "",
    available: Annotated[str, typer.Option(help="yes or no: whether they can be had.")] = "",
    shop: Shop = "",
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every item of the menu.")] = False,
    apply: Apply = False,
) -> None:
    """Change many items at once: --category Drinks --percent 5. Says what would change; --apply does it."""
    from comanda import mass_changes  # noqa: PLC0415
    from core.catalogue.bulk.changes import Selection  # noqa: PLC0415

    selection = Selection(frozenset(item or ()), frozenset(category or ()), frozenset(tag or ()), everything)
    mass_changes.by_rule(selection, percent, round_to, available, shop=shop, apply=apply)


@app.command()
def update(
    file: Annotated[Path, typer.Argument(help="A table (CSV) with the columns id, price, available.")],
    shop: Shop = "",
    *,
    apply: Apply = False,
) -> None:
    """Set prices and what can be had from a table. Says what would change; --apply does it, all or nothing."""
    from comanda import mass_changes  # noqa: PLC0415

    mass_changes.by_table(file, shop=shop, apply=apply)


@app.command()
def undo(shop: Shop = "") -> None:
    """Put the menu back that was in force before the last change; once more makes the change again."""
    from comanda import mass_changes  # noqa: PLC0415

    mass_changes.undo(shop)
