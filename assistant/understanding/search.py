"""The best whole reading: a beam search over the edges of a message under the menu's rules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from assistant.understanding.drafts import State
from assistant.understanding.edges import Edge
from assistant.understanding.grammar import Grammar
from assistant.understanding.steps import Stepper

_BEAM = 6
_MARGIN = 2.6
_WIDE = 64
_FAR = 1e9


def best_states(
    grammar: Grammar, words: tuple[str, ...], edges: list[list[Edge]], bounds: tuple[str, ...]
) -> list[State]:
    """Final states of a message of these folded words, cheapest first; never empty."""
    stepper = Stepper(grammar, words, bounds)
    # What looks cheapest half way may lead nowhere, after all else was dropped for it: then more is kept. A message of
    # unknown words can always be read.
    unknown = [[edge for edge in here if edge.kind == "unknown"] for here in edges]
    found = _search(stepper, edges, bounds)
    return found or _search(stepper, edges, bounds, _FAR, _WIDE) or _search(stepper, unknown, bounds)


def _search(
    stepper: Stepper, edges: list[list[Edge]], bounds: tuple[str, ...], margin: float = _MARGIN, beam: int = _BEAM
) -> list[State]:
    length = len(edges)
    at: list[list[State]] = [[] for _ in range(length + 1)]
    at[0] = [State()]
    floor = [0.0] + [_FAR] * length
    for i in range(length):
        states = at[i]
        if not states:
            continue
        limit = min(floor[i:]) + margin
        for state in islice(_distinct(sorted(states, key=_cost)), beam):
            if state.cost > limit:
                break
            here = stepper.pause(state, bounds[i]) if bounds[i] else state
            for edge in edges[i]:
                end = edge.end
                ceiling = floor[end] + margin
                if here.cost + edge.cost > ceiling:
                    continue
                for after in stepper.step(here, edge):
                    if after.cost <= ceiling:
                        at[end].append(after)
                        if after.cost < floor[end]:
                            floor[end] = after.cost
                            ceiling = after.cost + margin
        at[i] = []
    finals = [stepper.finish(s) for s in _distinct(sorted(at[length], key=_cost))]
    return sorted(finals, key=_cost)


def _distinct(states: list[State]) -> Iterator[State]:
    """States without those that differ from a cheaper one only in how fillers were cut, or in what led to no line."""
    if len(states) == 1:
        yield states[0]
        return
    seen: set[tuple[object, ...]] = set()
    for state in states:
        begun = state.lines or state.pending is not None
        key = (
            id(state.lines), id(state.pending), id(state.scope), id(state.correction), id(state.everyone),
            id(state.left), id(state.declined), *((state.connector, state.last) if begun else ("", "")), state.focus,
            id(state.common), id(state.ahead), id(state.each),
        )  # fmt: skip
        if key not in seen:
            seen.add(key)
            yield state


def _cost(state: State) -> float:
    return state.cost
