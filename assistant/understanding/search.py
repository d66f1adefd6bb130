"""The best whole reading: a beam search over the edges of a message under the menu's rules."""

from __future__ import annotations

from assistant.understanding.drafts import State
from assistant.understanding.edges import Edge
from assistant.understanding.grammar import Grammar
from assistant.understanding.steps import Stepper

_BEAM = 6
_MARGIN = 2.6


def best_states(
    grammar: Grammar, words: tuple[str, ...], edges: list[list[Edge]], bounds: tuple[str, ...]
) -> list[State]:
    """Final states of a message of these folded words, cheapest first; never empty."""
    length = len(edges)
    stepper = Stepper(grammar, words, bounds)
    at: list[list[State]] = [[] for _ in range(length + 1)]
    at[0] = [State()]
    floor = [0.0] + [99.0] * length
    for i in range(length):
        states = at[i]
        if not states:
            continue
        states = _distinct(sorted(states, key=_cost))
        ahead = min(floor[i:]) + _MARGIN
        limit = min(states[0].cost + _MARGIN, ahead)
        for state in states[:_BEAM]:
            if state.cost > limit:
                break
            here = stepper.pause(state, bounds[i]) if bounds[i] else state
            for edge in edges[i]:
                end = edge.end
                ceiling = floor[end] + _MARGIN
                if here.cost + edge.cost > ceiling:
                    continue
                for after in stepper.step(here, edge):
                    if after.cost <= ceiling:
                        at[end].append(after)
                        if after.cost < floor[end]:
                            floor[end] = after.cost
                            ceiling = after.cost + _MARGIN
        at[i] = []
    finals = [stepper.finish(s) for s in _distinct(sorted(at[length], key=_cost))]
    return sorted(finals, key=_cost)


def _distinct(states: list[State]) -> list[State]:
    """States without those that differ from a cheaper one only in how fillers were cut."""
    seen: set[tuple[object, ...]] = set()
    kept: list[State] = []
    for state in states:
        key = (
            id(state.lines), id(state.pending), id(state.scope), id(state.correction), id(state.everyone),
            id(state.left), id(state.declined), state.connector, state.last, state.focus, id(state.common),
            id(state.ahead), id(state.each),
        )  # fmt: skip
        if key not in seen:
            seen.add(key)
            kept.append(state)
    return kept


def _cost(state: State) -> float:
    return state.cost
