"""Changing the cart as a clause asks: sizes and modifiers, quantities, other items, more of the same, less, nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue import called, references
from assistant.dialogue.draft import Target
from assistant.dialogue.fitting import (
    Parts,
    Place,
    applied,
    carried_over,
    parts_for,
)
from assistant.dialogue.options import choose, modifier_options, names_of, roots
from assistant.dialogue.points import Point
from assistant.dialogue.saying import Said, hear, only_number, parts_of
from assistant.dialogue.words import Words, words_of
from core.orders.lines import Choice, Line

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.understanding.reading import ReadLine

_KIN_WORDS = 2
_REFERRING = frozenset({"definite", "partitive", "both", "all", "each"})


def targets_of(draft: Draft, words: Words) -> list[Target]:
    """The servings that a phrase means, if it is a reference and they are in the cart."""
    ref = references.whole(draft, words) or references.by_name(draft, words)
    return references.resolve(draft, ref) if ref else []


def edit(draft: Draft, targets: list[Target], said: Said) -> bool:
    """Put what was said on the targeted servings; answers whether it could mean something there."""
    number = only_number(said)
    if number is not None and len(targets) == 1 and not parts_of(draft, item_at(draft, targets[0]), said).variation:
        return set_quantity(draft, targets[0], number, said.causes)
    if targets and all(names_other(draft, item_at(draft, t), said) for t in targets if not _is_it(draft, t, said)):
        others = [t for t in descending(targets) if not _is_it(draft, t, said)]
        if others and (len(targets) == 1 or said.lines[0].determiner == "none"):
            return all(replace_item(draft, t, said.lines[0], said) for t in others)
    done = False
    for target in descending(targets):
        serving = draft.serving(target.place)
        parts = parts_of(draft, serving.item, said, serving.modifiers)
        if not (parts.variation or parts.choices):
            other = kin(draft, target, said)
            done = (other is not None and replace_item(draft, target, other, said)) or done
            continue
        done = True
        quantity = parts.quantity if len(targets) == 1 and target.units is None else None
        draft.change(target, applied(draft.menu, serving, parts), said.causes, quantity=quantity)
    return done


def edit_best(draft: Draft, said: Said) -> bool:
    """Put words that name no line on the line they fit, the one mentioned last first."""
    number = only_number(said)
    recent = [Target(p) for i in draft.recent() for p in servings(draft, i)]
    if number is not None:
        target = next((t for t in recent if t.place.slot is None), None)
        if target and parts_of(draft, item_at(draft, target), said).variation:
            return edit(draft, [target], said)
        return target is not None and set_quantity(draft, target, number, said.causes)
    wanted = sum(1 for p in said.loose if p.kind != "quantity")
    best, most = None, 0
    recent.sort(key=lambda t: not _has_refused(draft, t, said))
    for target in recent:
        parts = parts_of(draft, item_at(draft, target), said)
        fit = len(parts.choices) + bool(parts.variation)
        if fit > most:
            best, most = target, fit
        if most >= max(wanted, 1):
            break
    return edit(draft, [_some_units(draft, best, said)], said) if best else False


def _has_refused(draft: Draft, target: Target, said: Said) -> bool:
    """Whether a serving has something on it that the words refuse: "no cream" is about the line with cream."""
    refused = [p for p in said.loose if p.negation or p.pre_modifier == "no"]
    if not refused or len(refused) != len(said.loose):
        return False
    serving = draft.serving(target.place)
    parts, _ = parts_for(draft.menu, serving.item, refused)
    return any(same(c, m) and m.pre_modifier != "no" for c in parts.choices for m in serving.modifiers)


def _some_units(draft: Draft, target: Target, said: Said) -> Target:
    """“One with oat” of two: that many of them, not that there should be so few."""
    number = parts_of(draft, item_at(draft, target), said).quantity
    held = draft.cart.lines[target.place.line].quantity
    return replace(target, units=number) if number and target.place.slot is None and number < held else target


def set_quantity(draft: Draft, target: Target, number: int, causes: tuple[str, ...]) -> bool:
    """Make a line's quantity this number; nothing absurd is obeyed."""
    line = draft.cart.lines[target.place.line]
    return draft.change(Target(Place(target.place.line)), line, causes, quantity=number) or True


