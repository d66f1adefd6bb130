"""Checking, importing and exporting recipe files for the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from comanda.menu_files import chosen_shop
from core import catalogue
from core.catalogue.recipes.validation import check_recipes
from core.catalogue.validation import read_json
from core.catalogue.validation.findings import Findings
from core.kernel.errors import InvalidRecipes

if TYPE_CHECKING:
    from pathlib import Path

    from core.catalogue import Menu, RecipeReport
    from core.db.session import Database
    from core.kernel.problems import Problem


def check_file(path: Path, menu: Menu | None = None) -> tuple[dict[str, Any], list[Problem]]:
    """The data of a recipe file and everything that is wrong with it; with a menu, also what does not fit it."""
    found = Findings()
    try:
        raw = path.read_bytes()
    except OSError as wrong:
        reason = (wrong.strerror or "unknown reason").lower()
        found.add("unreadable", "file", f"{path} cannot be read: {reason}.", "Give the path of a recipe file.")
        return {}, found.problems
    data = read_json(raw, found)
    problems = found.problems or check_recipes(data, menu)
    return (data if isinstance(data, dict) else {}), problems


def import_file(database: Database, path: Path, shop: str = "") -> RecipeReport:
    """Put a recipe file in force in the shop of this short name (the only one when empty): all of it or nothing.

    Raises:
        InvalidRecipes: the file breaks the format, or does not fit the shop's menu; carries every problem.
        NotFound: there is no such shop, or it has no menu.
    """
    data, problems = check_file(path)
    if any(p.severity == "error" for p in problems):
        raise InvalidRecipes(problems, source=path.name)
    with database.begin() as uow:
        return catalogue.import_recipes(uow, chosen_shop(database, shop).id, data)


def export_text(database: Database, shop: str = "") -> str:
    """The shop's recipe file; `import_file` reads it back.

    Raises:
        NotFound: there is no such shop, or it has no recipes.
    """
    with database.read() as session:
        content = catalogue.recipes_as_imported(session, chosen_shop(database, shop).id)
    return json.dumps(content, ensure_ascii=False, indent=1)
