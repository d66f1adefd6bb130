"""An order line as a value: what was chosen, by menu ids, and how it is written as JSON (LINE)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

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
        """The choice that `to_json` wrote."""
        return cls(data["group"], data["modifier"], data.get("pre_modifier"), data.get("quantity", 1))


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
        """The slot that `to_json` wrote."""
        choices = tuple(Choice.from_json(m) for m in data.get("modifiers") or ())
        return cls(data["slot"], data["item"], data.get("variation"), choices)


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
        """The line that `to_json` wrote."""
        return cls(
            data["item"],
            data.get("quantity", 1),
            data.get("variation"),
            tuple(Choice.from_json(m) for m in data.get("modifiers") or ()),
            tuple(Slot.from_json(s) for s in data.get("slots") or ()),
        )


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Equal units joined into one line, at the place of the first."""
    kept: dict[tuple[object, ...], Line] = {}
    for line in lines:
        seen = kept.get(line.unit)
        kept[line.unit] = line if seen is None else seen.with_quantity(seen.quantity + line.quantity)
    return tuple(kept.values())