def replace_item(draft: Draft, target: Target, new: ReadLine, said: Said) -> bool:
    """Another item in place of one: size, milk and quantity stay unless they were said."""
    menu, index, slot = draft.menu, target.place.line, target.place.slot
    item = menu.items_by_id.get(new.line.item)
    if item is not None and not item.available:
        draft.open(Point("unavailable", item.name, (item.id,), new.line))
        return True
    old = draft.serving(target.place)
    extra, _left = parts_of(draft, new.line.item, replace(said, lines=())), ()
    line = carried_over(menu, old, applied(menu, new.line, extra))
    if slot is not None:
        combo = menu.combos_by_id.get(draft.cart.lines[index].item)
        allowed = combo.slot(draft.cart.lines[index].slots[slot].slot) if combo else None
        if allowed is None or line.item not in allowed.items:
            draft.open(Point("not_on_item", new.line.item, (draft.cart.lines[index].item,), draft.cart.lines[index]))
            return True
        return draft.change(target, line, said.causes) or True
    counted = new.determiner == "number" and target.units is None
    return draft.change(target, line, said.causes, quantity=new.line.quantity if counted else None) or True


def change(draft: Draft, old: Words, new: Words, on: list[Target] | None = None) -> bool:
    """“Change X to Y”, “Y instead of X”: X is in the cart, or a modifier of a line; `on` some servings only."""
    said = hear(draft, new)
    targets = [] if on or is_modifier(draft, old) else targets_of(draft, old)
    if targets and not said.empty:
        if said.lines and len(targets) > 1:
            for target in descending(targets):
                replace_item(draft, target, said.lines[0], said)
            return True
        counted = bool(said.lines) and said.lines[0].determiner in {"number", "indefinite"}
        if counted and len(said.lines) == 1 and said.lines[0].line.item != item_at(draft, targets[-1]):
            return replace_item(draft, targets[-1], said.lines[0], said)
        return edit(draft, targets[-1:], said) if said.lines else edit(draft, targets, said)
    gone = hear(draft, old)
    if said.lines and not targets:
        slots = slots_for(draft, said.lines[0].line.item)
        named = [t for t in slots if called.describes(draft, t.place, roots(old.said))] or slots
        if named and (gone.loose or gone.lines or gone.unclear):
            return replace_item(draft, named[-1], said.lines[0], said)
    for target in on or [Target(p) for i in draft.recent() for p in servings(draft, i)]:
        serving = draft.serving(target.place)
        away, put = parts_of(draft, serving.item, gone), parts_of(draft, serving.item, said)
        had = [c for c in away.choices if any(same(c, m) for m in serving.modifiers)]
        default = [c for c in away.choices if _is_default(draft, c)]
        if (had or default or away.variation) and (put.choices or put.variation):
            kept = tuple(m for m in serving.modifiers if not any(same(c, m) for c in had))
            groups = {c.group for c in put.choices}
            lost = tuple(replace(c, pre_modifier="no", quantity=1) for c in default if c.group not in groups)
            parts = Parts(put.variation, (*lost, *put.choices), put.quantity)
            return draft.change(target, applied(draft.menu, replace(serving, modifiers=kept), parts), said.causes)
    return False


def other_share(draft: Draft, new: Said, old: Said) -> bool:
    """“25 not 75”: two choices of one group that numbers name, of what was mentioned last."""
    if only_number(new) is None or only_number(old) is None or not draft.cart.lines:
        return False
    index = draft.recent()[0]
    line = draft.cart.lines[index]
    had, put = _share(draft, line.item, only_number(old)), _share(draft, line.item, only_number(new))
    if had is None or put is None or not any(same(had, m) for m in line.modifiers):
        return False
    return draft.change(Target(Place(index)), applied(draft.menu, line, Parts(choices=(put,))), new.causes)


def _share(draft: Draft, item_id: str, number: int | None) -> Choice | None:
    """The choice of an item that is called by a number and a sign: "50%"."""
    options = modifier_options(draft.menu, item_id).items()
    found = [key for key, names in options if any(r == f"{number}%" for n in names for r in roots(n))]
    group, _, modifier = found[0].partition("/") if len(found) == 1 else ("", "", "")
    return Choice(group, modifier) if modifier else None


def plain(draft: Draft, targets: list[Target], words: Words) -> bool:
    """“Make one of the toasts plain”: nothing on it any more."""
    if not targets or "plain" not in draft.phrases.lists or not draft.phrases.is_in("plain", words):
        return False
    if any(kin(draft, target, hear(draft, words)) for target in targets):
        return False  # of the naans one is a plain naan
    for target in descending(targets):
        draft.change(target, replace(draft.serving(target.place), modifiers=()), (words.said,))
    return True


