"""What looks like one thing and is two, and what looks like two and is one."""

from __future__ import annotations

import pytest

from assistant.understanding import answer, compile_menu, naming
from core.catalogue.format import menu_from_json
from tests.understanding.shop import named

GRAMMAR = compile_menu(
    menu_from_json(
        {
            "name": "Junction",
            "currency": "USD",
            "locale": "en-US",
            "items": [
                {"id": "biryani", "name": "Biryani", "price": "9.00", "modifier_groups": ["protein", "heat", "extra"]},
                {"id": "bean_burger", "name": "Black Bean Burger", "price": "8.00", "modifier_groups": ["extra"]},
                {"id": "tea", "name": "Iced Tea", "price": "3.00", "modifier_groups": ["sweetness"]},
                {"id": "burger", "name": "Classic Burger", "price": "8.00", "modifier_groups": ["sauce"]},
                {"id": "wrap", "name": "Wrap", "price": "7.00", "modifier_groups": ["fill"]},
                {"id": "taro", "name": "Taro Milk Tea", "price": "5.00"},
                {"id": "oolong", "name": "Oolong Milk Tea", "price": "5.00"},
                {"id": "slush", "name": "Taro Slush", "price": "5.00"},
                {"id": "mango", "name": "Mango Slush", "price": "5.00"},
                {"id": "nut", "name": "Nut Butter", "price": "4.00"},
                {"id": "salted", "name": "Salted Butter", "price": "4.00"},
                {"id": "unsalted", "name": "Unsalted Butter", "price": "4.00"},
                {"id": "limes", "name": "Limes", "price": "0.40"},
                {
                    "id": "eggs",
                    "name": "Eggs",
                    "price": "2.00",
                    "variations": named("half dozen", "dozen"),
                },
            ],
            "modifier_groups": [
                {"id": "protein", "name": "protein", "min": 1, "max": 1, "modifiers": named("lamb", "beef", "prawn")},
                {"id": "heat", "name": "heat", "max": 1, "modifiers": named("mild", "hot")},
                {
                    "id": "extra",
                    "name": "extras",
                    "max": None,
                    "pre_modifiers": ["no", "side"],
                    "modifiers": named("cream", "raita"),
                },
                {
                    "id": "fill",
                    "name": "filling",
                    "max": None,
                    "modifiers": [{"id": "beans", "name": "beans"}, *named("black beans", "pinto beans")],
                },
                {"id": "sauce", "name": "sauce", "max": None, "modifiers": named("house sauce", "ranch")},
                {
                    "id": "sweetness",
                    "name": "sugar",
                    "max": 1,
                    "modifiers": [
                        {"id": "s30", "name": "30% sugar", "aliases": ["less sweet"], "price": "0"},
                        {"id": "s70", "name": "70% sugar", "price": "0"},
                    ],
                },
            ],
        }
    )
)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("a lamb and a beef biryani", ["1 biryani +lamb", "1 biryani +beef"]),
        ("a lamb biryani mild, prawn biryani hot", ["1 biryani +lamb +mild", "1 biryani +prawn +hot"]),
        ("for me the lamb biryani and for my wife the beef biryani", ["1 biryani +lamb", "1 biryani +beef"]),
        ("a lamb biryani with raita on the side and an iced tea", ["1 biryani +lamb side+raita", "1 tea"]),
        ("one beef biryani with raita added and the cream left out", ["1 biryani +beef +raita no+cream"]),
        ("two dozen eggs", ["2 eggs dozen"]),
        ("two dozen eggs and 2 dozen limes", ["2 eggs dozen", "24 limes"]),
        ("a half dozen eggs and half a dozen limes", ["1 eggs half dozen", "6 limes"]),
        ("an iced tea less sweet", ["1 tea +s30"]),
        ("an oolong and a mango", ["1 mango", "1 oolong"]),
        ("a bean wrap", ["1 wrap +beans"]),
        ("a bean wrap with black beans", ["1 wrap +black beans"]),
        ("a bean wrap with black beans and pinto beans", ["1 wrap +black beans +pinto beans"]),
        ("a classic burger sauce ranch", ["1 burger +ranch"]),
    ],
)
def test_each_is_what_was_said(said: str, lines: list[str]) -> None:
    found = answer(GRAMMAR, said)
    assert sorted(_short(line) for line in found["lines"]) == sorted(lines)
    assert found["unexplained"] == []


@pytest.mark.parametrize(
    ("said", "doubtful"),
    [
        ("butter and nut butter please", {"butter"}),  # salted or not, and the other
        ("a taro please", {"a", "taro"}),  # milk tea or slush
        ("a veggie burger", {"veggie"}),
        ("a classic burger with sauce", {"sauce"}),
    ],
)
def test_what_may_be_another_is_asked_about(said: str, doubtful: set[str]) -> None:
    assert set(answer(GRAMMAR, said)["unexplained"]) == doubtful


def test_a_colour_in_a_name_makes_no_tea_of_a_burger() -> None:
    foods = GRAMMAR.knowledge.foods
    assert naming.kind_heads(("black", "bean", "burger"), foods, sold=True) == frozenset()
    assert naming.kind_heads(("jasmine", "green"), foods, sold=True) == {"tea"}


def _short(line: dict[str, object]) -> str:
    modifiers = line["modifiers"]
    assert isinstance(modifiers, list)
    said = [f"{m['pre_modifier'] or ''}+{m['modifier']}" for m in modifiers]
    return " ".join(
        [str(line["quantity"]), str(line["item"]), *([str(line["variation"])] * bool(line["variation"])), *said]
    )
