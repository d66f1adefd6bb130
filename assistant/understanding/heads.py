"""Words for a kind of things on a menu: "pizza" for all pizzas, "muffin" for what is called so."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from assistant.understanding import naming
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.understanding.knowledge import Knowledge, Stems
    from core.catalogue.menu import Menu

_SHARED_BY = 3
_TAILS = (2, 3)


def whole_names(menu: Menu) -> frozenset[str]:
    """Names that are one word, and what each group and category is called: parts of longer ones."""
    names = [n for i in menu.items for n in (i.name, *i.aliases, i.category)]
    names += [n for g in menu.modifier_groups for n in (g.name, *(m.name for m in g.modifiers))]
    return frozenset(form[0] for n in names for form in naming.written(n) if len(form) == 1)


def shared_heads(menu: Menu, parted: Callable[[str], list[tuple[str, ...]]]) -> frozenset[str]:
    """Last words that several item names share: "sandwich", "muffin"."""
    last: Counter[str] = Counter()
    for item in menu.items:
        last.update({stem(f[-1]) for n in (item.name, *item.aliases) for f in parted(n) if len(f) > 1})
    return frozenset(w for w, n in last.items() if n > 1)


def shared_tails(menu: Menu) -> frozenset[Stems]:
    """Ends of two or three words that several item names share: "milk tea"."""
    ends: Counter[Stems] = Counter()
    for item in menu.items:
        forms = {tuple(stem(w) for w in form) for n in (item.name, *item.aliases) for form in naming.written(n)}
        ends.update({form[-n:] for form in forms for n in _TAILS if len(form) > n})
    return frozenset(end for end, n in ends.items() if n > 1)


def category_heads(menu: Menu) -> dict[str, frozenset[str]]:
    """The words of each category that any of its items may be called by.

    Of "Dairy & eggs" the eggs are those that are called so, not the milk; every dish of "Curries" is a curry.
    """
    found = {i.category: naming.heads_of(i.category) for i in menu.items}
    for item in menu.items:
        heads = found[item.category]
        if len(naming.heads_of(item.category)) > 1:
            found[item.category] = heads - {stem(f[-1]) for n in (item.name, *item.aliases) for f in naming.written(n)}
    return found


def has_head(kinds: frozenset[str], names: list[str], head: str) -> bool:
    """Whether what is called so is of the kind that the word names; `kinds` are the words of its category."""
    return head in kinds or any(stem(f[-1]) == head for n in names for f in naming.written(n))


def _introduces(knowledge: Knowledge, form: Stems) -> bool:
    """Whether a word of another language is an article too: the French "thé" is no "the"."""
    return any(c.kind == "determiner" for c in knowledge.closed.get(form, ()))


def head_sets(menu: Menu, knowledge: Knowledge, shared: frozenset[str]) -> dict[Stems, frozenset[str]]:
    """The items that each word for a kind of things means, in every language."""
    sets: dict[str, set[str]] = defaultdict(set)
    kinds = category_heads(menu)
    for item in menu.items:
        names = [item.name, *item.aliases]
        heads = {h for h in naming.heads_of(item.category) | shared if has_head(kinds[item.category], names, h)}
        for name in names[:1]:
            for words in naming.written(name):
                stems = tuple(stem(w) for w in words)
                heads |= naming.kind_heads(stems, knowledge.foods, sold=True).difference(stems)
        for head in heads:
            sets[head].add(item.id)
    categories = frozenset(h for i in menu.items for h in naming.heads_of(i.category))
    for head in shared - categories:
        if len(sets[head]) < _SHARED_BY:
            del sets[head]
    found: dict[Stems, frozenset[str]] = {}
    for head, items in sets.items():
        forms = [(head,), *knowledge.foods.same.get((head,), ()), *knowledge.foods.translations.get((head,), ())]
        for form in (f for f in forms if f == (head,) or not _introduces(knowledge, f)):
            found[form] = frozenset(items) | found.get(form, frozenset())
    return found
