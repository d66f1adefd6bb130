"""Amounts that are numbers: "double pearls" where one may have two of them, "a triple shot"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.understanding.knowledge import stems_of
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from assistant.understanding.drafts import Part
    from core.catalogue.menu import Modifier

_COUNTABLE = frozenset({"shot", "pump", "scoop", "patty"})
_COUNTED_AMOUNTS = {"double": 2, "triple": 3}


def several(modifier: Modifier, part: Part, words: tuple[str, ...]) -> Part:
    """The part with the number that its "double" stands for, where one may have so many."""
    if part.pre != "extra" or part.quantity != 1:
        return part
    said = {stem(words[t]) for t in part.pre_tokens}
    number = next((n for w, n in _COUNTED_AMOUNTS.items() if w in said), 0)
    named = {w for name in (modifier.name, *modifier.aliases) for w in stems_of(name)}
    most = number if modifier.max is None and named & _COUNTABLE else modifier.max or 1
    if not 1 < number <= most:
        return part
    return part._replace(pre=None, pre_tokens=(), quantity=number, quantity_tokens=part.pre_tokens)
