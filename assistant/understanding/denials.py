"""What a denial after its words takes back: "onion without", "tomatoes I do not need", "not the can but a bottle"."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.drafts import Draft, Part, State, permitted
from assistant.understanding.edges import NO_SIZES, Edge
from assistant.understanding.grammar import Grammar
from assistant.understanding.lines import with_parts

_UNUSED_NO = 3.0
_LISTED = 0.15
_TWO = 2
_NAMED = frozenset({"item", "number"})
_NEXT = {"and": 2, "": 1, ",": 1}  # words apart: one "and" between


class Denials:
    """Denials that stand after what they deny, as Korean has them always and German at the end of a sentence."""

    def __init__(self, grammar: Grammar, bounds: tuple[str, ...]) -> None:
        """`bounds` is what stands before each word: a pause or the end of a sentence."""
        self._grammar = grammar
        self._bounds = bounds

    def after(self, state: State, edge: Edge) -> Iterator[State]:
        """Deny the modifier just said, and those that are listed with it; "not X but" takes back a size."""
        if state.scope is not None and not state.scope.used:
            return
        pending = state.pending
        ahead = pending is not None and (bool(pending.parts) or state.last == "variation")
        draft = pending if ahead else state.open_line if pending is None or pending.empty else None
        if draft is not None and draft.variations and state.last == "variation" and edge.value == "instead":
            yield self._withdrawn(state, draft, edge, ahead=ahead)
            return
        if edge.value == "instead" and (pending is None or pending.empty) and state.last in _NAMED:
            yield from _line_withdrawn(state, edge)
            return
        if draft is not None and state.last == "item" and _only_named(draft):
            yield from _line_withdrawn(state, edge)
            return
        parts = draft.parts if draft is not None else ()
        if parts and parts[-1].pre == "no":
            said = parts[-1]._replace(negation=(*parts[-1].negation, *edge.tokens))
            yield _with_parts(state, (*parts[:-1], said), ahead=ahead)
            return
        if draft is None or state.last != "modifier" or not parts or parts[-1].pre is not None:
            yield state._replace(cost=state.cost + _UNUSED_NO, left=(*state.left, *edge.tokens))
            return
        instead = edge.value == "instead"
        for first, cost in self._reaches(draft):
            denied = tuple(p._replace(pre="no", negation=edge.tokens, instead=instead) for p in parts[first:])
            yield _with_parts(state._replace(cost=state.cost + cost), (*parts[:first], *denied), ahead=ahead)

    def elliptic(self, state: State) -> State | None:
        """A "without" after which nothing is named denies what was said before: "one with milk, one without"."""
        scope, line = state.scope, state.open_line
        if scope is None or scope.pre != "no" or scope.used or state.last != "no" or len(state.lines) < _TWO:
            return None
        if state.pending is not None or state.focus != -1 or line is None or line.combo or line.parts:
            return None
        said = tuple(p for p in state.lines[-2].parts if p.pre != "no")
        said = tuple(p for p in said if not line.items or permitted(self._grammar, line.item, p))
        if not said or not (line.quantity or line.variations or line.items):
            return None
        denied = tuple(
            p._replace(pre="no", negation=scope.tokens, pre_tokens=(), quantity=1, quantity_tokens=()) for p in said
        )
        lines = state.with_open(line._replace(parts=denied))
        return state._replace(lines=lines, scope=None, last="modifier", cost=state.cost + _LISTED)

    def all_of(self, state: State, edge: Edge) -> Iterator[State]:
        """A "no" before the name of a group denies what comes of it by itself: "no salad", "no sauce"."""
        scope, line = state.scope, state.open_line
        if scope is None or scope.pre != "no" or line is None or not (state.pending is None or state.pending.empty):
            return
        own = [g for g in self._grammar.menu.groups_of(line.item) if g.id in edge.heads]
        usual = [(g.id, m.id) for g in own for m in g.modifiers if m.default]
        parts = tuple(Part(edge.tokens, ((ref, 0.0),), pre="no", negation=scope.tokens) for ref in usual)
        declined = () if usual else (*scope.tokens, *edge.tokens)
        yield state._replace(
            lines=state.with_open(line._replace(parts=(*line.parts, *parts))), pending=None, last="modifier",
            scope=scope._replace(used=scope.used + 1), declined=(*state.declined, *declined), connector="",
        )  # fmt: skip

    def _reaches(self, draft: Draft) -> Iterator[tuple[int, float]]:
        """From which modifier on all are denied: those joined by "and", and where a pause lists them, of one group.

        What a "with" asked for, or what does not come with the dish anyway, is not denied by what follows it.
        """
        parts = draft.parts
        first = len(parts) - 1
        while first and parts[first - 1].pre is None:
            before, here = parts[first - 1], parts[first]
            near = 0 <= here.tokens[0] - before.tokens[-1] <= _NEXT.get(here.lead, 0)
            joined = here.lead == "and" and not self._paused(before, here)
            if not near or not (joined or self._alike(draft, before, here)):
                break
            first -= 1
        asked = [n for n in range(first, len(parts)) if parts[n].lead == "with"]
        yield (asked[-1] + 1 if asked and asked[-1] + 1 < len(parts) else first), 0.0
        pauses = [n for n in range(first + 1, len(parts)) if self._paused(parts[n - 1], parts[n])]
        if pauses:
            yield pauses[-1], _LISTED

    def _paused(self, before: Part, here: Part) -> bool:
        return any(self._bounds[before.tokens[-1] + 1 : here.tokens[0] + 1])

    def _alike(self, draft: Draft, before: Part, here: Part) -> bool:
        """Whether both are choices of one group that come with the dish."""
        beside = not self._paused(before, here)
        if not draft.item:
            return beside and not {c[0][0] for c in before.candidates}.isdisjoint(c[0][0] for c in here.candidates)
        senses = [permitted(self._grammar, draft.item, p)[:1] for p in (before, here)]
        if not all(senses):
            return False
        ((one, _),), ((other, _),) = senses
        group = one[0] == other[0] and self._grammar.groups[one[0]].max != 1
        return group and (beside or all(self._grammar.modifiers[r].default for r in (one, other)))

    @staticmethod
    def _withdrawn(state: State, draft: Draft, edge: Edge, *, ahead: bool) -> State:
        """Take a size back that something else takes the place of: its words were said and count for nothing."""
        gone = (*state.retracted, *draft.variation_tokens, *edge.tokens)
        kept = draft._replace(variations=NO_SIZES, variation_tokens=())
        if ahead:
            return state._replace(pending=None if kept.empty else kept, retracted=gone, last="")
        return state._replace(lines=state.with_open(kept), retracted=gone, last="item")


def _only_named(line: Draft) -> bool:
    """Whether nothing but a name was said: "the cola" of "the cola, no", which orders none."""
    counted = line.quantity is not None or line.determiner not in {"none", "definite"}
    return bool(line.items) and not (counted or line.variations or line.parts or line.slots)


def _line_withdrawn(state: State, edge: Edge) -> Iterator[State]:
    """Take back the dish just named, or the last one of a combo: "not the coke but a lemonade"."""
    line = state.open_line
    if line is None or state.focus != -1 or not (line.items or line.slots) or line.parts:
        return
    if any(t > line.tokens[-1] for t in state.left):
        return  # it is of a word that nobody knows
    gone = line.slots[-1][1].tokens if line.combo else line.tokens
    kept = (line._replace(slots=line.slots[:-1]),) if line.combo else ()
    retracted = (*state.retracted, *edge.tokens)
    yield state._replace(
        lines=(*state.lines[:-1], *kept), retracted=(*retracted, *gone), last="withdrawn", connector=line.connector,
        pending=None,
    )  # fmt: skip
    if line.quantity_tokens and line.quantity_tokens[-1] > line.head[-1]:
        # "Eggs, not a tray but six": only so many of them.
        counted = line._replace(quantity=None, quantity_tokens=(), determiner="none")
        lines = state.with_open(counted)
        yield state._replace(lines=lines, retracted=(*retracted, *line.quantity_tokens), last="item", pending=None)


def _with_parts(state: State, parts: tuple[Part, ...], *, ahead: bool) -> State:
    if ahead and state.pending is not None:
        return state._replace(pending=state.pending._replace(parts=parts))
    return with_parts(state, parts)
