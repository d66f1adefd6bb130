"""Whether the words of a line say what it holds: what they can only be made to say is asked about, never done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.understanding.knowledge import stems_of
from assistant.understanding.measures import is_volume
from assistant.understanding.message import number_of
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.understanding.message import Message
    from assistant.understanding.reading import Cause, ReadLine
    from core.catalogue.menu import Item, Modifier, ModifierGroup, Variation

_COUNTS_BEHIND = frozenset({"count_after", "of_each"})
_IN_PART = 0.1  # so little of a choice was named that it may be another


class Unsaid:
    """Looks at each line of a reading, and at what the others name."""

    def __init__(self, message: Message, lines: Iterable[ReadLine]) -> None:
        """`lines` are all those of the reading."""
        self._message = message
        self._grammar = message.grammar
        self._items = message.grammar.menu.items_by_id
        self._lines = tuple(lines)

    def size_of_the_name(self, _: list[ReadLine], line: ReadLine) -> bool:
        """Whether what stands for the size is only the name: "24 wings" where six are called "six wings"."""
        item = self._items.get(line.line.item)
        cause = _sized(line)
        if item is None or cause is None:
            return False
        said = self._message.stems(cause.tokens)
        return said <= set(_words_of(item)) and not any(said == set(stems_of(n)) for n in _names(_chosen(item, line)))

    def size_of_another_number(self, _: list[ReadLine], line: ReadLine) -> bool:
        """Whether the number that counts is rather that of another size: "12 inch cheesesteak"."""
        item, number = self._items.get(line.line.item), number_of(line)
        if item is None or number is None or line.line.quantity == 1:
            return False
        said = str(line.line.quantity)
        forms = self._grammar.knowledge.number_words.get(int(said), ())
        spelled = {said, *(form[0] for form in forms if len(form) == 1)}
        sizes = [v for v in item.variations if v.id != line.line.variation]
        beside = number.tokens[-1] + 1
        measured = beside < len(self._message.words) and any(
            stem(self._message.words[beside]) in stems_of(n) and spelled & set(stems_of(n))
            for v in sizes for n in _names(v)
        )  # fmt: skip
        cause = _sized(line)
        return measured or (cause is not None and beside in cause.tokens and self._numbered(item, line))

    def _numbered(self, item: Item, line: ReadLine) -> bool:
        """Whether the size that was taken has a number in its name that was not said."""
        chosen, cause = _chosen(item, line), _sized(line)
        said = self._message.stems(cause.tokens) if cause is not None else set()
        if any(c.isdigit() for w in said for c in w) or not is_volume(" ".join(said)):
            return False
        return all(any(w.isdigit() for w in stems_of(n)) for n in _names(chosen))

    def number_of_a_choice(self, _: list[ReadLine], line: ReadLine) -> bool:
        """Whether a number behind the name is so much of the choice it stands before: "coffee black two sugars"."""
        number, name = number_of(line), self._message.name_of(line)
        if number is None or name is None or line.line.quantity == 1 or number.tokens[0] < name.end:
            return False
        if any(e.kind in _COUNTS_BEHIND for t in number.tokens for e in self._message.edges[t]):
            return False
        alone = sum(o.line.item == line.line.item for o in self._lines) == 1
        return alone and any(c.part == "modifier" and number.tokens[-1] + 1 == c.tokens[0] for c in line.causes)

    def of_nobody(self, _: list[ReadLine], line: ReadLine) -> bool:
        """Whether an item is there for its size or choice alone, and is not named anywhere: "two naans, one plain"."""
        if line.line.item not in self._items or self._named(line):
            return False
        if any(tuple(c.value.split("/")) in self._grammar.kinds for c in line.causes if c.part == "modifier"):
            return False  # where coffees come in kinds, "a latte" is one of them
        if len(self._lines) == 1 or any(o.line.item == line.line.item and self._named(o) for o in self._lines):
            return False
        said = [t for c in line.causes if c.part in ("variation", "modifier") for t in c.tokens]
        return all(self._message.closed(t) or self._message.tells(t) for t in said)

    def _named(self, line: ReadLine) -> bool:
        return self._message.name_of(line) is not None

    def filled_by_name(self, _: list[ReadLine], line: ReadLine) -> bool:
        """Whether the name of a meal says what is in it, and its place is empty: "cheeseburger meal"."""
        combo = self._grammar.menu.combos_by_id.get(line.line.item)
        cause = next((c for c in line.causes if c.part == "combo"), None)
        if combo is None or cause is None:
            return False
        said = self._message.stems(cause.tokens)
        filled = {s.slot for s in line.line.slots}
        free = [i for s in combo.slots if s.id not in filled for i in s.items if len(s.items) > 1]
        names = (n for i in free if i in self._items for n in (self._items[i].name, *self._items[i].aliases))
        return any(set(stems_of(n)) <= said for n in names)

    def denied_in_part(self, _: list[ReadLine], line: ReadLine) -> bool:
        """Whether a "no" may be about several choices, or about a kind of them: "no sauce", "no onions"."""
        for denial in (c for c in line.causes if c.part == "negation"):
            target = next((c for c in line.causes if c.part == "modifier" and c.value == denial.value), None)
            replaced = any(e.value == "instead" for t in denial.tokens for e in self._message.edges[t])
            if target is not None and not replaced and self._in_part(line, target):
                return True
        return False

    def _in_part(self, line: ReadLine, target: Cause) -> bool:
        group_id, _, modifier_id = target.value.partition("/")
        if self._grammar.modifiers[group_id, modifier_id].default or self._grammar.groups[group_id].max == 1:
            return False  # it is what comes with the dish, or one of which there is no second
        own = frozenset(target.tokens)
        ref = (group_id, modifier_id)
        found = (
            e for t in target.tokens for e in self._message.edges[t] if e.kind == "modifier" and own >= {*e.tokens}
        )
        edge = max(found, key=lambda e: e.end - e.start, default=None)
        if edge is None or not any(r == ref and cost >= _IN_PART for r, cost in edge.candidates):
            return False
        said = self._message.stems(edge.tokens)
        if all(any(c.value == "part" for c in self._message.closed(t)) for t in edge.tokens):
            return True  # "no sauce"
        others = [
            m for g, m in self._choices(line) if (g.id, m.id) != (group_id, modifier_id) and "no" in g.pre_modifiers
        ]
        return any(said <= set(stems_of(n)) for m in others for n in (m.name, *m.aliases))

    def _choices(self, line: ReadLine) -> Iterator[tuple[ModifierGroup, Modifier]]:
        for unit in (line.line.item, *(s.item for s in line.line.slots)):
            if unit in self._items:
                yield from ((g, m) for g in self._grammar.menu.groups_of(unit) for m in g.modifiers)


def _sized(line: ReadLine) -> Cause | None:
    return next((c for c in line.causes if c.part == "variation"), None)


def _chosen(item: Item, line: ReadLine) -> Variation | None:
    return next((v for v in item.variations if v.id == line.line.variation), None)


def _names(variation: Variation | None) -> tuple[str, ...]:
    return (variation.name, *variation.aliases) if variation is not None else ()


def _words_of(item: Item) -> Iterator[str]:
    return (w for n in (item.name, *item.aliases) for w in stems_of(n))
