"""Two small shops of our own, as menus in the file format."""

from __future__ import annotations

from typing import Any

from core.catalogue.format import menu_from_json
from core.catalogue.menu import Menu


def _item(item_id: str, name: str, price: str, category: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"id": item_id, "name": name, "price": price, "category": category, **more}


def _mods(*pairs: tuple[str, str, str], default: str = "", most: int | None = 1) -> list[dict[str, Any]]:
    return [{"id": i, "name": n, "price": p, "default": i == default, "max": most} for i, n, p in pairs]


def _sizes(*prices: tuple[str, str], default: str = "") -> list[dict[str, Any]]:
    return [{"id": n.replace(" ", "_"), "name": n, "price": p, "default": n == default} for n, p in prices]


TEA_HOUSE: dict[str, Any] = {
    "name": "Juniper Tea House",
    "currency": "GBP",
    "locale": "en-GB",
    "items": [
        _item(
            "taro",
            "Taro milk tea",
            "4.20",
            "Milk tea",
            variations=_sizes(("regular", "4.20"), ("large", "4.90")),
            modifier_groups=["sweet", "ice", "pearls", "base"],
            allergens=["milk"],
        ),
        _item(
            "thai",
            "Thai milk tea",
            "4.00",
            "Milk tea",
            variations=_sizes(("regular", "4.00"), ("large", "4.70")),
            modifier_groups=["sweet", "ice", "pearls", "base"],
            allergens=["milk"],
        ),
        _item(
            "oolong",
            "Peach oolong",
            "3.80",
            "Fruit tea",
            variations=_sizes(("regular", "3.80"), ("large", "4.50"), default="regular"),
            modifier_groups=["sweet", "ice", "pearls"],
            tags=["vegan"],
            allergens=[],
        ),
        _item(
            "yuzu",
            "Yuzu green tea",
            "3.90",
            "Fruit tea",
            modifier_groups=["ice", "pearls"],
            tags=["vegan"],
            allergens=[],
        ),
        _item(
            "mochi", "Mango mochi", "2.50", "Sweets", modifier_groups=["dust"], description="Soft rice cake with mango"
        ),
        _item("sesame_mochi", "Black sesame mochi", "2.50", "Sweets", modifier_groups=["dust"], allergens=["sesame"]),
        _item(
            "waffle",
            "Egg waffle",
            "5.50",
            "Sweets",
            modifier_groups=["filling"],
            description="Served with custard and coconut",
            allergens=["egg", "gluten"],
        ),
        _item("bun", "Pineapple bun", "2.20", "Sweets", available=False),
        _item("toast", "Kaya toast", "3.30", "Sweets", modifier_groups=["warmth"], allergens=["gluten", "egg"]),
    ],
    "modifier_groups": [
        {
            "id": "sweet",
            "name": "Sweetness",
            "min": 0,
            "max": 1,
            "modifiers": _mods(
                ("s0", "unsweetened", "0"), ("s50", "half sugar", "0"), ("s100", "full sugar", "0"), default="s100"
            ),
        },
        {
            "id": "ice",
            "name": "Ice",
            "min": 0,
            "max": 1,
            "pre_modifiers": ["no", "light", "regular", "extra"],
            "modifiers": _mods(("cubes", "ice", "0"), default="cubes"),
        },
        {
            "id": "pearls",
            "name": "Toppings",
            "min": 0,
            "max": 3,
            "pre_modifiers": ["extra"],
            "modifiers": _mods(
                ("tapioca", "tapioca pearls", "0.60"),
                ("lychee", "lychee jelly", "0.60"),
                ("aloe", "aloe vera", "0.70"),
                most=2,
            ),
        },
        {
            "id": "base",
            "name": "Milk",
            "min": 0,
            "max": 1,
            "modifiers": _mods(
                ("dairy", "dairy milk", "0"),
                ("oat", "oat milk", "0.50"),
                ("coconut", "coconut milk", "0.50"),
                default="dairy",
            ),
        },
        {
            "id": "dust",
            "name": "Dusting",
            "min": 0,
            "max": None,
            "pre_modifiers": ["no", "light", "extra"],
            "modifiers": _mods(("kinako", "kinako powder", "0"), default="kinako"),
        },
        {
            "id": "filling",
            "name": "Filling",
            "min": 1,
            "max": 1,
            "modifiers": _mods(
                ("original", "original", "0"), ("chocolate", "chocolate", "0.80"), ("matcha", "matcha", "0.90")
            ),
        },
        {"id": "warmth", "name": "Warmth", "min": 0, "max": 1, "modifiers": _mods(("grilled", "grilled", "0"))},
    ],
    "combos": [],
}

