"""Facts about menus. Ids are those of the menu file."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuImported(Event):
    """Another menu is in force. The lists hold "item latte", "modifier_group milk", "combo breakfast"."""

    revision: int
    version: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipesImported(Event):
    """Another recipe book is in force; the list holds the ids of its ingredients."""

    revision: int
    ingredients: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuTermsChanged(Event):
    """A price list, its prices or a schedule changed; `what` says which, like "schedule breakfast"."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAvailabilityChanged(Event):
    """Staff took an item off or put it back. `until` is an ISO 8601 moment; empty: until somebody says otherwise.

    `location_id` empty: at every place.
    """

    item_id: str
    available: bool
    until: str = ""
    location_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierAvailabilityChanged(Event):
    """Staff took a modifier off or put it back. `until` as for items."""

    group_id: str
    modifier_id: str
    available: bool
    until: str = ""
    location_id: str = ""
