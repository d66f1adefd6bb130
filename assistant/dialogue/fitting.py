"""Putting sizes and modifiers on a line under the menu's rules: what replaces what, what a "no" means, what stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.understanding.reading import LoosePart
from core.orders.lines import Choice, Line, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.catalogue.menu import Item, Menu, ModifierGroup, PreModifier


@dataclass(frozen=True, slots=True)
class Place:
    """A serving of the cart: the line itself, or one slot of a combo's line."""

    line: int
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What a phrase says about a line that it does not name whole. `quantity` None: no number was said."""

    variation: str | None = None
    choices: tuple[Choice, ...] = ()
    quantity: int | None = None

    def __bool__(self) -> bool:
        return bool(self.variation or self.choices or self.quantity is not None)


def serving_of(line: Line, slot: int | None) -> Line:
    """The line, or the filling of one of its slots seen as a line."""
    if slot is None:
        return line
    filling = line.slots[slot]
    return Line(filling.item, 1, filling.variation, filling.modifiers)


def with_serving(line: Line, slot: int | None, serving: Line) -> Line:
    """The line with this serving in place of the old one."""
    if slot is None:
        return serving
    old = line.slots[slot]
    filling = Slot(old.slot, serving.item, serving.variation, serving.modifiers)
    return replace(line, slots=(*line.slots[:slot], filling, *line.slots[slot + 1 :]))


def accepts(menu: Menu, item_id: str, part: LoosePart, had: Sequence[Choice] = ()) -> tuple[str, str] | None:
    """The sense of a loose part that fits an item: (group, modifier) or (item, variation).

    Of several, the one that it `had` is meant: "the salsa on the side" of a dish with green salsa.
    """
    item = menu.items_by_id.get(item_id)
    if item is None:
        return None
    if part.kind == "variation":
        by_id = [v for i, v in part.values if i == item.id and item.variation(v)]
        return (item.id, by_id[0]) if by_id else None
    senses = [
        (g, m)
        for g, m in part.values
        if g in item.modifier_groups and (group := menu.groups_by_id.get(g)) and group.modifier(m)
    ]
    chosen = {(c.group, c.modifier) for c in had if c.pre_modifier != "no"}
    meant = [s for s in senses if s in chosen] if part.pre_modifier else []
    return min(meant or senses, key=lambda s: item.modifier_groups.index(s[0])) if senses else None


def parts_for(
    menu: Menu, item_id: str, loose: Iterable[LoosePart], had: Sequence[Choice] = ()
) -> tuple[Parts, tuple[LoosePart, ...]]:
    """What loose parts mean for an item that `had` some choices, and those that mean nothing there."""
    variation: str | None = None
    quantity: int | None = None
    choices: list[Choice] = []
    left: list[LoosePart] = []
    for part in loose:
        if part.kind == "quantity":
            quantity = _number(part)
            continue
        sense = accepts(menu, item_id, part, had)
        if sense is None:
            left.append(part)
        elif part.kind == "variation":
            variation = sense[1]
        else:
            choices.append(Choice(*sense, _pre(part), part.quantity))
    return Parts(variation, tuple(choices), quantity), tuple(left)


def _pre(part: LoosePart) -> PreModifier | None:
    return "no" if part.negation and part.pre_modifier is None else part.pre_modifier


def _number(part: LoosePart) -> int:
    try:
        return int(float(part.values[0][1]))
    except (IndexError, ValueError, OverflowError):
        return part.quantity


def applied(menu: Menu, serving: Line, parts: Parts) -> Line:
    """The serving after what was said: keeps all that was not touched, and never drops a "no"."""
    variation = parts.variation or serving.variation
    item = menu.items_by_id.get(serving.item)
    choices = serving.modifiers
    for choice in parts.choices:
        group = menu.groups_by_id.get(choice.group)
        if group is not None and item is not None:
            choices = _with_choice(item, group, choices, choice)
    return replace(serving, variation=variation, modifiers=choices)


def _with_choice(item: Item, group: ModifierGroup, have: tuple[Choice, ...], new: Choice) -> tuple[Choice, ...]:
    old = next((c for c in have if c.group == new.group and c.modifier == new.modifier), None)
    others = tuple(c for c in have if c is not old)
    if new.pre_modifier == "no":
        extra_only = old is not None and old.pre_modifier != "no" and not belongs(item, group, new.modifier)
        return others if extra_only else (*others, replace(new, quantity=1))
    if new.pre_modifier is None and old is not None and old.pre_modifier == "no" and belongs(item, group, new.modifier):
        return others
    if group.max == 1:
        others = tuple(c for c in others if c.group != group.id)
    elif group.max is not None:
        counted = [c for c in others if c.group == group.id and c.pre_modifier != "no"]
        if group.min >= 1 and sum(c.quantity for c in counted) + new.quantity > group.max and counted:
            others = tuple(c for c in others if c is not counted[0])
    return (*others, new) if old is None else _in_place(have, others, old, new)


def _in_place(have: tuple[Choice, ...], others: tuple[Choice, ...], old: Choice, new: Choice) -> tuple[Choice, ...]:
    return tuple(new if c is old else c for c in have if c is old or c in others)


def belongs(item: Item, group: ModifierGroup, modifier_id: str) -> bool:
    """Whether an item comes with a modifier: it is a default, or the item's name or description says so."""
    modifier = group.modifier(modifier_id)
    if modifier is None:
        return False
    said = f"{item.name} {item.description}".casefold()
    return modifier.default or any(n.casefold() in said for n in (modifier.name, *modifier.aliases))


