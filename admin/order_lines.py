"""The lines of an order as fields that staff fill in, and as lines again."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from admin.fields import whole
from core.kernel.errors import InvalidInput
from core.orders import Choice, Line, Slot, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from admin.fields import Fields
    from core.catalogue import Menu, ModifierGroup

_SAID: Final = {"no": "without", "light": "light", "regular": "regular", "extra": "extra", "side": "on the side"}
_MOST: Final = 3  # times of one choice that are offered; what a line has already is offered too
MOST_LINES: Final = 100
Served = TypeVar("Served", Line, Slot)


@dataclass(frozen=True, slots=True)
class Pick:
    """One thing to choose: the field's name, what it is, what was chosen, and what can be."""

    field: str
    label: str
    chosen: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A dish of a line: the line itself, or what is in a slot of a combo."""

    label: str
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class EditedLine:
    """A line as a block of fields. `base` is the line as it came; `known` is False when it has left the menu."""

    number: int
    name: str
    quantity: int
    base: str
    parts: tuple[Part, ...]
    known: bool = True


def shown(menu: Menu, lines: Iterable[Line]) -> tuple[EditedLine, ...]:
    """The lines as blocks of fields, in their order."""
    return tuple(_shown(menu, line, number) for number, line in enumerate(lines))


def meant(menu: Menu, fields: Fields) -> list[Line]:
    """The lines that a form describes: those with a quantity of zero are gone, one may be new.

    Raises:
        InvalidInput, InvalidLine: a field that cannot be read. What the menu allows is for the core to say.
    """
    found = []
    for number, base in enumerate(fields.all("line")[:MOST_LINES]):
        line = line_of(base)
        quantity = whole(fields.one(f"quantity-{number}") or "0", field="quantity")
        if quantity:
            found.append(_chosen(menu, line, number, fields).with_quantity(quantity))
    added = fields.one("add")
    if added:
        found.append(_new(menu, added, whole(fields.one("add_quantity") or "1", field="quantity")))
    return found


def line_of(text: str) -> Line:
    """The line in a hidden field.

    Raises:
        InvalidInput, InvalidLine: it is none.
    """
    try:
        data = json.loads(text)
    except ValueError:
        raise InvalidInput(field="line", problem="was changed on the way: reload the page and try again.") from None
    return Line.from_json(data)


def written(line: Line) -> str:
    """A line for a hidden field."""
    return json.dumps(line.to_json(), ensure_ascii=False, separators=(",", ":"))


def _shown(menu: Menu, line: Line, number: int) -> EditedLine:
    base = written(line)
    combo = menu.combos_by_id.get(line.item)
    if combo is None and line.item not in menu.items_by_id:
        return EditedLine(number, line.item, line.quantity, base, (), known=False)
    if combo is None:
        part = _part(menu, f"{number}", "", line)
        return EditedLine(number, menu.items_by_id[line.item].name, line.quantity, base, (part,) if part.picks else ())
    parts = []
    for place, slot in enumerate(rules.filled(menu, line).slots):
        about = combo.slot(slot.slot)
        label = about.name if about else slot.slot
        offered = tuple((i, menu.items_by_id[i].name) for i in (about.items if about else ()) if i in menu.items_by_id)
        picks = _part(menu, f"{number}.{place}", label, slot).picks if slot.item in menu.items_by_id else ()
        which = Pick(f"item-{number}.{place}", label, slot.item, offered)
        parts.append(Part(label, (which, *picks)))
    return EditedLine(number, combo.name, line.quantity, base, tuple(parts))


def _part(menu: Menu, prefix: str, label: str, served: Line | Slot) -> Part:
    item = menu.items_by_id[served.item]
    picks = []
    if item.variations:
        sizes = tuple((v.id, v.name) for v in item.variations)
        default = item.default_variation
        chosen = served.variation or (default.id if default else "")
        picks.append(Pick(f"variation-{prefix}", "Kind", chosen, sizes if chosen else (("", "choose"), *sizes)))
    said = {(c.group, c.modifier): c for c in served.modifiers}
    for group in menu.groups_of(item.id):
        for modifier in group.modifiers:
            choice = said.get((group.id, modifier.id))
            known = _options(group, default=modifier.default, most=modifier.max)
            now = _key(choice) if choice else ""
            if now not in dict(known):
                known = (*known, (now, now.replace(":", " × ")))
            field = f"choice-{prefix}-{group.id}-{modifier.id}"
            picks.append(Pick(field, f"{modifier.name} ({group.name})", now, known))
    return Part(label, tuple(picks))


def _options(group: ModifierGroup, *, default: bool, most: int | None) -> tuple[tuple[str, str], ...]:
    usual = ("", "as usual" if default else "–")
    times = tuple((f":{n}", f"{n} ×") for n in range(1, min(most or _MOST, _MOST) + 1))
    if not default:
        times = ((":1", "with"), *times[1:])
    pre = dict.fromkeys([*(["no"] if default else []), *group.pre_modifiers])
    return (usual, *times, *((f"{name}:1", _SAID[name]) for name in pre))


def _key(choice: Choice) -> str:
    return f"{choice.pre_modifier or ''}:{choice.quantity}"


def _chosen(menu: Menu, line: Line, number: int, fields: Fields) -> Line:
    combo = menu.combos_by_id.get(line.item)
    if combo is None:
        return _served(menu, line, f"{number}", fields) if line.item in menu.items_by_id else line
    slots = []
    for place, slot in enumerate(rules.filled(menu, line).slots):
        wanted = fields.one(f"item-{number}.{place}") or slot.item
        if wanted != slot.item:  # what was chosen for the other dish says nothing of this one
            slots.append(Slot(slot.slot, wanted))
        elif slot.item in menu.items_by_id:
            slots.append(_served(menu, slot, f"{number}.{place}", fields))
        else:
            slots.append(slot)
    return replace(line, slots=tuple(slots))


def _served(menu: Menu, served: Served, prefix: str, fields: Fields) -> Served:
    item = menu.items_by_id[served.item]
    variation = fields.one(f"variation-{prefix}") or None
    default = item.default_variation
    if served.variation is None and default is not None and variation == default.id:
        variation = None  # nobody chose: it stays the usual one
    modifiers = []
    for group in menu.groups_of(item.id):
        for modifier in group.modifiers:
            said = fields.one(f"choice-{prefix}-{group.id}-{modifier.id}")
            if said:
                modifiers.append(_choice(group.id, modifier.id, said))
    before = {(c.group, c.modifier): n for n, c in enumerate(served.modifiers)}
    modifiers.sort(key=lambda c: before.get((c.group, c.modifier), len(before)))
    return replace(served, variation=variation, modifiers=tuple(modifiers))


def _choice(group: str, modifier: str, said: str) -> Choice:
    pre, _, times = said.partition(":")
    if pre not in {"", *_SAID}:
        raise InvalidInput(field=modifier, problem="choose one from the list.")
    made: Any = pre or None
    return Choice(group, modifier, made, whole(times or "1", field=modifier))


def _new(menu: Menu, item_id: str, quantity: int) -> Line:
    combo = menu.combos_by_id.get(item_id)
    if combo is None:
        return Line(item_id, quantity)
    slots = tuple(Slot(s.id, s.items[0]) for s in combo.slots for _ in range(s.quantity))
    return Line(item_id, quantity, slots=slots)


def lines_of(texts: Sequence[str]) -> list[Line]:
    """The lines that were looked at.

    Raises:
        InvalidInput, InvalidLine: one of them is none.
    """
    return [line_of(text) for text in texts[:MOST_LINES]]