GRILL: dict[str, Any] = {
    "name": "Harbour Grill",
    "currency": "EUR",
    "locale": "en-IE",
    "items": [
        _item(
            "classic",
            "Classic burger",
            "9.50",
            "Burgers",
            modifier_groups=["build", "add", "cook"],
            description="Beef with lettuce, pickles, red onion and house sauce",
        ),
        _item(
            "chicken",
            "Crispy chicken burger",
            "9.90",
            "Burgers",
            modifier_groups=["build", "add"],
            description="Chicken with lettuce and slaw",
        ),
        _item(
            "halloumi",
            "Halloumi burger",
            "9.20",
            "Burgers",
            aliases=["veggie burger"],
            modifier_groups=["build", "add"],
            tags=["vegetarian"],
        ),
        _item(
            "cod",
            "Cod bites",
            "7.00",
            "Snacks",
            variations=_sizes(("6 pieces", "7.00"), ("12 pieces", "12.50")),
            modifier_groups=["dip"],
            allergens=["fish", "gluten"],
        ),
        _item(
            "chips",
            "Chips",
            "3.50",
            "Sides",
            aliases=["fries", "patatas fritas"],
            variations=_sizes(("small", "3.50"), ("large", "4.50")),
            modifier_groups=["dip"],
        ),
        _item("rings", "Onion rings", "4.00", "Sides", modifier_groups=["dip"]),
        _item("slaw", "Coleslaw", "2.80", "Sides", aliases=["ensalada de col"]),
        _item("cola", "Cola", "2.50", "Drinks", aliases=["coke", "refresco de cola"], modifier_groups=["fizz"]),
        _item("lemon", "Lemonade", "2.80", "Drinks", aliases=["limonada"], modifier_groups=["fizz"]),
        _item("water", "Still water", "1.80", "Drinks", aliases=["water", "agua"]),
        _item("stout", "Stout cake", "5.00", "Desserts", available=False),
        _item("crumble", "Apple crumble", "5.20", "Desserts", modifier_groups=["cream"], allergens=["milk", "gluten"]),
    ],
    "modifier_groups": [
        {
            "id": "build",
            "name": "Build",
            "min": 0,
            "max": None,
            "pre_modifiers": ["no", "light", "regular", "extra", "side"],
            "modifiers": [
                {"id": "lettuce", "name": "lettuce", "aliases": ["lechuga"], "price": "0", "default": True},
                {"id": "pickles", "name": "pickles", "aliases": ["pepinillos"], "price": "0", "default": True},
                {"id": "onion", "name": "red onion", "aliases": ["onion", "cebolla"], "price": "0", "default": True},
                {"id": "sauce", "name": "house sauce", "aliases": ["salsa de la casa"], "price": "0", "default": True},
            ],
        },
        {
            "id": "add",
            "name": "Extras",
            "min": 0,
            "max": None,
            "pre_modifiers": ["extra", "side"],
            "modifiers": [
                {"id": "bacon", "name": "bacon", "price": "1.50"},
                {"id": "cheddar", "name": "cheddar", "aliases": ["queso"], "price": "1.20"},
                {"id": "egg", "name": "fried egg", "aliases": ["huevo frito"], "price": "1.30"},
                {"id": "jalapeno", "name": "jalapeños", "price": "0.80"},
            ],
        },
        {
            "id": "cook",
            "name": "Cooking",
            "min": 1,
            "max": 1,
            "modifiers": _mods(("rare", "rare", "0"), ("medium", "medium", "0"), ("well", "well done", "0")),
        },
        {
            "id": "dip",
            "name": "Dips",
            "min": 0,
            "max": None,
            "modifiers": _mods(("aioli", "aioli", "0.80"), ("tartare", "tartare sauce", "0.80"), most=3),
        },
        {
            "id": "fizz",
            "name": "Ice",
            "min": 0,
            "max": 1,
            "pre_modifiers": ["no", "light", "extra"],
            "modifiers": [{"id": "ice", "name": "ice", "aliases": ["hielo"], "price": "0", "default": True}],
        },
        {
            "id": "cream",
            "name": "With it",
            "min": 0,
            "max": 1,
            "pre_modifiers": ["side"],
            "modifiers": _mods(("custard", "custard", "0.50"), ("icecream", "vanilla ice cream", "1.00")),
        },
    ],
    "combos": [
        {
            "id": "meal",
            "name": "Harbour meal",
            "aliases": ["meal deal"],
            "price": "13.00",
            "slots": [
                {"id": "burger", "name": "burger", "items": ["chicken", "halloumi"], "quantity": 1},
                {"id": "side", "name": "side", "items": ["rings", "slaw"], "quantity": 1},
                {"id": "drink", "name": "drink", "items": ["cola", "lemon", "water"], "quantity": 1},
            ],
        },
    ],
}

MENUS: dict[str, Menu] = {"tea": menu_from_json(TEA_HOUSE), "grill": menu_from_json(GRILL)}
