"""Tables of stock. A level is a sum that the database keeps honest; movements are how it came about.

Quantities are whole steps of the item's unit. A movement's `kind` says which way stock went, its `cause` why.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, BigId, PrimaryId
from core.inventory.views import MovementCause, MovementKind

_LEFT = text("on_hand > 0")
_HELD = text("state = 'held'")


def _merchant() -> Mapped[str]:
    return mapped_column(String(32), ForeignKey("merchants.id"))


def _location() -> Mapped[str]:
    return mapped_column(String(32), ForeignKey("locations.id"))


class StockLevelRow(Base):
    """How much of a stock item a location has. No row: not tracked, never runs out.

    `low` is set while no more than `reorder_point` can be promised: an alert was given for this crossing. `expired` is
    what lots that were set aside have left: it is on hand, but promised to nobody.
    """

    __tablename__ = "stock_levels"
    __table_args__ = (
        UniqueConstraint("merchant_id", "location_id", "stock_item_id"),
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved"),
        CheckConstraint("expired >= 0", name="expired"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    location_id: Mapped[str] = _location()
    stock_item_id: Mapped[str] = mapped_column(String(64))
    on_hand: Mapped[int]
    reserved: Mapped[int]
    reorder_point: Mapped[int | None]
    reorder_up_to: Mapped[int | None]
    low: Mapped[bool] = mapped_column(default=False, server_default=false())
    expired: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class LotRow(Base):
    """Units that came in together. What is on hand beside all lots came in without one.

    `contains` and `may_contain` are allergens that the supplier declared of this lot beyond those of its ingredient.
    From `set_aside_at` on, its last day having passed, nothing of it is promised to anybody.
    """

    __tablename__ = "stock_lots"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("received > 0", name="received"),
        CheckConstraint("cost_amount IS NULL OR cost_amount >= 0", name="cost"),
        Index(
            "ix_stock_lots_left",
            "merchant_id",
            "location_id",
            "stock_item_id",
            postgresql_where=_LEFT,
            sqlite_where=_LEFT,
        ),
        Index("ix_stock_lots_code", "merchant_id", "code"),
        Index("ix_stock_lots_origin_id", "origin_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    location_id: Mapped[str] = _location()
    stock_item_id: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(64))
    expires_on: Mapped[date | None] = mapped_column(Date)
    received_at: Mapped[datetime]
    received: Mapped[int]
    on_hand: Mapped[int]
    cost_amount: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    supplier_id: Mapped[str | None] = mapped_column(String(32))
    purchase_order_id: Mapped[str | None] = mapped_column(String(32))
    origin_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("stock_lots.id"))
    contains: Mapped[list[Any]]
    may_contain: Mapped[list[Any]]
    set_aside_at: Mapped[datetime | None]


class MovementRow(Base):
    """Stock that came or went, signed. Rows are only ever added; their sum is the level's `on_hand`.

    The rows of a lot add up to what is on hand of it. `ref` is the transfer or purchase order it belongs to.
    """

    __tablename__ = "stock_movements"
    __table_args__ = (
        CheckConstraint("kind IN ('receive', 'count', 'write_off', 'ship')", name="kind"),
        CheckConstraint("quantity <> 0 OR kind = 'count'", name="quantity"),
        Index("ix_stock_movements_item", "merchant_id", "location_id", "stock_item_id", "id"),
        Index("ix_stock_movements_order", "merchant_id", "order_id"),
        Index("ix_stock_movements_lot", "merchant_id", "lot_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    merchant_id: Mapped[str] = _merchant()
    location_id: Mapped[str] = _location()
    stock_item_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[MovementKind] = mapped_column(String(16))
    cause: Mapped[MovementCause | None] = mapped_column(String(16))
    quantity: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    order_id: Mapped[str | None] = mapped_column(String(32))
    lot_id: Mapped[str | None] = mapped_column(String(32))
    ref: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime]


class ReservationRow(Base):
    """Units promised to an order at a location: held until they are shipped or released.

    `expires_at` ends a hold by itself; `expired_at` says that it did.
    """

    __tablename__ = "stock_reservations"
    __table_args__ = (
        UniqueConstraint("order_id", "location_id", "stock_item_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("state IN ('held', 'shipped', 'released')", name="state"),
        Index(
            "ix_stock_reservations_held",
            "merchant_id",
            "location_id",
            "stock_item_id",
            postgresql_where=_HELD,
            sqlite_where=_HELD,
        ),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    location_id: Mapped[str] = _location()
    order_id: Mapped[str] = mapped_column(String(32))
    stock_item_id: Mapped[str] = mapped_column(String(64))
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    expired_at: Mapped[datetime | None]


class TransferRow(Base):
    """Stock on its way from one location to another."""

    __tablename__ = "stock_transfers"
    __table_args__ = (
        CheckConstraint("from_location_id <> to_location_id", name="two_locations"),
        CheckConstraint("state IN ('in_transit', 'received', 'closed')", name="state"),
        Index("ix_stock_transfers_merchant_id_state", "merchant_id", "state"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    from_location_id: Mapped[str] = _location()
    to_location_id: Mapped[str] = _location()
    state: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class TransferLineRow(Base):
    """Units of one lot (or of none) in a transfer: what was sent arrives, goes back, or is lost."""

    __tablename__ = "stock_transfer_lines"
    __table_args__ = (
        CheckConstraint("sent > 0", name="sent"),
        CheckConstraint("received >= 0 AND returned >= 0 AND lost >= 0", name="parts"),
        CheckConstraint("received + returned + lost <= sent", name="whole"),
        Index("ix_stock_transfer_lines_transfer_id", "transfer_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    transfer_id: Mapped[str] = mapped_column(String(32), ForeignKey("stock_transfers.id"))
    position: Mapped[int]
    stock_item_id: Mapped[str] = mapped_column(String(64))
    lot_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("stock_lots.id"))
    sent: Mapped[int]
    received: Mapped[int]
    returned: Mapped[int]
    lost: Mapped[int]


class SupplierRow(Base):
    """Who sells to the shop. `lead_days` is how long an order takes to come."""

    __tablename__ = "suppliers"
    __table_args__ = (
        UniqueConstraint("merchant_id", "name"),
        CheckConstraint("length(name) > 0", name="named"),
        CheckConstraint("lead_days >= 0", name="lead_days"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text)
    lead_days: Mapped[int]
    active: Mapped[bool]


class SupplierPriceRow(Base):
    """What a pack of an item costs at a supplier from a moment on. Rows are only ever added: the latest one holds.

    `recorded_at` is when it was written down, so that what was known on a day can be told afterwards.
    """

    __tablename__ = "supplier_prices"
    __table_args__ = (
        CheckConstraint("pack_size > 0", name="pack_size"),
        CheckConstraint("price_amount >= 0", name="price"),
        Index("ix_supplier_prices_item", "merchant_id", "stock_item_id", "supplier_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    merchant_id: Mapped[str] = _merchant()
    supplier_id: Mapped[str] = mapped_column(String(32), ForeignKey("suppliers.id"))
    stock_item_id: Mapped[str] = mapped_column(String(64))
    pack_size: Mapped[int]
    price_amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[datetime]
    recorded_at: Mapped[datetime]


class PurchaseOrderRow(Base):
    """What a location orders from a supplier."""

    __tablename__ = "purchase_orders"
    __table_args__ = (
        UniqueConstraint("merchant_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("state IN ('draft', 'approved', 'received', 'closed', 'cancelled')", name="state"),
        CheckConstraint("state IN ('draft', 'cancelled') OR approved_by IS NOT NULL", name="approved"),
        Index("ix_purchase_orders_merchant_id_state", "merchant_id", "state"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    location_id: Mapped[str] = _location()
    supplier_id: Mapped[str] = mapped_column(String(32), ForeignKey("suppliers.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(32))
    expected_on: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None]


class PurchaseOrderLineRow(Base):
    """Packs of an item in a purchase order; `ordered` and `received` are steps of the item's unit."""

    __tablename__ = "purchase_order_lines"
    __table_args__ = (
        UniqueConstraint("purchase_order_id", "stock_item_id"),
        CheckConstraint("packs > 0 AND pack_size > 0", name="packs"),
        CheckConstraint("ordered = packs * pack_size", name="ordered"),
        CheckConstraint("received >= 0", name="received"),
        CheckConstraint("price_amount >= 0", name="price"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    purchase_order_id: Mapped[str] = mapped_column(String(32), ForeignKey("purchase_orders.id"))
    stock_item_id: Mapped[str] = mapped_column(String(64))
    packs: Mapped[int]
    pack_size: Mapped[int]
    ordered: Mapped[int]
    received: Mapped[int]
    price_amount: Mapped[int]


class PurchaseReceiptRow(Base):
    """A delivery that was taken in for a purchase order: once for each `ref`."""

    __tablename__ = "purchase_receipts"
    __table_args__ = (UniqueConstraint("merchant_id", "ref"), Index("ix_purchase_receipts_order", "purchase_order_id"))

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    purchase_order_id: Mapped[str] = mapped_column(String(32), ForeignKey("purchase_orders.id"))
    ref: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    received_by: Mapped[str | None] = mapped_column(String(32))
