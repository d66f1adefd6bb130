"""An adversary in the place of understanding: random commands, sane and mad, carried out on random menus.

What must hold afterwards is written here once more, apart from the product's own rules: a check that shares their code
would share their mistakes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any

from assistant.commands import (
    AddLine,
    ClearCart,
    PlaceOrder,
    RemoveLine,
    ReplaceLine,
    SetFulfilment,
    SetName,
    SetNote,
    SplitLine,
    Undo,
)
from assistant.execution import CartValue, execute
from core.orders.lines import Choice, Line, Slot
from scripts.benchmarks.generated import generated_menu

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.commands import Command
    from assistant.execution import Outcome
    from core.catalogue.menu import Menu, ModifierGroup

    CarryOut = Callable[[Menu, CartValue, Command], Outcome]

_NUMBERS = (1, 1, 1, 2, 2, 3, 5, 12, 99, 0, -1, -3, 100, 500, 18000, 10**18)
_MISTYPED: tuple[Any, ...] = (None, True, 1.5, "2", float("nan"), [], {}, b"x")
_PRE = (None, None, None, "no", "extra", "light", "side", "regular", "double", "")
_LARGEST_QUANTITY = 99
_LARGEST_ORDER = 500
_MOST_LINES = 100
_SANE = 0.6


@dataclass(slots=True)
class Damage:
    """What the adversary achieved: broken rules and exceptions, with how often and one example of each."""

    proposals: int = 0
    carried_out: int = 0
    refused: int = 0
    violations: Counter[str] = field(default_factory=Counter)
    exceptions: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, kind: Counter[str], what: str, command: Command) -> None:
        """Remember one more of its kind."""
        kind[what] += 1
        self.examples.setdefault(what, repr(command)[:300])


def attack(
    proposals: int, menus: int, *, seed: int = 1, mistyped: bool = False, carry_out: CarryOut = execute
) -> Damage:
    """Propose so many commands, shared out over so many random menus.

    With `mistyped`, some values have a type that no field allows: what a sloppy decoder of a model's answer lets
    through. `carry_out` is what is attacked.
    """
    damage = Damage()
    for number in range(menus):
        chance = Random(f"{seed} {number}")
        menu = generated_menu(chance, items=chance.randrange(1, 41), groups=chance.randrange(1, 9))
        cart = CartValue()
        for _ in range(proposals // menus):
            command = _proposal(chance, menu, cart)
            if mistyped and chance.random() < 0.3:  # noqa: PLR2004 - enough of them
                command = _mistyped(chance, command)
            cart = _try(menu, cart, command, damage, carry_out)
    return damage


def _try(menu: Menu, cart: CartValue, command: Command, damage: Damage, carry_out: CarryOut) -> CartValue:
    damage.proposals += 1
    try:
        outcome = carry_out(menu, cart, command)
    except Exception as error:  # noqa: BLE001 - every kind counts
        damage.add(damage.exceptions, f"{command.kind}: {type(error).__name__}: {error}", command)
        return cart
    damage.refused += outcome.refused is not None
    damage.carried_out += outcome.refused is None
    for broken in broken_rules(menu, cart, outcome.cart, refused=outcome.refused is not None):
        damage.add(damage.violations, f"{command.kind}: {broken}", command)
    return outcome.cart


def broken_rules(menu: Menu, before: CartValue, after: CartValue, *, refused: bool) -> Iterator[str]:
    """What must hold for every cart, after every command."""
    if refused and (after.lines, after.causes, after.fulfilment, after.name) != (
        before.lines,
        before.causes,
        before.fulfilment,
        before.name,
    ):
        yield "a refused command changed the cart"
    if len(after.lines) != len(after.causes):
        yield "lines without causes"
    if after.fulfilment not in {None, "pickup", "dine_in", "delivery"}:
        yield "a way to get the order that there is not"
    if len(after.lines) > _MOST_LINES or sum(line.quantity for line in after.lines) > _LARGEST_ORDER:
        yield "an order without limits"
    had, has = _items(before), _items(after)
    grown = {i for i, n in has.items() if n > had[i]}
    if any(i.id in grown and not i.available for i in menu.items):
        yield "more of what is sold out"
    yield from _sold_out_modifiers(menu, before, after)
    for line in after.lines:
        yield from _broken_line(menu, line)


def _sold_out_modifiers(menu: Menu, before: CartValue, after: CartValue) -> Iterator[str]:
    had, has = _modifiers(before), _modifiers(after)
    gone = {(g.id, m.id) for g in menu.modifier_groups for m in g.modifiers if not m.available}
    if any(n > had[key] for key, n in has.items() if key in gone):
        yield "more of a modifier that is sold out"


def _items(cart: CartValue) -> Counter[str]:
    """Units of each item, a combo's by what is in its slots."""
    count: Counter[str] = Counter()
    for line in cart.lines:
        for item in [s.item for s in line.slots] or [line.item]:
            count[item] += line.quantity
    return count


