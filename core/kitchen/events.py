"""What cooks did. Delivered in the order of their order."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent(Event):
    """Something happened to a ticket of an order."""

    ticket_id: str
    order_id: str
    station: str

    @property
    def lane(self) -> str:
        """One order's events stay in order."""
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStarted(TicketEvent):
    """A station began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDone(TicketEvent):
    """A station is through with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecalled(TicketEvent):
    """It was called done too early."""
