"""What belongs to a combo: which of its places a word is about, and combos counted together that differ."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.drafts import Draft, Positions, State, takes_all
from assistant.understanding.grammar import Grammar

_SHARE = "combo share"
_WHOLE = -0.3
_FILLED = 0.05
_KIND = -0.3
_OTHERWISE = 0.1  # a size that is called rather otherwise

Places = tuple[tuple[str, Draft], ...]


def places_of(grammar: Grammar, line: Draft) -> Iterator[tuple[Places, str, Draft]]:
    """The parts of a combo that a word may be about, likeliest first: the other parts, the place, what is in it.

    What was named last comes first; what the combo comes with, without a choice of it, last.
    """
    for at in range(len(line.slots) - 1, -1, -1):
        slot, filled = line.slots[at]
        yield (*line.slots[:at], *line.slots[at + 1 :]), slot, filled
    taken = [name for name, _ in line.slots]
    for slot_of in grammar.slots_of[line.combo]:
        if len(slot_of.items) == 1 and slot_of.id not in taken:
            yield line.slots, slot_of.id, Draft(items=((slot_of.items[0], 0.0),), head=line.head)


def named_again(state: State, item: str, words: Positions) -> Iterator[State]:
    """A part of the combo once more, so that what follows is about it: "make the rings large"."""
    line = state.lines[-1]
    for at, (slot, filled) in enumerate(line.slots):
        if filled.item == item:
            again = filled._replace(head=(*filled.head, *words), correction=(*filled.correction, *state.correction))
            slots = (*line.slots[:at], *line.slots[at + 1 :], (slot, again))
            yield state._replace(
                lines=(*state.lines[:-1], line._replace(slots=slots)), pending=None, correction=(), connector="",
                last="item", scope=None, focus=-1, cost=state.cost + _FILLED,
            )  # fmt: skip
            return


def begun_share(state: State, pending: Draft, *, joined: bool = False) -> Draft | None:
    """The first words of one of several combos: "two meals, one with …"; None where none are being divided.

    `joined`: a "with" stands behind them: "another with fries" is another meal, "another coke" is none.
    """
    whole, left = divided(state)
    another = pending.determiner == "another" and (joined or bool(pending.portion))
    number = pending.quantity or (1 if another else None)
    bare = not (pending.parts or pending.variations)
    last = state.lines[-1] if state.lines else None
    if another and not left and bare and last is not None and last.combo:
        # "A meal with fries, and another with …"
        return Draft(combo=last.combo, head=last.head, determiner="another",
                     determiner_tokens=pending.determiner_tokens, connector=",")  # fmt: skip
    if whole is None or not number or not bare or number > left or number == whole.quantity:
        return None
    return Draft(
        combo=whole.combo, quantity=number, quantity_tokens=pending.quantity_tokens, note=_SHARE,
        determiner="partitive", determiner_tokens=pending.determiner_tokens, partitive=pending.partitive,
        connector=",",
    )  # fmt: skip


def divided(state: State) -> tuple[Draft | None, int]:
    """The combos counted together before the shares, if any, and how many of them have no share yet."""
    taken = 0
    for line in reversed(state.lines):
        if not (line.items or line.combo) and line.variations:
            continue  # the coke of "two meals, one with a coke"
        if line.note != _SHARE:
            several = line.combo and line.quantity is not None and line.quantity > 1
            return (line, (line.quantity or 0) - taken) if several else (None, 0)
        taken += line.quantity or 1
    return None, 0


def completed(grammar: Grammar, drafts: list[Draft]) -> float:
    """Put what was named by its kind alone in a free place of the combo before it: "a meal with rings and a sprite".

    What that saves. Changes `drafts`.
    """
    cost, at = 0.0, 1
    while at < len(drafts):
        whole = _with_kind(grammar, drafts[at - 1], drafts[at])
        if whole is None:
            at += 1
            continue
        drafts[at - 1] = whole
        del drafts[at]
        cost += _KIND
    return cost


def _with_kind(grammar: Grammar, combo: Draft, kind: Draft) -> Draft | None:
    """The combo with a headless draft for what fills a place; None where not exactly one thing comes in that kind."""
    counted = kind.quantity in (None, 1, combo.quantity) and not kind.portion and kind.determiner != "another"
    if not combo.combo or kind.items or kind.combo or not kind.variations or kind.note or not counted:
        return None
    taken = [name for name, _ in combo.slots]
    free = [s for s in grammar.slots_of[combo.combo] if s.id not in taken and s.quantity == 1]
    able = [(s.id, i) for s in free for i in s.items if kind.variations.get(i, ("", _OTHERWISE))[1] < _OTHERWISE]
    if len(able) != 1 or not takes_all(grammar, able[0][1], kind.parts):
        return None
    filled = kind._replace(items=((able[0][1], 0.0),), head=kind.variation_tokens, quantity=1)
    return combo._replace(slots=(*combo.slots, (able[0][0], filled)))


def shared(drafts: list[Draft]) -> float:
    """Give each share of combos counted together what was said of all of them; what that saves. Changes `drafts`."""
    cost, at = 0.0, 0
    while at < len(drafts):
        whole = drafts[at]
        at += 1
        end = at
        while end < len(drafts) and drafts[end].note == _SHARE and whole.combo == drafts[end].combo:
            end += 1
        if end == at:
            continue
        left = (whole.quantity or 1) - sum(d.quantity or 1 for d in drafts[at:end])
        for j in range(at, end):
            own = {slot for slot, _ in drafts[j].slots}
            common = tuple(s for s in whole.slots if s[0] not in own)
            drafts[j] = drafts[j]._replace(head=(*whole.head, *drafts[j].head), slots=(*common, *drafts[j].slots))
        if left:
            counted = tuple(t for d in drafts[at:end] for t in d.quantity_tokens)
            drafts[at - 1] = whole._replace(quantity=left, quantity_tokens=(*whole.quantity_tokens, *counted))
        else:
            first = drafts[at]
            drafts[at] = first._replace(determiner_tokens=(*first.determiner_tokens, *whole.quantity_tokens))
            del drafts[at - 1]
        cost += _WHOLE
        at = end
    return cost
