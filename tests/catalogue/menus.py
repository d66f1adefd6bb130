"""Menus that the tests of this folder start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core import merchants

if TYPE_CHECKING:
    from core.db.session import Database


def small_menu() -> dict[str, Any]:
    """A whole and faultless menu file with a bit of everything."""
    return {
        "name": "Tea Garden",
        "currency": "EUR",
        "locale": "en-IE",
        "items": [
            {
                "id": "brew",
                "name": "House brew",
                "aliases": ["brew"],
                "description": "Dark and malty",
                "category": "Tea",
                "price": "2.50",
                "variations": [
                    {"id": "cup", "name": "Cup", "aliases": ["mug"], "price": "2.50", "default": True},
                    {"id": "pot", "name": "Pot", "price": "4.20", "default": False},
                ],
                "modifier_groups": ["creamer", "leaf"],
                "tags": ["vegan"],
                "allergens": [],
            },
            {"id": "shortbread", "name": "Shortbread", "price": "1.80", "allergens": ["gluten", "milk"]},
            {"id": "oatcake", "name": "Oatcake", "price": "2", "tags": ["vegan"], "allergens": ["gluten"]},
        ],
        "modifier_groups": [
            {
                "id": "creamer",
                "name": "milk or cream",
                "max": 1,
                "pre_modifiers": ["light", "side"],
                "modifiers": [
                    {"id": "cow", "name": "milk", "price": "0", "allergens": ["milk"]},
                    {"id": "oat", "name": "oat drink", "aliases": ["oat"], "price": "0.40", "allergens": ["gluten"]},
                ],
            },
            {
                "id": "leaf",
                "name": "leaf",
                "min": 1,
                "max": 2,
                "modifiers": [
                    {"id": "assam", "name": "Assam", "default": True, "allergens": []},
                    {"id": "ceylon", "name": "Ceylon", "price": "0.30", "max": 2},
                ],
            },
        ],
        "combos": [
            {
                "id": "elevenses",
                "name": "Elevenses",
                "price": "4.00",
                "slots": [
                    {"id": "drink", "name": "drink", "items": ["brew"]},
                    {"id": "bite", "name": "bite", "items": ["shortbread", "oatcake"], "quantity": 2},
                ],
            }
        ],
    }


def large_menu(items: int = 300) -> dict[str, Any]:
    """A menu of many items with three sizes and four groups each."""
    sizes = [{"id": s, "name": s, "price": f"{n + 3}.50"} for n, s in enumerate(("small", "medium", "large"))]
    groups = [
        {
            "id": f"group{n}",
            "name": f"group {n}",
            "modifiers": [{"id": f"m{n}_{k}", "name": f"choice {n} {k}", "price": "0.25"} for k in range(8)],
        }
        for n in range(40)
    ]
    return {
        "name": "Everything",
        "currency": "EUR",
        "items": [
            {
                "id": f"dish{n}",
                "name": f"Dish {n}",
                "aliases": [f"plate {n}"],
                "description": "Served hot. " * 6,
                "category": f"Page {n // 30}",
                "price": "3.50",
                "variations": sizes,
                "modifier_groups": [f"group{(n + k) % 40}" for k in range(4)],
                "allergens": [],
            }
            for n in range(items)
        ],
        "modifier_groups": groups,
    }


def make_shop(database: Database, slug: str = "tea-garden", currency: str = "EUR") -> str:
    """A shop with one location; its id."""
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Tea Garden", slug=slug, currency=currency, locale="en-IE")
        merchants.add_location(uow, shop.id, name="Garden")
        return shop.id
