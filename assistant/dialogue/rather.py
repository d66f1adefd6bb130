"""One thing in the place of another that is not named: "the hawaiian instead", "plutôt sauce blanche"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue import references
from assistant.dialogue.draft import Target
from assistant.dialogue.edits import edit, edit_best, held_line, merge, replace_item, slots_for
from assistant.dialogue.fitting import Place, applied
from assistant.dialogue.options import names_of, roots
from assistant.dialogue.saying import Said, by_name, hear, parts_of

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.words import Words


def instead(draft: Draft, new: Words, also: Words | None = None) -> bool:
    """“The hawaiian instead”: in place of what was mentioned last, or of what it can stand for."""
    said = hear(draft, new)
    if _resized(draft, said):
        return True
    held = held_line(draft, said.lines[0]) if len(said.lines) == 1 else None
    if held is not None:
        return merge(draft, held, said.lines[0], said)
    if said.lines:
        slots = slots_for(draft, said.lines[0].line.item)
        recent = draft.recent()
        if not recent:
            return False
        inside = bool(slots) and bool(draft.cart.lines[recent[0]].slots)
        target = slots[-1] if inside else Target(Place(_alike(draft, said, recent)))
        extra = hear(draft, also) if also else None
        if extra:
            said = replace(said, loose=(*said.loose, *extra.loose))
        return replace_item(draft, target, said.lines[0], said)
    ref = references.leading(draft, new)
    if ref and ref[1]:
        return edit(draft, references.resolve(draft, ref[0]), hear(draft, ref[1]))
    return _in_place_of_last(draft, said) or edit_best(draft, said)


def _alike(draft: Draft, said: Said, recent: list[int]) -> int:
    """The line that another item stands for: one that shares a word of its name, else the one mentioned last."""
    new = {r for name in names_of(draft.menu, said.lines[0].line.item) for r in roots(name)}

    def shared(index: int) -> int:
        return len(new & set(roots(names_of(draft.menu, draft.cart.lines[index].item)[0])))

    return max(recent, key=shared)


def said_wrong(draft: Draft, said: Said) -> bool:
    """“With butter, no, sorry, cream cheese”: in the place of the choice made last, if this message made it."""
    if draft.last_choice is None or draft.last_choice[0] >= len(draft.cart.lines) or said.lines or said.strays:
        return False
    made_now = draft.cart.lines[draft.last_choice[0]] not in draft.before
    return made_now and not draft.phrases.find("adds", said.words) and _in_place_of_last(draft, said)


def _in_place_of_last(draft: Draft, said: Said) -> bool:
    """“Rather the white sauce”: in the place of the choice made last, if both are of one group."""
    if draft.last_choice is None or len(said.loose) != 1 or draft.last_choice[0] >= len(draft.cart.lines):
        return False
    index, group, modifier = draft.last_choice
    line = draft.cart.lines[index]
    new = parts_of(draft, line.item, said)
    if len(new.choices) != 1 or new.choices[0].group != group or new.choices[0].pre_modifier is not None:
        return False
    if _taken_off(draft, index, group):
        return draft.change(Target(Place(index)), applied(draft.menu, line, new), said.causes)
    kept = tuple(m for m in line.modifiers if (m.group, m.modifier) != (group, modifier))
    return draft.change(Target(Place(index)), applied(draft.menu, replace(line, modifiers=kept), new), said.causes)


def _taken_off(draft: Draft, index: int, group: str) -> bool:
    """Whether the last change took a choice of a group off a line: the next one takes its place."""
    line = draft.cart.lines[index]
    before = [old for old in (draft.cart.past[-1] if draft.cart.past else ()) if old.item == line.item]
    chosen = {(m.group, m.modifier) for m in line.modifiers if m.pre_modifier != "no"}
    gone = [m for old in before for m in old.modifiers if (m.group, m.modifier) not in chosen and m.group == group]
    return len(draft.cart.past[-1] if draft.cart.past else ()) == len(draft.cart.lines) and bool(gone)


def _resized(draft: Draft, said: Said) -> bool:
    """“Rather the plain one” where what was mentioned last comes plain, though a dish has the word in its name too."""
    recent = draft.recent()
    if not recent or len(said.lines) != 1 or said.loose or said.lines[0].line.item == draft.cart.lines[recent[0]].item:
        return False
    heard = set(roots(said.words.said))
    if any(set(roots(name)) <= heard for name in names_of(draft.menu, said.lines[0].line.item)):
        return False
    line = draft.cart.lines[recent[0]]
    own = by_name(draft, line.item, said).variation
    if own is None or own == line.variation:
        return False
    return draft.change(Target(Place(recent[0])), replace(line, variation=own), said.causes)
