"""Frozen answers about menus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EntryKind = Literal["item", "modifier_group", "combo"]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """Something on a menu by its kind, its id in the menu file and its name."""

    kind: EntryKind
    id: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.id} ({self.name})"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. Nothing at all when `unchanged`: the menu in force was this one already."""

    revision: int
    version: str
    unchanged: bool = False
    added: tuple[MenuEntry, ...] = ()
    changed: tuple[MenuEntry, ...] = ()
    retired: tuple[MenuEntry, ...] = ()
