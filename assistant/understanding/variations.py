"""What a size of an item is called: its names and other words for them, measures as people say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.understanding import naming
from assistant.understanding.knowledge import Knowledge, Stems, stems_of
from assistant.understanding.measures import is_unit, said_measures
from assistant.understanding.scripts import compound
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from assistant.understanding.lexicon import Builder
    from core.catalogue.menu import Item, ModifierGroup

_VESSEL = 0.2


def add_variation(  # noqa: PLR0917  # what a size is called, and what is known of sizes
    builder: Builder, item: Item, variation: str, names: list[str], knowledge: Knowledge, ranked: dict[str, str]
) -> None:
    """Add every way to say a size of an item; `ranked` are its sizes by rank, where they are measures."""
    ref = (item.id, variation)
    own_size = {f for words in naming.written(names[0]) for f in naming.size_forms(_stems(words), knowledge)}
    others = [stems_of(n) for v in item.variations if v.id != variation for n in (v.name, *v.aliases)]
    called = {_stems(w) for n in (item.name, *item.aliases) for w in naming.written(n)}
    for name in names:
        for words in naming.written(name):
            if _glued_to(item, words):
                continue  # "물냉면" is the "물" of the "냉면"
            stems = _stems(words)
            builder.surfaces[stems, "variation", ref].add(words)
            builder.spelled["variation", ref].update(words)
            known = naming.size_forms(stems, knowledge)
            # A house's "grande" for its medium is no "big" one: of an alias that says another size only itself is said.
            sized = {} if ranked or (own_size and known and stems not in own_size) else known
            forms = {**sized, **naming.full_forms(stems, knowledge)}
            shorts = naming.size_shorts(stems, forms, knowledge)
            forms = {f: c for f, c in shorts.items() if f not in called} | forms  # "wings" is no "six wings"
            last, vessel = stems[-1:], len(stems) > 1 and naming.contains(knowledge, stems[-1:])
            if vessel and naming.size_forms(stems[:-1], knowledge):
                forms.pop(last, None)  # of "small bag" the bag alone says nothing
            elif vessel and not any(last[0] in o for o in others):
                forms[last] = min(_VESSEL, forms.get(last, _VESSEL))  # "a can" where one size alone is a can
            if vessel:
                # "Two pints of milk" where it comes in two pints.
                forms |= {(*form, "of"): cost for form, cost in forms.items() if form[-1] == stems[-1]}
            if naming.contains(knowledge, stems):
                forms[*stems, "of"] = forms[*stems, "de"] = 0.0
            measured = said_measures(stems, tuple(others))
            if measured:
                told = {f: c for f, c in forms.items() if f not in measured and not is_unit(f, knowledge)}
                forms = told | {f: min(c, forms.get(f, c)) for f, c in measured.items()}
            for form, cost in forms.items():
                builder.put_full(form, "variation", ref, cost)
            builder.put_foreign("variation", ref, stems, 0.0)


def add_amounts(builder: Builder, group: ModifierGroup) -> None:
    """Add the other ways to say choices that are measures: "un litro" for "1 l"."""
    for modifier in group.modifiers:
        others = tuple(stems_of(m.name) for m in group.modifiers if m is not modifier)
        for form, cost in said_measures(stems_of(modifier.name), others).items():
            builder.put_full(form, "modifier", (group.id, modifier.id), cost)


def in_every_size(item: Item, stems: set[str]) -> bool:
    """Whether all sizes of an item are called so, which tells none of them: the "bag" of small and large ones."""
    return all(any(stems.intersection(stems_of(n)) for n in (v.name, *v.aliases)) for v in item.variations)


def _stems(words: tuple[str, ...]) -> Stems:
    return tuple(stem(w) for w in words)


def _glued_to(item: Item, words: tuple[str, ...]) -> bool:
    """Whether a size is written as one word with its item."""
    own = {form[0] for name in (item.name, *item.aliases) for form in naming.written(name) if len(form) == 1}
    return len(words) == 1 and any(words[0].endswith(n) and compound(words[0], n.__eq__) for n in own)
