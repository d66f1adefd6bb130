"""What is said over a counter: the same again, so much of each, one with and one without; and what is rather asked."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json
from tests.understanding import shop


def _item(item_id: str, name: str, category: str, groups: str = "", sizes: tuple[str, ...] = ()) -> dict[str, Any]:
    sized = [{"id": s.split()[-1], "name": s, "price": "4.00"} for s in sizes]
    item = {"id": item_id, "name": name, "category": category, "price": "4.00", "variations": sized}
    return {**item, "modifier_groups": groups.split()}


def _group(name: str, most: int | None, *names: str, usual: tuple[str, ...] = (), each: int = 1) -> dict[str, Any]:
    modifiers = [
        {"id": n.split()[0], "name": n, "price": "0.50", "default": n in usual, "max": each} for n in names
    ]  # fmt: skip
    pre = ["no", "light", "extra", "side"]
    return {
        "id": name.split(maxsplit=1)[0],
        "name": name,
        "min": 0,
        "max": most,
        "pre_modifiers": pre,
        "modifiers": modifiers,
    }


MENU = menu_from_json(
    {
        "name": "Harbour Counter",
        "currency": "USD",
        "locale": "en-US",
        "items": [
            _item("stew", "Bean Stew", "Mains", "spice protein", ("small", "large")),
            _item("platter", "Dockside Platter", "Mains", "eggs salad"),
            _item("roll", "Bacon Egg Roll", "Mains", "bread sauce"),
            _item("bagel", "Sesame Bagel", "Bakery", "sauce"),
            _item("cocoa", "Hot Cocoa", "Drinks", "milk syrup", ("small", "large")),
            _item("infusion", "Infusion", "Drinks", "herb"),
            _item("slaw", "Carrot Slaw", "Salads", "", ("pint", "quart")),
            _item("beans", "Bean Salad", "Salads", "", ("pint", "quart")),
            _item("plum_shake", "Plum Shake", "Shakes", "malt"),
            _item("date_shake", "Date Shake", "Shakes", "malt"),
            _item("bread", "Flat Bread", "Sides", "topping"),
            _item("leek_bread", "Leek Flat Bread", "Sides"),
            _item("crisps", "Pea Crisps", "Sides"),
        ],
        "modifier_groups": [
            _group("spice level", 1, "mild", "fiery"),
            _group("protein", 1, "lamb", "prawns"),
            _group("eggs", 1, "scrambled", "poached"),
            _group("salad", None, "lettuce", "radish", usual=("lettuce", "radish")),
            _group("bread", 1, "on a bagel", "rye"),
            _group("sauce", None, "brown sauce", "ketchup", each=2),
            _group("milk", 1, "oat milk", "cow milk", usual=("cow milk",)),
            _group("syrup", None, "vanilla", "cinnamon shot", "half bitter", each=3),
            _group("herb", 1, "mint", "fennel"),
            _group("malt", None, "malt"),
            _group("topping", None, "leek", "cheese"),
        ],
        "combos": [
            {
                "id": "deal", "name": "Quay Deal", "aliases": ["deal"], "price": "9.00",
                "slots": [
                    {"id": "main", "name": "main", "items": ["stew", "roll"], "quantity": 1},
                    {"id": "drink", "name": "drink", "items": ["cocoa", "infusion"], "quantity": 1},
                    {"id": "side", "name": "side", "items": ["crisps"], "quantity": 1},
                ],
            }
        ],
    }
)  # fmt: skip
GRAMMAR = compile_menu(MENU)
SIDE = "side=crisps"

CLEAR = {
    "a small cocoa with oat milk and the same again but large": [
        "1 cocoa/small +milk.oat", "1 cocoa/large +milk.oat"],
    "stew with lamb, mild, and the same with prawns": [
        "1 stew +protein.lamb +spice.mild", "1 stew +protein.prawns +spice.mild"],
    "a pint each of carrot slaw and bean salad": ["1 slaw/pint", "1 beans/pint"],
    "three slaws, a quart each": ["3 slaw/quart"],
    "one of each shake": ["1 plum_shake", "1 date_shake"],
    "two bacon egg rolls, brown sauce on one, ketchup on the other": [
        "1 roll +sauce.brown", "1 roll +sauce.ketchup"],
    "two stews, lamb in one and prawns in the other": ["1 stew +protein.lamb", "1 stew +protein.prawns"],
    "a cocoa with two shots of vanilla": ["1 cocoa +syrup.vanilla*2"],
    "three flat breads, one with cheese, one without, one leek": [
        "1 bread +topping.cheese", "1 bread -topping.cheese", "1 leek_bread"],
    "two infusions, mint and fennel": ["1 infusion +herb.mint", "1 infusion +herb.fennel"],
    "dockside platter, eggs poached, no salad": ["1 platter +eggs.poached -salad.lettuce -salad.radish"],
    "stew, spice level fiery, large": ["1 stew/large +spice.fiery"],
    "a bean stew deal with a mint infusion": [f"1 deal {{main=stew; drink=infusion +herb.mint; {SIDE}}}"],
    "quay deal with a roll and a small cocoa": [f"1 deal {{main=roll; drink=cocoa/small; {SIDE}}}"],
    "cocoa with oat milk instead of cow milk": ["1 cocoa +milk.oat -milk.cow"],
    "do you have plum shakes? I'll take two": ["2 plum_shake"],
    "is the bean stew any good? if so I'd like one with lamb": ["1 stew +protein.lamb"],
    "two uh two stews": ["2 stew"],
    "bean stew, two, no wait three": ["3 stew"],
    "pea crisps, two packs, and a flat bread": ["2 crisps", "1 bread"],
    "a plum shake with malt and a date one without": ["1 plum_shake +malt.malt", "1 date_shake -malt.malt"],
    "a BER with rye, and pea crisps": ["1 roll +bread.rye", "1 crisps"],
    "flat bread with everything but the leek": ["1 bread -topping.leek"],
    "3 x pea crisps": ["3 crisps"],
}  # fmt: skip

ASKED = {
    "two stews with lamb and the same with prawns": "same",  # two more, or one?
    "a stew with lamb and prawns": "prawns",  # one can have one of them
    "a bacon egg roll on a sesame bagel": "bagel",  # a bagel more, or the roll on one?
    "a roll with ketchup x2": "ketchup",
    "a cocoa, half sweet": "half",
    "two shakes each": "each",
    "one stew with lamb instead": "instead",
    "3 infusions, one infusion with mint": "one",
    "a cocoa but not too sweet, oat milk": "sweet",
    "a shake without malt, one with": "with",
    "any flat bread but leek": "but",
    "pea crisps and cocoa. crisps": "crisps",  # once more, or the same?
    "a stew with lamb, large, actually make that an infusion": "lamb",
}


@pytest.mark.parametrize("said", CLEAR)
def test_what_is_clear_is_read_with_a_proof(said: str) -> None:
    shop.prove(MENU, GRAMMAR, said, CLEAR[said])


@pytest.mark.parametrize("said", ASKED)
def test_what_may_be_two_things_is_asked_about(said: str) -> None:
    assert ASKED[said] in [w.casefold() for w in answer(GRAMMAR, said)["unexplained"]], answer(GRAMMAR, said)
