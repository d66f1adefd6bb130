"""A share of a hundred said after what it is of, without a "percent": "sugar level 25", "ice at 50"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.understanding import levels
from assistant.understanding.edges import SEGMENT, Candidate, Edge
from assistant.understanding.knowledge import stems_of
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from assistant.understanding.grammar import Grammar
    from assistant.understanding.lexicon import Ref
    from assistant.understanding.reading import Token

_BETWEEN = 2  # so many words between the thing and its share: "level at"
_COUNTS = frozenset({"number", "count_after"})
_CLEARLY = 0.2
_COUNTED = 0.6  # such a number counts nothing


def shares_said(grammar: Grammar, found: list[list[Edge]], tokens: tuple[Token, ...], bounds: tuple[str, ...]) -> None:
    """Add the step of a scale that a number names where it follows what comes in shares."""
    for i, token in enumerate(tokens):
        refs = grammar.percents.get(token.folded) if token.folded.isdigit() else None
        if refs is None:
            continue
        if any(e.kind == "modifier" and e.end > i + 1 for e in found[i]):
            found[i] = _uncounted(found[i])  # "50 sweet"
        begun = _thing(grammar, (found, tokens, bounds), i)
        if begun is None:
            continue
        start, word = begun
        of_it = tuple((ref, 0.0) for ref, _ in refs if _comes_in_shares(grammar, ref, word))
        if of_it and not any(e.kind == "modifier" and e.end == i + 1 for e in found[start]):
            candidates: tuple[Candidate, ...] = of_it
            found[start].insert(0, Edge(start, i + 1, "modifier", SEGMENT, "", candidates))
            found[i] = _uncounted(found[i])


def no_share(grammar: Grammar, edge: Edge) -> bool:
    """Whether an edge clearly names something that is no step of a scale: of "30% sugar less ice" no sugar."""
    named = {ref for ref, _ in edge.candidates}
    return edge.candidates[0][1] < _CLEARLY and not any(named & dict(s).keys() for s in grammar.percents.values())


def _uncounted(here: list[Edge]) -> list[Edge]:
    return [e._replace(cost=e.cost + _COUNTED) if e.kind in _COUNTS else e for e in here]


def _thing(
    grammar: Grammar, around: tuple[list[list[Edge]], tuple[Token, ...], tuple[str, ...]], at: int
) -> tuple[int, str] | None:
    """Where the word stands that the number is of, and its stem; None where there is none close before."""
    found, tokens, bounds = around
    things = {stem(w) for named, _ in grammar.knowledge.foods.shares for thing in named for w in thing.split()}
    for i in range(at - 1, max(-1, at - 2 - _BETWEEN), -1):
        if bounds[i + 1]:
            return None
        word = stem(tokens[i].folded)
        if word in things:
            return i, word
        if not any(e.kind == "filler" and e.end == i + 1 for e in found[i]) and word not in _group_words(grammar):
            return None
    return None


def _group_words(grammar: Grammar) -> set[str]:
    return {w for name in grammar.group_names for w in name}


def _comes_in_shares(grammar: Grammar, ref: Ref, thing: str) -> bool:
    """Whether a choice is a step of a scale of this thing."""
    shared = grammar.knowledge.foods.shares
    of = ((rank, step) for rank, step, _ in levels.shares(grammar.groups[ref[0]]))
    return any(step == ref[1] and thing in {w for t in shared[rank][0] for w in stems_of(t)} for rank, step in of)
