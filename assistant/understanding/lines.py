"""Adding a line to a state, also in the place of one that was taken back: "two, no, make that three"."""

from __future__ import annotations

from assistant.understanding.drafts import Draft, Each, Part, Positions, State
from assistant.understanding.edges import Edge

# What a choice before a name costs less, after a line that its number has closed.
ATTRIBUTIVE = {"": -0.85, ",": -0.3, "and": -0.5}
_BESIDE = frozenset({"", "with"})
_APART = 2  # words


def appended(state: State, draft: Draft) -> State:
    """Add a line; after "no wait" it takes the place of the one before it."""
    if state.each is not None:
        draft = of_each(draft, state.each)
    if not state.correction or not state.lines:
        return state._replace(lines=(*state.lines, draft), connector="", focus=-1, everyone=None)
    before, words = state.lines[-1], state.correction
    gone: set[int] = set(before.tokens)
    same = not draft.items or not before.items or draft.item == before.item
    if same and not draft.combo:
        draft = _corrected(before, draft)
    elif not draft.combo and not before.combo:
        draft = _exchanged(before, draft)
    gone -= set(draft.tokens)
    return state._replace(
        lines=(*state.lines[:-1], draft._replace(correction=(*before.correction, *words))),
        correction=(), connector="", focus=-1, everyone=None, retracted=(*state.retracted, *sorted(gone)),
    )  # fmt: skip


def _corrected(before: Draft, after: Draft) -> Draft:
    """The earlier draft with what the later one says otherwise."""
    return before._replace(
        items=after.items or before.items,
        head=after.head or before.head,
        generic=after.generic if after.items else before.generic,
        quantity=after.quantity if after.quantity is not None else before.quantity,
        quantity_tokens=after.quantity_tokens or before.quantity_tokens,
        determiner=after.determiner,
        determiner_tokens=after.determiner_tokens or before.determiner_tokens,
        variations=after.variations or before.variations,
        variation_tokens=after.variation_tokens or before.variation_tokens,
        parts=after.parts or before.parts,
    )


def _exchanged(before: Draft, after: Draft) -> Draft:
    """Another item in the place of the first: what was said of that one is probably meant of this, but it is asked."""
    if after.parts or after.variations or after.quantity is not None or not (before.parts or before.variations):
        return after
    counted = after.determiner == "none"
    return after._replace(
        quantity=before.quantity if counted else None,
        quantity_tokens=before.quantity_tokens if counted else (),
        variations=before.variations,
        variation_tokens=before.variation_tokens,
        parts=before.parts,
        doubtful=True,
    )


def of_each(draft: Draft, each: Each, *, behind: bool = False) -> Draft:
    """The line in the number or size that was said for each, unless it has its own; `behind`: after it was named."""
    if each.quantity is not None and draft.quantity is None:
        draft = draft._replace(quantity=each.quantity, quantity_tokens=each.words)
    sized = bool(each.variations) and not draft.variations and (behind or draft.quantity is None)
    if sized and draft.items and draft.item in each.variations:
        draft = draft._replace(variations=each.variations, variation_tokens=(*each.variation_tokens, *each.words))
    return draft


def with_parts(state: State, parts: tuple[Part, ...]) -> State:
    """The open line with these parts for its own; what was said for several lines at once changes on all of them."""
    line = state.open_line
    assert line is not None  # noqa: S101  # for the type checker
    changed = {old.tokens: new for old, new in zip(line.parts, parts, strict=True) if old != new}
    lines = [d._replace(parts=tuple(changed.get(p.tokens, p) for p in d.parts)) for d in state.lines]
    return state._replace(lines=tuple(lines))


def attributive(state: State, pending: Draft, edge: Edge) -> bool:
    """Whether a choice stands right before a name, after a line that its number has closed: "tea two iced latte"."""
    line = state.lines[-1] if state.lines else None
    if line is None or not pending.parts or pending.connector not in ATTRIBUTIVE or not line.head:
        return False
    closed = bool(line.quantity_tokens) and line.quantity_tokens[-1] > line.head[-1]
    last = pending.parts[-1]
    # "두 개 그리고 얼음 빼고 라떼": a denial, an amount or a "with" may stand between the choice and the name.
    words = max((*last.tokens, *last.pre_tokens, *last.negation))
    behind = words > last.tokens[-1] or last.pre is None
    return closed and behind and state.connector in _BESIDE and edge.start - words <= _APART


def certain(state: State, words: Positions) -> State:
    """An "or" shows that all that went before under the same "no" is denied."""
    last = state.open_line
    if last is None:
        return state
    parts = tuple(p._replace(doubtful=False) if p.negation == words else p for p in last.parts)
    return state._replace(lines=state.with_open(last._replace(parts=parts)))
