"""How much of what is put in, what takes the place of another, and names said again by their last word."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json
from tests.understanding import shop

_SIZES = {"small": ["tall"], "medium": ["grande"], "large": ["venti"]}


def _item(
    name: str, category: str, groups: str = "", *, sized: bool = False, aliases: tuple[str, ...] = ()
) -> dict[str, Any]:
    sizes = [{"id": s, "name": s, "aliases": a, "price": "4.00"} for s, a in _SIZES.items()] if sized else []
    return {
        "id": name.lower().replace(" ", "_"),
        "name": name,
        "aliases": list(aliases),
        "category": category,
        "price": "4.00",
        "variations": sizes,
        "modifier_groups": groups.split(),
    }


def _group(
    group_id: str, most: int | None, *names: str, each: int = 1, pre: tuple[str, ...] = ("no", "extra")
) -> dict[str, Any]:
    modifiers = [{"id": n.split()[0], "name": n, "price": "0.50", "max": each} for n in names]
    return {"id": group_id, "name": group_id, "min": 0, "max": most, "pre_modifiers": list(pre), "modifiers": modifiers}


MENU = menu_from_json(
    {
        "name": "Two Rivers Roasters",
        "currency": "USD",
        "locale": "en-US",
        "items": [
            _item("Latte", "Coffee", "syrup sweet milk", sized=True),
            _item("Filter Coffee", "Coffee", "sweet", sized=True),
            _item("Matcha Latte", "Tea", "milk", sized=True, aliases=("matcha",)),
            _item("Hamburger", "Burgers", "top cheese", aliases=("burger",)),
            _item("Cheeseburger", "Burgers", "top cheese"),
            _item("Alpine Burger", "Burgers", "top cheese"),
            _item("Garden Burger", "Burgers", "top cheese"),
            _item("Bagel", "Bakery", "flavour fixings bread"),
            _item("English Muffin", "Bakery"),
            _item("Omelet", "Mains", "filling bread"),
            _item("Fizzy Lemonade", "Drinks", "ice"),
        ],
        "modifier_groups": [
            _group("syrup", 6, "vanilla", "hazelnut", each=4),
            _group("sweet", None, "sugar", each=4),
            _group("milk", 1, "oat milk", "soy milk"),
            _group("top", None, "bacon", "pickles", "relish", each=2),
            _group("cheese", 1, "gouda", "brie"),
            _group("flavour", 1, "sesame", "onion", pre=()),
            _group("fixings", None, "tomato", "red onion"),
            _group("filling", None, "ham", "spinach"),
            _group("bread", 1, "rye", "wheat", "english muffin"),
            _group("ice", 1, "ice"),
        ],
    }
)
GRAMMAR = compile_menu(MENU)

CLEAR = {
    "two lattes with three pumps of vanilla": ["2 latte +syrup.vanilla*3"],
    "three small filter coffees with two sugars": ["3 filter_coffee/small +sweet.sugar*2"],
    "four filter coffees, two with sugar": ["2 filter_coffee", "2 filter_coffee +sweet.sugar"],
    "three lattes with two sugars and one vanilla each": ["3 latte +sweet.sugar*2 +syrup.vanilla"],
    "four pumps of hazelnut in a large latte": ["1 latte/large +syrup.hazelnut*4"],
    "two sugars in my filter coffee": ["1 filter_coffee +sweet.sugar*2"],
    "alpine burger with two strips of bacon": ["1 alpine_burger +top.bacon*2"],
    "hamburger with two slices of bacon and relish": ["1 hamburger +top.bacon*2 +top.relish"],
    "2 lg latte": ["2 latte/large"],
    "a grande latte and a big matcha latte": ["1 latte/medium", "1 matcha_latte/large"],
    "cheeseburger, sub brie for the gouda": ["1 cheeseburger +cheese.brie"],
    "omelet, sub spinach for the ham": ["1 omelet +filling.spinach -filling.ham"],
    "sesame bagel with tomato and no onion": ["1 bagel +flavour.sesame +fixings.tomato -fixings.red"],
    "an alpine burger and a fizzy lemonade, no pickles on the burger": [
        "1 alpine_burger -top.pickles",
        "1 fizzy_lemonade",
    ],
    "cheeseburger and a fizzy lemonade. put bacon on the burger": ["1 cheeseburger +top.bacon", "1 fizzy_lemonade"],
    "no pickles on anything, a hamburger and an alpine burger": [
        "1 hamburger -top.pickles",
        "1 alpine_burger -top.pickles",
    ],
    "hamburger, ditch the pickles": ["1 hamburger -top.pickles"],
    "hamburger, double up on the pickles": ["1 hamburger +top.pickles*2"],
    "latte with no vanilla and an oat milk": ["1 latte -syrup.vanilla +milk.oat"],
}
ASKED = {
    "small latte seven pumps of vanilla": ["1 latte/small +syrup.vanilla*4"],
    "five sugars in my filter coffee": ["1 filter_coffee +sweet.sugar*4"],
    "hamburger with three strips of bacon": ["1 hamburger +top.bacon*2"],
    "an alpine burger, no relish, and a garden burger, same thing": [
        "1 alpine_burger -top.relish", "1 garden_burger -top.relish",
    ],
    "an omelet with ham and an english muffin": ["1 omelet +filling.ham", "1 english_muffin"],
    "an alpine burger and a garden burger, and bacon on the burger": None,
    "matcha latte with a pump of vanilla": None,
}  # fmt: skip


@pytest.mark.parametrize("said", CLEAR)
def test_amounts_and_names_said_again_are_read_without_a_question(said: str) -> None:
    shop.prove(MENU, GRAMMAR, said, CLEAR[said])


@pytest.mark.parametrize("said", ASKED)
def test_what_cannot_be_had_or_may_mean_two_things_is_asked_about(said: str) -> None:
    found = answer(GRAMMAR, said)
    wanted = ASKED[said]
    assert found["unexplained"] != []
    if wanted is not None:
        assert sorted(map(str, found["lines"])) == sorted(str(shop.line(text).to_json()) for text in wanted)
