"""What on the menu is near to something that is not on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from assistant.dialogue.options import names_of, roots

if TYPE_CHECKING:
    from core.catalogue.menu import Menu

_ENOUGH = 70.0
_ALIKE = 76.0  # of whole names: less is another word
_MOST = 3


def near(menu: Menu, words: str, *, limit: int = _MOST) -> tuple[str, ...]:
    """Ids of items that can be had and whose names are nearest to the words, the nearest first."""
    said = " ".join(roots(words))
    if not said:
        return ()
    scored = []
    for place, item in enumerate(menu.items):
        if not item.available:
            continue
        names = [" ".join(roots(n)) for n in names_of(menu, item.id)]
        score = max((_likeness(said, n) for n in names), default=0.0)
        if score >= _ENOUGH:
            scored.append((-score, place, item.id))
    return tuple(item for _, _, item in sorted(scored)[:limit])


def of_same_category(menu: Menu, item_id: str, *, limit: int = _MOST) -> tuple[str, ...]:
    """Other items of an item's category that can be had, those named most alike first."""
    item = menu.items_by_id.get(item_id)
    if item is None:
        return ()
    others = [i for i in menu.items if i.id != item_id and i.available and i.category == item.category]
    ranked = sorted(others, key=lambda i: -fuzz.token_set_ratio(i.name.casefold(), item.name.casefold()))
    return tuple(i.id for i in ranked[:limit])


def _likeness(said: str, name: str) -> float:
    shared = set(said.split()) & set(name.split())
    ratio = max(fuzz.ratio(said, name), fuzz.token_sort_ratio(said, name))
    return max(ratio if ratio >= _ALIKE else 0.0, 70.0 + len(shared) if shared else 0.0)
