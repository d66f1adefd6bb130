"""Lines that may be something about the line beside them are guessed and asked about; what is plain is not."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json


def _item(item_id: str, name: str, *groups: str, category: str = "food", sizes: tuple[str, ...] = ()) -> dict[str, Any]:
    sized = [{"id": s, "name": s, "price": "4.00"} for s in sizes]
    return {"id": item_id, "name": name, "category": category, "price": "4.00", "modifier_groups": list(groups),
            "variations": sized}  # fmt: skip


def _group(group_id: str, most: int | None, *names: str) -> dict[str, Any]:
    modifiers = [{"id": n, "name": n, "price": "0.00" if n == "creamer" else "0.50"} for n in names]
    return {"id": group_id, "name": group_id, "min": 0, "max": most, "pre_modifiers": ["no"], "modifiers": modifiers}


SIZES = ("small", "large")
GRAMMAR = compile_menu(
    menu_from_json(
        {
            "name": "Harbour Kitchen",
            "currency": "USD",
            "locale": "en-US",
            "items": [
                _item("tea", "Tea", "milk", "flavour", category="drinks", sizes=SIZES),
                _item("cortado", "Cortado", "milk", "flavour", category="drinks", sizes=SIZES),
                _item("wrap", "Falafel Wrap", "filling"),
                _item("hamburguesa", "Hamburguesa infantil", "filling"),
                _item("pescado", "Bocadillo de pescado", "filling"),
                _item("fries", "Fries", "topping", sizes=SIZES),
                _item("rings", "Onion rings"),
                _item("burger", "Hamburger", "bread", "cooked"),
                _item("tots", "Tater tots", sizes=("small", "medium")),
            ],
            "modifier_groups": [
                _group("milk", 1, "oat", "soy", "creamer"),
                _group("flavour", None, "vanilla", "hazelnut", "cinnamon"),
                _group("filling", None, "onion", "pickles", "cheese"),
                _group("bread", 1, "brioche bun", "rye bun"),
                _group("cooked", 1, "medium", "rare"),
                _group("topping", None, "chili", "gravy"),
            ],
        }
    )
)


@pytest.mark.parametrize(
    "text",
    [
        "a tea with vanilla and two of hazelnut",  # two more teas, or two pumps?
        "a hamburguesa de pescado",  # one thing, named in two words
        "two teas, one oat, no cinnamon",  # no cinnamon in both, or in the one?
        "a falafel wrap without, with cheese",  # without what?
        "no onion in the wrap, one falafel wrap with cheese",
        "a falafel wrap with chili and gravy and small fries",  # whose chili?
        "a hamburger rye bun medium tater tots",  # cooked so, or of that size?
        "a falafel wrap with pickles and onion rings on it and a tea",  # in the wrap, or beside it?
        "a tea with oat instead of creamer",  # the menu does not say what comes with it
    ],
)
def test_what_may_be_of_its_neighbour_is_asked_about(text: str) -> None:
    assert answer(GRAMMAR, text)["unexplained"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("two large teas and a small", [("tea", 2, "large"), ("tea", 1, "small")]),
        ("a tea with oat and one with soy", [("tea", 1, None), ("tea", 1, None)]),
        ("two teas, one with oat", [("tea", 1, None), ("tea", 1, None)]),
        ("a tea and a cortado, no cinnamon", [("tea", 1, None), ("cortado", 1, None)]),
        ("a tea, oat, no cinnamon", [("tea", 1, None)]),
        ("a hamburger medium and tater tots", [("burger", 1, None), ("tots", 1, None)]),
        ("a hamburger on a brioche bun and medium tater tots", [("burger", 1, None), ("tots", 1, "medium")]),
        ("a hamburger and medium tater tots", [("burger", 1, None), ("tots", 1, "medium")]),
        ("a wrap with small chili fries", [("wrap", 1, None), ("fries", 1, "small")]),
        ("a wrap with pickles and onion rings and a tea", [("wrap", 1, None), ("rings", 1, None), ("tea", 1, None)]),
    ],
)
def test_what_is_plain_is_not(text: str, lines: list[tuple[str, int, str | None]]) -> None:
    got = answer(GRAMMAR, text)
    assert [(x["item"], x["quantity"], x["variation"]) for x in got["lines"]] == lines
    assert got["unexplained"] == []


def test_the_guess_is_given_all_the_same() -> None:
    got = answer(GRAMMAR, "two teas, one oat, no cinnamon")
    assert sum(x["quantity"] for x in got["lines"]) == 2
    assert "cinnamon" in got["unexplained"]


@pytest.mark.parametrize(
    ("said", "choices"),
    [
        ("a tea with oat and no soy", {("oat", None), ("soy", "no")}),
        ("a tea no soy with oat", {("oat", None), ("soy", "no")}),
        ("a tea not with soy, with oat", {("oat", None)}),
    ],
)
def test_a_no_besides_a_choice_is_kept(said: str, choices: set[tuple[str, str | None]]) -> None:
    got = answer(GRAMMAR, said)
    assert {(m["modifier"], m["pre_modifier"]) for m in got["lines"][0]["modifiers"]} == choices
    assert got["unexplained"] == []
