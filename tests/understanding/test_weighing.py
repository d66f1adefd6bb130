"""Words that measure, name or count something and changed nothing are asked about; so are numbers that stand apart."""

from __future__ import annotations

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json
from tests.understanding.shop import named

GRAMMAR = compile_menu(
    menu_from_json(
        {
            "name": "Granary",
            "currency": "USD",
            "locale": "en-US",
            "items": [
                {"id": "potatoes", "name": "Potatoes", "price": "3.00", "variations": named("1 kg", "5 kg")},
                {"id": "limes", "name": "Limes", "price": "0.40"},
                {"id": "soap", "name": "Soap", "price": "2.00"},
                {"id": "yogurt", "name": "Yogurt", "price": "1.50", "variations": named("vanilla", "strawberry")},
                {"id": "strawberries", "name": "Strawberries", "price": "4.00"},
                {"id": "wrap", "name": "Wrap", "price": "6.00", "modifier_groups": ["fill"]},
                {"id": "soup", "name": "Soup", "price": "5.00", "modifier_groups": ["fill"]},
                {"id": "cola", "name": "Cola", "price": "2.00"},
                {"id": "lentils", "name": "Lentils", "price": "7.00", "variations": named("side", "main")},
            ],
            "modifier_groups": [
                {"id": "fill", "name": "extras", "max": None, "pre_modifiers": ["no"], "modifiers": named("onion")},
            ],
            "combos": [
                {
                    "id": "wrap_meal",
                    "name": "Wrap meal",
                    "price": "8.00",
                    "slots": [
                        {"id": "main", "name": "main", "items": ["wrap", "soup"]},
                        {"id": "drink", "name": "drink", "items": ["cola"]},
                    ],
                }
            ],
        }
    )
)


@pytest.mark.parametrize(
    ("said", "doubtful"),
    [
        ("a bag of potatoes and two limes", {"bag", "of"}),
        ("a wrap, some limes, say four, and soap", {"four", "soap"}),
        ("lime three soap", {"three", "soap"}),
        ("two vanilla yogurts and one strawberry", {"one", "strawberry"}),
    ],
)
def test_what_changed_nothing_is_asked_about(said: str, doubtful: set[str]) -> None:
    assert doubtful <= set(answer(GRAMMAR, said)["unexplained"])


@pytest.mark.parametrize(
    "said",
    [
        "a 5 kg bag of potatoes and two limes",
        "a bag of limes and a wrap",
        "no onion on the wrap, and a soup",
        "no onion on anything, a wrap and a soup",
        "two limes, soap",
        "two vanilla yogurts and one strawberry yogurt",
        "a wrap meal with a wrap",
    ],
)
def test_words_that_have_their_effect_are_not(said: str) -> None:
    assert answer(GRAMMAR, said)["unexplained"] == []


@pytest.mark.parametrize(("said", "size"), [("lentils as a side", "side"), ("the lentils as a main please", "main")])
def test_what_a_dish_is_had_as_is_its_size_where_it_has_such(said: str, size: str) -> None:
    line = {"item": "lentils", "quantity": 1, "variation": size, "modifiers": []}
    assert answer(GRAMMAR, said) == {"lines": [line], "unexplained": []}
