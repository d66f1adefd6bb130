"""The last gate before the cart: whatever way a turn changed it, each new value must have come from somewhere.

A line that the parser read has its certificate. Edits ("make it large", "the same with oat", an answer, a button) are
put together from parts; here the whole difference that a turn would make is looked at again, by what may vouch for a
value: the customer's words, what was read in them, the open question, and what is or was in the cart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.understanding.evidence import names_choice, names_entry, names_variation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.dialogue.draft import Draft
    from assistant.dialogue.state import Question
    from assistant.understanding import Reading
    from core.catalogue.menu import Menu
    from core.orders.lines import Choice, Line


@dataclass(slots=True)
class _Sources:
    """Values that something vouches for: items and combos, (item, variation) and (group, modifier)."""

    items: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)

    def take_line(self, line: Line) -> None:
        """All values of a line."""
        for item, variation, choices in _servings(line):
            self.items.add(item)
            if variation:
                self.pairs.add((item, variation))
            self.pairs.update((c.group, c.modifier) for c in choices)

    def take_reading(self, reading: Reading) -> None:
        """What was read, for certain or not."""
        for read in (*reading.lines, *reading.asked_lines):
            self.take_line(read.line)
        for part in (*reading.loose, *reading.asked_loose):
            self.pairs.update(part.values)
        for unclear in reading.unclear:
            self.items.update(unclear.options)
            if unclear.guess is not None:
                self.take_line(unclear.guess.line)

    def take_question(self, question: Question, lines: Sequence[Line]) -> None:
        """What the open question offers as answers."""
        self.items.update(question.options)
        self.pairs.update((question.subject, option) for option in question.options)
        if question.template is not None:
            self.take_line(question.template)
        if question.line is not None and question.line < len(lines):
            items = [item for item, _, _ in _servings(lines[question.line])]
            self.pairs.update((item, option) for item in items for option in question.options)


def unvouched(draft: Draft, readings: Iterable[Reading], words: Sequence[str]) -> list[str]:
    """What this turn would put into the cart though nothing of the conversation says so; empty when all is well.

    `readings` are all that were made of the customer's words, `words` the words as they are compared.
    """
    pasts = (*draft.state.past, *draft.cart.past)  # "undo" takes the last of them off the cart's
    known = [*draft.before, *(line for past in pasts for line in past)]
    new = [line for line in draft.cart.lines if all(line.unit != old.unit for old in known)]
    if not new:
        return []
    sources = _Sources()
    for line in known:
        sources.take_line(line)
    for reading in readings:
        sources.take_reading(reading)
    if draft.state.question is not None:
        sources.take_question(draft.state.question, draft.before)
    sources.items.update(draft.state.offered)
    if draft.state.asked and draft.state.asked.variation:
        sources.pairs.update((item, draft.state.asked.variation) for item in draft.state.asked.items)
    sources.items.update(draft.pressed)
    return [value for line in new for value in _strange(draft.menu, line, sources, words)]


def _strange(menu: Menu, line: Line, sources: _Sources, words: Sequence[str]) -> Iterator[str]:
    modifiers = {modifier for _, modifier in sources.pairs}
    for number, (item_id, variation_id, choices) in enumerate(_servings(line)):
        # What a combo holds is named with it or asked for: its only choice is nobody's addition.
        if item_id not in sources.items and not names_entry(menu, item_id, words) and not number:
            yield item_id
        item = menu.items_by_id.get(item_id)
        variation = item.variation(variation_id) if item else None
        if item and variation and not variation.default and (item_id, variation.id) not in sources.pairs:
            same = {v.id for i in menu.items for v in i.variations if (i.id, v.id) in sources.pairs}
            if variation.id not in same and not names_variation(variation, words):
                yield f"{item_id}/{variation.id}"
        for choice in choices:
            if _is_default(menu, choice) or (choice.group, choice.modifier) in sources.pairs:
                continue
            if choice.modifier not in modifiers and not names_choice(menu, choice, words):
                yield f"{choice.group}/{choice.modifier}"


def _is_default(menu: Menu, choice: Choice) -> bool:
    group = menu.groups_by_id.get(choice.group)
    modifier = group.modifier(choice.modifier) if group else None
    return modifier is not None and modifier.default and choice.pre_modifier is None and choice.quantity == 1


def _servings(line: Line) -> Iterator[tuple[str, str | None, tuple[Choice, ...]]]:
    """The line's own values first, then those of its slots."""
    yield line.item, line.variation, line.modifiers
    for slot in line.slots:
        yield slot.item, slot.variation, slot.modifiers
