"""Words that take back what was half spoken: "four, no, two", "three muffins, wait, two"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from assistant.understanding.edges import JOIN, Edge, EdgeKind

_LONGEST = 6
_BEGINS = frozenset({"number", "determiner"})
_TALK = frozenset({"filler", "declined", "clause"})
_SAID = frozenset({"number", "item", "combo", "head", "variation", "modifier"})


def half_spoken(found: list[list[Edge]], bounds: tuple[str, ...], kinds: set[EdgeKind]) -> None:
    """Take a word like "no" or "wait" for a correction where it stands apart; elsewhere it is none.

    It stands apart between pauses, before something that is ordered ("a tea, no, a coffee"), or between two numbers;
    "no, that's all" declines. `kinds` are those of all edges; what is made of such words is added to them.
    """
    if "halt" not in kinds:
        return
    kinds |= {"correction", "declined"}
    for i, edges in enumerate(found):
        halt = max((e for e in edges if e.kind == "halt"), key=lambda e: e.end, default=None)
        if halt is None:
            continue
        edges[:] = [e for e in edges if e.kind != "halt"]
        kind = _kind(found, bounds, halt)
        if kind:
            # Apart, a "no" denies nothing.
            others = [e for e in edges if e.kind != "negation" or e.end > halt.end]
            edges[:] = [Edge(i, halt.end, kind, JOIN), *others]


def _kind(found: list[list[Edge]], bounds: tuple[str, ...], halt: Edge) -> Literal["correction", "declined", ""]:
    start, end = halt.start, halt.end
    if end >= len(found) or not any(e.kind in _SAID for here in found[:start] for e in here):
        return ""
    behind = _kinds(e for here in found[max(0, start - _LONGEST) : start] for e in here if e.end == start)
    longest = max(e.end for e in found[end])
    ahead = _kinds(e for e in found[end] if e.end == longest and e.kind != "unknown")
    if "correction" in ahead or any(e.kind == "correction" and e.end > end for e in found[start]):
        return ""  # "no, make it a tea": a correction as it is
    apart = bounds[start] and bounds[end]
    if ("number" in behind and "number" in ahead) or (apart and not _BEGINS.isdisjoint(ahead)):
        return "correction"
    return "declined" if apart and _SAID.isdisjoint(ahead) and not _TALK.isdisjoint(ahead) else ""


def _kinds(edges: Iterable[Edge]) -> set[str]:
    return {e.kind for e in edges}
