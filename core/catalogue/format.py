"""Menu files: checking, reading and writing the format of docs/reference/menu-format.md."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.catalogue.menu import Combo, ComboSlot, Item, Menu, Modifier, ModifierGroup, Variation
from core.catalogue.validation import check_menu, read_json
from core.catalogue.validation.findings import Findings
from core.kernel.errors import InvalidMenu
from core.kernel.money import Money
from core.kernel.problems import Problem
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Problem", "check_file", "check_menu", "menu_from_json", "menu_to_json", "read_menu_file"]


def read_menu_file(path: Path | str) -> Menu:
    """The menu of a file; its version is made from the content.

    Raises:
        InvalidMenu: the file cannot be read or breaks the format; carries every problem.
    """
    data, problems = check_file(path)
    if not isinstance(data, dict) or any(p.severity == "error" for p in problems):
        raise InvalidMenu(problems, source=Path(path).name)
    return menu_from_json(data)


def check_file(path: Path | str) -> tuple[object, list[Problem]]:
    """The JSON of a file and every problem of the menu in it; no JSON (None) where the file has none."""
    found = Findings()
    try:
        raw = Path(path).read_bytes()
    except OSError as wrong:
        reason = (wrong.strerror or "unknown reason").lower()
        found.add("unreadable", "file", f"{path} cannot be read: {reason}.", "Give the path of a menu file.")
        return None, found.problems
    data = read_json(raw, found)
    return data, found.problems or check_menu(data)


def menu_from_json(data: dict[str, Any]) -> Menu:
    """Build the menu from a file's JSON that has been validated. Its version is made from the content."""
    currency = data["currency"]
    content = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    return Menu(
        name=clean(data["name"]),
        currency=currency,
        locale=data.get("locale", "en-US"),
        items=tuple(_item(i, currency) for i in data["items"]),
        modifier_groups=tuple(_group(g, currency) for g in data.get("modifier_groups", ())),
        combos=tuple(_combo(c, currency) for c in data.get("combos", ())),
        allergens_complete=data.get("allergens_complete", False),
        version=f"file-{hashlib.sha256(content).hexdigest()[:24]}",
    )


def menu_to_json(menu: Menu) -> dict[str, Any]:
    """The menu as a file's JSON; `menu_from_json` makes the same menu of it.

    Everything is written out, but for what an undeclared value is: no `allergens` where nobody declared them.
    """
    return {
        "name": menu.name,
        "currency": menu.currency,
        "locale": menu.locale,
        "allergens_complete": menu.allergens_complete,
        "items": [_item_json(i) for i in menu.items],
        "modifier_groups": [_group_json(g) for g in menu.modifier_groups],
        "combos": [_combo_json(c) for c in menu.combos],
    }


def _item_json(item: Item) -> dict[str, Any]:
    data: dict[str, Any] = {
        **_named(item),
        "description": item.description,
        "category": item.category,
        "price": str(item.price.decimal()),
        "variations": [{**_named(v), "price": str(v.price.decimal()), "default": v.default} for v in item.variations],
        "modifier_groups": list(item.modifier_groups),
        "tags": list(item.tags),
        "available": item.available,
    }
    return data if item.allergens is None else {**data, "allergens": list(item.allergens)}


def _group_json(group: ModifierGroup) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "min": group.min,
        "max": group.max,
        "pre_modifiers": list(group.pre_modifiers),
        "modifiers": [_modifier_json(m) for m in group.modifiers],
    }


def _modifier_json(modifier: Modifier) -> dict[str, Any]:
    data: dict[str, Any] = {
        **_named(modifier),
        "price": str(modifier.price.decimal()),
        "default": modifier.default,
        "max": modifier.max,
        "tags": list(modifier.tags),
        "available": modifier.available,
    }
    return {**data, "allergens": list(modifier.allergens)} if modifier.allergens_declared else data


def _combo_json(combo: Combo) -> dict[str, Any]:
    slots = [{"id": s.id, "name": s.name, "items": list(s.items), "quantity": s.quantity} for s in combo.slots]
    return {**_named(combo), "price": str(combo.price.decimal()), "slots": slots}


def _named(entry: Item | Variation | Modifier | Combo) -> dict[str, Any]:
    return {"id": entry.id, "name": entry.name, "aliases": list(entry.aliases)}


def _item(data: dict[str, Any], currency: str) -> Item:
    return Item(
        id=data["id"],
        name=clean(data["name"]),
        price=Money.parse(data["price"], currency),
        aliases=_words(data, "aliases"),
        description=clean(data.get("description", "")),
        category=clean(data.get("category", "")),
        variations=tuple(_variation(v, data["price"], currency) for v in _joined(data.get("variations", ()))),
        modifier_groups=tuple(dict.fromkeys(data.get("modifier_groups", ()))),
        tags=_words(data, "tags"),
        allergens=None if data.get("allergens") is None else _words(data, "allergens"),
        available=data.get("available", True),
    )


def _joined(entries: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Entries written twice as one, with the aliases of both."""
    kept: dict[str, dict[str, Any]] = {}
    for entry in entries:
        seen = kept.get(entry["id"])
        aliases = dict.fromkeys([*(seen or {}).get("aliases", ()), *entry.get("aliases", ())])
        kept[entry["id"]] = {**(seen or entry), "aliases": list(aliases)}
    return kept.values()


def _variation(data: dict[str, Any], item_price: str, currency: str) -> Variation:
    return Variation(
        data["id"],
        clean(data["name"]),
        Money.parse(data.get("price", item_price), currency),
        _words(data, "aliases"),
        data.get("default", False),
    )


def _group(data: dict[str, Any], currency: str) -> ModifierGroup:
    return ModifierGroup(
        data["id"],
        clean(data["name"]),
        tuple(_modifier(m, currency) for m in _joined(data.get("modifiers", ()))),
        data.get("min", 0),
        data.get("max"),
        tuple(dict.fromkeys(data.get("pre_modifiers", ()))),
    )


def _modifier(data: dict[str, Any], currency: str) -> Modifier:
    return Modifier(
        data["id"],
        clean(data["name"]),
        Money.parse(data.get("price", "0"), currency),
        _words(data, "aliases"),
        data.get("default", False),
        data.get("max", 1),
        _words(data, "tags"),
        _words(data, "allergens"),
        data.get("allergens") is not None,
        data.get("available", True),
    )


def _combo(data: dict[str, Any], currency: str) -> Combo:
    slots = tuple(
        ComboSlot(s["id"], clean(s["name"]), tuple(dict.fromkeys(s["items"])), s.get("quantity", 1))
        for s in data["slots"]
    )
    return Combo(
        data["id"],
        clean(data["name"]),
        Money.parse(data["price"], currency),
        slots,
        _words(data, "aliases"),
    )


def _words(data: dict[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts, cleaned, each once."""
    return tuple(dict.fromkeys(clean(word) for word in data.get(key) or ()))
