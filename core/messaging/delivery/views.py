"""Frozen answers about what is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.messaging.states import PartState
from core.messaging.views import OutboundView


@dataclass(frozen=True, slots=True)
class PartView:
    """One message at the provider. `also`: what it calls copies that went out because nobody knew of the first."""

    number: int
    state: PartState
    provider_id: str | None
    also: tuple[str, ...]
    resends: int
    unanswered: int
    error: str | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Sending:
    """A message of ours that is being sent; `parts` are those that were handed over, `slot_at` when its turn comes."""

    message: OutboundView
    parts: tuple[PartView, ...]
    slot_at: datetime | None

    def part(self, number: int) -> PartView | None:
        """A part, if it was ever handed over."""
        return next((part for part in self.parts if part.number == number), None)
