"""Recipes: what a serving takes from stock and what that costs by what suppliers ask, and the file they come from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, UploadFile
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.amounts import Shelf
from admin.routing import AdminRoute, see
from core import catalogue
from core.catalogue.recipes.validation import check_recipes
from core.catalogue.validation.findings import Findings
from core.catalogue.validation.syntax import read_json
from core.inventory import purchasing
from core.kernel.errors import InvalidRecipes, NotFound
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.catalogue import RecipeBook
    from core.catalogue.menu import Item
    from core.db.session import Session
    from core.kernel.problems import Problem

router = APIRouter(route_class=AdminRoute)

LARGEST_FILE = 2_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Serving:
    """One serving as it comes: `takes` are amounts with what they are of, `unpriced` what no supplier has a price for.

    `share` is the per cent of the price that the ingredients cost; None while one of them has no price.
    """

    name: str
    price: Money
    takes: tuple[str, ...]
    cost: Money
    unpriced: tuple[str, ...]
    share: int | None


@router.get("/menu/recipes")
def page(visit: Annotated[Visit, Depends(sees("menu.change"))]) -> Response:
    """Every item with a recipe: what a serving takes, and what it costs to make."""
    return _page(visit)


@router.get("/menu/recipes/export")
def export(visit: Annotated[Visit, Depends(sees("menu.change"))]) -> Response:
    """The recipe file as it was imported."""
    with visit.database.read() as session:
        content = catalogue.recipes_as_imported(session, visit.merchant_id)
    name = f'attachment; filename="{visit.merchant.slug}-recipes.json"'
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return Response(text, media_type="application/json", headers={"Content-Disposition": name})


@router.post("/menu/recipes")
def put(visit: Annotated[Visit, Depends(changes("menu.change"))], file: UploadFile) -> Response:
    """Put another recipe file in force: all of it, or nothing while something is wrong in it."""
    content = file.file.read(LARGEST_FILE + 1)
    found = Findings()
    if len(content) > LARGEST_FILE:
        limit = f"is larger than {LARGEST_FILE // 1000} kB"
        found.add("too_large", "file", f"The file {limit}.", "Import it with `comanda recipes import`.")
        return _page(visit, found.problems, status=413)
    data = read_json(content, found)
    problems = found.problems or [p for p in check_recipes(data) if p.severity == "error"]
    if problems or not isinstance(data, dict):
        return _page(visit, problems, status=422)
    try:
        with visit.database.begin(visit.actor) as uow:
            catalogue.import_recipes(uow, visit.merchant_id, data)
    except InvalidRecipes as refused:
        return _page(visit, [p for p in refused.problems if p.severity == "error"], status=422)
    return see("/admin/menu/recipes?said=recipes-imported")


def _page(visit: Visit, problems: list[Problem] | None = None, *, status: int = 200) -> Response:
    with visit.database.read() as session:
        servings = _servings(session, visit.merchant_id)
    return visit.page("recipes.html", status=status, servings=servings, problems=problems or [])


def _servings(session: Session, merchant_id: str) -> list[Serving]:
    try:
        book = catalogue.recipe_book(session, merchant_id)
    except NotFound:  # no menu yet
        return []
    shelf = Shelf.of(session, merchant_id)
    offers = purchasing.offers(session, merchant_id)
    prices = {
        item: min(Fraction(one.price.amount, one.pack_size) for one in asked) for item, asked in offers.items() if asked
    }
    made = [item for item in book.menu.items if item.id in book.recipes]
    return [serving for item in made for serving in _of_item(book, shelf, prices, item)]


def _of_item(book: RecipeBook, shelf: Shelf, prices: Mapping[str, Fraction], item: Item) -> Iterator[Serving]:
    sizes: list[tuple[str | None, str, Money]] = [(v.id, f"{item.name}, {v.name}", v.price) for v in item.variations]
    for variation, name, price in sizes or [(None, item.name, item.price)]:
        needs = book.needs(item.id, variation, ())
        cost = book.cost(item.id, variation, (), prices)
        exact = Money(1, price.currency).share(cost.amount.numerator, cost.amount.denominator)
        share = Money(100, price.currency).share(exact.amount, price.amount).amount if price.amount else None
        yield Serving(
            name,
            price,
            tuple(f"{shelf.say(one, round(steps))} {shelf.name(one)}" for one, steps in sorted(needs.items())),
            exact,
            tuple(shelf.name(one) for one in cost.unpriced),
            None if cost.unpriced else share,
        )
