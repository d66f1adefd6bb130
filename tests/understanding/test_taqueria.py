"""Choices that an item does not have, names in another language, and a "no" beside what takes its place."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.understanding import Grammar, answer, best_lines, compile_menu, read
from core.catalogue.format import menu_from_json
from core.catalogue.menu import Menu
from core.orders.lines import merged
from tests.understanding import shop


def _item(ident: str, name: str, groups: str = "", *sizes: str, category: str = "mains") -> dict[str, Any]:
    sized = [{"id": s, "name": s.replace("_", " "), "price": "4.00"} for s in sizes]
    return {
        "id": ident, "name": name, "price": "4.00", "category": category, "variations": sized,
        "modifier_groups": groups.split(),
    }  # fmt: skip


def _group(ident: str, most: int | None, default: str, *names: str) -> dict[str, Any]:
    modifiers = [{**m, "default": m["name"] == default} for m in shop.named(*names)]
    return {"id": ident, "name": ident, "max": most, "pre_modifiers": ["no"], "modifiers": modifiers}


MENU: Menu = menu_from_json({
    "name": "Casa", "currency": "USD", "locale": "en-US",
    "items": [
        _item("gordita", "Gordita", "filling put"), _item("bake", "Enchilada Bake", "bake put"),
        _item("broth", "Noodle Broth", "meat put"), _item("crunch", "Totopos", "", "Snack_Bag", "Family_Bag"),
        _item("soft", "Soft Sope", "put", category="sopes"), _item("crisp", "Crispy Sope", "put", category="sopes"),
    ],
    "modifier_groups": [
        _group("filling", 1, "", "pollo", "carnitas"), _group("bake", 1, "", "chicken", "beef"),
        _group("meat", 1, "pork", "pork", "tofu"), _group("put", None, "", "lime", "radish", "egg"),
    ],
})  # fmt: skip
GRAMMAR: Grammar = compile_menu(MENU)
ANSWERS: dict[str, tuple[list[str], list[str]]] = {
    "a noodle broth no pork with tofu instead": (["1 broth +meat.tofu -meat.pork"], []),
    "a noodle broth not pork, tofu": (["1 broth +meat.tofu"], []),
    "a gordita a noodle broth no radish on anything and totopos": (
        ["1 gordita -put.radish", "1 broth -put.radish", "1 crunch"], [],
    ),
    "two small bags of totopos and a big bag of totopos": (["2 crunch/Snack_Bag", "1 crunch/Family_Bag"], []),
    "a chicken gordita with lime": (["1 gordita +filling.pollo +put.lime"], ["chicken"]),
    "tofu gordita with lime": (["1 gordita +put.lime"], ["tofu"]),
    "a noodle broth with two eggs": (["1 broth +put.egg"], ["two", "eggs"]),
}  # fmt: skip


@pytest.mark.parametrize("said", ANSWERS)
def test_the_best_reading_keeps_the_dish_and_asks_about_the_rest(said: str) -> None:
    lines, asked = ANSWERS[said]
    found = {line.unit: line.quantity for line in merged(best_lines(read(GRAMMAR, said)))}
    assert found == {line.unit: line.quantity for line in map(shop.line, lines)}
    assert answer(GRAMMAR, said)["unexplained"] == asked


def test_of_what_a_category_has_the_first_on_the_menu_is_meant_and_asked_about() -> None:
    understood = answer(GRAMMAR, "a sope with lime")
    assert [line["item"] for line in understood["lines"]] == ["soft"]
    assert "sope" in understood["unexplained"]
