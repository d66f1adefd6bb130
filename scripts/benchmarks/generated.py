"""Menus made by chance: valid ones of any size, whose names are made of words of the trade and of made-up words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.catalogue.format import menu_from_json
from core.catalogue.menu import PRE_MODIFIERS

if TYPE_CHECKING:
    from random import Random

    from core.catalogue.menu import Menu

_MANNERS = [
    "Smoked",
    "Grilled",
    "Roasted",
    "Crispy",
    "Spicy",
    "Sweet",
    "Fresh",
    "Braised",
    "Stuffed",
    "Golden",
    "Rustic",
    "Toasted",
    "Creamy",
    "Pickled",
    "Charred",
    "Iced",
    "House",
    "Garden",
    "Harbor",
    "Mountain",
    "Farmhouse",
    "Winter",
    "Summer",
    "Royal",
    "Little",
    "Double",
    "Nordic",
    "Coastal",
    "Wild",
    "Peppered",
]
_FOODS = [
    "Chicken",
    "Beef",
    "Pork",
    "Lamb",
    "Salmon",
    "Tuna",
    "Shrimp",
    "Tofu",
    "Mushroom",
    "Pumpkin",
    "Lentil",
    "Spinach",
    "Walnut",
    "Almond",
    "Apple",
    "Pear",
    "Cherry",
    "Fig",
    "Barley",
    "Corn",
    "Potato",
    "Carrot",
    "Beetroot",
    "Fennel",
    "Ginger",
    "Lemon",
    "Orange",
    "Honey",
    "Maple",
    "Cocoa",
]
_DISHES = [
    "Burger",
    "Wrap",
    "Salad",
    "Soup",
    "Bowl",
    "Pie",
    "Tart",
    "Sandwich",
    "Skewer",
    "Curry",
    "Noodles",
    "Stew",
    "Roll",
    "Pancake",
    "Toast",
    "Dumplings",
    "Tea",
    "Cooler",
    "Smoothie",
    "Cake",
    "Pudding",
    "Platter",
    "Pizza",
    "Bake",
    "Hash",
]
_SYLLABLES = [
    "ba",
    "ke",
    "li",
    "mo",
    "nu",
    "ra",
    "se",
    "ti",
    "vo",
    "za",
    "pel",
    "dor",
    "min",
    "tas",
    "gra",
    "fen",
    "lu",
    "quo",
    "ser",
    "bim",
]
_SIZES = (("small", "Small"), ("medium", "Medium"), ("large", "Large"), ("family", "Family size"))


def generated_menu(chance: Random, *, items: int, groups: int = 8, combos: int = 3) -> Menu:
    """A valid menu with so many items, modifier groups and combos; every name is different."""
    names = _names(chance, items + groups * 8 + combos)
    made_groups = [_group(chance, f"g{n}", names) for n in range(groups)]
    made_items = [_item(chance, f"i{n}", names.pop(), groups) for n in range(items)]
    made_combos = [_combo(chance, f"c{n}", names.pop(), items) for n in range(combos)]
    data = {
        "name": "Made up",
        "currency": chance.choice(("USD", "JPY", "EUR", "KWD")),
        "locale": "en-US",
        "items": made_items,
        "modifier_groups": made_groups,
        "combos": made_combos,
    }
    if data["currency"] == "JPY":
        _without_fractions(data)
    return menu_from_json(data)


def _names(chance: Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        invented = "".join(chance.sample(_SYLLABLES, chance.choice((2, 3)))).capitalize()
        food = chance.choice((*_FOODS, invented))
        before = chance.choice(((chance.choice(_MANNERS), food), (food,), ()))
        found[" ".join((*before, chance.choice(_DISHES)))] = None
        if chance.random() < 0.3:  # noqa: PLR2004 - some names are one made-up word
            found[invented] = None
    names = list(found)[:count]
    chance.shuffle(names)
    return names


def _item(chance: Random, item_id: str, name: str, groups: int) -> dict[str, Any]:
    sizes = chance.sample(_SIZES, chance.choice((0, 0, 0, 2, 3))) if chance.random() < 0.8 else []  # noqa: PLR2004
    default = chance.randrange(-1, len(sizes)) if sizes else -1
    variations = [
        {"id": size, "name": label, "price": _price(chance), "default": n == default}
        for n, (size, label) in enumerate(sizes)
    ]
    return {
        "id": item_id,
        "name": name,
        "category": name.rsplit(" ", 1)[-1],
        "price": variations[0]["price"] if variations else _price(chance),
        "variations": variations,
        "modifier_groups": [
            f"g{n}" for n in sorted(chance.sample(range(groups), chance.randrange(min(groups, 4) + 1)))
        ],
        "available": chance.random() > 0.05,  # noqa: PLR2004 - one in twenty is sold out
    }


def _group(chance: Random, group_id: str, names: list[str]) -> dict[str, Any]:
    count = chance.randrange(1, 8)
    most = chance.choice((None, 1, 2, count))
    least = chance.choice((0, 0, 0, 1))
    defaults = chance.sample(range(count), chance.randrange(min(count, most or count) + 1))
    modifiers = [
        {
            "id": f"m{n}",
            "name": names.pop(),
            "price": chance.choice(("0", _price(chance))),
            "default": n in defaults,
            "max": chance.choice((1, 1, 1, 2, 3, None)),
            "available": chance.random() > 0.05,  # noqa: PLR2004 - one in twenty is out
        }
        for n in range(count)
    ]
    return {
        "id": group_id,
        "name": group_id,
        "min": least,
        "max": most,
        "pre_modifiers": chance.sample(PRE_MODIFIERS, chance.randrange(len(PRE_MODIFIERS) + 1)),
        "modifiers": modifiers,
    }


def _combo(chance: Random, combo_id: str, name: str, items: int) -> dict[str, Any]:
    slots = [
        {
            "id": f"s{n}",
            "name": f"part {n}",
            "items": [f"i{i}" for i in chance.sample(range(items), min(items, chance.choice((1, 2, 5))))],
            "quantity": chance.choice((1, 1, 2)),
        }
        for n in range(chance.choice((1, 2, 3)))
    ]
    return {"id": combo_id, "name": f"{name} deal", "price": _price(chance), "slots": slots}


def _price(chance: Random) -> str:
    return f"{chance.randrange(0, 30)}.{chance.randrange(100):02d}"


def _without_fractions(value: Any) -> None:  # noqa: ANN401 - any part of a menu's JSON
    if isinstance(value, list):
        for part in value:
            _without_fractions(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key == "price":
                value[key] = part.split(".")[0]
            else:
                _without_fractions(part)
