"""What a menu allows in a cart and what a cart still lacks. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Final, Literal

from core.kernel.errors import InvalidLine
from core.orders.lines import Choice, Line, Slot
from core.orders.remembering import remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.catalogue import RecipeBook
    from core.catalogue.menu import Combo, ComboSlot, Item, Menu, ModifierGroup, Variation

LARGEST_QUANTITY = 99  # units of one line, and of one modifier per unit
LARGEST_ORDER = 500  # units of all lines together
MOST_LINES = 100
# Whatever a group lists: what a customer does not want can be left out, and the normal amount can be said outright.
_ALWAYS_ALLOWED = frozenset({"no", "regular"})

_NONE: Final = Fraction()
TIMES: Final = "\u00d7"  # the multiplication sign
_SPELLED: Final = {
    None: "{}",
    "no": "NO {}",
    "light": "light {}",
    "regular": "{}",
    "extra": "EXTRA {}",
    "side": "{} on the side",
}

MissingKind = Literal["variation", "modifier", "slot"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A required choice nobody has made. `slot_index` points into the line's slots, None for the line itself.

    `id` is the item's id for a variation, the group's for a modifier, the slot's for a slot; `options` are the ids to
    choose from and `count` how many more are needed.
    """

    line_index: int
    slot_index: int | None
    kind: MissingKind
    id: str
    options: tuple[str, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Shortage:
    """An item that there is not enough for: units that can be made of the units asked for."""

    item_id: str
    name: str
    left: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Serving:
    """One thing the kitchen makes for a unit of a line: the item itself, or what fills a slot of a combo."""

    slot_index: int | None
    item: str
    variation: str | None
    modifiers: tuple[Choice, ...]


def servings(line: Line) -> tuple[Serving, ...]:
    """What one unit of a line consists of."""
    if line.slots:
        return tuple(Serving(n, s.item, s.variation, s.modifiers) for n, s in enumerate(line.slots))
    return (Serving(None, line.item, line.variation, line.modifiers),)


def chosen_variation(item: Item, variation: str | None) -> Variation | None:
    """The variation that is served: the one named, or the item's default."""
    return item.variation(variation) if variation else item.default_variation


@remembered
def filled(menu: Menu, line: Line) -> Line:
    """The line with those slots of its combo filled that leave no choice: one item on offer, nothing open in it."""
    combo = menu.combos_by_id.get(line.item)
    if combo is None:
        return line
    taken = Counter(s.slot for s in line.slots)
    implied = [Slot(s.id, s.items[0]) for s in combo.slots if _needs_no_choice(menu, s)]
    added = tuple(s for s in implied for _ in range(_slot_size(combo, s.slot) - taken[s.slot]))
    return replace(line, slots=line.slots + added) if added else line


def units(menu: Menu, lines: Iterable[Line]) -> dict[str, int]:
    """Units of each item over all lines together; a combo has what is in its slots."""
    found: Counter[str] = Counter()
    for line, serving in _served(menu, lines):
        found[serving.item] += line.quantity
    return dict(found)


def demand(menu: Menu, lines: Iterable[Line], book: RecipeBook) -> dict[str, int]:
    """Steps of each stock item that all lines together take, by their recipes; rounded up once, at the end."""
    total: dict[str, Fraction] = {}
    for line, serving in _served(menu, lines):
        for stock_id, steps in _needs(book, serving).items():
            total[stock_id] = total.get(stock_id, _NONE) + steps * line.quantity
    return {stock_id: ceil(steps) for stock_id, steps in total.items() if steps > 0}


def shortage(menu: Menu, lines: Iterable[Line], book: RecipeBook, stock_id: str, left: int) -> Shortage:
    """What of these lines cannot be made when only `left` steps of a stock item are left, lines served in order.

    It names the first item that goes without: how many units of it there are for, and how many are asked for.
    """
    wanted: Counter[str] = Counter()
    made: Counter[str] = Counter()
    rest = Fraction(left)
    first = ""
    for line, serving in _served(menu, lines):
        one = _needs(book, serving).get(stock_id, Fraction())
        if one > 0:
            units_made = min(line.quantity, int(rest / one))
            rest -= units_made * one
            wanted[serving.item] += line.quantity
            made[serving.item] += units_made
            first = first or (serving.item if units_made < line.quantity else "")
    item = menu.items_by_id.get(first)
    return Shortage(first or stock_id, item.name if item else first or stock_id, made[first], wanted[first])


def _served(menu: Menu, lines: Iterable[Line]) -> Iterator[tuple[Line, Serving]]:
    for line in lines:
        for serving in _on_the_menu(menu, line):
            yield line, serving


@remembered
def _on_the_menu(menu: Menu, line: Line) -> tuple[Serving, ...]:
    return tuple(serving for serving in servings(filled(menu, line)) if serving.item in menu.items_by_id)


def _needs(book: RecipeBook, serving: Serving) -> dict[str, Fraction]:
    chosen = [(c.group, c.modifier, c.pre_modifier, c.quantity) for c in serving.modifiers]
    return book.needs(serving.item, serving.variation, chosen)


def unavailable(menu: Menu, lines: Iterable[Line], *, before: Iterable[Line] = ()) -> str | None:
    """The name of something in `lines` that cannot be had now, unless `before` had as much of it already."""
    lines, before = tuple(lines), tuple(before)
    if not any(_lacks_something(menu, line) for line in lines):
        return None
    had = units(menu, before)
    for item_id, count in units(menu, lines).items():
        item = menu.items_by_id[item_id]
        if not item.available and count > had.get(item_id, 0):
            return item.name
    had_modifiers = _modifier_demand(menu, before)
    for key, count in _modifier_demand(menu, lines).items():
        modifier = menu.groups_by_id[key[0]].modifier(key[1])
        if modifier and not modifier.available and count > had_modifiers[key]:
            return modifier.name
    return None


@remembered
def _lacks_something(menu: Menu, line: Line) -> bool:
    """Whether anything in a line cannot be had now."""
    found = [menu.items_by_id[i] for i in units(menu, (line,))]
    modifiers = (menu.groups_by_id[group].modifier(modifier) for group, modifier in _modifier_demand(menu, (line,)))
    return not all(one.available for one in (*found, *modifiers) if one)


@remembered
def name_of(menu: Menu, line: Line) -> str:
    """The line's name on a receipt: "Latte, large"."""
    combo = menu.combos_by_id.get(line.item)
    return combo.name if combo else _serving_name(menu, servings(line)[0])


@remembered
def spelled(menu: Menu, line: Line) -> tuple[str, ...]:
    """The line for cooks: what and how many first, then, indented, what is particular about it."""
    head = f"{line.quantity} {TIMES} {name_of(menu, line)}"
    if line.item not in menu.combos_by_id:
        return (head, *_spelled_choices(menu, line.modifiers, "  "))
    rows = [head]
    for slot in filled(menu, line).slots:
        rows.append(f"  {_serving_name(menu, Serving(None, slot.item, slot.variation, ()))}")
        rows += _spelled_choices(menu, slot.modifiers, "    ")
    return tuple(rows)


def missing_choices(menu: Menu, lines: Sequence[Line]) -> tuple[Missing, ...]:
    """Everything that must still be chosen before these lines can be ordered, in the order of the lines."""
    return tuple(
        replace(missing, line_index=index) if index else missing
        for index, line in enumerate(lines)
        for missing in _missing_of(menu, line)
    )


def check_lines(menu: Menu, lines: Sequence[Line]) -> None:
    """Refuse a cart that the menu does not allow; what is merely missing is allowed.

    Raises:
        InvalidLine: names the line, what is wrong in it and what to do.
    """
    if len(lines) > MOST_LINES:
        raise _wrong("cart", f"has {len(lines)} lines: an order has at most {MOST_LINES}.", "too_many")
    for number, line in enumerate(lines, start=1):
        check_line(menu, line, number=number)
    units = sum(line.quantity for line in lines)
    if units > LARGEST_ORDER:
        raise _wrong("cart", f"has {units} units: an order has at most {LARGEST_ORDER}, make it several.", "too_many")


def check_line(menu: Menu, line: Line, *, number: int | None = None) -> None:
    """Refuse a line that the menu does not allow; `number` is its place in the cart, from 1.

    Raises:
        InvalidLine: `place` and `problem` say where and what to do; `kind` is one of unknown, quantity, too_many,
            pre_modifier, twice, slot.
    """
    place = f"line {number}, {line.item}" if number else line.item
    _check_quantity(place, line.quantity)
    combo = menu.combos_by_id.get(line.item)
    if combo is not None:
        _check_combo(menu, place, combo, line)
        return
    if line.slots:
        raise _wrong(place, "is not a combo: leave out its slots.", "slot")
    _check_serving(menu, place, servings(line)[0])


def _check_combo(menu: Menu, place: str, combo: Combo, line: Line) -> None:
    if line.variation is not None or line.modifiers:
        raise _wrong(place, "is a combo: put variations and modifiers on what is in its slots.", "slot")
    taken = Counter(s.slot for s in line.slots)
    for slot_id, count in taken.items():
        slot = combo.slot(slot_id)
        if slot is None:
            raise _wrong(place, f"has no slot “{slot_id}”: {_choose(s.id for s in combo.slots)}", "unknown")
        if count > slot.quantity:
            raise _wrong(place, f"takes {slot.quantity} of “{slot_id}”, not {count}.", "too_many")
    for filling in line.slots:
        slot = combo.slot(filling.slot)
        within = f"{place}, slot {filling.slot}"
        if slot is None or filling.item not in slot.items:
            offered = _choose(slot.items if slot else ())
            raise _wrong(within, f"does not take “{filling.item}”: {offered}", "unknown")
        _check_serving(menu, within, Serving(None, filling.item, filling.variation, filling.modifiers))


def _check_serving(menu: Menu, place: str, serving: Serving) -> None:
    item = menu.items_by_id.get(serving.item)
    if item is None:
        raise _wrong(place, f"“{serving.item}” is not on the menu: choose an item that is.", "unknown")
    if serving.variation is not None and item.variation(serving.variation) is None:
        offered = _choose(v.id for v in item.variations)
        raise _wrong(place, f"has no variation “{serving.variation}”: {offered}", "unknown")
    groups = {g.id: g for g in menu.groups_of(item.id)}
    for choice in serving.modifiers:
        group = groups.get(choice.group)
        if group is None:
            raise _wrong(place, f"takes no “{choice.group}”: {_choose(groups)}", "unknown")
        _check_choice(place, group, choice)
    _check_counts(place, groups, serving.modifiers)


def _check_choice(place: str, group: ModifierGroup, choice: Choice) -> None:
    modifier = group.modifier(choice.modifier)
    if modifier is None:
        offered = _choose(m.id for m in group.modifiers)
        raise _wrong(place, f"“{group.id}” has no “{choice.modifier}”: {offered}", "unknown")
    within = f"{place}, {choice.modifier}"
    _check_quantity(within, choice.quantity)
    said = choice.pre_modifier
    if said is not None and said not in _ALWAYS_ALLOWED and said not in group.pre_modifiers:
        offered = _choose(sorted(_ALWAYS_ALLOWED.union(group.pre_modifiers)))
        raise _wrong(within, f"cannot be had “{said}”: {offered}", "pre_modifier")
    if said != "no" and modifier.max is not None and choice.quantity > modifier.max:
        raise _wrong(within, f"can be had at most {modifier.max} times, not {choice.quantity}.", "too_many")


def _check_counts(place: str, groups: dict[str, ModifierGroup], choices: tuple[Choice, ...]) -> None:
    named = Counter((c.group, c.modifier) for c in choices)
    twice = next((key for key, times in named.items() if times > 1), None)
    if twice:
        raise _wrong(place, f"names “{twice[1]}” twice: name it once, with a quantity.", "twice")
    for group in groups.values():
        count = sum(c.quantity for c in choices if c.group == group.id and c.pre_modifier != "no")
        if group.max is not None and count > group.max:
            raise _wrong(place, f"takes at most {group.max} of “{group.id}”, not {count}.", "too_many")


def _check_quantity(place: str, quantity: object) -> None:
    if type(quantity) is not int or not 1 <= quantity <= LARGEST_QUANTITY:
        raise _wrong(place, f"quantity {quantity} is not a whole number from 1 to {LARGEST_QUANTITY}.", "quantity")


@remembered
def _missing_of(menu: Menu, original: Line) -> tuple[Missing, ...]:
    """What a line lacks, as if it were the first."""
    line = filled(menu, original)
    combo = menu.combos_by_id.get(line.item)
    found = _missing_slots(menu, combo, line) if combo is not None else []
    for serving in servings(line) if combo is None or line.slots else ():
        found += _missing_in(menu, serving)
    return tuple(found)


def _missing_slots(menu: Menu, combo: Combo, line: Line) -> list[Missing]:
    taken = Counter(s.slot for s in line.slots)
    found = []
    for slot in combo.slots:
        lacking = slot.quantity - taken[slot.id]
        if lacking > 0:
            to_be_had = tuple(i for i in slot.items if menu.items_by_id[i].available)
            found.append(Missing(0, None, "slot", slot.id, to_be_had, lacking))
    return found


def _missing_in(menu: Menu, serving: Serving) -> list[Missing]:
    item = menu.items_by_id.get(serving.item)
    if item is None:
        return []
    found = []
    if item.variations and chosen_variation(item, serving.variation) is None:
        found.append(Missing(0, serving.slot_index, "variation", item.id, tuple(v.id for v in item.variations)))
    for group in menu.groups_of(item.id):
        lacking = group.min - _count_toward_min(group, serving.modifiers)
        if lacking > 0:
            found.append(Missing(0, serving.slot_index, "modifier", group.id, _open(group, serving), lacking))
    return found


def _count_toward_min(group: ModifierGroup, choices: tuple[Choice, ...]) -> int:
    """What was chosen, and the defaults that nobody spoke of."""
    said = {c.modifier: c for c in choices if c.group == group.id}
    kept = sum(1 for m in group.modifiers if m.default and m.id not in said)
    return kept + sum(c.quantity for c in said.values() if c.pre_modifier != "no")


def _open(group: ModifierGroup, serving: Serving) -> tuple[str, ...]:
    refused = {c.modifier for c in serving.modifiers if c.group == group.id and c.pre_modifier == "no"}
    return tuple(m.id for m in group.modifiers if m.available and m.id not in refused)


def _serving_name(menu: Menu, serving: Serving) -> str:
    item = menu.items_by_id[serving.item]
    variation = chosen_variation(item, serving.variation)
    return f"{item.name}, {variation.name}" if variation else item.name


def _spelled_choices(menu: Menu, choices: tuple[Choice, ...], indent: str) -> list[str]:
    rows = []
    for choice in choices:
        modifier = menu.groups_by_id[choice.group].modifier(choice.modifier)
        said = _SPELLED[choice.pre_modifier].format(modifier.name if modifier else choice.modifier)
        many = choice.quantity > 1 and choice.pre_modifier != "no"
        rows.append(f"{indent}{choice.quantity} {TIMES} {said}" if many else f"{indent}{said}")
    return rows


def _modifier_demand(menu: Menu, lines: Iterable[Line]) -> Counter[tuple[str, str]]:
    units: Counter[tuple[str, str]] = Counter()
    for line in lines:
        for serving in servings(line):
            for choice in serving.modifiers:
                if choice.pre_modifier != "no" and choice.group in menu.groups_by_id:
                    units[choice.group, choice.modifier] += line.quantity * choice.quantity
    return units


def _needs_no_choice(menu: Menu, slot: ComboSlot) -> bool:
    return len(slot.items) == 1 and not _missing_in(menu, Serving(None, slot.items[0], None, ()))


def _slot_size(combo: Combo, slot_id: str) -> int:
    slot = combo.slot(slot_id)
    return slot.quantity if slot else 0


def _choose(ids: Iterable[str]) -> str:
    listed = ", ".join(ids)
    return f"choose from {listed}." if listed else "leave it out."


def _wrong(place: str, problem: str, kind: str) -> InvalidLine:
    return InvalidLine(place=place, problem=problem, kind=kind)
