"""Taking things out of the cart: lines, units of lines, modifiers of lines; and putting back what was refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.commands import RemoveLine
from assistant.dialogue import called, references
from assistant.dialogue.draft import Target
from assistant.dialogue.edits import (
    descending,
    edit,
    edit_best,
    held_line,
    is_modifier,
    item_at,
    same,
    servings,
    targets_of,
)
from assistant.dialogue.fitting import Place, belongs, parts_for, put_back, without_choice
from assistant.dialogue.options import choose, names_of, roots
from assistant.dialogue.saying import Said, by_name, hear, only_number, parts_of

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.words import Words
    from assistant.understanding.reading import LoosePart
    from core.orders.lines import Choice


def remove(draft: Draft, old: Words, where: Words | None = None) -> bool:
    """Take lines out, or modifiers off lines."""
    targets = targets_of(draft, where) if where else []
    if draft.mentioned and where and references.whole(draft, old):
        return _refuse_parts(draft, draft.mentioned, targets, (old.said, where.said))
    whole = [] if (where and targets) or is_modifier(draft, old) else targets_of(draft, old)
    said = hear(draft, old)
    if len(whole) == 1 and (choices := _only_on_it(draft, whole[0], old, said)):
        return _refuse_choices(draft, whole[0], choices, said.causes)
    if whole:
        return remove_targets(draft, whole, (old.said,))
    number = only_number(said)
    if number is not None and draft.cart.lines:
        return remove_targets(draft, [Target(Place(draft.recent()[0]), number)], said.causes)
    if any(p.kind == "modifier" for p in said.loose):
        return _refuse_parts(draft, said.loose, targets, said.causes)
    off = bool(targets) and _remove_part(draft, said, targets)
    return off or _remove_read(draft, said) or _remove_part(draft, said, targets) or _not_there(draft, said)


def _only_on_it(draft: Draft, target: Target, old: Words, said: Said) -> tuple[Choice, ...]:
    """What a line has on it, when the words name that and not the line: "den Bacon" of a cheeseburger with bacon."""
    names = tuple(n for n in roots(old.said) if draft.phrases.number(n) is None)
    glue = draft.phrases.lists["glue"]
    if called.is_item_name(draft, target.place, tuple(n for n in names if not glue.fullmatch(f"{n} "))):
        return ()
    had = draft.serving(target.place).modifiers
    named = by_name(draft, item_at(draft, target), said).choices
    return tuple(c for c in named if any(same(c, m) and m.pre_modifier != "no" for m in had))


def _remove_read(draft: Draft, said: Said) -> bool:
    """Lines of the items that were read; of an unclear name, the only one that is in the cart."""
    if any(p.kind == "quantity" for p in said.loose):
        return False
    for read in said.lines:
        found = held_line(draft, read)
        if found is not None:
            count = read.line.quantity if read.determiner in {"number", "partitive"} else None
            return remove_targets(draft, [Target(Place(found), count)], said.causes)
    options = {o for u in said.unclear for o in u.options}
    held = [i for i in draft.recent() if draft.cart.lines[i].item in options]
    return len(held) == 1 and remove_targets(draft, [Target(Place(held[0]))], said.causes)


def _remove_part(draft: Draft, said: Said, targets: list[Target]) -> bool:
    """What was named off the line that has it, else off the one mentioned last that may."""
    able: list[tuple[bool, Target, tuple[Choice, ...]]] = []
    for target in targets or [Target(p) for i in draft.recent() for p in servings(draft, i)]:
        parts = parts_of(draft, item_at(draft, target), said)
        had = [m for m in draft.serving(target.place).modifiers if m.pre_modifier != "no"]
        if parts.choices:
            able.append((any(same(c, m) for c in parts.choices for m in had), target, parts.choices))
    best = max(able, key=lambda a: a[0], default=None)
    return best is not None and _refuse_choices(draft, best[1], best[2], said.causes)


def _not_there(draft: Draft, said: Said) -> bool:
    if not (said.lines or said.strays or said.unclear):
        return False
    draft.tell("not_in_cart", value=said.lines[0].line.item if said.lines else "")
    return True


def remove_targets(draft: Draft, targets: list[Target], causes: tuple[str, ...]) -> bool:
    """Take the targeted units out of the cart."""
    for target in descending(targets):
        if target.place.slot is not None:
            line = draft.cart.lines[target.place.line]
            kept = tuple(s for n, s in enumerate(line.slots) if n != target.place.slot)
            draft.change(Target(Place(target.place.line)), replace(line, slots=kept), causes)
            continue
        line = draft.cart.lines[target.place.line]
        if draft.do(RemoveLine(index=target.place.line, quantity=target.units, causes=causes)):
            draft.tell("removed", line.with_quantity(target.units or line.quantity))
    return True


def back(draft: Draft, old: Words) -> bool:
    """“Put the tomato back”: a “no” is taken back."""
    said = hear(draft, old)
    for target in [Target(p) for i in draft.recent() for p in servings(draft, i)]:
        serving = draft.serving(target.place)
        senses = [(c.group, c.modifier) for c in parts_of(draft, serving.item, said).choices]
        refused = [
            s for s in senses if any((m.group, m.modifier) == s and m.pre_modifier == "no" for m in serving.modifiers)
        ]
        if refused:
            for sense in refused:
                serving = put_back(draft.menu, serving, sense)
            return draft.change(target, serving, said.causes)
    return bool(said.loose) and edit_best(draft, said)


def restore(draft: Draft, old: Words) -> bool:
    """“Put them back”: what the last change took out of the cart."""
    past = draft.cart.past[-1] if draft.cart.past else ()
    held = {line.unit: line.quantity for line in draft.cart.lines}
    lost = [line.with_quantity(line.quantity - held.get(line.unit, 0)) for line in past]
    lost = [line for line in lost if line.quantity > 0 and not any(n.item == line.item for n in draft.cart.lines)]
    if not draft.phrases.is_in("pron", old):
        names = [w for w in roots(old.said) if w not in draft.phrases.everyday]
        wanted = choose(names, {line.item: names_of(draft.menu, line.item) for line in lost})
        lost = [line for line in lost if line.item in wanted]
    done = [draft.add(line, (old.said,)) for line in lost]
    return bool(done) and all(done)


def fewer(draft: Draft, old: Words | None, count: int, causes: tuple[str, ...]) -> bool:
    """“One less blueberry”: a line gets smaller; the one mentioned last when none is named."""
    if not old:
        return bool(draft.cart.lines) and remove_targets(draft, [Target(Place(draft.recent()[0]), count)], causes)
    ref = references.naming(draft, old)
    places = [p for p in references.named(draft, ref) if p.slot is None] if ref else []
    if not places:
        return False
    return remove_targets(draft, [Target(Place(places[0].line), count)], causes)


def remove_parts(draft: Draft, said: Said, targets: list[Target]) -> bool:
    """“No almond milk in the decaf”: take parts off the targeted servings."""
    refused = tuple(p for p in said.loose if p.negation or p.pre_modifier == "no")
    others = tuple(p for p in said.loose if p not in refused)
    done = _refuse_parts(draft, refused, targets, said.causes)
    return edit(draft, targets, replace(said, loose=others)) if others else done


def _refuse_parts(draft: Draft, loose: tuple[LoosePart, ...], targets: list[Target], causes: tuple[str, ...]) -> bool:
    pool = targets or [Target(p) for i in draft.recent() for p in servings(draft, i)]
    best: tuple[int, Target, tuple[Choice, ...]] | None = None
    for target in pool:
        serving = draft.serving(target.place)
        item = draft.menu.items_by_id.get(serving.item)
        if item is None:
            continue
        parts, _ = _loose_parts(draft, serving.item, loose)
        rank = 0
        for choice in parts:
            group = draft.menu.groups_by_id[choice.group]
            has = any(same(choice, m) and m.pre_modifier != "no" for m in serving.modifiers)
            rank = max(rank, 3 if has else 2 if belongs(item, group, choice.modifier) else 1)
        if parts and (best is None or rank > best[0]):
            best = (rank, target, parts)
    if best is None:
        return False
    if len(targets) > 1 and all(t.place.slot is None for t in targets) and best[0] == 1:
        done = [_refuse_choices(draft, t, best[2], causes) for t in descending(targets)]
        return all(done)
    return _refuse_choices(draft, best[1], best[2], causes)


def _loose_parts(draft: Draft, item_id: str, loose: tuple[LoosePart, ...]) -> tuple[tuple[Choice, ...], int]:
    parts, left = parts_for(draft.menu, item_id, loose)
    return parts.choices, len(left)


def _refuse_choices(draft: Draft, target: Target, choices: tuple[Choice, ...], causes: tuple[str, ...]) -> bool:
    serving = draft.serving(target.place)
    for choice in choices:
        serving = without_choice(draft.menu, serving, (choice.group, choice.modifier))
    return draft.change(target, serving, causes)
