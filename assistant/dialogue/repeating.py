"""More of the same: a line of the cart once more, perhaps but for a size, a modifier or a dish of a combo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue import references
from assistant.dialogue.draft import Target
from assistant.dialogue.edits import descending, names_other
from assistant.dialogue.fitting import Parts, applied, carried_over
from assistant.dialogue.options import choose, names_of, roots
from assistant.dialogue.saying import Said, hear, parts_of
from core.orders.lines import Choice, Line, Slot

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.words import Words


def again(draft: Draft, count: int, but: Words | None, causes: tuple[str, ...]) -> bool:
    """“Same again”, “another one of those”, perhaps “but decaf”."""
    recent = draft.recent()
    if not recent:
        return False
    group = [recent[0]]
    for index in group:
        line = draft.cart.lines[index].with_quantity(count)
        if but is not None:
            line = _but(draft, line, but)
        draft.add(line, causes)
    if but is not None and len(draft.cart.lines) - 1 != recent[0]:
        draft.close_clause()
        draft.mention((recent[0], len(draft.cart.lines) - 1))
        draft.mention((len(draft.cart.lines) - 1,))
    return True


def _but(draft: Draft, line: Line, but: Words) -> Line:
    """The same line but with another size, other modifiers, or as another item of its kind."""
    said = hear(draft, but)
    if line.slots and said.lines and (refilled := _refilled(draft, line, said)):
        return refilled
    if names_other(draft, line.item, said):
        return carried_over(draft.menu, line, said.lines[0].line.with_quantity(line.quantity))
    parts = parts_of(draft, line.item, said)
    item = draft.menu.items_by_id.get(line.item)
    if parts.variation or parts.choices or item is None:
        return applied(draft.menu, line, parts)
    alike = {i.id: names_of(draft.menu, i.id) for i in draft.menu.items if i.category == item.category and i != item}
    other = choose(roots(but.said), alike)
    return carried_over(draft.menu, line, Line(other[0], line.quantity)) if len(other) == 1 else line


def _refilled(draft: Draft, line: Line, said: Said) -> Line | None:
    """A combo with other dishes in the slots that take them; None when one of them fits nowhere."""
    combo = draft.menu.combos_by_id.get(line.item)
    slots, used = list(line.slots), set[int]()
    for read in said.lines:
        able = [
            n for n, s in enumerate(slots) if combo and (slot := combo.slot(s.slot)) and read.line.item in slot.items
        ]
        place = next((n for n in able if n not in used), None)
        if place is None:
            return None
        used.add(place)
        slots[place] = Slot(slots[place].slot, read.line.item, read.line.variation, read.line.modifiers)
    return replace(line, slots=tuple(slots))


def same_on(draft: Draft, words: Words) -> bool:
    """“Same for the first”: what was said last of one line, of another one too."""
    recent = draft.recent()
    for position in range(1, len(words)):
        ref = references.whole(draft, words.part(position, len(words)))
        found = references.resolve(draft, ref) if ref and ref.kind != "one" else []
        targets = [Target(t.place) for t in found if t.place.line != recent[0]]
        if targets:
            new = _said_last(draft, recent[0])
            done = False
            for target in descending(targets):
                serving = draft.serving(target.place)
                made = applied(
                    draft.menu, serving, Parts(choices=tuple(c for c in new if _has(draft, serving.item, c)))
                )
                done = (made != serving and draft.change(target, made, (words.said,))) or done
            return done
    return False


def _said_last(draft: Draft, index: int) -> tuple[Choice, ...]:
    """The modifiers that a line got in the last change of the cart; all it has when that cannot be told."""
    line = draft.cart.lines[index]
    before = [
        c for old in (draft.cart.past[-1] if draft.cart.past else ()) if old.item == line.item for c in old.modifiers
    ]
    return tuple(c for c in line.modifiers if c not in before) or line.modifiers


def _has(draft: Draft, item_id: str, choice: Choice) -> bool:
    item = draft.menu.items_by_id.get(item_id)
    return item is not None and choice.group in item.modifier_groups
