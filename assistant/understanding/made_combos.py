"""Items that were named first and then said to be a combo: "a cheeseburger meal", "the burger as a combo"."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.drafts import Draft, State
from assistant.understanding.edges import NO_SIZES, Edge
from assistant.understanding.grammar import Grammar
from assistant.understanding.references import References

_ONLY_THE_LAST = 0.1
_COMBO_OF = -0.1
_SINGLE = frozenset({None, 1})


def made_combos(grammar: Grammar, references: References, state: State, edge: Edge) -> Iterator[State]:
    """The states in which what was just named fills places of the combo that the edge names."""
    last = state.lines[-1] if state.lines else None
    pending = state.pending
    if last is None or not last.items or not (pending is None or pending.empty):
        return
    words = pending.determiner_tokens if pending is not None else ()
    beside = not state.connector and last.tokens[-1] + 1 == edge.start and state.last in ("item", "variation")
    any_of_them = references.stems(edge) <= grammar.knowledge.meals
    becomes = references.becomes(edge.start) or (bool(state.correction) and any_of_them)
    # "Make the cheeseburger a combo", unless that is another one.
    perhaps = any_of_them and bool(words) and last.tokens[-1] + 1 == words[0] and not state.connector
    if not (beside or becomes or perhaps):
        return
    for (_, combo), _ in edge.candidates:
        # "A coke and a burger as a combo with fries": the burger alone, where something follows.
        most = len(state.lines) if becomes and (state.correction or references.closes(edge.end)) else 1
        found = _filled(grammar, state, combo, most)
        for count in sorted({len(found), min(1, len(found))} - {0}, reverse=True):
            slots = found[len(found) - count :]
            first = state.lines[-count]
            whole = first._replace(
                items=(), combo=combo, head=(*words, *edge.tokens), variations=NO_SIZES, variation_tokens=(), parts=(),
                slots=tuple(slots), correction=(*first.correction, *state.correction), doubtful=not (beside or becomes),
            )  # fmt: skip
            cost = _COMBO_OF + (_ONLY_THE_LAST if count < len(found) else 0.0)
            yield state._replace(
                lines=(*state.lines[:-count], whole), pending=None, cost=state.cost + cost, connector="", last="item",
                scope=None, focus=-1, correction=(),
            )  # fmt: skip


def _filled(grammar: Grammar, state: State, combo: str, most: int) -> list[tuple[str, Draft]]:
    """The places of a combo that the last lines fill, each with its line, in their order."""
    slots = list(grammar.slots_of[combo])
    found: list[tuple[str, Draft]] = []
    for line in reversed(state.lines[len(state.lines) - most :]):
        slot = next((s for s in slots if any(i in s.items for i, _ in line.items)), None)
        if slot is None or line.combo or (found and line.quantity not in _SINGLE):
            break
        slots.remove(slot)
        fitting = tuple(i for i in line.items if i[0] in slot.items)
        bare = line._replace(items=fitting, quantity=None, quantity_tokens=(), determiner_tokens=(), correction=())
        found.insert(0, (slot.id, bare))
        if line.quantity not in _SINGLE:
            break
    return found