def without_choice(menu: Menu, serving: Line, sense: tuple[str, str]) -> Line:
    """The serving without a modifier: an extra disappears, what belongs to the item becomes a "no"."""
    return applied(menu, serving, Parts(choices=(Choice(*sense, "no"),)))


def put_back(menu: Menu, serving: Line, sense: tuple[str, str]) -> Line:
    """The serving with a "no" taken back; a modifier that was never refused is added unless the item comes with it."""
    group_id, modifier_id = sense
    refused = next((c for c in serving.modifiers if (c.group, c.modifier) == sense and c.pre_modifier == "no"), None)
    if refused is not None:
        return replace(serving, modifiers=tuple(c for c in serving.modifiers if c is not refused))
    item, group = menu.items_by_id.get(serving.item), menu.groups_by_id.get(group_id)
    if item is None or group is None or belongs(item, group, modifier_id):
        return serving
    return applied(menu, serving, Parts(choices=(Choice(group_id, modifier_id),)))


def carried_over(menu: Menu, old: Line, new: Line) -> Line:
    """A new item in place of an old one: it keeps the size and the modifiers that it can have and nobody touched."""
    item = menu.items_by_id.get(new.item)
    if item is None:
        return new
    kept = tuple(c for c in old.modifiers if _keeps(menu, item, c, new.modifiers))
    variation = new.variation or (old.variation if item.variation(old.variation) else None)
    bare = Line(new.item, new.quantity, variation, kept, new.slots)
    return applied(menu, bare, Parts(choices=new.modifiers))


def _keeps(menu: Menu, item: Item, choice: Choice, new: Sequence[Choice]) -> bool:
    group = menu.groups_by_id.get(choice.group)
    if group is None or choice.group not in item.modifier_groups:
        return False
    if any((c.group, c.modifier) == (choice.group, choice.modifier) for c in new):
        return False
    return choice.pre_modifier != "no" or belongs(item, group, choice.modifier)


def tidy(menu: Menu, line: Line) -> Line:
    """The line without what contradicts or repeats itself: in a choice of one, a "no" beside the one chosen."""
    serving = line
    chosen = {c.group for c in serving.modifiers if c.pre_modifier != "no"}
    single = {g.id for g in menu.modifier_groups if g.max == 1}
    kept = tuple(c for c in serving.modifiers if not (c.pre_modifier == "no" and c.group in chosen & single))
    return replace(line, modifiers=kept) if kept != line.modifiers else line
