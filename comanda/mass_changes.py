"""Mass changes of a menu for the command line: what would change is shown, and done only when asked to."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import typer

from comanda.menu_files import chosen_shop, describe
from comanda.wiring import open_database
from core import catalogue
from core.catalogue.bulk import changes
from core.catalogue.bulk.table import read_table
from core.kernel.errors import InvalidInput
from core.kernel.money import Money

if TYPE_CHECKING:
    from pathlib import Path

    from core.catalogue import Menu
    from core.catalogue.bulk.changes import Selection
    from core.db.session import Database

_SHOWN = 20
_YES = {"yes": True, "no": False, "": None}


def by_rule(selection: Selection, percent: str, round_to: str, available: str, *, shop: str, apply: bool) -> None:
    """Change every selected item.

    Raises:
        InvalidInput: an option that says nothing sensible, or no item is selected.
    """
    database = open_database()
    before = _menu(database, shop)
    if available not in _YES:
        raise InvalidInput(field="available", problem=f"“{available}” is neither yes nor no.")
    step = Money.parse(round_to, before.currency).amount if round_to else 1
    change = changes.MassChange(changes.percentage(percent), step, _YES[available])
    _settle(database, shop, before, changes.mass_changed(before, selection, change), apply=apply)


def by_table(file: Path, *, shop: str, apply: bool) -> None:
    """Set what a table says; nothing when one of its rows is wrong.

    Raises:
        InvalidInput: the file cannot be read.
    """
    text = text_of(file)
    database = open_database()
    before = _menu(database, shop)
    rows = sum(1 for _ in csv.reader(io.StringIO(text)))
    with typer.progressbar(length=rows, label="Checking", update_min_steps=max(rows // 100, 1)) as bar:
        settings, problems = read_table(text, before, progress=lambda: bar.update(1))
    if problems:
        for problem in problems:
            typer.echo(describe(problem))
        typer.secho(f"{file}: {len(problems)} to mend; nothing was changed.", fg="red", err=True)
        raise typer.Exit(1)
    _settle(database, shop, before, changes.settings_applied(before, settings), apply=apply)


def undo(shop: str) -> None:
    """Put the menu back that was in force before the last change."""
    database = open_database()
    before = _menu(database, shop)
    with database.begin() as uow:
        catalogue.undo_menu(uow, chosen_shop(database, shop).id)
    _show(changes.differences(before, _menu(database, shop)))
    typer.secho("The menu before the last change is in force again.", fg="green")


def _settle(database: Database, shop: str, before: Menu, after: Menu, *, apply: bool) -> None:
    found = changes.differences(before, after)
    _show(found)
    if not found:
        typer.echo("Nothing would change.")
    elif not apply:
        typer.echo("Nothing was changed yet: add --apply to do it. `comanda menu undo` takes it back.")
    else:
        merchant = chosen_shop(database, shop).id
        with typer.progressbar(length=len(after.items), label="Writing") as bar, database.begin() as uow:
            done = 0

            def told(now: int, _total: int) -> None:
                nonlocal done
                bar.update(now - done)
                done = now

            catalogue.change_menu(uow, merchant, before, after, progress=told)
        typer.secho(f"{len(found)} values changed. `comanda menu undo` takes it back.", fg="green")


def _show(found: tuple[changes.Difference, ...]) -> None:
    for difference in found[:_SHOWN]:
        typer.echo(str(difference))
    if len(found) > _SHOWN:
        typer.echo(f"… and {len(found) - _SHOWN} more.")


def _menu(database: Database, shop: str) -> Menu:
    with database.read() as session:
        return catalogue.menu_as_imported(session, chosen_shop(database, shop).id)


def text_of(file: Path) -> str:
    """The text of a file.

    Raises:
        InvalidInput: it cannot be read, or is no UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as wrong:
        reason = (wrong.strerror or "unknown reason").lower()
        raise InvalidInput(field=str(file), problem=f"cannot be read: {reason}.") from None
    except UnicodeDecodeError:
        raise InvalidInput(field=str(file), problem="is not UTF-8 text: save it with that encoding.") from None
