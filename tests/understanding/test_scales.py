"""Choices that are steps of a scale, shares in per cent, units that stand alone, and letters for sizes."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json
from tests.understanding import shop


def _group(ident: str, name: str, *names: str) -> dict[str, Any]:
    modifiers = [{"id": n.strip("%").replace(" ", "_"), "name": n, "price": "0.00"} for n in names]
    return {"id": ident, "name": name, "min": 0, "max": 1, "pre_modifiers": ["no"], "modifiers": modifiers}


def _item(ident: str, name: str, groups: str = "", **sizes: str) -> dict[str, Any]:
    sized = [{"id": i, "name": n, "price": "4.00"} for i, n in sizes.items()]
    return {"id": ident, "name": name, "price": "4.00", "variations": sized, "modifier_groups": groups.split()}


MENU = menu_from_json({
    "name": "Harbour Scales", "currency": "USD", "locale": "en-US",
    "items": [
        _item("plum", "Plum Cooler", "sweet", small="small", medium="medium", large="large"),
        _item("stew", "Bean Stew", "heat"), _item("lentils", "Red Lentils", half="1/2 lb", one="1 lb"),
        _item("oat", "Oat Drink", one="1 pint"), _item("soy", "Soy Drink", one="1 pint", two="2 pints"),
    ],
    "modifier_groups": [
        _group("sweet", "sweetness", "0%", "50%", "75%", "100%"), _group("heat", "heat", "mild", "medium", "hot"),
    ],
})  # fmt: skip
GRAMMAR = compile_menu(MENU)

CLEAR = {
    "a plum cooler with 50 percent sugar": ["1 plum +sweet.50"],
    "a plum cooler with seventy five percent sugar": ["1 plum +sweet.75"],
    "large plum cooler half sweet": ["1 plum/large +sweet.50"],
    "two unsweetened plum coolers": ["2 plum +sweet.0"],
    "a plum cooler M": ["1 plum/medium"],
    "bean stew, not spicy": ["1 stew +heat.mild"],
    "two spicy bean stews": ["2 stew +heat.hot"],
    "half a pound of red lentils": ["1 lentils/half"],
    "a pound of red lentils": ["1 lentils/one"],
    "two pints of oat drink": ["2 oat/one"],
    "two pints of soy drink": ["1 soy/two"],
}


@pytest.mark.parametrize("said", CLEAR)
def test_a_step_is_known_by_its_other_names_with_a_proof(said: str) -> None:
    shop.prove(MENU, GRAMMAR, said, CLEAR[said])


@pytest.mark.parametrize(("said", "asked"), [("a bean stew, not too spicy", ["too"]), ("bean stew, not spicy", [])])
def test_what_is_between_two_steps_is_asked_about(said: str, asked: list[str]) -> None:
    assert answer(GRAMMAR, said)["unexplained"] == asked


def test_a_share_that_is_no_step_is_asked_about_and_buys_nothing() -> None:
    understood = answer(GRAMMAR, "a plum cooler thirty percent sugar")
    assert [(line["item"], line["quantity"], line["modifiers"]) for line in understood["lines"]] == [("plum", 1, [])]
    assert understood["unexplained"] == ["30%", "sugar"]
