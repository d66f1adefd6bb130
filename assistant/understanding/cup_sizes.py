"""Sizes said as a chain of coffee houses calls them, or by what goes in: what they most likely are here, to be asked.

A number before a unit never counts things: "12 inch subs" are not twelve.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.understanding.edges import CONTENT, NO_SIZES, SEGMENT, Candidate, Edge, Edges, keep
from assistant.understanding.grammar import LEAF, Grammar
from assistant.understanding.reading import Token
from assistant.understanding.tokens import stem

GUESS = "guess"
_GUESSED = 0.2
_COUNTS = frozenset({"number", "count_after", "homophone"})
_MEASURED = frozenset({"oz", "ounce", "inch", "ml", "cl", "cm"})
_OUNCES = frozenset({"oz", "ounce"})
_SAID = 0.0  # a size by its name
_MIDDLE, _SMALLER = "medium", "small"


def cup_sizes(grammar: Grammar, edges: Edges, i: int, tokens: tuple[Token, ...], languages: frozenset[str]) -> None:
    """Change what begins at a position where that is a measure ("16 oz"), or a size of another house ("grande").

    The words of the house are of no language: where one of those spoken has them, they mean what they do there.
    """
    ladder = grammar.knowledge.foods.size_ladder
    word = tokens[i].folded
    if stem(word) in _MEASURED:
        for key in [k for k, e in edges.items() if e.end == i + 1 and e.kind in CONTENT]:
            del edges[key]  # "inch" alone does not say which
    elif word in ladder and not any(m.language in languages for m in grammar.knowledge.closed.get((word,), ())):
        _by_ladder(grammar, edges, i, ladder[word])
    elif i + 1 < len(tokens) and stem(tokens[i + 1].folded) in _MEASURED:
        number = next((e.value for e in edges.values() if e.kind in _COUNTS and e.end == i + 1), "")
        if number:
            _by_measure(grammar, edges, i, float(number) if tokens[i + 1].folded in _OUNCES else 0.0)
    if any(e.kind == "size" and e.value == _MIDDLE for e in edges.values()):
        _by_rank(grammar, edges, i)


def _by_ladder(grammar: Grammar, edges: Edges, i: int, size: str) -> None:
    """Take "grande" for the medium where the merchant does not call a size so."""
    own = next((e for e in edges.values() if e.kind == "variation" and e.end == i + 1), None)
    if own is not None and own.candidates[0][1] <= _SAID:
        return
    named = own.sizes if own is not None else NO_SIZES
    meant = _sizes(grammar, size)
    if any(named.get(item, ("",))[0] != chosen for item, (chosen, _) in meant.items()):
        if own is not None:
            del edges[own.end, own.kind, own.value]
        keep(edges, _guess(i, i + 1, {**named, **meant}))


def _by_rank(grammar: Grammar, edges: Edges, i: int) -> None:
    """Take "medium" for the smaller of two sizes that are called by what goes in."""
    sized = _sizes(grammar, _MIDDLE)
    meant = {item: size for item, size in _sizes(grammar, _SMALLER, ranked=True).items() if item not in sized}
    for end in {e.end for e in edges.values() if meant and e.kind == "size" and e.value == _MIDDLE}:
        keep(edges, _guess(i, end, meant))


def _by_measure(grammar: Grammar, edges: Edges, i: int, ounces: float) -> None:
    """Take "16 oz" for the medium where no size says how much goes in."""
    if any(e.kind in CONTENT and e.end > i + 1 for e in edges.values()):
        return
    for key in [k for k, e in edges.items() if e.end == i + 1 and (e.kind in _COUNTS or e.kind in CONTENT)]:
        del edges[key]
    cups = grammar.knowledge.foods.cups
    size = next((cups[most] for most in sorted(cups) if 0 < ounces <= most), "")
    sizes = _sizes(grammar, size) if size else {}
    if sizes:
        keep(edges, _guess(i, i + 2, sizes))


def _sizes(grammar: Grammar, size: str, *, ranked: bool = False) -> dict[str, tuple[str, float]]:
    """The sizes of this menu that are called so, by item; `ranked`: only those whose names do not tell."""
    leaf = grammar.trie.get(size, {}).get(LEAF)
    found: dict[str, tuple[str, float]] = {}
    for sense in leaf.senses if leaf is not None else ():
        if sense.kind == "variation" and (sense.cost > _SAID or not ranked):
            found.setdefault(sense.ref[0], (sense.ref[1], _SAID))
    return found


def _guess(start: int, end: int, sizes: Mapping[str, tuple[str, float]]) -> Edge:
    candidates: tuple[Candidate, ...] = tuple(((item, chosen), cost) for item, (chosen, cost) in sizes.items())
    return Edge(start, end, "variation", SEGMENT + _GUESSED, GUESS, candidates, sizes=sizes)