def more(draft: Draft, new: Words, count: int) -> bool:
    """“One more pistachio”: another of a line that the words name, whole as it is."""
    ref = references.naming(draft, new)
    places = references.named(draft, ref) if ref else []
    whole_lines = [p for p in places if p.slot is None]
    if not whole_lines:
        return _more_but(draft, new, count)
    line = draft.cart.lines[whole_lines[0].line]
    return draft.add(line.with_quantity(count), (new.said,))


def _more_but(draft: Draft, new: Words, count: int) -> bool:
    """“One more gelato, lemon”: another of a line but for what follows its name."""
    for position in range(len(new) - 1, 0, -1):
        ref = references.naming(draft, new.part(0, position))
        held = [p for p in references.named(draft, ref) if p.slot is None] if ref else []
        if ref is None or not held or not called.is_item_name(draft, held[0], ref.names):
            continue
        line = draft.cart.lines[held[0].line]
        said = hear(draft, new.part(position, len(new)))
        parts = parts_of(draft, line.item, said)
        if said.strays or parts.quantity is not None or not (parts.choices or parts.variation):
            return False
        if parts.variation not in {None, line.variation}:  # "another chai, small" is not the large one with a shot
            line = Line(line.item)
        return draft.add(applied(draft.menu, line, parts).with_quantity(count), (new.said,))
    return False


def total(draft: Draft, new: Words) -> bool:
    """“Three in total”, “make it four”: the number of a line, not an addition."""
    said = hear(draft, new)
    number = only_number(said)
    if number is not None:
        recent = draft.recent()
        return bool(recent) and set_quantity(draft, Target(Place(recent[0])), number, said.causes)
    if len(said.lines) != 1:
        return False
    held = held_line(draft, said.lines[0])
    if held is None or said.lines[0].determiner != "number":
        return False
    return merge(draft, held, said.lines[0], said)


def held_line(draft: Draft, read: ReadLine) -> int | None:
    """The line of the cart that a read line speaks of: of the same item, the one that fits best, mentioned last."""
    same = [i for i in draft.recent() if draft.cart.lines[i].item == read.line.item]
    full = [i for i in same if _contains(draft.cart.lines[i], read.line)]
    return next(iter(full or same), None)


def merge(draft: Draft, index: int, read: ReadLine, said: Said, *, quantity: bool = True) -> bool:
    """Make a line what was said of it: a size, modifiers, a number; the rest stays."""
    line = draft.cart.lines[index]
    parts = Parts(read.line.variation, read.line.modifiers)
    counted = quantity and read.determiner == "number"
    new = applied(draft.menu, line, parts)
    if read.line.slots:
        new = replace(new, slots=read.line.slots)
    return (
        draft.change(Target(Place(index)), new, said.causes, quantity=read.line.quantity if counted else None) or True
    )


def is_reference(draft: Draft, read: ReadLine) -> bool:
    """Whether a read line points at the cart instead of ordering."""
    if read.determiner not in _REFERRING:
        return False
    return any(line.item == read.line.item for line in draft.cart.lines)


def refer(draft: Draft, read: ReadLine, said: Said) -> bool:
    """“No whipped cream on the mocha”, “one of the lattes with oat”: a read line that points at the cart."""
    same = [i for i in draft.recent() if draft.cart.lines[i].item == read.line.item]
    parts = Parts(read.line.variation, read.line.modifiers)
    if not parts:
        extra = parts_of(draft, read.line.item, replace(said, lines=()))
        parts = Parts(extra.variation, extra.choices)
    if read.determiner == "partitive":
        enough = [i for i in same if draft.cart.lines[i].quantity >= read.line.quantity]
        chosen = sorted(enough, key=lambda i: -draft.cart.lines[i].quantity)[:1]
        targets = [Target(Place(i), read.line.quantity) for i in chosen]
    elif read.determiner in {"both", "all", "each"}:
        targets = [Target(Place(i)) for i in same]
    else:
        named = held_line(draft, replace(read, line=replace(read.line, modifiers=(), variation=None)))
        targets = [Target(Place(named))] if named is not None else []
    for target in descending(targets):
        draft.change(target, applied(draft.menu, draft.serving(target.place), parts), said.causes)
    return bool(targets)


