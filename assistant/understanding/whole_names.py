"""What is said as the menu has it is one thing, and other readings of its words are dearer."""

from __future__ import annotations

from assistant.understanding.edges import JOIN, Edge
from assistant.understanding.lexicon import INEXACT

_LONGEST_NAME = 6
_WITHIN = 2.0
_IN_FULL = 0.06  # or in full in another language
_NAMED = 0.36  # a name that says enough with a size of its own
_RATHER = 0.4  # as a size and a name of one item than as a name of another that says so much


def names_whole(found: list[list[Edge]], bounds: tuple[str, ...]) -> list[list[Edge]]:
    """Make parts of a whole name dearer: a "matcha latte" is no matcha and a latte beside it.

    So is a name that only begins in it: of "a butter croissant plain" nothing is a "croissant plain".
    """
    for here in found:
        here += [headed for head in here if head.kind == "head" for headed in _after_head(found, head, bounds)]
    whole = {i: max([e.end for e in here if _as_written(e)], default=0) for i, here in enumerate(found)}
    whole = {i: end for i, end in whole.items() if end > i + 1}
    for i, here in enumerate(found) if whole else ():
        inside = {whole[k] for k in range(i - _LONGEST_NAME, i) if whole.get(k, 0) > i}
        if inside:
            found[i] = [e._replace(cost=e.cost + _WITHIN) if _is_part(e, inside) else e for e in here]
    for i in dict.fromkeys(e.start for here in found for e in here if e.kind == "variation"):
        here = found[i]
        sized = {b.end: b.candidates[0][0][1] for a in here if a.kind == "variation" and a.end < len(found)
                 for b in found[a.end] if _named(b) and _exactly(a, b.candidates[0][0][1])}  # fmt: skip
        if sized:
            found[i] = [
                e._replace(cost=e.cost + _RATHER) if _is_another(e, sized) else e for e in here
            ]  # "earl grey tea" where the tea comes as such
    return found


def _after_head(found: list[list[Edge]], head: Edge, bounds: tuple[str, ...]) -> list[Edge]:
    """The names that are said in full right after the word for their kind: "panes naan de ajo"."""
    if head.end >= len(found) or bounds[head.end]:
        return []
    named = [e for e in found[head.end] if e.kind == "item" and e.candidates[0][1] <= _IN_FULL]
    return [e._replace(start=head.start, cost=e.cost + JOIN) for e in named if e.candidates[0][0][1] in head.heads]


def _as_written(edge: Edge) -> bool:
    return edge.kind == "item" and edge.candidates[0][1] < JOIN


def _in_full(edge: Edge) -> bool:
    """Whether all of a name is said, be it of several: "tikka masalas"."""
    several = edge.value == "plural" and edge.end - edge.start > 1
    return edge.candidates[0][1] < JOIN or (several and edge.candidates[0][1] <= INEXACT / 2)


def _named(edge: Edge) -> bool:
    return edge.kind == "item" and edge.candidates[0][1] < _NAMED


def _is_part(edge: Edge, ends: set[int]) -> bool:
    if edge.kind != "item":
        return False
    return edge.end in ends or (edge.end > min(ends) and not _in_full(edge))


def _exactly(size: Edge, item: str) -> bool:
    return item in size.sizes and not size.sizes[item][1]


def _is_another(edge: Edge, sized: dict[int, str]) -> bool:
    """Whether a name that is not said in full takes the words of a size and its item."""
    loosely = edge.kind == "item" and not _in_full(edge)
    return loosely and edge.end in sized and edge.candidates[0][0][1] != sized[edge.end]
