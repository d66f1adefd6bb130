"""What the search builds: drafts of order lines and the states between two words. Values only; all are immutable."""

from __future__ import annotations

from typing import NamedTuple

from assistant.understanding.edges import NO_SIZES, Candidate, Sizes
from assistant.understanding.grammar import Grammar
from assistant.understanding.lexicon import Ref
from assistant.understanding.reading import Determiner
from assistant.understanding.records import often_replaced
from core.catalogue.menu import PreModifier

Positions = tuple[int, ...]
_UNFIT = 2.0  # a choice that the item cannot have


@often_replaced
class Part(NamedTuple):
    """A modifier that was said, with every sense its words have."""

    tokens: Positions
    candidates: tuple[Candidate, ...]
    pre: PreModifier | None = None
    pre_tokens: Positions = ()
    negation: Positions = ()
    quantity: int = 1
    quantity_tokens: Positions = ()
    doubtful: bool = False
    instead: bool = False  # denied by naming what takes its place
    lead: str = ""  # the connector that stood before it: "and", "with", "," for a pause


@often_replaced
class Draft(NamedTuple):
    """A line in the making. Without `items` it is headless: "a large with onions"; `items` are (id, cost)."""

    items: tuple[tuple[str, float], ...] = ()
    combo: str = ""
    head: Positions = ()
    generic: bool = False
    quantity: int | None = None
    quantity_tokens: Positions = ()
    determiner: Determiner = "none"
    determiner_tokens: Positions = ()
    variations: Sizes = NO_SIZES
    variation_tokens: Positions = ()
    parts: tuple[Part, ...] = ()
    slots: tuple[tuple[str, Draft], ...] = ()
    partitive: Positions = ()
    connector: str = ""
    correction: Positions = ()
    note: str = ""
    strange: bool = False  # said together with words that this menu has nothing for
    misspelt: bool = False  # so much that it may be something else
    doubtful: bool = False  # to be asked about rather than done
    portion: str = ""  # "one", "half" or "rest" of the units named before: "the first", "the others"

    @property
    def empty(self) -> bool:
        """Whether nothing but a determiner is there."""
        return not (self.items or self.combo or self.parts or self.variations or self.quantity)

    @property
    def plain_one(self) -> bool:
        """Whether it is "a plain" or "another plain", of what is named elsewhere."""
        return self.note == "plain" and self.empty and self.determiner in ("indefinite", "another")

    @property
    def item(self) -> str:
        """The likeliest item; empty when headless."""
        return self.items[0][0] if self.items else ""

    def variation_of(self, item: str) -> tuple[str, float] | None:
        """The variation of this item that was said."""
        return self.variations.get(item)

    @property
    def tokens(self) -> Positions:
        """Every token this draft uses."""
        used = [*self.head, *self.quantity_tokens, *self.determiner_tokens, *self.variation_tokens, *self.partitive]
        for part in self.parts:
            used += [*part.tokens, *part.pre_tokens, *part.negation, *part.quantity_tokens]
        for _, slot in self.slots:
            used += slot.tokens
        return tuple(sorted({*used, *self.correction}))


class Scope(NamedTuple):
    """A "no" or "extra" that waits for what it changes; `used` counts what it has changed already."""

    pre: str
    tokens: Positions
    used: int = 0
    instead: bool = False


class Each(NamedTuple):
    """How many, or what size, of everything that is named: "two of each", "a pint each of"."""

    words: Positions
    quantity: int | None = None
    variations: Sizes = NO_SIZES
    variation_tokens: Positions = ()


@often_replaced
class State(NamedTuple):
    """A partial reading of the first words.

    `focus` is the open line, counted from the end: what is said next belongs to it. `common` are modifiers said for all
    lines before the first of them.
    """

    cost: float = 0.0
    lines: tuple[Draft, ...] = ()
    pending: Draft | None = None
    scope: Scope | None = None
    connector: str = ""
    last: str = ""
    correction: Positions = ()
    everyone: tuple[str, Positions] | None = None
    left: Positions = ()
    retracted: Positions = ()
    declined: Positions = ()
    focus: int = -1
    common: tuple[Part, ...] = ()
    ahead: Positions = ()
    each: Each | None = None

    def dearer(self, cost: float) -> State:
        """The same at so much more; what most steps begin with, so it is made without looking at names."""
        return tuple.__new__(State, (self[0] + cost, *self[1:]))

    @property
    def open_line(self) -> Draft | None:
        """The line to which what follows belongs."""
        return self.lines[self.focus] if self.lines else None

    def with_open(self, line: Draft) -> tuple[Draft, ...]:
        """All lines, the open one changed."""
        at = len(self.lines) + self.focus
        return (*self.lines[:at], line, *self.lines[at + 1 :])


def permitted(grammar: Grammar, item: str, part: Part) -> tuple[Candidate, ...]:
    """The senses of a part that go with an item, cheapest first."""
    allowed = grammar.modifiers_of.get(item)
    if not allowed:
        return ()
    if len(part.candidates) == 1:
        return part.candidates if part.candidates[0][0] in allowed else ()
    return tuple(c for c in part.candidates if c[0] in allowed)


def room_for(grammar: Grammar, item: str, parts: tuple[Part, ...], part: Part) -> bool:
    """Whether the group of a part takes one more choice on this item."""
    fitting = permitted(grammar, item, part)
    if not fitting:
        return False
    if part.pre == "no":
        return True
    group = fitting[0][0][0]
    most = grammar.groups[group].max
    if most is None:
        return True
    wanted = min(part.quantity, grammar.modifiers[fitting[0][0]].max or part.quantity, most)
    taken = 0
    for other in parts:
        if other.pre != "no":
            refs: tuple[tuple[Ref, float], ...] = permitted(grammar, item, other)
            taken += other.quantity if refs and refs[0][0][0] == group else 0
    return taken + wanted <= most


def takes_all(grammar: Grammar, item: str, parts: tuple[Part, ...]) -> bool:
    """Whether an item can have all these parts together."""
    return all(room_for(grammar, item, parts[:i], part) for i, part in enumerate(parts))


def without_unfit(grammar: Grammar, state: State, pending: Draft, item: str) -> tuple[State, Draft]:
    """A line to come without the choices that its item cannot have, whose words are left: they are asked about."""
    fitting = tuple(p for p in pending.parts if permitted(grammar, item, p))
    unfit = tuple(p for p in pending.parts if p not in fitting)
    words = (t for p in unfit for t in (*p.tokens, *p.pre_tokens, *p.negation, *p.quantity_tokens))
    cost = state.cost + _UNFIT * len(unfit)
    return state._replace(left=(*state.left, *words), cost=cost), pending._replace(parts=fitting)


def takes_so_many(grammar: Grammar, line: Draft, part: Part) -> bool:
    """Whether a unit of this line can have so many of a modifier, outright."""
    for ref, _ in permitted(grammar, line.item, part) if line.item else ():
        most = grammar.modifiers[ref].max
        if most is not None and 1 < most >= part.quantity > 0:
            return room_for(grammar, line.item, line.parts[:-1], part)
    return False