def _modifiers(cart: CartValue) -> Counter[tuple[str, str]]:
    count: Counter[tuple[str, str]] = Counter()
    for line in cart.lines:
        for choice in (*line.modifiers, *(c for s in line.slots for c in s.modifiers)):
            count[choice.group, choice.modifier] += line.quantity * choice.quantity * (choice.pre_modifier != "no")
    return count


def _broken_line(menu: Menu, line: Line) -> Iterator[str]:
    if type(line.quantity) is not int or not 1 <= line.quantity <= _LARGEST_QUANTITY:
        yield "a mad quantity"
    combo = next((c for c in menu.combos if c.id == line.item), None)
    if combo is None:
        if line.slots:
            yield "slots in what is no combo"
        yield from _broken_unit(menu, line.item, line.variation, line.modifiers)
        return
    if line.variation or line.modifiers:
        yield "a combo with parts of its own"
    places = {s.id: s for s in combo.slots}
    for slot_id, count in Counter(s.slot for s in line.slots).items():
        if slot_id not in places or count > places[slot_id].quantity:
            yield "a slot that there is not"
    for slot in line.slots:
        if slot.slot in places and slot.item not in places[slot.slot].items:
            yield "a slot filled with something else"
        yield from _broken_unit(menu, slot.item, slot.variation, slot.modifiers)


def _broken_unit(menu: Menu, item_id: str, variation: str | None, choices: tuple[Choice, ...]) -> Iterator[str]:
    item = next((i for i in menu.items if i.id == item_id), None)
    if item is None:
        yield "an item that is not on the menu"
        return
    if variation is not None and variation not in {v.id for v in item.variations}:
        yield "a variation that the item has not"
    if len({(c.group, c.modifier) for c in choices}) < len(choices):
        yield "one modifier twice"
    yield from _broken_choices(menu, item.modifier_groups, choices)


def _broken_choices(menu: Menu, groups: tuple[str, ...], choices: tuple[Choice, ...]) -> Iterator[str]:
    taken: Counter[str] = Counter()
    for choice in choices:
        group = next((g for g in menu.modifier_groups if g.id == choice.group), None)
        modifier = next((m for m in group.modifiers if m.id == choice.modifier), None) if group else None
        if group is None or modifier is None or choice.group not in groups:
            yield "a modifier that the item does not take"
            continue
        if choice.pre_modifier not in {None, "no", "regular", *group.pre_modifiers}:
            yield "a pre-modifier that the group does not take"
        if type(choice.quantity) is not int or choice.quantity < 1:
            yield "a mad number of modifiers"
        elif choice.pre_modifier != "no":
            taken[group.id] += choice.quantity
            if modifier.max is not None and choice.quantity > modifier.max:
                yield "more of a modifier than there may be"
    if any(g.max is not None and taken[g.id] > g.max for g in menu.modifier_groups):
        yield "more of a group than there may be"


def _proposal(chance: Random, menu: Menu, cart: CartValue) -> Command:
    index = chance.choice((*range(len(cart.lines)), 0, -1, len(cart.lines), 10**6))
    causes = ("because",) * chance.randrange(3)
    line = _line(chance, menu, cart)
    kind = chance.randrange(20)
    if kind < 8:  # noqa: PLR2004 - eight in twenty add
        return AddLine(line=line, causes=causes)
    if kind < 11:  # noqa: PLR2004 - three replace
        return ReplaceLine(index=index, line=line, causes=causes)
    if kind < 13:  # noqa: PLR2004 - two split
        return SplitLine(index=index, line=line, causes=causes)
    if kind < 16:  # noqa: PLR2004 - three remove
        return RemoveLine(index=index, quantity=chance.choice((None, *_NUMBERS)), causes=causes)
    if chance.random() < 0.1:  # noqa: PLR2004 - a cart must have time to grow
        return ClearCart(causes=causes)
    way: Any = chance.choice(("pickup", "delivery", "teleport", ""))
    text = "".join(chr(chance.choice((65, 0, 0x202E, 0x1F600, 10, 0x200B))) for _ in range(chance.randrange(90)))
    others: tuple[Command, ...] = (
        Undo(),
        SetFulfilment(fulfilment=way),
        SetName(name=text),
        SetNote(note=text),
        PlaceOrder(),
    )
    return chance.choice(others)


