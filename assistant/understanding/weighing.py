"""Which words may end as mere talk: those that name, measure or count something and changed nothing are asked about."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.understanding.knowledge import load, stems_of
from assistant.understanding.surroundings import LINKS
from assistant.understanding.tokens import stem
from assistant.understanding.variations import in_every_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.understanding.edges import Edge, EdgeKind
    from assistant.understanding.message import Message
    from assistant.understanding.reading import ReadLine
    from core.catalogue.menu import Item
    from core.orders.lines import Line, Slot

_SHORT = 3  # letters of a word that is too short to tell anything by itself
_JOINS = frozenset({"connector", "determiner", "partitive", "clause"})
_AMOUNTS = frozenset({"dose", "measure"})
_NO_AMOUNT_OF = frozenset({"side_of", "variation", "size"})


class Weighing:
    """Looks at the words of one message that caused nothing."""

    def __init__(self, message: Message, free: Iterable[int]) -> None:
        """`free` are the positions of the words without any effect."""
        self._grammar = message.grammar
        self._words = message.words
        self._message = message
        self._free = frozenset(free)

    def unused(self, lines: list[ReadLine]) -> Iterator[int]:
        """Positions of words that can hardly mean nothing beside these lines."""
        if not lines:
            return
        yield from self._measures(lines)
        yield from self._measured_choices(lines)
        yield from self._choices(lines)
        yield from self._for_all(lines)
        yield from self._amounts()
        yield from self._meals(lines)
        yield from self._unfilled(lines)
        yield from self._normal(lines)

    def _unfilled(self, lines: list[ReadLine]) -> Iterator[int]:
        """The "classic" of "a classic meal" where a place is free that the "Classic Burger" would fill."""
        slots_of, items = self._grammar.slots_of, self._grammar.menu.items_by_id
        for line in lines:
            filled = {s.slot for s in line.line.slots}
            for slot in (s for s in slots_of.get(line.line.item, ()) if s.id not in filled):
                told = [{w for n in (items[i].name, *items[i].aliases) for w in stems_of(n)} for i in slot.items]
                telling = set().union(*told) - (told[0].intersection(*told) if len(told) > 1 else set())
                yield from (t for t in self._free if stem(self._words[t]) in telling and not self._joins(t))

    def _joins(self, position: int) -> bool:
        return any(m.kind in _JOINS for m in self._grammar.knowledge.closed.get((self._words[position],), ()))

    def _normal(self, lines: list[ReadLine]) -> Iterator[int]:
        """The "normal" beside a name that comes in kinds of which none was said: it may be one of them."""
        plain = {e.start for e in self._message.of_kind("filler") if e.value == "plain" and e.end - e.start == 1}
        if not plain:
            return
        beside: set[int] = set()
        menu = self._grammar.menu
        for line in (line for line in lines if line.line.variation is None and self._sizes(line.line.item)):
            usual = any(v.default for v in menu.items_by_id[line.line.item].variations)
            if not usual and not any(m.default for g in menu.groups_of(line.line.item) for m in g.modifiers):
                beside |= {t + d for c in line.causes if c.part == "item" for t in c.tokens for d in (-1, 1)}
        yield from self._free & beside & plain

    def _measures(self, lines: list[ReadLine]) -> Iterator[int]:
        """The "sack" of "a sack of potatoes" where they come in sizes and none was named."""
        vessels = self._loose("container")
        heads = {t: line.line.item for line in lines if line.line.variation is None and self._sizes(line.line.item)
                 for c in line.causes if c.part == "item" for t in c.tokens} if vessels else {}  # fmt: skip
        for edge in vessels:
            after = edge.end
            while after in self._free and self._words[after] in LINKS:
                after += 1
            sized = heads.get(after) or heads.get(edge.start - 1)
            own = any(self._of_all_sizes(sized, stem(self._words[t])) for t in edge.tokens) if sized else True
            if edge.value not in _AMOUNTS and not own:
                yield from edge.tokens

    def _of_all_sizes(self, item: str, word: str) -> bool:
        return in_every_size(self._grammar.menu.items_by_id[item], {word})

    def _measured_choices(self, lines: list[ReadLine]) -> Iterator[int]:
        """The "pint" of "and a pint of rice" where rice is what goes with a dish: no dish takes a pint of it."""
        vessels = self._loose("container")
        if not vessels:
            return
        chosen = {t for line in lines for c in line.causes if c.part == "modifier" for t in c.tokens}
        units = _unit_words()
        for edge in vessels:
            after = edge.end
            while after in self._free and self._words[after] in LINKS:
                after += 1
            if edge.value not in _AMOUNTS and stem(self._words[edge.start]) in units and after in chosen:
                yield from edge.tokens

    def _choices(self, lines: list[ReadLine]) -> Iterator[int]:
        """A word of a choice that the item still has open: "chana masala as a main"."""
        measured = {t for e in self._loose("container") if e.value in _AMOUNTS for t in e.tokens}
        free = {t: stem(self._words[t]) for t in sorted(self._free - measured) if len(self._words[t]) >= _SHORT}
        free = {t: word for t, word in free.items() if not self._says_little(word)}
        if not free:
            return
        said = {stem(self._words[t]) for line in lines for c in line.causes for t in c.tokens}
        told = {w for line in lines for unit in _units(line.line) for w in self._open(unit)} - said
        sized = [line.line.item for line in lines if self._sizes(line.line.item)]
        for t, word in free.items():
            if word in told and not any(self._of_all_sizes(item, word) for item in sized):
                yield t

    def _open(self, unit: Line | Slot) -> Iterator[str]:
        """The words of the sizes and choices that may yet be named."""
        item = self._grammar.menu.items_by_id.get(unit.item)
        if item is None:
            return
        had = {c.group for c in unit.modifiers}
        groups = [g for g in self._grammar.menu.groups_of(item.id) if g.id not in had or g.max != 1]
        named: list[str] = [n for g in groups for m in g.modifiers for n in (m.name, *m.aliases)]
        named += [n for v in item.variations for n in (v.name, *v.aliases)] if unit.variation is None else []
        for name in named:
            yield from stems_of(name)

    def _for_all(self, lines: list[ReadLine]) -> Iterator[int]:
        """The "anything" of "no onions on anything, two burgers and a hot dog"."""
        if any(c.part in ("modifier", "negation") for line in lines for c in line.causes):
            polite = {t for e in self._loose("clause") for t in e.tokens}  # "is there any chance I could get"
            yield from (t for t in self._free - polite if self._words[t] in self._grammar.knowledge.universal)

    def _amounts(self) -> Iterator[int]:
        """An "extra" of nothing: "an extra splash of oat milk"."""
        # An "extra" before a size ("extra large") is looked at where the sizes are.
        for edge in self._loose("pre_modifier"):
            behind = self._message.edges[edge.end] if edge.end < len(self._words) else ()
            if not any(e.kind in _NO_AMOUNT_OF for e in behind):
                yield from edge.tokens

    def _meals(self, lines: list[ReadLine]) -> Iterator[int]:
        """The "meal" of "burger meal" where there are meals and none was read."""
        if self._grammar.menu.combos and not any(line.line.slots for line in lines):
            yield from (t for t in self._free if stem(self._words[t]) in self._grammar.knowledge.meals)

    def _loose(self, kind: EdgeKind) -> list[Edge]:
        return [e for e in self._message.of_kind(kind) if self._free.issuperset(e.tokens)]

    def _sizes(self, item_id: str) -> bool:
        item: Item | None = self._grammar.menu.items_by_id.get(item_id)
        return item is not None and len(item.variations) > 1

    def _says_little(self, word: str) -> bool:
        if word in self._grammar.knowledge.idle:
            return True
        return any(m.kind in _JOINS for m in self._grammar.knowledge.closed.get((word,), ()))


@lru_cache(maxsize=1)
def _unit_words() -> frozenset[str]:
    """The words that units are called, in any language."""
    called = (names for known in load().units for names in known.called.values())
    return frozenset(w for names in called for name in names for w in name)


def _units(line: Line) -> list[Line | Slot]:
    return [line, *line.slots]
