"""Words to which two names lay claim, or a name and an amount or a size: which of them has the better one."""

from __future__ import annotations

from assistant.understanding.edges import JOIN, Edge
from assistant.understanding.naming import REORDERED
from assistant.understanding.reading import Token
from assistant.understanding.surroundings import LINKS

_LONGEST_NAME = 4
_IN_PART = 0.1  # so little of a name was said
_OPENED = 0.6  # what an amount costs more that may open a name
_RATHER_SIZE = 0.3
_BEGINS_NOTHING = 1.0
_NAMING = frozenset({"item", "combo", "head", "modifier", "variation"})
_TWICE = 0.03  # a name said by two of its forms that overlap


def contested(found: list[list[Edge]], tokens: tuple[Token, ...]) -> None:
    """Weigh the edges of a message that share words against each other."""
    for i, here in enumerate(found):
        chosen = [e for e in here if e.kind == "modifier"]
        if chosen:
            _rather_sizes(here, chosen)
            here.extend(e for first in chosen for e in _overlapping(found, first, tokens))
        if any(e.kind == "pre_modifier" and e.cost >= _OPENED for e in here):
            found[i] = [_amount(found, here, e) for e in here]


def sizes_corrected(found: list[list[Edge]], bounds: tuple[str, ...]) -> None:
    """Take "make it a large" for the size of what was named, where no name follows: it begins nothing new."""
    for i, here in enumerate(found):
        ends = {e.end for e in here if e.kind == "correction" and e.end - i > 1 and e.end < len(found)}
        if any(_is_size(found, bounds, at) for end in ends for at in _behind_article(found, end)):
            said = [e.kind == "filler" and e.end <= max(ends) for e in here]
            dearer = zip(here, said, strict=True)
            here[:] = [e._replace(cost=e.cost + _BEGINS_NOTHING) if talk else e for e, talk in dearer]


def _behind_article(found: list[list[Edge]], at: int) -> set[int]:
    return {at} | {e.end for e in found[at] if e.kind == "determiner" and e.end < len(found)}


def _is_size(found: list[list[Edge]], bounds: tuple[str, ...], at: int) -> bool:
    """Whether a size stands here, with nothing behind it that could be of that size."""
    ends = [e.end for e in found[at] if e.kind == "variation" and e.candidates[0][1] < JOIN]
    return any(end == len(found) or bounds[end] or not any(e.kind in _NAMING for e in found[end]) for end in ends)


def _rather_sizes(here: list[Edge], chosen: list[Edge]) -> None:
    """Where a word is a size of things sold here, it is rather that than a part of a choice: no "medium roast"."""
    sizes = {e.end for e in here if e.kind == "size"} & {e.end for e in here if e.kind == "variation"}
    for edge in chosen:
        if edge.end in sizes and edge.candidates[0][1] >= _IN_PART:
            here[here.index(edge)] = edge._replace(cost=edge.cost + _RATHER_SIZE)


def _overlapping(found: list[list[Edge]], first: Edge, tokens: tuple[Token, ...]) -> list[Edge]:
    """One choice by two of its names that share a word: the "extra shot" and "shot of espresso" of both."""
    linked = first.end < len(tokens) and tokens[first.end].folded in LINKS
    if not linked or first.end - first.start < 2 or first.candidates[0][1] >= _IN_PART:  # noqa: PLR2004  # words
        return []
    ref = first.candidates[0][0]
    return [
        first._replace(end=second.end, cost=first.cost + _TWICE)
        for k in range(first.start + 1, first.end)
        for second in found[k]
        if second.kind == "modifier" and second.end > first.end and second.candidates[0][1] < _IN_PART
        if second.candidates[0][0] == ref and second.end - first.start <= _LONGEST_NAME
    ]


def _amount(found: list[list[Edge]], here: list[Edge], edge: Edge) -> Edge:
    """An "extra" that only may open a name said in part is one where the rest is a choice said in full."""
    if edge.kind != "pre_modifier" or edge.cost < _OPENED or edge.end >= len(found):
        return edge
    end = max((e.end for e in here if e.kind in ("item", "modifier")), default=0)
    names = [e for e in here if e.end == end and e.kind in ("item", "modifier", "combo")]
    whole = {
        e.candidates[0][0]
        for e in found[edge.end]
        if e.kind == "modifier" and e.end == end and e.candidates[0][1] < JOIN
    }
    # "Supplément cheddar" of the suppléments says the name of the group and of its choice: no more of it.
    in_part = all(e.candidates[0][1] >= JOIN and e.candidates[0] != (min(whole), REORDERED) for e in names if whole)
    return edge._replace(cost=edge.cost - _OPENED) if whole and in_part else edge
