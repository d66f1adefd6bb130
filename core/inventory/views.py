"""Frozen answers about stock. Quantities are whole steps of the item's unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.kernel.money import Money

MovementKind = Literal["receive", "count", "write_off", "ship"]
WriteOffCause = Literal["expired", "spoilt", "broken", "lost", "theft", "sample", "staff_meal", "other"]
MovementCause = Literal[
    "delivery",
    "transfer",
    "return",
    "order",
    "expired",
    "spoilt",
    "broken",
    "lost",
    "theft",
    "sample",
    "staff_meal",
    "other",
]
TransferState = Literal["in_transit", "received", "closed"]


@dataclass(frozen=True, slots=True)
class StockLevelView:
    """Units at a location: on the shelf, promised to open orders, expired, and left to sell.

    Once no more than `reorder_point` are left to sell it is `low`; orders to suppliers fill it `reorder_up_to`.
    """

    item_id: str
    location_id: str
    on_hand: int
    reserved: int
    reorder_point: int | None = None
    reorder_up_to: int | None = None
    low: bool = False
    expired: int = 0

    @property
    def available(self) -> int:
        """What can still be promised; nothing is when more than the good units were promised before others expired."""
        return max(self.on_hand - self.reserved - self.expired, 0)


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
    cause: MovementCause | None = None
    lot_id: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Units of an item that an order holds, or held, at a location."""

    reservation_id: str
    location_id: str
    item_id: str
    quantity: int
    state: str = "held"
    expires_at: datetime | None = None
    expired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceivedLot:
    """What is known of units that come in together: the supplier's code, the last day, what the whole of it cost.

    `contains` and `may_contain` are allergens declared of this lot beyond those of its ingredient.
    """

    code: str = ""
    expires_on: date | None = None
    cost: Money | None = None
    supplier_id: str | None = None
    purchase_order_id: str | None = None
    origin_id: str | None = None
    contains: tuple[str, ...] = ()
    may_contain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LotView:
    """Units that came in together. `origin_id` is the lot of another location that it was transferred from.

    Since `set_aside_at` it is promised to nobody: its last day has passed.
    """

    id: str
    item_id: str
    location_id: str
    code: str
    expires_on: date | None
    received_at: datetime
    received: int
    on_hand: int
    cost: Money | None
    supplier_id: str | None
    purchase_order_id: str | None
    origin_id: str | None
    contains: tuple[str, ...] = ()
    may_contain: tuple[str, ...] = ()
    set_aside_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LotUse:
    """Units of a lot that went out with an order; what came back is taken off."""

    lot_id: str
    order_id: str
    item_id: str
    location_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class TransferLineView:
    """Units of one lot (or of none) under way."""

    id: str
    item_id: str
    lot_id: str | None
    sent: int
    received: int
    returned: int
    lost: int

    @property
    def in_transit(self) -> int:
        """What has neither arrived nor gone back nor been given up."""
        return self.sent - self.received - self.returned - self.lost


@dataclass(frozen=True, slots=True)
class TransferView:
    """Stock on its way from one location to another."""

    id: str
    from_location_id: str
    to_location_id: str
    state: TransferState
    note: str
    sent_at: datetime
    closed_at: datetime | None
    lines: tuple[TransferLineView, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one location gives to an order, by item id."""

    location_id: str
    units: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Allocation:
    """Which locations give what; `short` is what nobody has, by item id."""

    parts: tuple[Part, ...]
    short: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """A recorded number that is not what the rows behind it add up to.

    `what` is "on_hand", "reserved", "expired", "lot" (its `id` beside), "low", "lots" (more in lots than on hand) or
    "promised" (more promised than there is); the last two need a person, the others can be mended.
    """

    what: Literal["on_hand", "reserved", "expired", "lot", "low", "lots", "promised"]
    location_id: str
    item_id: str
    recorded: int
    right: int
    id: str = ""

    @property
    def mendable(self) -> bool:
        """Whether `repair` sets it right."""
        return self.what not in {"lots", "promised"}


@dataclass(frozen=True, slots=True)
class Coming:
    """Units that a supplier is to bring with a purchase order."""

    item_id: str
    purchase_order_id: str
    number: int
    quantity: int
    expected_on: date | None
