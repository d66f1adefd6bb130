"""Orders take what their recipes say: over all lines together, whole steps, all or nothing."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core import catalogue, inventory, orders
from core.catalogue.recipes.models import IngredientRow
from core.kernel.errors import InvalidRecipes, NotFound, OutOfStock
from core.orders import Choice, Line, rules
from tests.orders.shop import Shop, open_shop

if TYPE_CHECKING:
    from core.db.session import Database

RECIPES: dict[str, Any] = {
    "ingredients": [
        {"id": "beans", "name": "Beans", "unit": "g"},
        {"id": "cow_milk", "name": "Milk", "unit": "ml"},
        {"id": "oat_milk", "name": "Oat drink", "unit": "ml"},
    ],
    "recipes": [
        {
            "item": "flat_white",
            "uses": [
                {"of": "beans", "amount": {"small": "18 g", "big": "27 g"}},
                {"of": "cow_milk", "amount": {"small": "1/3 l", "big": "1/2 l"}},
            ],
        },
        {"item": "chowder", "uses": [{"of": "cow_milk", "amount": {"cup": "150 ml", "bowl": "250 ml"}}]},
    ],
    "changes": [
        {"group": "milk", "modifier": "oat", "effects": [{"replace": "cow_milk", "with": "oat_milk"}]},
    ],
}


def _open(database: Database, recipes: dict[str, Any] | None = None) -> Shop:
    shop = open_shop(database)
    with database.begin() as uow:
        catalogue.import_recipes(uow, shop.merchant_id, recipes or RECIPES)
    return shop


def _chowder(count: int = 1) -> Line:
    return Line("chowder", count, "bowl", (Choice("bread", "soda"),))


def test_an_order_takes_ingredients_over_all_its_lines_rounded_up_once(database: Database) -> None:
    shop = _open(database)
    shop.stock("beans", 1_000_000)
    shop.stock("cow_milk", 5_000_000)
    shop.stock("oat_milk", 1_000_000)
    placed = shop.order(
        Line("flat_white"), Line("flat_white", 3), Line("flat_white", modifiers=(Choice("milk", "oat"),)), _chowder()
    )
    # Four times a third of a litre is 1333333 1/3 microlitres, and with the bowl one step more is taken.
    assert shop.level("cow_milk") == (5_000_000, 1_583_334)
    assert shop.level("oat_milk") == (1_000_000, 333_334)
    assert shop.level("beans") == (1_000_000, 90_000)
    with database.begin() as uow:
        orders.cancel(uow, shop.merchant_id, placed.id, reason="test")
    assert [shop.level(i)[1] for i in ("cow_milk", "oat_milk", "beans")] == [0, 0, 0]


def test_two_lines_that_share_an_ingredient_never_both_get_the_last_of_it(database: Database) -> None:
    shop = _open(database)
    shop.stock("cow_milk", 500_000)
    cart = shop.cart(lines=(Line("flat_white", 1, "small"), _chowder()))
    with pytest.raises(OutOfStock) as short:
        shop.place(cart.id)
    said = {k: short.value.values[k] for k in ("item", "item_id", "stock_item_id", "left", "wanted")}
    assert said == {"item": "Chowder", "item_id": "chowder", "stock_item_id": "cow_milk", "left": 0, "wanted": 1}
    assert shop.level("cow_milk") == (500_000, 0)
    with database.read() as session:
        assert orders.list_orders(session, shop.merchant_id) == ()
        assert orders.cart(session, shop.merchant_id, cart.id).status == "open"
    assert shop.order(_chowder(), conversation_id="other").code
    assert shop.level("cow_milk") == (500_000, 250_000)


def test_control_checking_line_by_line_sells_the_last_of_it_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = rules.demand

    def line_by_line(menu: Any, lines: Any, book: Any) -> dict[str, int]:  # noqa: ANN401 - the broken variant
        """Each line asks for itself alone: the largest one decides."""
        each = [honest(menu, [line], book) for line in lines]
        return {i: max(d.get(i, 0) for d in each) for d in each for i in d}

    monkeypatch.setattr(rules, "demand", line_by_line)
    shop = _open(database)
    shop.stock("cow_milk", 500_000)
    shop.order(Line("flat_white", 1, "small"), _chowder())
    assert shop.level("cow_milk") == (500_000, 333_334)


def test_a_shortage_says_how_many_units_can_still_be_made(database: Database) -> None:
    shop = _open(database)
    shop.stock("cow_milk", 1_100_000)
    cart = shop.cart(lines=(_chowder(2), Line("flat_white", 5)))
    with pytest.raises(OutOfStock, match=r"Only 1 of Flat white left, 5 asked for"):
        shop.place(cart.id)


def test_an_import_is_all_or_nothing_and_known_by_ids(database: Database) -> None:
    shop = _open(database)
    bad = deepcopy(RECIPES)
    bad["ingredients"][0]["unit"] = "ml"
    bad["recipes"][0]["uses"][0]["amount"] = "1 ml"
    with database.begin() as uow, pytest.raises(InvalidRecipes) as refused:
        catalogue.import_recipes(uow, shop.merchant_id, bad)
    assert [p.kind for p in refused.value.problems] == ["other-unit"]
    with database.begin() as uow:
        again = catalogue.import_recipes(uow, shop.merchant_id, RECIPES)
    assert (again.unchanged, again.revision) == (True, 1)
    less = {"ingredients": [RECIPES["ingredients"][0] | {"name": "New beans"}]}
    with database.begin() as uow:
        assert catalogue.import_recipes(uow, shop.merchant_id, less).revision == 2
    with database.read() as session:
        rows = session.scalars(select(IngredientRow).where(IngredientRow.merchant_id == shop.merchant_id))
        assert {(r.code, r.name, r.retired_at is None) for r in rows} == {
            ("beans", "New beans", True),
            ("cow_milk", "Milk", False),
            ("oat_milk", "Oat drink", False),
        }


def test_the_book_follows_recipes_and_menu_and_is_built_once(database: Database) -> None:
    shop = _open(database)
    with database.read() as session:
        first = catalogue.recipe_book(session, shop.merchant_id)
        assert catalogue.recipe_book(session, shop.merchant_id) is first
        assert {s.id: s.unit for s in catalogue.stock_items(session, shop.merchant_id)} == {
            "beans": "g",
            "cow_milk": "ml",
            "oat_milk": "ml",
            "roll": "piece",
            "scone": "piece",
            "tart": "piece",
            "water": "piece",
        }
        before = catalogue.menu_version(session, shop.merchant_id)
    with database.begin() as uow:
        catalogue.import_recipes(uow, shop.merchant_id, {})
    with database.read() as session:
        assert catalogue.recipe_book(session, shop.merchant_id).needs("flat_white", None, ()) == {
            "flat_white": Fraction(1)
        }
        assert catalogue.menu_version(session, shop.merchant_id) != before


def test_recipes_of_one_shop_are_not_anothers(database: Database) -> None:
    shop = _open(database)
    other = open_shop(database, "lagoon")
    with database.read() as session:
        assert catalogue.recipe_book(session, other.merchant_id).recipes == {}
        with pytest.raises(NotFound):
            catalogue.recipes_as_imported(session, other.merchant_id)
        assert catalogue.recipes_as_imported(session, shop.merchant_id) == RECIPES
        assert inventory.levels(session, other.merchant_id, other.location_id) == ()
