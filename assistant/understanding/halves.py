"""One thing in two halves: "half sausage, half mushroom", "with onions on half of it"."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.edges import CONTENT, JOIN, Candidate, Edge
from assistant.understanding.grammar import HALF, Grammar

DOUBTED = "doubted"
_TWO = 2
_LONGEST = 6  # words before a half that may be on it
_LINKS = frozenset({"connector", "filler"})


def halved(grammar: Grammar, found: list[list[Edge]], bounds: tuple[str, ...]) -> None:
    """Change the choices that are named of halves to those of the menu's halves.

    Where it has none, two halves of what one may have two of are both; of other things it is asked.
    """
    halves = list(_halves(found))
    if not halves or _several(found, halves[0].start):
        return
    leads = [h for h in halves if _begun(found, bounds, h.end) is not None]
    if len(leads) == _TWO:
        for side, (half, until) in enumerate(zip(leads, (leads[1].start, len(found)), strict=True)):
            _led(grammar, found, bounds, (half, side, until))
        return
    for side, half in enumerate(halves[:_TWO]):
        if half not in leads:
            _trailed(grammar, found, bounds, (half, side))


def _halves(found: list[list[Edge]]) -> Iterator[Edge]:
    """The halves that are named, but for those that are part of a name or a size."""
    reach = 0
    for i, here in enumerate(found):
        if any(e.kind in CONTENT and e.end > i + 1 and e.candidates[0][1] < JOIN for e in here):
            continue
        half = max((e for e in here if e.kind == "portion" and e.value == "half"), key=lambda e: e.end, default=None)
        if half is not None and i >= reach:
            reach = half.end
            yield half


def _several(found: list[list[Edge]], until: int) -> bool:
    """Whether several things were counted before: then a half is so many of them."""
    several = False
    for i in range(until):
        sized = max((e.end for e in found[i] if e.kind == "variation"), default=0)
        numbers = [e for e in found[i] if e.kind == "number" and e.value.isdigit() and e.end > sized]
        if numbers or any(e.kind == "determiner" and e.value == "indefinite" for e in found[i]):
            several = any(int(e.value) > 1 for e in numbers)  # of two pizzas "one half ham, half onions"
    return several


def _begun(found: list[list[Edge]], bounds: tuple[str, ...], at: int) -> int | None:
    """Where the choice of a half begins: right behind it, or behind a "with"."""
    for start in (at, at + 1):
        if start >= len(found) or bounds[start]:
            return None
        if any(e.kind == "modifier" for e in found[start]):
            return start
        if not any(e.kind in _LINKS and e.end == start + 1 for e in found[start]):
            return None
    return None


def _led(grammar: Grammar, found: list[list[Edge]], bounds: tuple[str, ...], of: tuple[Edge, int, int]) -> None:
    """Give a half what is listed behind it."""
    half, side, until = of
    start = _begun(found, bounds, half.end)
    opened = half.start
    while start is not None and start < until:
        here = [_on(grammar, e, side) for e in found[start] if e.kind == "modifier"]
        named = [e for e in here if e is not None]
        if not named:
            return
        best = max(named, key=lambda e: e.end)
        if opened < start:
            found[opened][:] = [best._replace(start=opened), *(e for e in found[opened] if e.kind != "portion")]
        else:
            found[start][:] = [*named, *(e for e in found[start] if e.kind != "modifier")]
        following = best.end
        joined = following < until and any(e.kind == "connector" and e.value == "and" for e in found[following])
        opened = start = following + 1 if joined else following if following < until and bounds[following] else until


def _trailed(grammar: Grammar, found: list[list[Edge]], bounds: tuple[str, ...], of: tuple[Edge, int]) -> None:
    """Give a half what was named right before its "on"."""
    half, side = of
    link = half.start - 1
    if link < 1 or bounds[half.start] or not any(e.kind == "connector" and e.end == half.start for e in found[link]):
        return
    for at in range(max(0, link - _LONGEST), link):
        for edge in [e for e in found[at] if e.kind == "modifier" and e.end == link]:
            meant = _on(grammar, edge, side)
            if meant is not None:
                found[at].insert(0, meant._replace(end=half.end))
                found[half.start][:] = [e for e in found[half.start] if e.kind != "portion"]
                return


def _on(grammar: Grammar, edge: Edge, side: int) -> Edge | None:
    """A choice as one of this half; None where it cannot be had so at all."""
    there: tuple[Candidate, ...] = tuple((r, c - HALF) for r, c in edge.candidates if grammar.halves.get(r[0]) == side)
    if there:
        return edge._replace(candidates=there)
    whole = [c for c in edge.candidates if grammar.groups[c[0][0]].max != 1]
    if not whole:
        return None
    both = all(grammar.groups[r[0]].max == _TWO for r, _ in whole)
    return edge._replace(candidates=tuple(whole), value="" if both else DOUBTED)
