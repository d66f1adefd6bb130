"""Orders put as questions, shares in other words, sizes said of both, and what a part of a name means."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json
from tests.understanding import shop


def _group(ident: str, *names: str, most: int | None = 1, each: int = 1) -> dict[str, Any]:
    modifiers = [{"id": n.strip("%").replace(" ", "_"), "name": n, "price": "0.00", "max": each} for n in names]
    return {"id": ident, "name": ident, "min": 0, "max": most, "pre_modifiers": ["no"], "modifiers": modifiers}


def _item(ident: str, name: str, groups: str = "", **sizes: str) -> dict[str, Any]:
    sized = [{"id": i, "name": n, "price": "4.00"} for i, n in sizes.items()]
    return {"id": ident, "name": name, "price": "4.00", "variations": sized, "modifier_groups": groups.split()}


MENU = menu_from_json({
    "name": "Lantern House", "currency": "USD", "locale": "en-US",
    "items": [
        _item("fig", "Fig Cooler", "sugar jelly", less="16 oz", more="24 oz"),
        _item("wrap", "Bean Wrap", "filling", plain="plain", super="super"),
        _item("dal", "Dal Tikka", "kind heat"),
        _item("tikka", "Paneer Tikka"),
        _item("mocha", "Mocha", "shots"),
        _item("patty", "Veggie Patty", "toppings"),
        _item("crisps", "Corn Crisps", "", small="small bag", family="family size"),
        _item("eggs", "Farm Eggs", "", twelve="12 ct", eighteen="18 ct"),
    ],
    "modifier_groups": [
        _group("sugar", "0%", "25%", "50%"), _group("jelly", "grass jelly", "plum jelly", most=None),
        _group("filling", "mushroom", "pumpkin"), _group("kind", "paneer", "paneer tikka", "lentil"),
        _group("heat", "mild", "hot"), _group("shots", "extra shot", most=4, each=4),
        _group("toppings", "red onion", "grilled onions", most=None),
    ],
})  # fmt: skip
GRAMMAR = compile_menu(MENU)

CLEAR = {
    "let's do the bean wrap with pumpkin": ["1 wrap +filling.pumpkin"],
    "could you do the bean wrap with pumpkin?": ["1 wrap +filling.pumpkin"],
    "is it possible to get a mocha": ["1 mocha"],
    "is there any chance I can get a large fig cooler with plum jelly": ["1 fig/more +jelly.plum_jelly"],
    "fig cooler zero percent sugar": ["1 fig +sugar.0"],
    "fig cooler sugar level 25 with grass jelly": ["1 fig +sugar.25 +jelly.grass_jelly"],
    "fig cooler with the sugar at 50": ["1 fig +sugar.50"],
    "large fig cooler 50 sweet with plum jelly": ["1 fig/more +sugar.50 +jelly.plum_jelly"],
    "two bean wraps one mushroom one pumpkin both super": [
        "1 wrap/super +filling.mushroom", "1 wrap/super +filling.pumpkin",
    ],
    "two paneer dal tikkas": ["2 dal +kind.paneer"],
    "a triple shot mocha": ["1 mocha +shots.extra_shot*3"],
    "an 18 count of farm eggs": ["1 eggs/eighteen"],
    "a small bag of corn crisps": ["1 crisps/small"],
}  # fmt: skip


@pytest.mark.parametrize("said", CLEAR)
def test_it_is_ordered_with_a_proof(said: str) -> None:
    shop.prove(MENU, GRAMMAR, said, CLEAR[said])


@pytest.mark.parametrize("said", ["do the wraps come with pumpkin", "does the mocha cost more", "do the wraps?"])
def test_a_question_orders_nothing(said: str) -> None:
    assert answer(GRAMMAR, said)["lines"] == []


def test_the_middle_of_two_measured_sizes_is_the_smaller_and_asked_about() -> None:
    told = answer(GRAMMAR, "a medium fig cooler")
    assert [(line["item"], line["variation"]) for line in told["lines"]] == [("fig", "less")]
    assert told["unexplained"] == ["a", "medium", "fig", "cooler"]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("fig cooler 30% sugar", ["30%", "sugar"]),  # comes in no such share
        ("fig cooler 50", ["fig", "cooler", "50"]),  # behind a name a large number may be anything
        ("a bag of corn crisps", ["bag", "of"]),  # of the two sizes neither is "a bag"
        ("veggie patty with onions", ["onions"]),  # no grilled ones unasked
    ],
)
def test_what_is_not_certain_is_asked_about(said: str, asked: list[str]) -> None:
    told = answer(GRAMMAR, said)["unexplained"]
    assert told == asked
