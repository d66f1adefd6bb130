"""How people order several things at once: shares, what points back, what holds for all, what takes another's place."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from assistant.understanding import answer, certificate_of, check, compile_menu, doubtful_words, read
from core.catalogue.format import menu_from_json
from core.orders.lines import merged
from tests.understanding import shop


def _item(name: str, category: str, groups: list[str], sizes: tuple[str, ...] = ()) -> dict[str, Any]:
    item = {"id": name.lower().replace(" ", "_"), "name": name, "category": category, "price": "4.00"}
    sized = [{"id": s, "name": s, "price": "4.00"} for s in sizes]
    return {**item, "modifier_groups": groups, "variations": sized}


def _group(group_id: str, most: int | None, *names: str, usual: str = "") -> dict[str, Any]:
    modifiers = [{"id": n.split()[0], "name": n, "price": "0.50", "default": n == usual} for n in names]
    pre = ["no", "light", "extra", "side"]
    return {"id": group_id, "name": group_id, "min": 0, "max": most, "pre_modifiers": pre, "modifiers": modifiers}


MENU = menu_from_json(
    {
        "name": "Corner Kitchen",
        "currency": "USD",
        "locale": "en-US",
        "items": [
            _item("Smoky Burger", "Burgers", ["top", "cheese"], ("single", "double")),
            _item("Latte", "Coffee", ["milk", "syrup"], ("small", "large")),
            _item("Mocha", "Coffee", ["milk", "syrup"], ("small", "large")),
            _item("Lamb Bhuna", "Curries", ["heat", "top"]),
            _item("Chicken Bhuna", "Curries", ["heat", "top"]),
            _item("Tarka Dal", "Curries", ["heat"]),
            _item("Brownie", "Cakes", ["scoop"]),
            _item("Lemons", "Fruit", []),
            _item("Dark Chocolate Bar", "Sweets", []),
            _item("Milk Chocolate Bar", "Sweets", []),
            _item("Chocolate Milk", "Dairy", []),
        ],
        "modifier_groups": [
            _group("top", None, "pickles", "onions", "bacon"),
            _group("cheese", 1, "cheddar", "swiss", usual="cheddar"),
            _group("milk", 1, "oat milk", "soy milk", "creamer", usual="creamer"),
            _group("syrup", None, "vanilla", "cinnamon"),
            _group("heat", 1, "mild", "hot"),
            _group("scoop", None, "ice cream"),
        ],
    }
)
GRAMMAR = compile_menu(MENU)

CLEAR = {
    "four lattes, half of them with oat milk": ["2 latte", "2 latte +milk.oat"],
    "four lattes, half with oat milk, the other half with soy milk": ["2 latte +milk.oat", "2 latte +milk.soy"],
    "two smoky burgers, one without pickles, the other without onions": [
        "1 smoky_burger -top.pickles",
        "1 smoky_burger -top.onions",
    ],
    "three lattes: the first with vanilla, the second with cinnamon, the last plain": [
        "1 latte +syrup.vanilla",
        "1 latte +syrup.cinnamon",
        "1 latte",
    ],
    "four lattes, one with vanilla, the others with oat milk": ["1 latte +syrup.vanilla", "3 latte +milk.oat"],
    "3 smoky burgers, make one a double": ["2 smoky_burger", "1 smoky_burger/double"],
    "three smoky burgers, no pickles on one of them": ["2 smoky_burger", "1 smoky_burger -top.pickles"],
    "two lattes, no vanilla in either": ["2 latte -syrup.vanilla"],
    "a latte and a brownie, vanilla in the latte": ["1 latte +syrup.vanilla", "1 brownie"],
    "a brownie and a latte, ice cream on the brownie": ["1 brownie +scoop.ice", "1 latte"],
    "two mochas, one small, one large, the small one with oat milk": ["1 mocha/small +milk.oat", "1 mocha/large"],
    "a latte and a mocha, cinnamon on both": ["1 latte +syrup.cinnamon", "1 mocha +syrup.cinnamon"],
    "everything mild: a lamb bhuna and a tarka dal": ["1 lamb_bhuna +heat.mild", "1 tarka_dal +heat.mild"],
    "two bhunas, one lamb and one chicken": ["1 lamb_bhuna", "1 chicken_bhuna"],
    "two of each: tarka dal, lamb bhuna": ["2 tarka_dal", "2 lamb_bhuna"],
    "tarka dal, lamb bhuna, two of each": ["2 tarka_dal", "2 lamb_bhuna"],
    "a latte, make that two lattes": ["2 latte"],
    "some lemons, say four, and a brownie": ["4 lemons", "1 brownie"],
    "lemons x 3": ["3 lemons"],
    "two dark chocolate bars and a milk one": ["2 dark_chocolate_bar", "1 milk_chocolate_bar"],
    "a smoky burger with swiss instead of cheddar": ["1 smoky_burger +cheese.swiss -cheese.cheddar"],
    "I don't like pickles, so leave them off my smoky burger": ["1 smoky_burger -top.pickles"],
    "I don't like onions. Two smoky burgers without them": ["2 smoky_burger -top.onions"],
    "a small and a large latte, both with oat milk": ["1 latte/small +milk.oat", "1 latte/large +milk.oat"],
}


@pytest.mark.parametrize("said", CLEAR)
def test_each_construction_is_read_exactly_and_proved(said: str) -> None:
    reading = read(GRAMMAR, said)
    found = Counter({line.unit: line.quantity for line in merged(r.line for r in reading.lines)})
    assert found == Counter({line.unit: line.quantity for line in map(shop.line, CLEAR[said])})
    assert [reading.tokens[p].text for p in doubtful_words(reading)] == []
    assert check(MENU, certificate_of(reading)) == []


ASKED = {
    "a pumpkin latte": ("latte", []),
    "500 lattes": ("lattes", []),
    "a brownie and a croissont": ("croissont", ["brownie"]),
    "a smoky burger with everything": ("everything", ["smoky_burger"]),
}


@pytest.mark.parametrize("said", ASKED)
def test_what_a_menu_does_not_have_is_asked_about_and_not_added(said: str) -> None:
    word, items = ASKED[said]
    found = answer(GRAMMAR, said)
    assert [line["item"] for line in found["lines"]] == items
    assert word in found["unexplained"]
