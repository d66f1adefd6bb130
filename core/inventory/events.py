"""Facts about stock. Quantities are whole steps of the item's unit, signed where stock came or went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEvent(Event):
    """Something about an item at a location."""

    location_id: str
    item_id: str

    @property
    def lane(self) -> str:
        """Facts about one item at one location stay in order."""
        return f"stock:{self.location_id}:{self.item_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockChanged(StockEvent):
    """Stock was received, counted, written off or moved between locations; what orders took is told by orders."""

    kind: str
    quantity: int
    on_hand: int
    cause: str = ""
    reason: str = ""
    lot_id: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLow(StockEvent):
    """No more than the reorder point can be promised: once a crossing. `on_order` is what suppliers will bring.

    `purchases` names it: [{"id", "number", "quantity", "expected_on"}].
    """

    available: int
    reorder_point: int
    on_order: int = 0
    purchases: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotExpired(StockEvent):
    """The last day of a lot has passed: what is left of it, `quantity`, is set aside and sold to nobody."""

    lot_id: str
    code: str
    quantity: int
    expires_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRecounted(StockEvent):
    """A recorded number was set to what the rows behind it add up to."""

    what: str
    recorded: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderPointSet(StockEvent):
    """From how few on an item is low, and how far orders to suppliers fill it; None: no alerts."""

    reorder_point: int | None
    reorder_up_to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationExpired(Event):
    """What an order held was given back because nobody confirmed it in time."""

    order_id: str

    @property
    def lane(self) -> str:
        """In order with what happens to the order."""
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferEvent(Event):
    """Something about a transfer between locations."""

    transfer_id: str
    from_location_id: str
    to_location_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSent(TransferEvent):
    """Stock left one location for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReceived(TransferEvent):
    """Stock arrived; `whole` when nothing is under way any more."""

    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferClosed(TransferEvent):
    """What had not arrived went back, or is lost."""

    outcome: str
    reason: str
