"""Words to which two names lay claim, or a name and an amount, a size or a meal: which of them has the better one."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json
from tests.understanding import shop
from tests.understanding.shop import named

_ROOMY = {"min": 0, "max": None, "pre_modifiers": ["no", "light", "extra", "side"]}
_SIZES = named("tall", "grande", "venti")


def _item(item_id: str, name: str, groups: str, *aliases: str, sized: bool = False) -> dict[str, Any]:
    sizes = _SIZES if sized else []
    return {
        "id": item_id, "name": name, "aliases": aliases, "price": "4.00", "modifier_groups": groups.split(),
        "variations": sizes,
    }  # fmt: skip


MENU = menu_from_json(
    {
        "name": "Lock House",
        "currency": "USD",
        "locale": "en-US",
        "items": [
            _item("mocha", "Mocha", "roast style milk top ice", sized=True),
            _item("espresso", "Espresso", "roast"),
            _item("burger", "Cheeseburger", "bun fill"),
            _item("double", "Double Cheeseburger", "bun fill"),
            _item("crispy", "Crispy Chicken Sandwich", "fill", "crispy chicken"),
            _item("fries", "Fries", "fill", sized=True),
            _item("cola", "Cola", "ice", sized=True),
            _item("fizz", "Ginger Fizz", "ice"),
        ],
        "modifier_groups": [
            {"id": "roast", "name": "roast", "min": 0, "max": 1, "modifiers": [
                {"id": "medium", "name": "medium roast", "price": "0"}, *named("dark")]},
            {"id": "style", "name": "style", "min": 0, "max": None, "modifiers": [
                {"id": "iced", "name": "iced", "aliases": ["ice"], "price": "0"}, *named("decaf")]},
            {"id": "milk", "name": "milk", "min": 0, "max": 1, "modifiers": [
                {"id": "two", "name": "two percent milk", "price": "0"}, *named("oat milk")]},
            {"id": "top", "name": "toppings", **_ROOMY, "modifiers": [
                {"id": "shot", "name": "espresso shot", "aliases": ["extra shot"], "price": "0.80", "max": 4}]},
            {"id": "ice", "name": "ice", "min": 0, "max": 1, "pre_modifiers": ["no", "light"],
             "modifiers": named("ice")},
            {"id": "bun", "name": "bun", "min": 0, "max": 1, "pre_modifiers": ["no"], "modifiers": [
                {"id": "wrap", "name": "lettuce wrap", "price": "0"}, *named("brioche")]},
            {"id": "fill", "name": "fillings", **_ROOMY, "modifiers": named("cheese", "lettuce", "pickles", "bacon")},
        ],
        "combos": [
            {"id": "meal", "name": "Burger meal", "aliases": ["combo"], "price": "9.00", "slots": [
                {"id": "main", "name": "main", "items": ["burger", "double"]},
                {"id": "side", "name": "side", "items": ["fries"]},
                {"id": "drink", "name": "drink", "items": ["cola", "fizz"]}]},
            {"id": "hen", "name": "Chicken meal", "price": "9.00", "slots": [
                {"id": "main", "name": "main", "items": ["crispy"]},
                {"id": "drink", "name": "drink", "items": ["cola", "fizz"]}]},
        ],
    }
)  # fmt: skip
GRAMMAR = compile_menu(MENU)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("a mocha with an extra shot of espresso", ["1 mocha +top.shot"]),
        ("a mocha with two percent milk", ["1 mocha +milk.two"]),
        ("a mocha with 2%", ["1 mocha +milk.two"]),
        ("a medium mocha", ["1 mocha/grande"]),
        ("a mocha, medium roast", ["1 mocha +roast.medium"]),
        ("a mocha with light ice", ["1 mocha ~ice.ice"]),
        ("a cheeseburger with double cheese and bacon", ["1 burger !fill.cheese +fill.bacon"]),
        ("two double cheese with bacon", ["2 double +fill.bacon"]),
        ("a cheeseburger with a side of venti fries", ["1 burger", "1 fries/venti"]),
        (
            "a cheeseburger with pickles and on the side i want a venti fries",
            ["1 burger +fill.pickles", "1 fries/venti"],
        ),
        ("a cheeseburger with pickles on the side and fries", ["1 burger @fill.pickles", "1 fries"]),
        (
            "a cheeseburger as a combo with venti fries and a cola",
            ["1 meal {main=burger; side=fries/venti; drink=cola}"],
        ),
        (
            "a cheeseburger no pickles, make it a combo with fries and a cola",
            ["1 meal {main=burger -fill.pickles; side=fries; drink=cola}"],
        ),
        ("a cheeseburger fries and a cola, make that a meal", ["1 meal {main=burger; side=fries; drink=cola}"]),
        (
            "a cola and a cheeseburger as a combo with fries and a ginger fizz",
            ["1 cola", "1 meal {main=burger; side=fries; drink=fizz}"],
        ),
        ("two mochas one iced one decaf both venti", ["1 mocha/venti +style.iced", "1 mocha/venti +style.decaf"]),
        ("a mocha make it a venti and an iced mocha also tall", ["1 mocha/venti", "1 mocha/tall +style.iced"]),
        ("a crispy chicken combo with a cola", ["1 hen {main=crispy; drink=cola}"]),
    ],
)
def test_the_better_claim_is_taken(said: str, lines: list[str]) -> None:
    """What is certain is read as it is meant, and nothing is asked."""
    shop.prove(MENU, GRAMMAR, said, lines)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("a cheeseburger with no bun lettuce", "bun"),
        ("make the cheeseburger a combo with fries", "combo"),
        ("a cheeseburger well done with pickles", "well"),
        ("a mocha with decaf for my wife the same size", "same"),
        ("a mocha with oat milk and an espresso with the same", "same"),
        ("a triple burger with pickles", "triple"),
        ("a kids cheeseburger with pickles", "kids"),
    ],
)
def test_what_may_be_either_is_asked(said: str, asked: str) -> None:
    """A word that may belong to another one is named rather than done."""
    assert asked in answer(GRAMMAR, said)["unexplained"], said
