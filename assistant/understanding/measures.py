"""Sizes that are measures: eight or twelve ounces, a third or half a litre."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from assistant.understanding import naming
from assistant.understanding.knowledge import Knowledge, Stems, load
from assistant.understanding.knowledge.units import amount_in, basic, said
from assistant.understanding.tokens import stem, words_of

_FIGURE = re.compile(r"\s*(\d+(?:[.,]\d+)?)(?![\d/%.,])\s*([^\W\d_]*)")
_LINKS = frozenset({"de", "of"})
_SHORTER = 0.1
_CONTAINER = 0.15
_VOLUMES = frozenset({"oz", "ounce", "ounces", "ml", "cl", "l", "liter", "litre", "inch", "cm"})


def is_volume(name: str) -> bool:
    """Whether a name tells how much goes in, or how wide it is: "12 oz"."""
    return bool(_VOLUMES.intersection(words_of(name)))


def is_unit(stems: Stems, knowledge: Knowledge) -> bool:
    """Whether this is the name of one unit and no more: of sacks of 2 and 5 kg "kilo" says nothing."""
    one = len(stems) > 1 and stems[:1] in knowledge.number_words.get(1, ())
    name = stems[1:] if one else stems
    return name in _unit_names()


@lru_cache(maxsize=1)
def _unit_names() -> frozenset[Stems]:
    """What units are called, in any language."""
    return frozenset(name for units in load().units for names in units.called.values() for name in names)


@lru_cache(maxsize=4096)  # a grocery has hundreds of things in bags of 500 g
def said_measures(stems: Stems, others: tuple[Stems, ...]) -> Mapping[Stems, float]:
    """Other ways to say a size with a weight or a volume in its name, and their prices: "medio kilo" for "500 g".

    What it comes in is enough where none of the `others`, the sizes beside it, comes in that: "saco" for "saco 5 kg".
    """
    knowledge = load()
    unit_alone = next((u for known in knowledge.units for u, names in known.called.items() if stems in names), None)
    found = (1.0, unit_alone, ()) if unit_alone is not None else amount_in(stems, knowledge.units)
    if found is None:
        return {}
    number, unit, rest = found
    forms: dict[Stems, float] = {}
    rest = tuple(w for w in rest if w not in _LINKS)
    if rest and not any(set(rest) & set(other) for other in others):
        forms[rest] = forms[*rest, "de"] = forms[*rest, "of"] = _CONTAINER
    for units in knowledge.units:
        for form in said(number, unit, units):
            forms[form] = min(forms.get(form, 9.0), naming.SYNONYM if not rest else _SHORTER)
            if rest:
                forms[*rest, *form] = forms[*form, *rest] = naming.SYNONYM
    for form in [f for f in forms if len(f) > 1 and f[0].isdigit()]:
        for words in knowledge.number_words.get(int(form[0]), ()):
            forms.setdefault((*words, *form[1:]), forms[form])
    # "Two quarts" are two of a quart where milk comes in quarts, and no half gallon.
    alone = {
        n for units in knowledge.units for names in units.called.values() if set(names) & set(others) for n in names
    }
    counted = {f for f in forms for unit in alone if f[-len(unit) :] == unit and _counts(f[: -len(unit)], knowledge)}
    return {f: c for f, c in forms.items() if f not in counted}


def _counts(stems: Stems, knowledge: Knowledge) -> bool:
    """Whether these words are a number of several."""
    digits = len(stems) == 1 and stems[0].isdigit() and int(stems[0]) > 1
    return digits or any(stems in names for n, names in knowledge.number_words.items() if n > 1)


def ranked_by_measure(sizes: list[tuple[str, str]], knowledge: Knowledge) -> dict[str, str]:
    """Sizes by rank where the names of (name, id) are measures, or a house's own: of 330 and 660 ml the last is large.

    Keys are "small", "medium" and "large", values ids; empty where nothing tells which is which.
    """
    named = {written[0][0]: ident for name, ident in sizes if (written := naming.written(name))}
    if knowledge.foods.size_ladder and named.keys() >= set(knowledge.foods.size_ladder):
        return {size: named[said] for said, size in knowledge.foods.size_ladder.items()}
    made_for = knowledge.foods.sized_for
    plain = {w for name, _ in sizes for w in words_of(name)}  # where there is a small one it is the small size
    made = [(made_for[w], i) for name, i in sizes for w in words_of(name) if w in made_for and made_for[w] not in plain]
    if made and len(dict(made)) == len(made):
        return dict(made)
    amounts: list[tuple[float, str]] = []
    for name, ident in sizes:
        stems = tuple(stem(w) for w in naming.written(name)[0])
        figure = _FIGURE.match(name)
        if not stems or figure is None or naming.size_forms(stems, knowledge):
            return {}
        amounts.append((float(figure.group(1).replace(",", ".")) * basic(figure.group(2).casefold()), ident))
    if not 1 < len(amounts) < 4 or len({a for a, _ in amounts}) != len(amounts):  # noqa: PLR2004
        return {}
    ids = [v for _, v in sorted(amounts)]
    return {"small": ids[0], "large": ids[-1], **({"medium": ids[1]} if len(ids) == 3 else {})}  # noqa: PLR2004
