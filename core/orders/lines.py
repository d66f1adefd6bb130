"""An order line as a value: what was chosen, by menu ids, and how it is written as JSON (LINE)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.kernel.errors import InvalidLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.catalogue.menu import PreModifier


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """A modifier of a line. `quantity` is per unit of the line."""

    group: str
    modifier: str
    pre_modifier: PreModifier | None = None
    quantity: int = 1

    def to_json(self) -> dict[str, Any]:
        """The LINE format's modifier."""
        return {
            "group": self.group,
            "modifier": self.modifier,
            "pre_modifier": self.pre_modifier,
            "quantity": self.quantity,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Choice:
        """The choice that `to_json` wrote.

        Raises:
            InvalidLine: a field is missing, or of another type.
        """
        _check_object(data, "modifier")
        choice = cls(data.get("group"), data.get("modifier"), data.get("pre_modifier"), data.get("quantity", 1))  # type: ignore[arg-type]
        _check_choice(choice)
        return choice


@dataclass(frozen=True, slots=True)
class Slot:
    """One filled place of a combo."""

    slot: str
    item: str
    variation: str | None = None
    modifiers: tuple[Choice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The LINE format's slot."""
        return {
            "slot": self.slot,
            "item": self.item,
            "variation": self.variation,
            "modifiers": [m.to_json() for m in self.modifiers],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Slot:
        """The slot that `to_json` wrote.

        Raises:
            InvalidLine: a field is missing, or of another type.
        """
        _check_object(data, "slot")
        slot = cls(data.get("slot"), data.get("item"), data.get("variation"), _choices(data))  # type: ignore[arg-type]
        _check_slot(slot)
        return slot


@dataclass(frozen=True, slots=True)
class Line:
    """`quantity` equal units of an item (or a combo: then `slots`). Only what the customer said: no defaults."""

    item: str
    quantity: int = 1
    variation: str | None = None
    modifiers: tuple[Choice, ...] = ()
    slots: tuple[Slot, ...] = ()

    def same_as(self, other: Line) -> bool:
        """Whether both describe the same unit, whatever the quantity and the order of the modifiers."""
        return self.unit == other.unit

    @property
    def unit(self) -> tuple[object, ...]:
        """The identity of one unit: equal for lines that may be merged."""
        slots = sorted((s.slot, s.item, s.variation or "", sorted(map(repr, s.modifiers))) for s in self.slots)
        return (self.item, self.variation, tuple(sorted(map(repr, self.modifiers))), repr(slots))

    def with_quantity(self, quantity: int) -> Line:
        """The same unit, another quantity."""
        return replace(self, quantity=quantity)

    def to_json(self) -> dict[str, Any]:
        """The LINE format; `slots` only for a combo."""
        data: dict[str, Any] = {
            "item": self.item,
            "quantity": self.quantity,
            "variation": self.variation,
            "modifiers": [m.to_json() for m in self.modifiers],
        }
        if self.slots:
            data["slots"] = [s.to_json() for s in self.slots]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Line:
        """The line that `to_json` wrote.

        Raises:
            InvalidLine: a field is missing, or of another type.
        """
        _check_object(data, "line")
        slots = tuple(Slot.from_json(s) for s in _list(data, "slots"))
        line = cls(data.get("item"), data.get("quantity", 1), data.get("variation"), _choices(data), slots)  # type: ignore[arg-type]
        _check_fields(line)
        return line


def check_types(line: object) -> None:
    """Look at the types of a line's values, whatever the menu says about them.

    Raises:
        InvalidLine: not a line, or one of its values has a type that no line has.
    """
    if type(line) is not Line:
        raise _mistyped("line", "is not a line.")
    _check_fields(line)
    for name, values, kind in (("modifiers", line.modifiers, Choice), ("slots", line.slots, Slot)):
        if type(values) is not tuple or any(type(v) is not kind for v in values):
            raise _mistyped(name, "must be a list of their own kind.")
    for slot in line.slots:
        _check_slot(slot)
        if type(slot.modifiers) is not tuple or any(type(c) is not Choice for c in slot.modifiers):
            raise _mistyped("modifiers", "must be a list of their own kind.")
    for choice in (*line.modifiers, *(c for s in line.slots for c in s.modifiers)):
        _check_choice(choice)


def _check_fields(line: Line) -> None:
    _check_text("item", line.item)
    _check_text("variation", line.variation, optional=True)
    _check_count(line.quantity)


def _check_slot(slot: Slot) -> None:
    _check_text("slot", slot.slot)
    _check_text("item", slot.item)
    _check_text("variation", slot.variation, optional=True)


def _check_choice(choice: Choice) -> None:
    _check_text("group", choice.group)
    _check_text("modifier", choice.modifier)
    _check_text("pre_modifier", choice.pre_modifier, optional=True)
    _check_count(choice.quantity)


def _choices(data: dict[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice.from_json(m) for m in _list(data, "modifiers"))


def _list(data: dict[str, Any], name: str) -> list[Any] | tuple[Any, ...]:
    found = data.get(name)
    if found is None:
        return ()
    if not isinstance(found, list | tuple):
        raise _mistyped(name, "must be a list.")
    return found


def _check_object(data: object, place: str) -> None:
    if not isinstance(data, dict):
        raise _mistyped(place, "must be an object.")


def _check_text(place: str, value: object, *, optional: bool = False) -> None:
    if not (type(value) is str or (optional and value is None)):
        raise _mistyped(place, "must be text.")


def _check_count(value: object) -> None:
    if type(value) is not int:
        raise _mistyped("quantity", "must be a whole number.")


def _mistyped(place: str, problem: str) -> InvalidLine:
    return InvalidLine(place=place, problem=problem, kind="type")


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Equal units joined into one line, at the place of the first."""
    kept: dict[tuple[object, ...], Line] = {}
    for line in lines:
        seen = kept.get(line.unit)
        kept[line.unit] = line if seen is None else seen.with_quantity(seen.quantity + line.quantity)
    return tuple(kept.values())
