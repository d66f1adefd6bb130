"""What a mass change makes of a menu, and how two menus differ, price by price. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from core.catalogue.recipes.units import NoAmount, number
from core.kernel.errors import InvalidInput
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.catalogue.menu import Combo, Item, Menu, Modifier, ModifierGroup


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items: those named, those of a category or tag (whatever the letters' case), or all of them."""

    items: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    everything: bool = False

    def has(self, item: Item) -> bool:
        """Whether an item is meant."""
        return (
            self.everything
            or item.id in self.items
            or item.category.casefold() in {c.casefold() for c in self.categories}
            or bool({t.casefold() for t in item.tags} & {t.casefold() for t in self.tags})
        )


@dataclass(frozen=True, slots=True)
class MassChange:
    """Prices by a percentage (exact), rounded to a multiple of `step` minor units, half up; what can be had."""

    percent: Fraction | None = None
    step: int = 1
    available: bool | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """New values of one thing; None leaves a value. `key` is `latte`, `latte/large` or `milk:oat`."""

    key: str
    price: Money | None = None
    available: bool | None = None


_NOTHING = Setting("")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs: of what, which, and what it was and becomes, as text."""

    key: str
    name: str
    field: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.key} ({self.name}): {self.field} {self.before} → {self.after}"


def percentage(text: str) -> Fraction | None:
    """A per cent that somebody wrote, such as 5 or -12.5, exactly; None for nothing.

    Raises:
        InvalidInput: it is none.
    """
    bare = text.strip().removesuffix("%").strip()
    if not bare:
        return None
    try:
        return -number(bare[1:]) if bare.startswith("-") else number(bare.removeprefix("+"))
    except NoAmount:
        raise InvalidInput(field="percent", problem=f"“{text}” is no percentage: write it like 5 or -12.5.") from None


def mass_changed(menu: Menu, selection: Selection, change: MassChange) -> Menu:
    """The menu with the change made to every selected item and its variations.

    Raises:
        InvalidInput: nothing is selected, nothing changes, or a price would fall below zero.
    """
    if change.percent is None and change.available is None:
        raise InvalidInput(field="change", problem="says nothing: give a percentage, or what can be had.")
    if change.step < 1:
        raise InvalidInput(field="round", problem="must be at least one smallest coin.")
    if change.percent is not None and change.percent < -100:  # noqa: PLR2004 - the whole price
        raise InvalidInput(field="percent", problem="takes away more than the whole price: give -100 or more.")
    if not any(selection.has(i) for i in menu.items):
        known = ", ".join(dict.fromkeys(i.category for i in menu.items if i.category))
        raise InvalidInput(field="selection", problem=f"names no item of the menu. Its categories: {known}.")
    return replace(menu, items=tuple(_changed(i, change) if selection.has(i) else i for i in menu.items))


def settings_applied(menu: Menu, settings: Mapping[str, Setting]) -> Menu:
    """The menu with new values for what the settings name; every key is on the menu."""
    return replace(
        menu,
        items=tuple(_set_item(i, settings) for i in menu.items),
        modifier_groups=tuple(_set_group(g, settings) for g in menu.modifier_groups),
        combos=tuple(_set_combo(c, settings) for c in menu.combos),
    )


def keys_of(menu: Menu) -> Iterator[tuple[str, str, Money, bool | None]]:
    """Everything with a price: key, name, price, and whether it can be had (None: that is not asked of it)."""
    for item in menu.items:
        yield item.id, item.name, item.price, item.available
        for variation in item.variations:
            yield f"{item.id}/{variation.id}", f"{item.name}, {variation.name}", variation.price, None
    for group in menu.modifier_groups:
        for modifier in group.modifiers:
            yield f"{group.id}:{modifier.id}", modifier.name, modifier.price, modifier.available
    for combo in menu.combos:
        yield combo.id, combo.name, combo.price, None


def differences(before: Menu, after: Menu) -> tuple[Difference, ...]:
    """Every price and availability that differs, in menu order; what only one of them has is added or gone."""
    old = {key: (name, price, available) for key, name, price, available in keys_of(before)}
    found = []
    for key, name, price, available in keys_of(after):
        was = old.pop(key, None)
        if was is None:
            found.append(Difference(key, name, "price", "none", str(price)))
            continue
        if was[1] != price:
            found.append(Difference(key, name, "price", str(was[1]), str(price)))
        if was[2] != available:
            found.append(Difference(key, name, "available", _yes(was[2]), _yes(available)))
    found += [Difference(key, name, "price", str(price), "gone") for key, (name, price, _) in old.items()]
    return tuple(found)


def _changed(item: Item, change: MassChange) -> Item:
    return replace(
        item,
        price=_repriced(item.price, change),
        variations=tuple(replace(v, price=_repriced(v.price, change)) for v in item.variations),
        available=item.available if change.available is None else change.available,
    )


def _repriced(price: Money, change: MassChange) -> Money:
    if change.percent is None:
        return price
    exact = price.amount * (1 + change.percent / 100)
    return Money(int(exact / change.step + Fraction(1, 2)) * change.step, price.currency)


def _set_item(item: Item, settings: Mapping[str, Setting]) -> Item:
    said = settings.get(item.id, Setting(item.id))
    variations = tuple(
        replace(v, price=_or(settings.get(f"{item.id}/{v.id}", _NOTHING).price, v.price)) for v in item.variations
    )
    available = item.available if said.available is None else said.available
    return replace(item, price=_or(said.price, item.price), variations=variations, available=available)


def _or(said: Money | None, price: Money) -> Money:
    return price if said is None else said


def _set_group(group: ModifierGroup, settings: Mapping[str, Setting]) -> ModifierGroup:
    return replace(group, modifiers=tuple(_set_modifier(group.id, m, settings) for m in group.modifiers))


def _set_modifier(group_id: str, modifier: Modifier, settings: Mapping[str, Setting]) -> Modifier:
    said = settings.get(f"{group_id}:{modifier.id}")
    if said is None:
        return modifier
    available = modifier.available if said.available is None else said.available
    return replace(modifier, price=_or(said.price, modifier.price), available=available)


def _set_combo(combo: Combo, settings: Mapping[str, Setting]) -> Combo:
    said = settings.get(combo.id)
    return combo if said is None or said.price is None else replace(combo, price=said.price)


def _yes(available: bool | None) -> str:
    return "yes" if available else "no"
