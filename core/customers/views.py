"""Frozen answers about customers."""

from __future__ import annotations

from dataclasses import dataclass


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
