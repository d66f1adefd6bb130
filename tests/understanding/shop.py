"""Menus and orders of our own, read from the YAML files beside this one."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.understanding import Grammar, certificate_of, check, compile_menu, doubtful_words, read
from core.catalogue.format import menu_from_json
from core.catalogue.menu import Menu
from core.orders.lines import Choice, Line, Slot, merged

HERE = Path(__file__).parent
MENUS = tuple(sorted(p.stem for p in (HERE / "menus").glob("*.yaml")))
_SIGNS = {"+": None, "-": "no", "~": "light", "!": "extra", "=": "regular", "@": "side"}


def _priced(data: dict[str, Any]) -> dict[str, Any]:
    for item in data["items"]:
        item.setdefault("price", "5.00")
        item["variations"] = [{"price": "5.00", **v} for v in item.get("variations", ())]
    for combo in data.get("combos", ()):
        combo.setdefault("price", "9.00")
    data.setdefault("modifier_groups", [])
    return data


def named(*names: str) -> list[dict[str, str]]:
    """Choices or sizes of a menu file that have nothing but a name and a price."""
    return [{"id": n, "name": n, "price": "0.50"} for n in names]


@lru_cache
def menu(name: str) -> Menu:
    """One of our menus by its file name."""
    return menu_from_json(_priced(yaml.safe_load((HERE / "menus" / f"{name}.yaml").read_text("utf-8"))))


@lru_cache
def grammar(name: str) -> Grammar:
    """The same, compiled."""
    return compile_menu(menu(name))


def orders() -> list[tuple[str, dict[str, Any]]]:
    """(menu, {"say", "lines" or "asks"}) of orders.yaml."""
    data = yaml.safe_load((HERE / "orders.yaml").read_text("utf-8"))
    return [(name, order) for name, rows in data.items() for order in rows]


def line(text: str) -> Line:
    """The line that the shorthand of orders.yaml describes."""
    slots: tuple[Slot, ...] = ()
    inside = re.search(r"\{(.*)\}", text)
    if inside:
        text = text.replace(inside.group(), "")
        slots = tuple(_slot(s.strip()) for s in inside.group(1).split(";"))
    quantity, what, *choices = text.split()
    item, _, variation = what.partition("/")
    return Line(item, int(quantity), variation or None, tuple(_choice(c) for c in choices), slots)


def _slot(text: str) -> Slot:
    name, _, rest = text.partition("=")
    filled = line(f"1 {rest}")
    return Slot(name, filled.item, filled.variation, filled.modifiers)


def _choice(text: str) -> Choice:
    found = re.fullmatch(r"([-+~!=@])(\w+)\.(\w+)(?:\*(\d+))?", text)
    assert found, text
    sign, group, modifier, quantity = found.groups()
    return Choice(group, modifier, _SIGNS[sign], int(quantity or 1))  # type: ignore[arg-type]


def prove(menu: Menu, grammar: Grammar, said: str, lines: list[str]) -> None:
    """Assert that a message is read as these lines, with nothing to ask about and a certificate that holds."""
    reading = read(grammar, said)
    found = {line.unit: line.quantity for line in merged(r.line for r in reading.lines)}
    assert found == {unit.unit: unit.quantity for unit in map(line, lines)}, said
    assert doubtful_words(reading) == [], said
    assert check(menu, certificate_of(reading)) == [], said
