"""Pure rules of the menu: what can be had now, and what differs between two menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.catalogue.views import MenuEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from core.catalogue.menu import Combo, Item, Menu, ModifierGroup
    from core.catalogue.views import EntryKind


def available_at(moment: datetime, *, listed: bool, override: bool | None, until: datetime | None) -> bool:
    """Whether something can be had: what staff said, as long as it holds, else what the menu file says."""
    if override is None or (until is not None and until <= moment):
        return listed
    return override


def differences(
    old: Menu | None, new: Menu
) -> tuple[tuple[MenuEntry, ...], tuple[MenuEntry, ...], tuple[MenuEntry, ...]]:
    """What `new` adds, changes and lacks, in menu order: items, then modifier groups, then combos."""
    before = {(kind, entry.id): entry for kind, entry in _entries(old)} if old else {}
    after = {(kind, entry.id): entry for kind, entry in _entries(new)}
    added = tuple(MenuEntry(k, i, e.name) for (k, i), e in after.items() if (k, i) not in before)
    changed = tuple(MenuEntry(k, i, e.name) for (k, i), e in after.items() if before.get((k, i), e) != e)
    retired = tuple(MenuEntry(k, i, e.name) for (k, i), e in before.items() if (k, i) not in after)
    return added, changed, retired


def _entries(menu: Menu) -> Iterator[tuple[EntryKind, Item | ModifierGroup | Combo]]:
    for item in menu.items:
        yield "item", item
    for group in menu.modifier_groups:
        yield "modifier_group", group
    for combo in menu.combos:
        yield "combo", combo
