"""Frozen answers about customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A person who orders; empty text where nothing is known."""

    id: str
    merchant_id: str
    name: str
    locale: str


@dataclass(frozen=True, slots=True)
class IdentityView:
    """How one channel knows a customer."""

    channel: str
    account: str
    external_id: str


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """An identity as it is kept. `aliases` are its other ids; `ended_at`: since when the id is not theirs any more."""

    id: str
    customer_id: str
    channel: str
    account: str
    external_id: str
    first_seen_at: datetime
    ended_at: datetime | None
    aliases: tuple[str, ...] = ()
