"""Recipes: units, what a configuration takes, what it costs, and files that cannot be used."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from core.catalogue import RecipeBook
from core.catalogue.format import menu_from_json
from core.catalogue.recipes.format import recipes_from_json
from core.catalogue.recipes.units import NoAmount, NoConversion, amount, steps, written
from core.catalogue.recipes.validation import check_recipes

MENU: dict[str, Any] = {
    "name": "Grindstone",
    "currency": "EUR",
    "items": [
        {
            "id": "latte",
            "name": "Latte",
            "price": "3.00",
            "modifier_groups": ["milk", "shots", "froth"],
            "variations": [
                {"id": "small", "name": "small", "price": "3.00", "default": True},
                {"id": "large", "name": "large", "price": "4.00"},
            ],
        },
        {"id": "omelette", "name": "Omelette", "price": "7.00", "modifier_groups": ["filling"]},
        {"id": "bun", "name": "Bun", "price": "2.00", "modifier_groups": ["filling"]},
    ],
    "modifier_groups": [
        {
            "id": "milk",
            "name": "milk",
            "max": 1,
            "modifiers": [{"id": "cow", "name": "cow", "default": True}, {"id": "oat", "name": "oat"}],
        },
        {
            "id": "shots",
            "name": "shots",
            "pre_modifiers": ["light", "extra"],
            "modifiers": [{"id": "shot", "name": "shot", "max": 3}],
        },
        {
            "id": "froth",
            "name": "froth",
            "pre_modifiers": ["no", "light"],
            "modifiers": [{"id": "froth", "name": "froth", "default": True}],
        },
        {"id": "filling", "name": "filling", "modifiers": [{"id": "pesto", "name": "pesto", "max": 2}]},
    ],
}
BOOK: dict[str, Any] = {
    "ingredients": [
        {"id": "beans", "name": "Beans", "unit": "g"},
        {"id": "cow_milk", "name": "Milk", "unit": "ml", "measures": {"ml": "1.03 g"}},
        {"id": "oat_milk", "name": "Oat", "unit": "ml"},
        {"id": "egg", "name": "Egg", "unit": "piece", "measures": {"piece": "50 g"}},
        {"id": "basil", "name": "Basil", "unit": "g"},
        {"id": "nuts_pine", "name": "Pine nuts", "unit": "g"},
    ],
    "preparations": [
        {"id": "paste", "name": "Paste", "yields": "90 g", "uses": [{"of": "nuts_pine", "amount": "0.1 kg"}]},
        {
            "id": "pesto",
            "name": "Pesto",
            "yields": "300 g",
            "uses": [{"of": "basil", "amount": "200 g", "usable": "0.8"}, {"of": "paste", "amount": "45 g"}],
        },
    ],
    "recipes": [
        {
            "item": "latte",
            "uses": [
                {"of": "beans", "amount": "18 g"},
                {"of": "cow_milk", "amount": {"small": "24 cl", "large": "0.36 l"}},
            ],
        },
        {"item": "omelette", "uses": [{"of": "egg", "amount": "125 g"}, {"of": "cow_milk", "amount": "103 g"}]},
    ],
    "changes": [
        {"group": "milk", "modifier": "oat", "effects": [{"replace": "cow_milk", "with": "oat_milk"}]},
        {"group": "milk", "modifier": "cow", "effects": [], "no": [{"remove": "cow_milk"}]},
        {"group": "shots", "modifier": "shot", "effects": [{"add": "beans", "amount": "9 g"}]},
        {
            "group": "froth",
            "modifier": "froth",
            "effects": [{"add": "cow_milk", "amount": "20 ml", "follows": True}],
        },
        {"group": "filling", "modifier": "pesto", "effects": [{"add": "pesto", "amount": "30 g"}]},
    ],
    "portions": {"light": "1/2"},
}


def _book(data: dict[str, Any] | None = None) -> RecipeBook:
    return RecipeBook(menu_from_json(MENU), recipes_from_json(data or BOOK))


def test_amounts_are_exact_and_convert_within_a_kind_and_by_an_ingredients_own_measures() -> None:
    assert steps(amount("18 g"), "g") == 18_000
    assert steps(amount("1/3 kg"), "g") == Fraction(1_000_000, 3)
    assert steps(amount("1 1/2 tsp"), "ml") == Fraction("7393.382390625")
    assert steps(amount("2"), "piece") == 2
    assert steps(amount("2 dozen"), "piece") == 24
    eggs = {"piece": amount("50 g")}
    assert steps(amount("3"), "g", eggs) == 150_000
    assert steps(amount("125 g"), "piece", eggs) == Fraction(5, 2)
    sliced = {"slice": amount("40 g"), "piece": amount("20 slice")}
    assert steps(amount("0.5 piece"), "g", sliced) == 400_000
    with pytest.raises(NoConversion, match="how much ml one g is"):
        steps(amount("1 g"), "ml")
    for text in ("", "g", "-1 g", "1,5 l", "1/0 g", "1 2 g", "9" * 50):
        with pytest.raises(NoAmount):
            amount(text)
    assert [written(4_200_000, "g"), written(240_000, "ml"), written(3, "piece")] == ["4.2 kg", "240 ml", "3"]


@pytest.mark.parametrize(
    ("item", "variation", "choices", "needs"),
    [
        ("latte", None, [], {"beans": 18_000, "cow_milk": 260_000}),
        ("latte", "large", [], {"beans": 18_000, "cow_milk": 380_000}),
        ("latte", "large", [("milk", "oat", None, 1)], {"beans": 18_000, "oat_milk": 380_000}),
        ("latte", None, [("milk", "cow", "no", 1)], {"beans": 18_000}),
        ("latte", None, [("froth", "froth", "no", 1)], {"beans": 18_000, "cow_milk": 240_000}),
        ("latte", None, [("froth", "froth", "light", 1)], {"beans": 18_000, "cow_milk": 250_000}),
        ("latte", None, [("shots", "shot", None, 2)], {"beans": 36_000, "cow_milk": 260_000}),
        ("latte", None, [("shots", "shot", "extra", 1)], {"beans": 36_000, "cow_milk": 260_000}),
        ("latte", None, [("shots", "shot", "light", 1)], {"beans": 22_500, "cow_milk": 260_000}),
        ("latte", None, [("shots", "shot", "no", 1)], {"beans": 18_000, "cow_milk": 260_000}),
        ("omelette", None, [], {"egg": Fraction(5, 2), "cow_milk": 100_000}),
        ("bun", None, [], {"bun": 1}),
        (
            "bun",
            None,
            [("filling", "pesto", None, 2)],
            {"bun": 1, "basil": 50_000, "nuts_pine": 10_000},
        ),
    ],
)
def test_a_serving_takes_what_its_recipe_and_its_modifiers_say(
    item: str, variation: str | None, choices: list[tuple[str, str, str | None, int]], needs: dict[str, Fraction]
) -> None:
    assert _book().needs(item, variation, choices) == needs


def test_two_replacements_of_one_thing_share_it() -> None:
    menu = deepcopy(MENU)
    menu["modifier_groups"][0]["max"] = None
    menu["modifier_groups"][0]["modifiers"].append({"id": "hemp", "name": "hemp"})
    data = deepcopy(BOOK)
    data["ingredients"].append({"id": "hemp_milk", "name": "Hemp", "unit": "ml"})
    swap = {"replace": "cow_milk", "with": "hemp_milk"}
    data["changes"].append({"group": "milk", "modifier": "hemp", "effects": [swap]})
    book = RecipeBook(menu_from_json(menu), recipes_from_json(data))
    both = [("milk", "oat", None, 1), ("milk", "hemp", None, 1), ("froth", "froth", "no", 1)]
    assert book.needs("latte", "small", both) == {"beans": 18_000, "oat_milk": 120_000, "hemp_milk": 120_000}


def test_the_cost_of_a_portion_is_exact_and_names_what_has_no_price() -> None:
    prices = {"beans": Fraction(2, 1000), "cow_milk": Fraction(1, 10_000)}
    cost = _book().cost("latte", "large", [("shots", "shot", None, 1)], prices)
    assert (cost.amount, cost.unpriced) == (Fraction(92), ())
    assert cost.parts == (("beans", Fraction(54)), ("cow_milk", Fraction(38)))
    cost = _book().cost("bun", None, [("filling", "pesto", None, 1)], {"bun": Fraction(40)})
    assert (cost.amount, cost.unpriced) == (Fraction(40), ("basil", "nuts_pine"))


def test_a_good_file_has_no_problem() -> None:
    assert check_recipes(BOOK, menu_from_json(MENU)) == []
    assert check_recipes(BOOK) == []
    assert check_recipes({}) == []


def test_recipes_that_need_themselves_are_refused_and_the_circle_is_named() -> None:
    data = deepcopy(BOOK)
    data["preparations"][0]["uses"].append({"of": "pesto", "amount": "1 g"})
    found = [p for p in check_recipes(data) if p.kind == "recipe-circle"]
    assert [(p.place, p.message, p.severity) for p in found] == [
        ("preparations[0].uses", "This needs itself: paste → pesto → paste.", "error")
    ]


@pytest.mark.parametrize(
    ("path", "value", "kind", "place"),
    [
        (("ingredients", 0, "unit"), "kg", "unknown-unit", "ingredients[0].unit"),
        (("ingredients", 0, "id"), "cow_milk", "duplicate-id", "ingredients[1].id"),
        (("ingredients", 0, "id"), "bun", "taken-id", "ingredients[0].id"),
        (("ingredients", 0, "allergens"), ["nut"], "unknown-allergen-word", "ingredients[0].allergens[0]"),
        (("ingredients", 3, "measures"), {"piece": "fifty"}, "bad-amount", "ingredients[3].measures.piece"),
        (("preparations", 1, "yields"), "3 jars", "no-conversion", "preparations[1].yields"),
        (("preparations", 1, "yields"), "0 g", "bad-amount", "preparations[1].yields"),
        (("preparations", 1, "uses", 0, "usable"), "1.2", "bad-number", "preparations[1].uses[0].usable"),
        (("recipes", 0, "item"), "late", "unknown-entry", "recipes[0].item"),
        (("recipes", 0, "uses"), [], "no-uses", "recipes[0].uses"),
        (("recipes", 0, "uses", 0, "of"), "bean", "unknown-use", "recipes[0].uses[0].of"),
        (("recipes", 0, "uses", 0, "of"), "omelette", "unknown-use", "recipes[0].uses[0].of"),
        (("recipes", 0, "uses", 0, "amount"), 18, "wrong-type", "recipes[0].uses[0].amount"),
        (("recipes", 0, "uses", 0, "amount"), "18 ml", "no-conversion", "recipes[0].uses[0].amount"),
        (("recipes", 0, "uses", 1, "amount"), {"small": "1 l"}, "missing-variation", "recipes[0].uses[1].amount"),
        (
            ("recipes", 0, "uses", 1, "amount"),
            {"*": "1 l", "big": "1 l"},
            "unknown-variation",
            "recipes[0].uses[1].amount.big",
        ),
        (("recipes", 1, "item"), "latte", "duplicate-id", "recipes[0].item"),
        (("changes", 0, "group"), "milks", "unknown-entry", "changes[0].group"),
        (("changes", 0, "modifier"), "oats", "unknown-entry", "changes[0].modifier"),
        (("changes", 0, "effects", 0), {"swap": "x"}, "no-effect", "changes[0].effects[0]"),
        (("changes", 0, "effects", 0, "with"), "egg", "no-conversion", "changes[0].effects[0].with"),
        (("changes", 0, "effects", 0, "replace"), "basil", "idle-effect", "changes[0].effects[0].replace"),
        (("portions",), {"no": "1"}, "unknown-pre-modifier", "portions.no"),
        (("recipe",), [], "unknown-key", "recipe"),
    ],
)
def test_every_mistake_is_found_at_its_place(path: tuple[Any, ...], value: object, kind: str, place: str) -> None:
    data = deepcopy(BOOK)
    inner: Any = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    found = check_recipes(data, menu_from_json(MENU))
    assert (kind, place) in [(p.kind, p.place) for p in found]
    assert all(p.message and p.fix for p in found)


def test_allergens_that_menu_and_recipe_tell_differently_are_pointed_out() -> None:
    menu = deepcopy(MENU)
    menu["items"][1]["allergens"] = ["celery"]
    data = deepcopy(BOOK)
    data["ingredients"][3]["allergens"] = ["eggs"]
    found = [(p.severity, p.message) for p in check_recipes(data, menu_from_json(menu))]
    assert found == [
        ("warning", "The menu declares celery in it, which no ingredient explains."),
        ("warning", "Its ingredients contain eggs, which the menu does not declare."),
    ]
