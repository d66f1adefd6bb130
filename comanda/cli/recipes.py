"""`comanda recipes`: check, import and export recipe files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.kernel.errors import InvalidRecipes

app = typer.Typer(help="Check, import and export recipe files.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A recipe file (JSON).")]
Shop = Annotated[str, typer.Option(help="The shop's short name, when there are several.")]


@app.command()
def check(
    file: File, menu: Annotated[Path | None, typer.Option(help="The menu file that the recipes belong to.")] = None
) -> None:
    """Say what is wrong in a recipe file, where, and how to mend it. Status 1 when it could not be imported."""
    from comanda.menu_files import describe  # noqa: PLC0415
    from comanda.recipe_files import check_file  # noqa: PLC0415
    from core.catalogue.format import read_menu_file  # noqa: PLC0415

    _, problems = check_file(file, read_menu_file(menu) if menu else None)
    for problem in problems:
        typer.echo(describe(problem))
    errors = sum(p.severity == "error" for p in problems)
    if errors:
        typer.secho(f"{file}: {errors} to mend before it can be imported.", fg="red", err=True)
        raise typer.Exit(1)
    typer.secho(f"{file}: good, with {len(problems)} remarks." if problems else f"{file}: good.", fg="green")


@app.command("import")
def import_(file: File, shop: Shop = "") -> None:
    """Import a recipe file into the shop: all of it, or nothing when something is wrong."""
    from comanda.menu_files import describe  # noqa: PLC0415
    from comanda.recipe_files import import_file  # noqa: PLC0415
    from comanda.wiring import open_database  # noqa: PLC0415

    try:
        done = import_file(open_database(), file, shop)
    except InvalidRecipes as refused:
        for problem in refused.problems:
            typer.echo(describe(problem))
        typer.secho(f"{file}: nothing was imported.", fg="red", err=True)
        raise typer.Exit(1) from None
    made = f"{done.ingredients} ingredients, {done.preparations} preparations, {done.recipes} recipes"
    typer.secho("In force already." if done.unchanged else f"{made}, {done.changes} changes by modifiers.", fg="green")


@app.command()
def export(shop: Shop = "") -> None:
    """Write the shop's recipes to standard output, in the format that `import` reads."""
    from comanda.recipe_files import export_text  # noqa: PLC0415
    from comanda.wiring import open_database  # noqa: PLC0415

    typer.echo(export_text(open_database(), shop))
