"""Whether a number is of the line it was given to; where its place in the message speaks against it, it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.understanding.knowledge import stems_of
from assistant.understanding.message import number_of, tokens_of

if TYPE_CHECKING:
    from assistant.understanding.message import Message
    from assistant.understanding.reading import Cause, ReadLine


class Counted:
    """Looks at the number of each line, and at the lines before it."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._grammar = message.grammar
        self._bounds = message.bounds

    def apart(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether a pause or an "and" parts a number from what it counts: "cold brew times two, soap"."""
        number = number_of(line)
        if number is None or line.line.quantity == 1 or not tokens_of(before).isdisjoint(number.tokens):
            return False
        if not before:
            return False  # "gimme two, matcha": there is nothing else that it could count
        if any(e.kind == "of_each" for t in number.tokens for e in self._message.edges[t]):
            return False  # "two of each: …"
        own = {t for c in line.causes if c.part != "quantity" for t in c.tokens} - set(number.tokens)
        after = [t for t in own if t > number.tokens[-1]]
        name = self._message.name_of(line)
        if not after or (name is not None and name.end <= number.tokens[0]):
            return False
        return self._parted(number.tokens[-1], min(after))

    def of_the_one_before(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether a number stands right behind a line without one: "karak three napkins"."""
        number, last = number_of(line), before[-1] if before else None
        if number is None or last is None or number_of(last) is not None or line.line.quantity == 1:
            return False
        at = number.tokens[0]
        return last.determiner == "none" and not self._bounds[at] and any(at - 1 in c.tokens for c in last.causes)

    def of_a_choice(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether a share is rather so much of a choice: "three teas with milk and two sugars"."""
        number = number_of(line)
        if number is None or line.line.quantity == 1:
            return False
        told = tokens_of(before)
        if told.isdisjoint(t for c in line.causes for t in c.tokens):
            return False
        chosen = {t for b in before for c in b.causes if c.part == "modifier" for t in c.tokens}
        said = [t for t in number.tokens if self._and(t - 1) and t - 2 in chosen and not self._bounds[t - 1]]
        return bool(said) and any(
            c.part == "modifier" and number.tokens[-1] + 1 in c.tokens and self._many(c) for c in line.causes
        )

    def of_those_before(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether fewer of a kind told without its head may be some of those counted: "three naans two garlic"."""
        last, number = before[-1] if before else None, number_of(line)
        item = self._grammar.menu.items_by_id.get(line.line.item)
        if last is None or number is None or item is None or number_of(last) is None:
            return False
        name, head = self._message.name_of(line), self._message.name_of(last)
        fewer = line.line.quantity < last.line.quantity and tokens_of([last]).isdisjoint(tokens_of([line]))
        if name is None or head is None or not fewer:
            return False
        said, of = self._message.stems(name.tokens), self._message.stems(head.tokens)
        return not of <= said and of < set(stems_of(item.name))

    def in_the_name(self, _: list[ReadLine], line: ReadLine) -> bool:
        """Whether the number is part of what the item is called: "dos huevos" of "Two Eggs"."""
        item = self._grammar.menu.items_by_id.get(line.line.item)
        if item is None or line.line.quantity == 1:
            return False
        counted = str(line.line.quantity)
        closed = self._grammar.knowledge.closed
        return any(
            w == counted or any(m.kind == "number" and m.value == counted for m in closed.get((w,), ()))
            for w in stems_of(item.name)
        )

    def _many(self, cause: Cause) -> bool:
        group, _, modifier = cause.value.partition("/")
        most = self._grammar.modifiers[group, modifier].max
        return most is None or most > 1

    def _parted(self, first: int, last: int) -> bool:
        return any(self._bounds[first + 1 : last + 1]) or any(self._and(t) for t in range(first + 1, last))

    def _and(self, position: int) -> bool:
        if position < 0:
            return False
        return any(
            e.kind == "connector" and e.value == "and" and e.end == position + 1 for e in self._message.edges[position]
        )
