"""Frozen answers about suppliers and what is ordered from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from core.inventory.views import ReceivedLot
    from core.kernel.money import Money

PurchaseState = Literal["draft", "approved", "received", "closed", "cancelled"]


@dataclass(frozen=True, slots=True)
class SupplierView:
    """Who sells to the shop. `lead_days` is how long an order takes to come."""

    id: str
    name: str
    email: str
    phone: str
    note: str
    lead_days: int
    active: bool


@dataclass(frozen=True, slots=True)
class PriceView:
    """What a pack of `pack_size` steps of an item costs at a supplier, from a moment on."""

    supplier_id: str
    item_id: str
    pack_size: int
    price: Money
    valid_from: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PurchaseLineView:
    """Packs of an item; `ordered` and `received` are steps of its unit, `price` is for one pack."""

    id: str
    item_id: str
    packs: int
    pack_size: int
    ordered: int
    received: int
    price: Money

    @property
    def to_come(self) -> int:
        """What has not been delivered yet."""
        return max(self.ordered - self.received, 0)

    @property
    def excess(self) -> int:
        """What was delivered beyond the order."""
        return max(self.received - self.ordered, 0)

    @property
    def total(self) -> Money:
        """What the packs cost together."""
        return self.price * self.packs


@dataclass(frozen=True, slots=True)
class PurchaseOrderView:
    """What a location orders from a supplier. `approved_by` is the id of a member of staff."""

    id: str
    location_id: str
    supplier_id: str
    number: int
    state: PurchaseState
    note: str
    currency: str
    created_at: datetime
    approved_at: datetime | None
    approved_by: str | None
    expected_on: date | None
    ended_at: datetime | None
    lines: tuple[PurchaseLineView, ...]

    @property
    def part_received(self) -> bool:
        """Whether some of it came and some is still to come."""
        return self.state == "approved" and any(line.received for line in self.lines)


@dataclass(frozen=True, slots=True)
class Need:
    """An item to be ordered: how many packs, and why."""

    item_id: str
    packs: int
    price: PriceView
    available: int
    coming: int
    reorder_point: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a line: steps of the unit, and what is known of the lot."""

    line_id: str
    quantity: int
    lot: ReceivedLot | None = None
