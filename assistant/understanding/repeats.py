"""Lines said by pointing at others: "the same again but with oat", "one of each shake"."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.drafts import Draft, Part, Positions, State, permitted, room_for
from assistant.understanding.edges import Edge
from assistant.understanding.grammar import Grammar
from assistant.understanding.knowledge import stems_of
from assistant.understanding.lines import of_each

AGAIN = "again"
_SAID = 0.05
_OF_NOTHING = 1.0
_MOST_OF_EACH = 12
_REPEATED = 0.5
_TWO = 2


def repeated(grammar: Grammar, state: State, edge: Edge) -> Iterator[State]:
    """The line before once more, to be changed by what follows; how many of several is for the customer to say."""
    before = state.lines[-1] if state.lines else None
    if before is None or not (before.items or before.combo):
        return
    pending = state.pending or Draft()
    if pending.parts or pending.variations or pending.partitive:
        return
    alike = _made_alike(grammar, state, edge) if pending.empty and pending.determiner == "none" else None
    if alike is not None:
        yield alike
        return
    if state.connector == "with" and pending.empty:
        # "An espresso with the same" is no other espresso.
        yield state._replace(left=(*state.left, *edge.tokens), cost=state.cost + _OF_NOTHING)
        return
    introduced = (*pending.determiner_tokens, *edge.tokens)
    draft = before._replace(
        head=(*before.head, *introduced), quantity=pending.quantity, quantity_tokens=pending.quantity_tokens,
        determiner="another", determiner_tokens=(), partitive=(), correction=(), note=AGAIN,
        connector=state.connector,
        doubtful=before.quantity is not None and before.quantity > 1 and pending.quantity is None,
    )  # fmt: skip
    yield state._replace(
        lines=(*state.lines, draft), pending=None, scope=None, connector="", last="item", focus=-1, everyone=None,
        cost=state.cost + _SAID,
    )  # fmt: skip


def _made_alike(grammar: Grammar, state: State, edge: Edge) -> State | None:
    """After "a coke, no ice, and a tea, same thing" the tea is probably meant without ice too, but it is asked."""
    with_it = state.connector == "with"  # "a large iced latte with caramel and a hot mocha with the same"
    if len(state.lines) < _TWO or not (state.last == "item" or with_it) or state.focus != -1:
        return None
    model, line = state.lines[-2:]
    if not with_it and (line.parts or line.variations):
        return None
    if line.combo or not model.parts or not line.items:
        return None
    parts = line.parts
    for part in model.parts:
        parts = (*parts, part) if _joins(grammar, line.item, parts, part) else parts
    alike = line._replace(parts=parts, head=(*line.head, *edge.tokens), doubtful=True)
    more = len(parts) > len(line.parts)
    return state._replace(lines=state.with_open(alike), connector="", cost=state.cost + _SAID) if more else None


def _joins(grammar: Grammar, item: str, parts: tuple[Part, ...], part: Part) -> bool:
    """Whether a choice of the line before may be one of this line too, beside those it has."""
    refs = permitted(grammar, item, part)
    had = {r for p in parts for r, _ in permitted(grammar, item, p)[:1]}
    return bool(refs) and refs[0][0] not in had and room_for(grammar, item, parts, part)


def inherits(line: Draft, tokens: Positions) -> bool:
    """Whether these words of a line that says "the same" belong to the line before it."""
    return line.note == AGAIN and bool(tokens) and tokens[-1] < line.head[-1]


def making_room(grammar: Grammar, line: Draft, part: Part) -> Draft:
    """The line without what it inherited and the part takes the place of: "the same but with oat"."""
    if line.note != AGAIN or not line.item:
        return line
    new = permitted(grammar, line.item, part)
    if not new:
        return line
    ref = new[0][0]
    single = grammar.groups[ref[0]].max == 1

    def stays(old: Part) -> bool:
        refs = permitted(grammar, line.item, old)
        same = bool(refs) and (refs[0][0] == ref or (single and refs[0][0][0] == ref[0]))
        return not (same and inherits(line, old.tokens))

    return line._replace(parts=tuple(p for p in line.parts if stays(p)))


def every_kind(grammar: Grammar, state: State, edge: Edge, words: frozenset[str]) -> Iterator[State]:
    """A line for each of what a category's word means: "one of each shake"; `words` are its stems."""
    if state.each is None:
        return
    items = called(grammar, edge.heads, words)
    if len(items) > _MOST_OF_EACH:
        return
    lines = tuple(
        of_each(Draft(items=((item, 0.0),), head=edge.tokens, determiner="each"), state.each) for item in items
    )
    yield state._replace(
        lines=(*state.lines, *lines), pending=None, scope=None, connector="", last="item", focus=-1, each=None,
    )  # fmt: skip


def called(grammar: Grammar, items: frozenset[str], words: frozenset[str]) -> list[str]:
    """Those of a category that are called by its word, in the order of the menu; all when too few are."""
    known = [i for i in grammar.menu.items if i.id in items]
    named = [i.id for i in known if any(words & set(stems_of(n)) for n in (i.name, *i.aliases))]
    return named if len(named) > 1 else [i.id for i in known]


def repeated_cost(state: State, pending: Draft, item: str, *, pointed: bool) -> float:
    """What it costs to take an item once more for another one."""
    cost = 0.0
    if state.lines and state.last == "modifier" and pending.empty and pending.determiner == "none":
        same = state.lines[-1].item == item and state.connector != "."
        cost += _REPEATED if same else 0.0
    if pointed and any(d.item == item for d in state.lines):
        cost += _REPEATED  # "the brownie" is the one that was named
    return cost
