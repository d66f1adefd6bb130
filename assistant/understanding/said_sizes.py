"""Names that swallow a size: where still and sparkling water are sizes, "still water" says which, and is no name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeVar

from assistant.understanding.knowledge import Stems

_SURE = 0.3
_OTHER_WORDS = 0.06  # two synonyms

_Kind = TypeVar("_Kind", bound=str)
_Ref = tuple[str, str]
_Table = Mapping[Stems, dict[tuple[_Kind, _Ref], float]]


def give_sizes_back(
    table: _Table[_Kind], written: frozenset[tuple[Stems, _Kind, _Ref]], choices: Mapping[str, frozenset[Stems]]
) -> None:
    """Take from the table the names of items that are a size or a choice of theirs and a name; what is `written` stays.

    `written` are names as the merchant has them: stems, kind and reference; `choices` are those of each item.
    """
    sizes = _sizes(table)
    for item, names in _strange_to_names(written, choices).items():
        sizes[item] = sizes.get(item, frozenset()) | names
    taken: list[tuple[Stems, tuple[_Kind, _Ref]]] = []
    for form, targets in table.items() if sizes else ():
        for target in targets:
            kind, ref = target
            own = sizes.get(ref[1], frozenset()) if kind == "item" and len(form) > 1 else frozenset()
            if own and (form, kind, ref) not in written and _swallows(table, form, target, own):
                taken.append((form, target))
    taken += [*_borrowed(table, written), *_translated(table, written)]
    for form, target in taken:
        for spelt in (form, ("".join(form),)):
            table.get(spelt, {}).pop(target, None)


def _strange_to_names(
    written: frozenset[tuple[Stems, _Kind, _Ref]], choices: Mapping[str, frozenset[Stems]]
) -> dict[str, frozenset[Stems]]:
    """By item, the choices that its own names say nothing of: "hot" of wings that nobody writes "hot wings"."""
    names: defaultdict[str, str] = defaultdict(str)
    for form, kind, (_, item) in written:
        if kind == "item":
            names[item] += f" {''.join(form)}"
    return {i: frozenset(c for c in own if "".join(c) not in names[i]) for i, own in choices.items()}


def _borrowed(
    table: _Table[_Kind], written: frozenset[tuple[Stems, _Kind, _Ref]]
) -> Iterator[tuple[Stems, tuple[_Kind, _Ref]]]:
    """Choices that other words give the very name of a size: where "medium" is a size, "med" for one is no "medium"."""
    for form in {form for form, kind, _ in written if kind == "variation"}:
        for target, cost in table.get(form, {}).items():
            if target[0] == "modifier" and 0 < cost <= _OTHER_WORDS and (form, *target) not in written:
                yield form, target


def _translated(
    table: _Table[_Kind], written: frozenset[tuple[Stems, _Kind, _Ref]]
) -> Iterator[tuple[Stems, tuple[_Kind, _Ref]]]:
    """Items that other words call what a size of theirs is called: where "black tea" is a size, it says which tea."""
    for form, kind, (item, _) in written:
        named = [t for t in table.get(form, {}) if t[0] == "item" and t[1][1] == item]
        if kind == "variation":
            yield from ((form, t) for t in named if (form, *t) not in written)


def _sizes(table: _Table[_Kind]) -> dict[str, frozenset[Stems]]:
    found: defaultdict[str, set[Stems]] = defaultdict(set)
    for form, targets in table.items():
        for (kind, ref), cost in targets.items():
            if kind == "variation" and cost <= _SURE:
                found[ref[0]].add(form)
    return {item: frozenset(forms) for item, forms in found.items()}


def _swallows(table: _Table[_Kind], form: Stems, target: tuple[_Kind, _Ref], sizes: frozenset[Stems]) -> bool:
    limit = table[form][target] + _SURE
    return any(table.get(rest, {}).get(target, 9.0) <= limit for rest in _without(form, sizes))


def _without(form: Stems, parts: frozenset[Stems]) -> Iterator[Stems]:
    """What is left of a form when one of these stands at its beginning or its end."""
    for k in range(1, len(form)):
        if form[:k] in parts:
            yield form[k:]
        if form[k:] in parts:
            yield form[:k]
