"""Frozen answers about stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MovementKind = Literal["receive", "count", "write_off", "ship"]


@dataclass(frozen=True, slots=True)
class StockLevelView:
    """Units at a location: on the shelf, promised to open orders, and left to sell."""

    item_id: str
    location_id: str
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        """What can still be promised."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class MovementView:
    """Stock that came (positive) or went, and why."""

    id: int
    item_id: str
    location_id: str
    kind: MovementKind
    quantity: int
    reason: str
    order_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Units of an item that an order holds at a location."""

    reservation_id: str
    location_id: str
    item_id: str
    quantity: int
