"""Use cases of recipes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core import merchants
from core.access import requires
from core.catalogue import repository as menus
from core.catalogue.events import RecipesImported
from core.catalogue.recipes import repository
from core.catalogue.recipes.book import RecipeBook, StockItem
from core.catalogue.recipes.format import recipes_from_json
from core.catalogue.recipes.validation import check_recipes
from core.kernel.clock import now
from core.kernel.errors import InvalidRecipes, NotFound
from core.kernel.problems import Problem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.catalogue.menu import Menu
    from core.catalogue.recipes.parts import Recipes
    from core.db.uow import UnitOfWork

_BOOKS_KEPT = 32
_books: OrderedDict[str, RecipeBook] = OrderedDict()


@dataclass(frozen=True, slots=True)
class RecipeReport:
    """What an import did. Nothing at all when `unchanged`: the book in force was this one already."""

    revision: int
    ingredients: int
    preparations: int
    recipes: int
    changes: int
    unchanged: bool = False


@requires("menu.change")
def import_recipes(uow: UnitOfWork, merchant_id: str, data: dict[str, Any]) -> RecipeReport:
    """Put another recipe file in force: all of it or, when anything is wrong, nothing.

    Raises:
        InvalidRecipes: the data breaks the format, does not fit the menu, or counts an ingredient in another unit than
            its stock is counted in; carries every problem.
        NotFound: no such shop, or it has no menu yet.
    """
    merchants.hold(uow, merchant_id)
    menu = _menu(uow.session, merchant_id)
    problems = check_recipes(data, menu)
    if not any(p.severity == "error" for p in problems):
        problems += _other_units(uow.session, merchant_id, data)
    if any(p.severity == "error" for p in problems):
        raise InvalidRecipes(problems)
    number = repository.revision_number(uow.session, merchant_id)
    read = recipes_from_json(data)
    found = repository.in_force(uow.session, merchant_id)
    if found and found[1] and repository.content(uow.session, merchant_id, found[1]) == data:
        return _report(number, read, unchanged=True)
    repository.write_ingredients(uow.session, merchant_id, read.ingredients, now())
    repository.put_in_force(uow.session, merchant_id, data, number=number + 1, moment=now())
    menus.count_availability_change(uow.session, merchant_id)
    uow.record(
        RecipesImported(merchant_id=merchant_id, revision=number + 1, ingredients=[i.id for i in read.ingredients])
    )
    uow.notify(f"menu:{merchant_id}")
    return _report(number + 1, read)


def recipe_book(session: Session, merchant_id: str) -> RecipeBook:
    """The recipe book in force, over the menu in force: built once a version, found by one cheap query.

    Raises:
        NotFound: the shop has no menu yet.
    """
    found = repository.in_force(session, merchant_id)
    if found is None:
        raise NotFound(what="menu of merchant", key=merchant_id)
    version = f"{found[0]}.{found[1] or ''}"
    book = _books.get(version)
    if book is None:
        content = repository.content(session, merchant_id, found[1]) if found[1] else None
        read = recipes_from_json(content or {})
        book = RecipeBook(_menu(session, merchant_id), read, version, found[1] or "")
        # Where each query sees its own moment, an import may have fallen between them: then it is not kept.
        if repository.in_force(session, merchant_id) == found:
            _books[version] = book
        while len(_books) > _BOOKS_KEPT:
            _books.popitem(last=False)
    return book


def recipes_as_imported(session: Session, merchant_id: str) -> dict[str, Any]:
    """The recipe file in force: what an export writes.

    Raises:
        NotFound: the shop has no recipes.
    """
    found = repository.in_force(session, merchant_id)
    content = repository.content(session, merchant_id, found[1]) if found and found[1] else None
    if content is None:
        raise NotFound(what="recipes of merchant", key=merchant_id)
    return content


def stock_items(session: Session, merchant_id: str) -> tuple[StockItem, ...]:
    """Everything that stock may be kept of: items sold as they came, and ingredients.

    Raises:
        NotFound: the shop has no menu yet.
    """
    return tuple(recipe_book(session, merchant_id).stock_items.values())


def _menu(session: Session, merchant_id: str) -> Menu:
    menu = menus.load(session, merchant_id, None)
    if menu is None:
        raise NotFound(what="menu of merchant", key=merchant_id)
    return menu


def _other_units(session: Session, merchant_id: str, data: dict[str, Any]) -> list[Problem]:
    known = repository.ingredient_units(session, merchant_id)
    return [
        Problem(
            f"ingredients[{n}].unit",
            f"Stock of {entry['id']} is counted in {known[entry['id']]} already.",
            f"Write “{known[entry['id']]}”, or give the ingredient another id.",
            kind="other-unit",
        )
        for n, entry in enumerate(data.get("ingredients", ()))
        if known.get(entry["id"], entry["unit"]) != entry["unit"]
    ]


def _report(number: int, read: Recipes, *, unchanged: bool = False) -> RecipeReport:
    return RecipeReport(
        number,
        len(read.ingredients),
        len(read.preparations),
        len(read.recipes),
        len(read.changes),
        unchanged=unchanged,
    )
