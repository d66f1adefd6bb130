"""Matching a few words against named options: the answers of a question, the modifiers and sizes of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from assistant.dialogue.words import words_of
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.catalogue.menu import Menu

_CLOSE = 84.0
_SHORT = 4
_CATEGORY = "category:"
_ITEM = "item:"
_ENDING = 2  # letters that an ending may add: toast, toasted


def roots(text: str) -> tuple[str, ...]:
    """The stems of a text's words, without punctuation."""
    return tuple(stem(w.key) for w in words_of(text).words if w.key[0].isalnum())


def close(left: str, right: str) -> bool:
    """Whether two stems are the same word, give or take a slip."""
    if left == right:
        return True
    if min(len(left), len(right)) < _SHORT:
        return False
    short, long = sorted((left, right), key=len)
    return fuzz.ratio(left, right) >= _CLOSE or (long.startswith(short) and len(long) - len(short) <= _ENDING)


def choose(words: Iterable[str], options: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The ids of the options that share most words with what was said; several when it cannot be told.

    `options` maps an id to its names. A word that all options share says nothing.
    """
    said = [w for w in words if w]
    named = {key: [roots(n) for n in names] for key, names in options.items()}
    best, most = [], 0.0
    for key, names in named.items():
        score = max((_score(said, name) for name in names), default=0.0)
        if score > most:
            best, most = [key], score
        elif score and score == most:
            best.append(key)
    return tuple(best)


def _score(said: Sequence[str], name: Sequence[str]) -> float:
    hits = sum(1 for part in name if any(close(word, part) for word in said))
    return hits + hits / len(name) if name and hits else 0.0


def names_of(menu: Menu, item_id: str) -> tuple[str, ...]:
    """What an item or combo is called."""
    sold = menu.items_by_id.get(item_id) or menu.combos_by_id.get(item_id)
    return (sold.name, *sold.aliases) if sold else ()


def modifier_options(menu: Menu, item_id: str) -> dict[str, tuple[str, ...]]:
    """Every modifier of an item as an option: "group/modifier" to its names."""
    return {f"{g.id}/{m.id}": (m.name, *m.aliases) for g in menu.groups_of(item_id) for m in g.modifiers}


def variation_options(menu: Menu, item_id: str) -> dict[str, tuple[str, ...]]:
    """Every variation of an item as an option."""
    item = menu.items_by_id.get(item_id)
    return {v.id: (v.name, *v.aliases, v.id) for v in item.variations} if item else {}


def categories_of(menu: Menu) -> tuple[str, ...]:
    """The categories of a menu in its order."""
    return tuple(dict.fromkeys(i.category for i in menu.items if i.category))


def category_option(menu: Menu, category: str) -> str:
    """The id of an answer to press that asks for a category: short enough for every channel."""
    return f"{_CATEGORY}{categories_of(menu).index(category)}"


def category_of(menu: Menu, option: str) -> str:
    """The category that a pressed answer asks for; empty when it is another answer."""
    number = option.removeprefix(_CATEGORY)
    known = categories_of(menu)
    if not option.startswith(_CATEGORY) or not number.isascii() or not number.isdigit() or int(number) >= len(known):
        return ""
    return known[int(number)]


def item_option(item_id: str) -> str:
    """The id of an answer to press that puts one of an item or combo into the cart."""
    return f"{_ITEM}{item_id}"


def item_of(menu: Menu, option: str) -> str:
    """The item or combo that a pressed answer asks for; empty when it is another answer, or nothing of ours."""
    item_id = option.removeprefix(_ITEM)
    sold = item_id in menu.items_by_id or item_id in menu.combos_by_id
    return item_id if option.startswith(_ITEM) and sold else ""
