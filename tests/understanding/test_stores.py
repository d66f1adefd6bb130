"""Orders at shops with few names of their own: other words for goods, shares in words, kinds, measures and counts."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json
from tests.understanding import shop


def _group(ident: str, name: str, *names: str, most: int | None = None) -> dict[str, Any]:
    modifiers = [{"id": n.replace(" ", "_"), "name": n, "price": "0.00", "max": 3} for n in names]
    return {"id": ident, "name": name, "min": 0, "max": most, "pre_modifiers": ["no", "extra"], "modifiers": modifiers}


def _item(name: str, category: str, groups: str = "", *sizes: str) -> dict[str, Any]:
    sized = [{"id": s.replace(" ", "_"), "name": s, "price": "4.00"} for s in sizes]
    ident = name.casefold().replace(" ", "_")
    return {
        "id": ident, "name": name, "category": category, "price": "4.00",
        "variations": sized, "modifier_groups": groups.split(),
    }  # fmt: skip


MENU = menu_from_json({
    "name": "Quay Street Stores", "currency": "GBP", "locale": "en-GB",
    "items": [
        _item("Oat Milk", "Dairy & eggs"), _item("Free Range Eggs", "Dairy & eggs", "", "6 pack", "12 pack"),
        _item("Fruit Yogurt", "Dairy & eggs", "", "vanilla", "blueberry"), _item("Blueberries", "Fruit"),
        _item("Paper Towels", "Household"), _item("Iced Coffee", "Drinks", "", "250 ml can", "1 litre bottle"),
        _item("Tea Waffle", "Bites", "", "original", "cocoa"), _item("Plum Cooler", "Bar", "sweet cold add"),
        _item("Lentil Stew", "Kitchen", "portion"), _item("Egg Toast", "Kitchen", "bread"),
        _item("Herring on Rye", "Kitchen", "bread"),
    ],
    "modifier_groups": [
        _group("sweet", "how sweet", "no sugar", "half sweet", "full sweet", most=1),
        _group("cold", "ice", "no ice", "less ice", "regular ice", most=1), _group("add", "boosts", "whey powder"),
        _group("portion", "portion", "side portion", "main portion", most=1), _group("bread", "bread", "rye", "white"),
    ],
})  # fmt: skip
GRAMMAR = compile_menu(MENU)

CLEAR = {
    "kitchen roll": ["1 paper_towels"],
    "a dozen eggs": ["1 free_range_eggs/12_pack"],
    "three cans of iced coffee": ["3 iced_coffee/250_ml_can"],
    "iced coffee times two, paper towels": ["2 iced_coffee", "1 paper_towels"],
    "paper towels, three of them, and one oat milk": ["3 paper_towels", "1 oat_milk"],
    "a plain tea waffle": ["1 tea_waffle/original"],
    "a plum cooler 50% sugar easy ice": ["1 plum_cooler +sweet.half_sweet +cold.less_ice"],
    "a plum cooler normal sugar": ["1 plum_cooler +sweet.full_sweet"],
    "a plum cooler with two scoops whey powder": ["1 plum_cooler +add.whey_powder*2"],
    "lentil stew side": ["1 lentil_stew +portion.side_portion"],
    "lentil stew main": ["1 lentil_stew +portion.main_portion"],
    "egg toast on rye": ["1 egg_toast +bread.rye"],
    "one herring one egg toast one lentil stew": ["1 herring_on_rye", "1 egg_toast", "1 lentil_stew"],
}


@pytest.mark.parametrize("said", CLEAR)
def test_it_is_read_with_a_proof(said: str) -> None:
    shop.prove(MENU, GRAMMAR, said, CLEAR[said])


def test_a_share_of_lean_meat_counts_nothing() -> None:
    assert answer(GRAMMAR, "blueberries 80/20")["unexplained"] == ["80/20"]


def test_a_kind_after_a_counted_kind_is_of_the_same() -> None:
    lines = answer(GRAMMAR, "two vanilla yogurts and one blueberry")["lines"]
    assert [(n["item"], n["quantity"], n["variation"]) for n in lines] == [
        ("fruit_yogurt", 2, "vanilla"),
        ("fruit_yogurt", 1, "blueberry"),
    ]
