"""The slots of a combo in the cart: which dishes that were said go into them, and putting them there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.draft import Target
from assistant.dialogue.fitting import Place
from assistant.dialogue.options import choose, names_of, roots
from core.orders import rules
from core.orders.lines import Line, Slot

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.saying import Said
    from assistant.understanding.reading import ReadLine


def slot_fillings(draft: Draft, index: int, said: Said) -> tuple[list[tuple[str, Line]], list[ReadLine]]:
    """Which lines that were read fill open slots of a combo in the cart, and which do not."""
    menu, line = draft.menu, draft.cart.lines[index]
    open_slots = [m for m in rules.missing_choices(menu, [line]) if m.kind == "slot"]
    room = {m.id: m.count for m in open_slots}
    options = {m.id: m.options for m in open_slots}
    found: list[tuple[str, Line]] = []
    others: list[ReadLine] = []
    for read in said.lines:
        slot = next((s for s in room if room[s] > 0 and read.line.item in options[s]), None)
        if slot is None:
            others.append(read)
            continue
        units = min(read.line.quantity, room[slot])
        room[slot] -= units
        found += [(slot, read.line)] * units
    for unclear in said.unclear:
        for slot, left in room.items():
            able = [o for o in unclear.options if o in options[slot]]
            if left > 0 and len(able) == 1:
                room[slot] -= 1
                found.append((slot, Line(able[0])))
                break
    if not said.lines or said.loose:
        for slot, left in room.items():
            words = list(roots(said.words.said))
            able2 = choose(words, {o: names_of(menu, o) for o in options[slot]})
            if left > 0 and len(able2) == 1 and all(s != slot for s, _ in found):
                found.append((slot, Line(able2[0])))
    return found, others


def fill(draft: Draft, index: int, fillings: list[tuple[str, Line]], causes: tuple[str, ...]) -> bool:
    """Put dishes into slots of a combo in the cart."""
    line = draft.cart.lines[index]
    slots = tuple(Slot(slot, f.item, f.variation, f.modifiers) for slot, f in fillings)
    return draft.change(Target(Place(index)), replace(line, slots=(*line.slots, *slots)), causes)


def fill_open_combo(draft: Draft, said: Said) -> tuple[ReadLine, ...]:
    """Put read lines into the open slots of a combo that was mentioned last; answers the lines that are left."""
    for index in draft.recent()[:1]:
        if draft.cart.lines[index].item in draft.menu.combos_by_id:
            fillings, others = slot_fillings(draft, index, replace(said, unclear=(), loose=()))
            if fillings:
                fill(draft, index, fillings, said.causes)
                return tuple(others)
    return said.lines
