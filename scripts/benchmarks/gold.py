"""Gold orders and dialogues: reading the files, and the menus they are over, with and without aliases."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.catalogue.format import read_menu_file
from core.orders.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.catalogue.menu import Menu

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class GoldOrder:
    """One message and the lines it orders.

    `asks` is True when something in the message cannot be had or understood, so that somebody must be asked; False for
    an order that is clear; None where either will do.
    """

    id: str
    menu: str
    locale: str
    text: str
    lines: tuple[Line, ...]
    asks: bool | None = False


@dataclass(frozen=True, slots=True)
class GoldTurn:
    """What is said, and the cart and the kind of reply that should follow; None is not checked."""

    say: str
    cart: tuple[Line, ...] | None
    asks: bool | None


@dataclass(frozen=True, slots=True)
class GoldDialogue:
    """A conversation of a new customer; `placed` says whether an order stands at its end."""

    id: str
    menu: str
    locale: str
    tags: tuple[str, ...]
    turns: tuple[GoldTurn, ...]
    placed: bool


def orders(paths: Iterable[Path] | None = None) -> list[GoldOrder]:
    """The orders of these files, JSON lines {"id","menu","text","lines",…}; our own when none are given."""
    return [_order(row) for path in paths or _ours("orders") for row in _rows(path)]


def held_out() -> list[GoldOrder]:
    """Orders scored as a whole and never listed, those in English over menus of their own: what carries over."""
    return orders(_ours("held_out"))


def held_out_dialogues() -> list[GoldDialogue]:
    """Dialogues scored as a whole and never listed."""
    return dialogues(_ours("held_out/dialogues"))


def dialogues(paths: Iterable[Path] | None = None) -> list[GoldDialogue]:
    """The dialogues of these files, JSON lines {"id","menu","turns","placed",…}; our own when none are given."""
    return [_dialogue(row) for path in paths or _ours("dialogues") for row in _rows(path)]


def menus(names: Iterable[str], folder: Path | None = None) -> dict[str, Menu]:
    """The menus of these names, read from `folder`/NAME.json.

    Raises:
        InvalidMenu: a file is missing or breaks the format.
    """
    return {name: read_menu_file((folder or DATA / "menus") / f"{name}.json") for name in sorted(set(names))}


def bare(menu: Menu) -> Menu:
    """The menu without a single alias: what a merchant types in on the first day."""
    items = (replace(i, aliases=(), variations=tuple(replace(v, aliases=()) for v in i.variations)) for i in menu.items)
    groups = (replace(g, modifiers=tuple(replace(m, aliases=()) for m in g.modifiers)) for g in menu.modifier_groups)
    combos = (replace(c, aliases=()) for c in menu.combos)
    return replace(menu, items=tuple(items), modifier_groups=tuple(groups), combos=tuple(combos))


def _ours(kind: str) -> list[Path]:
    return sorted((DATA / kind).glob("*.jsonl"))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text("utf-8").splitlines() if row.strip()]


def _order(row: dict[str, Any]) -> GoldOrder:
    lines = tuple(Line.from_json(line) for line in row["lines"])
    return GoldOrder(row["id"], row["menu"], row.get("locale", "en"), row["text"], lines, row.get("asks", False))


def _dialogue(row: dict[str, Any]) -> GoldDialogue:
    turns = tuple(GoldTurn(t["say"], _cart(t.get("cart")), t.get("asks")) for t in row["turns"])
    tags = tuple(row.get("tags", ()))
    return GoldDialogue(row["id"], row["menu"], row.get("locale", "en"), tags, turns, row.get("placed", False))


def _cart(lines: list[dict[str, Any]] | None) -> tuple[Line, ...] | None:
    return None if lines is None else tuple(Line.from_json(line) for line in lines)
