"""Sizes that are measures: eight or twelve ounces, a third or half a litre."""

from __future__ import annotations

from assistant.understanding import naming
from assistant.understanding.knowledge import Knowledge
from assistant.understanding.tokens import stem, words_of

_VOLUMES = frozenset({"oz", "ounce", "ounces", "ml", "cl", "l", "liter", "litre", "inch", "cm"})


def is_volume(name: str) -> bool:
    """Whether a name tells how much goes in, or how wide it is: "12 oz"."""
    return bool(_VOLUMES.intersection(words_of(name)))


def ranked_by_measure(sizes: list[tuple[str, str]], knowledge: Knowledge) -> dict[str, str]:
    """Sizes by rank where the names of (name, id) are measures, or a house's own: of 330 and 660 ml the last is large.

    Keys are "small", "medium" and "large", values ids; empty where nothing tells which is which.
    """
    named = {written[0][0]: ident for name, ident in sizes if (written := naming.written(name))}
    if knowledge.foods.size_ladder and named.keys() >= set(knowledge.foods.size_ladder):
        return {size: named[said] for said, size in knowledge.foods.size_ladder.items()}
    amounts: list[tuple[float, str]] = []
    for name, ident in sizes:
        stems = tuple(stem(w) for w in naming.written(name)[0])
        if not stems or not stems[0].isdigit() or naming.size_forms(stems, knowledge):
            return {}
        amounts.append((float(stems[0]), ident))
    if not 1 < len(amounts) < 4 or len({a for a, _ in amounts}) != len(amounts):  # noqa: PLR2004
        return {}
    ids = [v for _, v in sorted(amounts)]
    return {"small": ids[0], "large": ids[-1], **({"medium": ids[1]} if len(ids) == 3 else {})}  # noqa: PLR2004
