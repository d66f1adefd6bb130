"""What the words of a message can only be made to say is asked about; what they say outright is not."""

from __future__ import annotations

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json
from tests.understanding.shop import named

_ROOMY = {"min": 0, "max": None, "pre_modifiers": ["no", "extra"]}
GRAMMAR = compile_menu(
    menu_from_json(
        {
            "name": "Quay",
            "currency": "USD",
            "locale": "en-US",
            "items": [
                {
                    "id": "latte", "name": "Latte", "price": "4.00", "modifier_groups": ["syrup", "sweet", "roast"],
                    "variations": named("small", "medium", "large"),
                },
                {"id": "drip", "name": "Drip Coffee", "price": "2.00", "modifier_groups": ["sweet", "roast"]},
                {
                    "id": "hoagie", "name": "Hoagie", "price": "8.00", "modifier_groups": ["fill"],
                    "variations": named("6 inch", "12 inch"),
                },
                {"id": "melt", "name": "Melt", "price": "8.00", "modifier_groups": ["fill", "plain"]},
                {"id": "plain_naan", "name": "Plain Naan", "aliases": ["naan"], "price": "2.00"},
                {"id": "garlic_naan", "name": "Garlic Naan", "price": "3.00"},
                {"id": "fries", "name": "Fries", "price": "3.00"},
                {"id": "cola", "name": "Cola", "price": "2.00"},
                {
                    "id": "wings", "name": "Wings", "price": "7.00",
                    "variations": [
                        {"id": "six", "name": "6 piece", "aliases": ["six wings"], "price": "7.00"},
                        {"id": "ten", "name": "10 piece", "price": "11.00"},
                    ],
                },
            ],
            "modifier_groups": [
                {"id": "syrup", "name": "syrup", **_ROOMY, "modifiers": named("vanilla", "sugar free vanilla")},
                {"id": "sweet", "name": "sweetener", **_ROOMY, "modifiers": [
                    {"id": "sugar", "name": "sugar", "price": "0", "max": 4}]},
                {"id": "roast", "name": "roast", "min": 0, "max": 1, "modifiers": named("dark", "decaf")},
                {"id": "fill", "name": "fillings", **_ROOMY, "modifiers": [
                    {"id": "raw", "name": "raw onion", "price": "0", "default": True},
                    *named("grilled onions", "hot sauce", "garlic sauce", "tomato")]},
                {"id": "plain", "name": "toasting", "min": 0, "max": 1, "modifiers": named("toasted", "plain")},
            ],
            "combos": [
                {
                    "id": "deal", "name": "Sandwich meal", "aliases": ["melt meal"], "price": "10.00",
                    "slots": [
                        {"id": "main", "name": "main", "items": ["melt", "hoagie"]},
                        {"id": "drink", "name": "drink", "items": ["cola", "latte"]},
                    ],
                }
            ],
        }
    )
)  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        "a grande latte",  # which of three sizes other houses call so, nobody knows
        "14 wings",  # six are called "six wings", and these are none of them
        "12 inches of hoagie, no, a 6 inch hoagie and 12 inch melt",
        "a melt no sauce",
        "a melt meal with a cola",
    ],
)
def test_what_was_not_said_is_asked_about(said: str) -> None:
    assert answer(GRAMMAR, said)["unexplained"] != []


@pytest.mark.parametrize(
    ("said", "item", "denied"),
    [
        ("a latte but no vanilla", "latte", "vanilla"),
        ("a hoagie no onions", "hoagie", "raw"),
        ("a hoagie without grilled onions", "hoagie", "grilled onions"),
    ],
)
def test_a_no_denies_what_was_named_or_comes_by_itself(said: str, item: str, denied: str) -> None:
    found = answer(GRAMMAR, said)

    (line,) = found["lines"]
    assert (line["item"], found["unexplained"]) == (item, [])
    assert [(c["modifier"], c["pre_modifier"]) for c in line["modifiers"]] == [(denied, "no")]


def test_a_number_before_a_choice_is_not_silently_that_of_the_dish() -> None:
    found = answer(GRAMMAR, "drip coffee dark two sugars")

    of_the_choice = {"group": "sweet", "modifier": "sugar", "pre_modifier": None, "quantity": 2}
    assert of_the_choice in found["lines"][0]["modifiers"] or found["unexplained"] != []


def test_a_no_that_takes_back_denies_nothing() -> None:
    found = answer(GRAMMAR, "a small latte, no wait, large")

    line = {"item": "latte", "quantity": 1, "variation": "large", "modifiers": []}
    assert found == {"lines": [line], "unexplained": []}


def test_one_of_them_is_not_all_of_them() -> None:
    assert {"one", "of", "them"} <= set(answer(GRAMMAR, "two melts, toast one of them")["unexplained"])
    assert answer(GRAMMAR, "two melts, one of them toasted")["unexplained"] == []
    assert answer(GRAMMAR, "one of the melts please")["unexplained"] == []


def test_fewer_of_a_kind_behind_a_count_are_asked_about() -> None:
    assert {"two", "garlic"} <= set(answer(GRAMMAR, "three naans two garlic and a cola")["unexplained"])
    assert answer(GRAMMAR, "three naans, two garlic naans and a cola")["unexplained"] == []
    assert answer(GRAMMAR, "two naans, three garlic naans")["unexplained"] == []
