"""Checking, importing and exporting menu files for the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import catalogue, merchants
from core.catalogue import format as menu_format
from core.kernel.errors import NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from core.db.session import Database
    from core.kernel.problems import Problem
    from core.merchants import MerchantView


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries (items, modifier groups, combos) an import added, changed and retired."""

    added: int
    changed: int
    retired: int
    unchanged: bool
    version: str


def check_file(path: Path) -> list[Problem]:
    """Everything that is wrong with a menu file, errors first; empty when all is well."""
    return menu_format.check_file(path)[1]


def describe(problem: Problem) -> str:
    """A problem as lines for a person: severity, place and kind, then what is wrong, then what to do."""
    kind = f" [{problem.kind}]" if problem.kind else ""
    return f"{problem.severity}: {problem.place}{kind}\n    {problem.message}\n    {problem.fix}"


def import_file(database: Database, path: Path, shop: str = "") -> Imported:
    """Put a menu file in force in the shop of this short name (the only one when empty): all of it or nothing.

    Raises:
        InvalidMenu: the file breaks the format; carries every problem.
        NotFound: there is no such shop.
    """
    menu = menu_format.read_menu_file(path)
    with database.begin() as uow:
        report = catalogue.import_menu(uow, chosen_shop(database, shop).id, menu)
    counts = len(report.added), len(report.changed), len(report.retired)
    return Imported(*counts, unchanged=report.unchanged, version=report.version)


def export_text(database: Database, shop: str = "") -> str:
    """The shop's menu as its file says it, whatever staff took off today; `import_file` reads it back.

    Raises:
        NotFound: there is no such shop, or it has no menu.
    """
    with database.read() as session:
        menu = catalogue.menu_as_imported(session, chosen_shop(database, shop).id)
    return json.dumps(menu_format.menu_to_json(menu), ensure_ascii=False, indent=1)


def chosen_shop(database: Database, slug: str) -> MerchantView:
    """The shop of a short name; the only one when it is empty.

    Raises:
        NotFound: there is no such shop.
    """
    with database.read() as session:
        shop = merchants.by_slug(session, slug) if slug else merchants.only_merchant(session)
    if shop is None:
        raise NotFound(what="shop", key="yet: `comanda demo` makes one")
    return shop
