"""Parts of what was counted, and what holds for all: "the other two", "half of them", "two of each"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.understanding.combos import divided
from assistant.understanding.drafts import Draft, Each, Part, Positions, State, takes_all
from assistant.understanding.edges import Edge
from assistant.understanding.grammar import Grammar
from assistant.understanding.lines import of_each as shared
from core.catalogue.menu import Item

_HALF = 2
_TRAILING_NUMBER = 0.4
_MOST_KINDS = 12
_PART_OF_NAME = 0.1
_NONE_OF_THEM = 0.5


def counted(state: State) -> tuple[Draft, tuple[Draft, ...]] | None:
    """The line of several units that is being divided, and the shares of it so far."""
    shares: list[Draft] = []
    for line in reversed(state.lines):
        if line.items or line.combo:
            several = line.items and line.quantity is not None and line.quantity > 1
            if several and all(s.item in ("", line.item) for s in shares):
                return line, tuple(reversed(shares))
            if several or not line.items or not line.parts or line.quantity is None:
                return None  # "two coffees, one a drip, the other …": a kind of what was counted
        shares.append(line)
    return None


def none_of_them(state: State, pending: Draft, item: str) -> float:
    """What an item costs after "one of them", where those are certainly others: of three lattes none is a muffin."""
    found = counted(state) if pending.partitive and pending.quantity else None
    if found is None or found[0].generic or found[0].items[0][1] > _PART_OF_NAME:
        return 0.0
    return 0.0 if any(i == item for i, _ in found[0].items) else _NONE_OF_THEM


def portion(state: State, moved: tuple[Part, ...], edge: Edge) -> Iterator[State]:
    """Begin a share: "the first", "the other half", "the rest"; `moved` was said of it: "ketchup on the last"."""
    found = counted(state)
    if found is None:
        yield from _of_combos(state, edge)
        return
    whole, shares = found
    total = whole.quantity or 0
    left = total - sum(s.quantity or 1 for s in shares)
    if edge.value == "half" and not total % _HALF and left >= total // _HALF:
        value, words = total // _HALF, (*whole.quantity_tokens, *edge.tokens)
    elif edge.value == "rest" and 0 < left < total:
        said = tuple(t for s in shares for t in (s.quantity_tokens or s.determiner_tokens))
        value, words = left, (*whole.quantity_tokens, *said)
    elif edge.value == "one" and left:
        value, words = 1, edge.tokens
    else:
        return
    before: Positions = state.pending.determiner_tokens if state.pending else ()
    draft = Draft(
        quantity=value, quantity_tokens=words, determiner="partitive", portion=edge.value,
        connector="," if moved else state.connector, parts=moved, determiner_tokens=(*before, *edge.tokens),
    )  # fmt: skip
    yield state._replace(pending=draft, last="number", everyone=None)


def another(state: State, edge: Edge) -> Iterator[State]:
    """Begin one more share beside others: "three lattes, one large, another with oat milk"."""
    found = counted(state)
    if found is None or not found[1]:
        return
    whole, shares = found
    if (whole.quantity or 0) <= sum(s.quantity or 1 for s in shares):
        return
    before: Positions = state.pending.determiner_tokens if state.pending else ()
    draft = Draft(
        quantity=1, quantity_tokens=edge.tokens, determiner="another", connector=state.connector,
        determiner_tokens=(*before, *edge.tokens),
    )  # fmt: skip
    yield state._replace(pending=draft, last="number", everyone=None)


def _of_combos(state: State, edge: Edge) -> Iterator[State]:
    """Begin the last one of combos counted together: "two meals, one with …, the other with …"."""
    _, left = divided(state)
    if left != 1 or edge.value not in ("rest", "one"):
        return
    before: Positions = state.pending.determiner_tokens if state.pending else ()
    draft = Draft(determiner="another", portion=edge.value, determiner_tokens=(*before, *edge.tokens))
    yield state._replace(pending=draft, last="number", everyone=None)


def of_each(state: State, edge: Edge) -> Iterator[State]:
    """Count all lines alike: "rice, beans: two of each", or "two of each: rice, beans"."""
    pending = state.pending
    line = state.open_line
    if pending is None and line is not None and line.generic and state.last == "item" and not state.connector:
        # "One shake of each flavour".
        kinds = tuple(
            line._replace(items=((i, 0.0),), generic=False, determiner="each", head=(*line.head, *edge.tokens),
                          quantity_tokens=(*line.quantity_tokens, *edge.tokens))
            for i, _ in line.items
        )  # fmt: skip
        if edge.value == "kinds" and len(kinds) <= _MOST_KINDS:
            yield state._replace(lines=(*state.lines[:-1], *kinds), last="item")
        return
    if edge.value == "kinds" or pending is None or pending.parts or not (pending.quantity or pending.variations):
        return
    words = (*pending.determiner_tokens, *pending.quantity_tokens, *edge.tokens)
    each = Each(words, pending.quantity, pending.variations, pending.variation_tokens)
    state = state._replace(pending=None, connector="", last="each")
    sized = bool(pending.variations)
    if state.lines and not any((line.variations if sized else line.quantity) or not line.items for line in state.lines):
        yield state._replace(lines=tuple(shared(line, each, behind=True) for line in state.lines), last="item")
    else:
        yield state._replace(each=each, connector=".")


def shared_out(grammar: Grammar, drafts: list[Draft], common: tuple[Part, ...]) -> Positions:
    """Give what was said for all lines beforehand to those that take it; the words that none of them takes."""
    left: list[int] = []
    for part in common:
        taken = False
        for i, draft in enumerate(drafts):
            if draft.item and takes_all(grammar, draft.item, (*draft.parts, part)):
                drafts[i] = draft._replace(parts=(*draft.parts, part))
                taken = True
        if not taken:
            left += [*part.tokens, *part.pre_tokens, *part.negation]
    return tuple(left)


def recounted_line(state: State, pending: Draft) -> State | None:
    """A number alone is that of the line before: "limes, say four", "a tea, no, two"."""
    only_number = pending.quantity and not (pending.parts or pending.variations)
    if not only_number or not state.lines or (pending.connector == "and" and not state.correction):
        return None  # "rolls and two, no, five crumpets": the two are no rolls
    last = state.lines[-1]
    if not (state.correction or last.quantity is None or _several_of_it(state, pending, last)):
        return None
    several = _several_of_it(state, pending, last)
    if pending.partitive and not several and (last.determiner != "none" or last.parts or pending.portion):
        return None  # "spaghetti, three of them"
    if not last.items or (last.determiner_tokens and not (state.correction or several)):
        return None
    retracted = (*state.retracted, *last.quantity_tokens) if state.correction else state.retracted
    words = () if state.correction else last.quantity_tokens
    fixed = last._replace(
        quantity=pending.quantity, quantity_tokens=(*words, *pending.quantity_tokens, *pending.partitive),
        correction=(*last.correction, *state.correction),
    )  # fmt: skip
    return state._replace(
        lines=(*state.lines[:-1], fixed), pending=None, correction=(), retracted=retracted,
        cost=state.cost + _TRAILING_NUMBER,
    )  # fmt: skip


def _several_of_it(state: State, pending: Draft, last: Draft) -> bool:
    """Whether several are wanted of the one thing that was named: "1 tea, two of those"."""
    alone = len(state.lines) == 1 or bool(state.correction)
    return bool(pending.partitive) and alone and last.quantity in (None, 1) and (pending.quantity or 0) > 1


def kin_of(items: Mapping[str, Item], state: State) -> State | None:
    """After "two dark chocolate bars", "a milk one" is a bar too."""
    last, before = state.lines[-1], state.lines[-2]
    if not before.items or last.items[:1] == before.items[:1]:
        return None
    shelf = items[before.item].category
    kin = tuple((i, 0.0) for i, _ in last.items if items[i].category == shelf)
    return state._replace(lines=(*state.lines[:-1], last._replace(items=kin))) if kin else None
