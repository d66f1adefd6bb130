"""Facts about suppliers and purchase orders."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierSaved(Event):
    """A supplier was added or changed."""

    supplier_id: str
    supplier_name: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierPriceRecorded(Event):
    """A pack of an item costs this at a supplier, from a moment (ISO 8601) on."""

    supplier_id: str
    item_id: str
    pack_size: int
    price_amount: int
    currency: str
    valid_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseEvent(Event):
    """Something about a purchase order."""

    purchase_order_id: str
    number: int

    @property
    def lane(self) -> str:
        """Facts about one purchase order stay in order."""
        return f"purchase:{self.purchase_order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderDrafted(PurchaseEvent):
    """Somebody, or the reorder points, proposed an order."""

    supplier_id: str
    location_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderApproved(PurchaseEvent):
    """A person approved the order."""

    approved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderDelivered(PurchaseEvent):
    """Goods came; `whole` when all that was ordered is here, `excess` when more than that came of some item."""

    ref: str
    whole: bool
    excess: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderEnded(PurchaseEvent):
    """Nothing more is expected: a draft was dropped, or what had not come was given up."""

    state: str
    reason: str
