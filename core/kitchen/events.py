"""What cooks did. Delivered in the order of their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChecked(TicketEvent):
    """A checkpoint, counted from 0, was looked at; or not `ticked` any more."""

    quiet: ClassVar[bool] = True
    place: int
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenTold(Event):
    """Stations were told later to make an order, or to make it otherwise when it was `changed`.

    What they are told when an order is placed goes with `OrderPlaced`.
    """

    quiet: ClassVar[bool] = True
    order_id: str
    stations: list[str]
    changed: bool = False

    @property
    def lane(self) -> str:
        """One order's events stay in order."""
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StationsChanged(Event):
    """A location's kitchen has other stations."""

    quiet: ClassVar[bool] = True
    location_id: str
    stations: list[str]
