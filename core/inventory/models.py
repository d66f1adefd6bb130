"""Tables of stock. A level is a sum that the database keeps honest; movements are how it came about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, BigId, PrimaryId
from core.inventory.views import MovementKind


class StockLevelRow(Base):
    """How much of a stock item a location has. No row: not tracked, never runs out."""

    __tablename__ = "stock_levels"
    __table_args__ = (
        UniqueConstraint("merchant_id", "location_id", "stock_item_id"),
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id"))
    stock_item_id: Mapped[str] = mapped_column(String(64))
    on_hand: Mapped[int]
    reserved: Mapped[int]


class MovementRow(Base):
    """Stock that came or went, signed. Rows are only ever added; their sum is the level's `on_hand`."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        CheckConstraint("kind IN ('receive', 'count', 'write_off', 'ship')", name="kind"),
        CheckConstraint("quantity <> 0 OR kind = 'count'", name="quantity"),
        Index("ix_stock_movements_item", "merchant_id", "location_id", "stock_item_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id"))
    stock_item_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[MovementKind] = mapped_column(String(16))
    quantity: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    order_id: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime]


class ReservationRow(Base):
    """Units promised to an order: held until they are shipped or released, once."""

    __tablename__ = "stock_reservations"
    __table_args__ = (
        UniqueConstraint("order_id", "stock_item_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("state IN ('held', 'shipped', 'released')", name="state"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id"))
    order_id: Mapped[str] = mapped_column(String(32))
    stock_item_id: Mapped[str] = mapped_column(String(64))
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
