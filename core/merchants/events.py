"""What happens to a shop and its places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCreated(Event):
    """A shop was opened."""

    quiet: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopChanged(Event):
    """The shop's own name or language is another."""

    quiet: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAdded(Event):
    """The shop has another location."""

    quiet: ClassVar[bool] = True
    location_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChanged(Event):
    """A location's hours, holidays, rules, charges, zones or description are others; `what` says which."""

    quiet: ClassVar[bool] = True
    location_id: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConnected(Event):
    """What comes in on an account at a provider is for this shop."""

    quiet: ClassVar[bool] = True
    channel: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDisconnected(Event):
    """An account at a provider is this shop's no longer."""

    quiet: ClassVar[bool] = True
    channel: str
    account: str
