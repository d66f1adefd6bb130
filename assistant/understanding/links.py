"""The words between things: what is passed over, and what joins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.understanding.closing import HEADLESS_WITH, flushed
from assistant.understanding.combos import begun_share
from assistant.understanding.denials import Denials
from assistant.understanding.drafts import Draft, State
from assistant.understanding.edges import Edge
from assistant.understanding.lines import appended
from assistant.understanding.portions import kin_of, recounted_line
from assistant.understanding.references import References
from core.catalogue.menu import Item

_TOPICS = {"topic": ".", "part": "part"}
_BEFORE_ONE = frozenset({"variation", "modifier", "determiner"})
_KIN = 0.1
_STRAY_ONE = 0.8
_LONE_ONE = 1.6
_NUMBER_AND = 0.25
_SIZE_BEHIND = 0.5
_SIZE_AND = 0.25
_PART_AND = 0.25  # "the ranch on the side and tots": the ranch is not of the tots
_UNUSED_PRE = 1.2
_DENIED_PART = 0.6
_OF_WHAT_COMES = 1.0


def passed_over(items: Mapping[str, Item], state: State, edge: Edge) -> State:
    """The state after words that are no value of a line; some of them say what the words around them mean."""
    if edge.kind == "container":
        return _contained(state, edge)
    connector = _TOPICS.get(edge.value, state.connector)
    pending = state.pending
    if edge.value in _TOPICS and pending is not None and pending.empty:
        pending = None
        state = state._replace(pending=None)
    cost = edge.cost
    if edge.value == "part" and state.last == "no":
        cost += _DENIED_PART  # "no meat, home fries": the "no" is of the meat
    if edge.value == "plain" and pending is not None and not (pending.parts or pending.variations):
        pending = pending._replace(note="plain", determiner_tokens=(*pending.determiner_tokens, *edge.tokens))
        return state._replace(cost=state.cost + cost, pending=pending, last="modifier")
    if edge.value == "pronoun" and pending is None and state.last == "item" and len(state.lines) > 1:
        kin = kin_of(items, state)
        if kin is not None:
            return kin._replace(cost=state.cost + cost + _KIN)
    if edge.value == "pronoun" and pending is not None and pending.parts and not pending.quantity:
        pending = pending._replace(quantity=1, quantity_tokens=edge.tokens)
        return state._replace(cost=state.cost + edge.cost / 2, pending=pending)
    if edge.value == "pronoun" and (state.connector or state.everyone or state.last not in _BEFORE_ONE):
        cost += _STRAY_ONE
        if state.last == "clause":
            # "I'll take one": of what was only asked about.
            return state._replace(cost=state.cost + cost, left=(*state.left, *edge.tokens))
    return state._replace(cost=state.cost + cost, connector=connector)


def _contained(state: State, edge: Edge) -> State:
    """After "two packs" comes a pause or what they are of; "two shots of" says how much of what comes next."""
    state = state._replace(cost=state.cost + edge.cost)
    pending = state.pending
    if edge.value == "dose":
        if pending is not None and not (pending.parts or pending.variations):
            pending = pending._replace(determiner_tokens=(*pending.determiner_tokens, *edge.tokens))
        return state._replace(pending=pending, last="dose")
    counted = pending is not None and pending.quantity and edge.value == "pack"
    return state._replace(last="packs" if counted else state.last)


def without_owner(state: State) -> State:
    """At a pause: "for my husband," the "my" is of nothing that could be ordered."""
    pending = state.pending
    if pending is None or not pending.empty or pending.determiner != "definite":
        return state
    return state._replace(pending=None)


def counted_packs(state: State) -> State:
    """At a pause: "chicken breast, two packs" and "penne, three of them" are so many of what stands before.

    So is the number of "a tea, make that two, and a scone".
    """
    corrected = bool(state.correction) and state.last == "number"
    if state.pending is None or not (state.last == "packs" or state.pending.partitive or corrected):
        return state
    return recounted_line(state, state.pending) or state


class Joiner:
    """Takes the words that join: "and", "with", "but", "or"."""

    def __init__(self, denials: Denials, references: References) -> None:
        self._denials = denials
        self._references = references

    def connector(self, state: State, edge: Edge) -> Iterator[State]:
        """Every state that may follow a word that joins."""
        if edge.value == "of":
            # "푸딩 추가한 말차라떼": what was just said is of the name that comes.
            ahead = state.last == "modifier" and state.pending is not None
            return iter((state._replace(cost=state.cost + (0.0 if ahead else _OF_WHAT_COMES)),))
        return self._joining(state, edge)

    def _joining(self, state: State, edge: Edge) -> Iterator[State]:
        """Note the connector; what it shows to be complete is closed."""
        if edge.value == "and":
            state = self._joined(counted_packs(self._denials.elliptic(state) or state))
        name, pending = edge.value, state.pending
        scope = state.scope
        if name in ("with", "but") and scope is not None and scope.used:
            scope = None
        elif name in ("with", "and") and scope is not None and scope.pre in ("extra", "light"):
            # "A double with cheddar" is no extra cheddar.
            state = state._replace(cost=state.cost + _UNUSED_PRE)
        elif name == "with" and scope is not None and scope.pre == "no" and scope.tokens[-1] + 1 < edge.start:
            # "Not too hot with whip": what is not wanted stood before the "with".
            state, scope = state._replace(left=(*state.left, *scope.tokens), cost=state.cost + _UNUSED_PRE), None
        share = begun_share(state, pending, joined=True) if name == "with" and pending is not None else None
        if share is not None:
            yield appended(state._replace(pending=None, scope=scope), share)._replace(connector=name, last="item")
            return
        if name == "with" and pending is not None and not pending.empty:
            counted = self._references.counted(pending)
            if counted is not None:
                # "Five sugars in my coffee": the number is of the sugars.
                ahead = Draft(connector=pending.connector, parts=(counted,))
                yield state._replace(connector=name, pending=ahead, scope=scope)
            if pending.quantity or pending.variations or pending.determiner in ("definite", "another"):
                state = flushed(state, HEADLESS_WITH)
            else:
                yield state._replace(connector=name, cost=state.cost + 0.4)
                return
        if name == "and" and state.connector in ("or", "with"):
            name = state.connector if state.connector == "or" else "and"
        yield state._replace(connector=name, scope=scope)

    def _joined(self, state: State) -> State:
        """The state before an "and", with a price on what would reach over it."""
        pending, cost = state.pending, 0.0
        if pending is None:
            return state
        if state.last == "number" and state.connector == ",":
            cost += _LONE_ONE  # "I'd like one, and fries": the one is not of the fries
        elif state.last == "number" and state.lines:
            cost += _NUMBER_AND  # "tea three and tissues": the number is of what stands before it
        if self._closes(state, pending):
            cost += _SIZE_BEHIND  # "chicken salad, a pint, and pickles": the size was of what stands before it
        if pending.parts and state.lines and not (pending.quantity or pending.variations or pending.head):
            cost += _PART_AND if pending.determiner in ("none", "definite") else 0.0
        if pending.variations and pending.determiner == "none" and state.lines and not pending.quantity:
            cost += _SIZE_AND  # "fries small and a coke": likewise
        return state._replace(cost=state.cost + cost)

    @staticmethod
    def _closes(state: State, pending: Draft) -> bool:
        """Whether a size between pauses may be that of the line before."""
        line = state.open_line
        sized = pending.variations and pending.determiner == "indefinite" and pending.connector == ","
        if not sized or line is None or line.variations or line.quantity not in (None, 1):
            return False
        return line.item in pending.variations
