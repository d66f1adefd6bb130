"""Whether the words that are said to cause a value really name it: the menu's own names, slips of spelling forgiven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.dialogue.options import close, names_of, roots

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.understanding import Cause, CertifiedLine
    from core.catalogue.menu import Menu


def all_named(menu: Menu, certified: CertifiedLine, words: Sequence[str]) -> bool:
    """Whether each item, size and modifier of a line is named by its own words, and the items by no other's."""
    return all(_named(menu, certified, cause, words) for cause in certified.causes)


def _named(menu: Menu, certified: CertifiedLine, cause: Cause, words: Sequence[str]) -> bool:
    said = {root for t in cause.tokens for root in roots(words[t])}
    if cause.part in ("quantity", "negation", "pre_modifier"):
        return True  # the certificate's checker knows numbers and denials
    if cause.part in ("item", "combo", "slot"):
        wanted = cause.value.rpartition("/")[2] if cause.part == "slot" else cause.value
        fitting = [i for i in (*menu.items_by_id, *menu.combos_by_id) if _covers(said, names_of(menu, i))]
        return fitting == [wanted]
    if cause.part == "variation":
        items = [certified.line.item, *(s.item for s in certified.line.slots)]
        found = [v for i in items if (item := menu.items_by_id.get(i)) and (v := item.variation(cause.value))]
        return any(_covers(said, (v.name, *v.aliases)) for v in found)
    group_id, _, modifier_id = cause.value.partition("/")
    group = menu.groups_by_id.get(group_id)
    modifier = group.modifier(modifier_id) if group else None
    return modifier is not None and _covers(said, (modifier.name, *modifier.aliases))


def _covers(said: set[str], names: Iterable[str]) -> bool:
    """Whether every word is a word of one of the names."""
    return bool(said) and any(all(any(close(word, part) for part in roots(name)) for word in said) for name in names)
