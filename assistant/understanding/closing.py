"""Closing what is pending: a number, a size or modifiers without a name become a line of their own."""

from __future__ import annotations

from assistant.understanding.drafts import Draft, Scope, State
from assistant.understanding.edges import Edge
from assistant.understanding.lines import appended
from assistant.understanding.portions import recounted_line

HEADLESS = 0.5
HEADLESS_WITH = 0.3
SHARE = 0.1


def flushed(state: State, cost: float = HEADLESS) -> State:
    """Close a pending part without a head, if it has anything."""
    pending = state.pending
    if pending is None or (pending.empty and not pending.plain_one):
        return state._replace(pending=None)
    recounted = recounted_line(state, pending)
    if recounted is not None:
        return recounted
    if is_share(state, pending) or _contrasted(state, pending) or _resized(state, pending):
        cost = SHARE
    return appended(state._replace(pending=None, cost=state.cost + cost), pending)


def is_share(state: State, pending: Draft) -> bool:
    """Whether a number may be counting some of the units before it: "three lattes, one decaf"."""
    whole = next((d for d in reversed(state.lines) if d.items), None)
    return bool(
        whole and whole.quantity and pending.quantity and whole.quantity > 1 and pending.quantity < whole.quantity
    )


def _contrasted(state: State, pending: Draft) -> bool:
    """Whether a plain one stands behind one that has something: "a scone with jam and one plain"."""
    return pending.note == "plain" and bool(state.lines and state.lines[-1].parts)


def _resized(state: State, pending: Draft) -> bool:
    """Whether a size corrects the line before: "a coke, make that a can, and …"."""
    line = state.lines[-1] if state.lines else None
    if line is None or not state.correction or (line.quantity or 1) > 1:
        return False  # "two pancakes, no, the full stack": whether there are still two, nobody said
    return line.item in pending.variations and not pending.parts


def kept(scope: Scope | None) -> Scope | None:
    """The scope if it still waits for what it changes."""
    return None if scope is None or scope.used else scope


def apart(pending: Draft, edge: Edge) -> bool:
    """Whether words stand between a share and the next name: "of three one without ice please, tea two"."""
    return bool(pending.quantity and pending.parts) and pending.tokens[-1] + 1 < edge.start