def is_modifier(draft: Draft, words: Words) -> bool:
    """Whether “the cheddar” is something on a line, not the line that has it (“the cheddar one”)."""
    ref = references.whole(draft, words)
    if ref is None or not ref.names or any(w.key in draft.phrases.one_words for w in words.words):
        return False
    if any(called.is_item_name(draft, p, ref.names) for p in references.named(draft, ref)):
        return False
    return any(p.kind == "modifier" for p in hear(draft, words).loose)


def kin(draft: Draft, target: Target, said: Said) -> ReadLine | None:
    """What an item is called with other words before its last: "diet" of a cola, "plain" of a garlic naan."""
    words, menu = said.words, draft.menu
    names = names_of(menu, item_at(draft, target))
    if len(said.lines) == 1:
        read = said.lines[0]
        alike = read.determiner == "none" and read.line.item != item_at(draft, target)
        own = {r for name in names for r in roots(name)}
        return read if alike and own & {r for name in names_of(menu, read.line.item) for r in roots(name)} else None
    if said.lines or said.loose or not 0 < len(words) <= _KIN_WORDS:
        return None
    for name in names:
        parts = words_of(name).words
        for start in range(min(1, len(parts) - 1), len(parts)):
            reading = draft.read(f"{words.said} {' '.join(w.key for w in parts[start:])}")
            if len(reading.lines) == 1 and not (reading.loose or reading.unclear or reading.unexplained):
                found = reading.lines[0]
                if found.line.item != item_at(draft, target) and not (found.line.modifiers or found.line.variation):
                    return replace(found, determiner="none")
    return None


def _is_it(draft: Draft, target: Target, said: Said) -> bool:
    return len(said.lines) == 1 and said.lines[0].line.item == item_at(draft, target)


def names_other(draft: Draft, item_id: str, said: Said) -> bool:
    """Whether the one line that was read is another item, not something that this one can have on it."""
    if len(said.lines) != 1 or said.lines[0].line.item == item_id:
        return False
    read = said.lines[0]
    tokens = tuple(sorted({t for c in read.causes if c.part in {"item", "combo"} for t in c.tokens}))
    name = replace(said, words=words_of(said.reading.words(tokens)), loose=(), lines=(read,))
    parts = parts_of(draft, item_id, name if tokens else replace(said, loose=()))
    return not parts.choices and not parts.variation


def slots_for(draft: Draft, item_id: str) -> list[Target]:
    """Filled slots of combos in the cart that could hold an item."""
    found = []
    for index, line in enumerate(draft.cart.lines):
        combo = draft.menu.combos_by_id.get(line.item)
        for number, filling in enumerate(line.slots):
            slot = combo.slot(filling.slot) if combo else None
            if slot and item_id in slot.items:
                found.append(Target(Place(index, number)))
    return found


def servings(draft: Draft, index: int) -> list[Place]:
    """A line of the cart and the slots in it."""
    return [Place(index), *(Place(index, n) for n in range(len(draft.cart.lines[index].slots)))]


def item_at(draft: Draft, target: Target) -> str:
    """The id of the item that is targeted."""
    return draft.serving(target.place).item


def same(left: Choice, right: Choice) -> bool:
    """Whether both are about one modifier."""
    return (left.group, left.modifier) == (right.group, right.modifier)


def _is_default(draft: Draft, choice: Choice) -> bool:
    group = draft.menu.groups_by_id.get(choice.group)
    modifier = group.modifier(choice.modifier) if group else None
    return bool(modifier and modifier.default)


def _contains(line: Line, wanted: Line) -> bool:
    if wanted.variation is not None and wanted.variation != line.variation:
        return False
    return all(any(same(c, m) for m in line.modifiers) for c in wanted.modifiers)


def descending(targets: list[Target]) -> list[Target]:
    """Later lines first, so that splitting or removing one does not move the others."""
    return sorted(targets, key=lambda t: (-t.place.line, -(t.place.slot if t.place.slot is not None else -1)))


def items_like(draft: Draft, said: Said) -> tuple[str, ...]:
    """Items whose names share the words, for a question about something that was not named exactly."""
    words = [w for phrase in said.strays for w in roots(phrase)] or list(roots(said.words.said))
    return choose(words, {i.id: names_of(draft.menu, i.id) for i in draft.menu.items})