def _line(chance: Random, menu: Menu, cart: CartValue) -> Line:
    if cart.lines and chance.random() < 0.3:  # noqa: PLR2004 - some lines of the cart again, or nearly
        line = chance.choice(cart.lines)
        return line if chance.random() < 0.5 else replace(line, quantity=chance.choice(_NUMBERS))  # noqa: PLR2004
    quantity = chance.choice(_NUMBERS[:6]) if chance.random() < _SANE else chance.choice(_NUMBERS)
    if menu.combos and chance.random() < 0.25:  # noqa: PLR2004 - a quarter are combos
        combo = chance.choice(menu.combos)
        places = [s for s in combo.slots for _ in range(s.quantity + (chance.random() > _SANE))]
        slots = tuple(_slot(chance, menu, s.id, s.items) for s in places)
        mad = chance.random() > _SANE
        return Line(combo.id, quantity, chance.choice((None, "small")) if mad else None, slots=slots)
    item = chance.choice(menu.items).id if chance.random() < 0.95 else chance.choice(("ghost", "", "i0 ", "c0"))  # noqa: PLR2004
    slots = (Slot("s0", item),) if chance.random() < 0.02 else ()  # noqa: PLR2004 - rarely
    return Line(item, quantity, _variation(chance, menu, item), _choices(chance, menu, item), slots)


def _slot(chance: Random, menu: Menu, slot_id: str, items: tuple[str, ...]) -> Slot:
    item = chance.choice(items) if chance.random() < 0.9 else chance.choice(menu.items).id  # noqa: PLR2004
    slot_id = slot_id if chance.random() < 0.97 else "s9"  # noqa: PLR2004
    return Slot(slot_id, item, _variation(chance, menu, item), _choices(chance, menu, item))


def _variation(chance: Random, menu: Menu, item_id: str) -> str | None:
    item = menu.items_by_id.get(item_id)
    own = [v.id for v in item.variations] if item else []
    if chance.random() < 0.95:  # noqa: PLR2004 - mostly one of its own
        return chance.choice((None, *own))
    return chance.choice(("small", "medium", "large", "huge", ""))


def _choices(chance: Random, menu: Menu, item_id: str) -> tuple[Choice, ...]:
    sane = chance.random() < _SANE
    groups = menu.groups_of(item_id) if sane else menu.modifier_groups
    return tuple(_choice(chance, chance.choice(groups), sane=sane) for _ in range(chance.randrange(4)) if groups)


def _choice(chance: Random, group: ModifierGroup, *, sane: bool) -> Choice:
    if sane:
        pre = chance.choice((None, None, "no", *group.pre_modifiers))
        return Choice(group.id, chance.choice(group.modifiers).id, pre, 1)
    mad: Any = chance.choice(_PRE)
    return Choice(group.id, chance.choice(("m0", "m1", "m9", "")), mad, chance.choice(_NUMBERS))


def _mistyped(chance: Random, command: Command) -> Command:
    value = chance.choice(_MISTYPED)
    line = getattr(command, "line", None)
    if line is not None and chance.random() < 0.8:  # noqa: PLR2004 - mostly inside the line
        part = chance.choice(("item", "quantity", "variation", "modifiers", "slots"))
        parts: dict[str, Any] = {
            "modifiers": (Choice(value, "m0"), Choice("g0", value), Choice("g0", "m0", None, value)),
            "slots": (Slot(value, "i0"), Slot("s0", value), Slot("s0", "i0", value)),
        }
        return _with(command, "line", replace(line, **{part: parts.get(part, value)}))
    name = "index" if hasattr(command, "index") else "name" if hasattr(command, "name") else "causes"
    return command if name == "causes" else _with(command, name, value)


def _with(command: Command, name: str, value: Any) -> Command:  # noqa: ANN401 - any field
    changed: dict[str, Any] = {name: value}
    return replace(command, **changed)
