"""The menu as a value: what a merchant sells, frozen. The format of files is docs/reference/menu-format.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from core.kernel.money import Money

PreModifier = Literal["no", "light", "regular", "extra", "side"]
PRE_MODIFIERS: tuple[PreModifier, ...] = ("no", "light", "regular", "extra", "side")


@dataclass(frozen=True, slots=True)
class Variation:
    """A size or the like, with its own price."""

    id: str
    name: str
    price: Money
    aliases: tuple[str, ...] = ()
    default: bool = False


@dataclass(frozen=True, slots=True)
class Modifier:
    """One choice of a group. `max` is the largest quantity per unit; None is no limit.

    `allergens` is the whole truth only where `allergens_declared`; otherwise nobody has said what is in it.
    """

    id: str
    name: str
    price: Money
    aliases: tuple[str, ...] = ()
    default: bool = False
    max: int | None = 1
    tags: tuple[str, ...] = ()
    allergens: tuple[str, ...] = ()
    allergens_declared: bool = True
    available: bool = True


@dataclass(frozen=True, slots=True)
class ModifierGroup:
    """Choices that belong together. `min` of 1 or more is a required choice; `max` None is no limit."""

    id: str
    name: str
    modifiers: tuple[Modifier, ...]
    min: int = 0
    max: int | None = None
    pre_modifiers: tuple[PreModifier, ...] = ()

    def modifier(self, modifier_id: str) -> Modifier | None:
        """The modifier of this id, if the group has it."""
        return next((m for m in self.modifiers if m.id == modifier_id), None)


@dataclass(frozen=True, slots=True)
class Item:
    """Something sold. With variations, the price is the chosen variation's."""

    id: str
    name: str
    price: Money
    aliases: tuple[str, ...] = ()
    description: str = ""
    category: str = ""
    variations: tuple[Variation, ...] = ()
    modifier_groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    allergens: tuple[str, ...] | None = None  # None: nobody has declared them, which is not "free of all"
    available: bool = True

    def variation(self, variation_id: str | None) -> Variation | None:
        """The variation of this id, if the item has it."""
        return next((v for v in self.variations if v.id == variation_id), None)

    @property
    def default_variation(self) -> Variation | None:
        """The variation taken when the customer names none; None means that one must be chosen."""
        return next((v for v in self.variations if v.default), None)


@dataclass(frozen=True, slots=True)
class ComboSlot:
    """A place in a combo that takes `quantity` of the listed items."""

    id: str
    name: str
    items: tuple[str, ...]
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Combo:
    """Several items at one price."""

    id: str
    name: str
    price: Money
    slots: tuple[ComboSlot, ...]
    aliases: tuple[str, ...] = ()

    def slot(self, slot_id: str) -> ComboSlot | None:
        """The slot of this id, if the combo has it."""
        return next((s for s in self.slots if s.id == slot_id), None)


@dataclass(frozen=True)
class Menu:
    """Everything a merchant sells, with lookups by id.

    `version` is no part of its value: it changes whenever anything in the menu does, what can be had now included.
    `allergens_complete`: the merchant says that what lists allergens contains no other of them.
    """

    name: str
    currency: str
    locale: str
    items: tuple[Item, ...]
    modifier_groups: tuple[ModifierGroup, ...] = ()
    combos: tuple[Combo, ...] = ()
    version: str = field(default="", compare=False)
    allergens_complete: bool = False

    @cached_property
    def items_by_id(self) -> dict[str, Item]:
        """Items by id."""
        return {i.id: i for i in self.items}

    @cached_property
    def groups_by_id(self) -> dict[str, ModifierGroup]:
        """Modifier groups by id."""
        return {g.id: g for g in self.modifier_groups}

    @cached_property
    def combos_by_id(self) -> dict[str, Combo]:
        """Combos by id."""
        return {c.id: c for c in self.combos}

    @cached_property
    def known(self) -> dict[object, Any]:
        """What was worked out about lines of exactly this menu; see core.orders.remembering."""
        return {}

    def groups_of(self, item_id: str) -> tuple[ModifierGroup, ...]:
        """The modifier groups that go with an item, in menu order; empty for an unknown item."""
        item = self.items_by_id.get(item_id)
        return tuple(self.groups_by_id[g] for g in item.modifier_groups) if item else ()
