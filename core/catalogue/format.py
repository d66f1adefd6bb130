"""Menu files: reading and writing the format of docs/reference/menu-format.md."""

from __future__ import annotations

from typing import Any

from core.catalogue.menu import Combo, ComboSlot, Item, Menu, Modifier, ModifierGroup, Variation
from core.kernel.money import Money


def menu_from_json(data: dict[str, Any]) -> Menu:
    """Build the menu from a file's JSON that has been validated."""
    currency = data["currency"]
    return Menu(
        name=data["name"],
        currency=currency,
        locale=data.get("locale", "en-US"),
        items=tuple(_item(i, currency) for i in data["items"]),
        modifier_groups=tuple(_group(g, currency) for g in data.get("modifier_groups", ())),
        combos=tuple(_combo(c, currency) for c in data.get("combos", ())),
    )


def _item(data: dict[str, Any], currency: str) -> Item:
    allergens = data.get("allergens")
    return Item(
        id=data["id"],
        name=data["name"],
        price=Money.parse(data["price"], currency),
        aliases=tuple(data.get("aliases", ())),
        description=data.get("description", ""),
        category=data.get("category", ""),
        variations=tuple(_variation(v, currency) for v in data.get("variations", ())),
        modifier_groups=tuple(data.get("modifier_groups", ())),
        tags=tuple(data.get("tags", ())),
        allergens=None if allergens is None else tuple(allergens),
        available=data.get("available", True),
    )


def _variation(data: dict[str, Any], currency: str) -> Variation:
    return Variation(
        data["id"],
        data["name"],
        Money.parse(data["price"], currency),
        tuple(data.get("aliases", ())),
        data.get("default", False),
    )


def _group(data: dict[str, Any], currency: str) -> ModifierGroup:
    return ModifierGroup(
        data["id"],
        data["name"],
        tuple(_modifier(m, currency) for m in data["modifiers"]),
        data.get("min", 0),
        data.get("max"),
        tuple(data.get("pre_modifiers", ())),
    )


def _modifier(data: dict[str, Any], currency: str) -> Modifier:
    return Modifier(
        data["id"],
        data["name"],
        Money.parse(data.get("price", "0"), currency),
        tuple(data.get("aliases", ())),
        data.get("default", False),
        data.get("max", 1),
        tuple(data.get("tags", ())),
        tuple(data.get("allergens", ())),
    )


def _combo(data: dict[str, Any], currency: str) -> Combo:
    slots = tuple(ComboSlot(s["id"], s["name"], tuple(s["items"]), s.get("quantity", 1)) for s in data["slots"])
    return Combo(
        data["id"],
        data["name"],
        Money.parse(data["price"], currency),
        slots,
        tuple(data.get("aliases", ())),
    )
