"""Words that measure, name or count something and changed nothing are asked about; so are numbers that stand apart."""

from __future__ import annotations

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json


def _named(*names: str) -> list[dict[str, str]]:
    return [{"id": n, "name": n, "price": "0.50"} for n in names]


GRAMMAR = compile_menu(
    menu_from_json(
        {
            "name": "Granary",
            "currency": "USD",
            "locale": "en-US",
            "items": [
                {"id": "potatoes", "name": "Potatoes", "price": "3.00", "variations": _named("1 kg", "5 kg")},
                {"id": "limes", "name": "Limes", "price": "0.40"},
                {"id": "soap", "name": "Soap", "price": "2.00"},
                {"id": "yogurt", "name": "Yogurt", "price": "1.50", "variations": _named("vanilla", "strawberry")},
                {"id": "strawberries", "name": "Strawberries", "price": "4.00"},
                {"id": "wrap", "name": "Wrap", "price": "6.00", "modifier_groups": ["fill"]},
                {"id": "soup", "name": "Soup", "price": "5.00", "modifier_groups": ["fill"]},
                {"id": "cola", "name": "Cola", "price": "2.00"},
            ],
            "modifier_groups": [
                {"id": "fill", "name": "extras", "max": None, "pre_modifiers": ["no"], "modifiers": _named("onion")},
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
