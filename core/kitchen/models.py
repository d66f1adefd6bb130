"""Tables of the kitchen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId
from core.kitchen.views import TicketState


class TicketRow(Base):
    """What one station makes for one order; `lines` as cooks read them."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("order_id", "station"),
        CheckConstraint("state IN ('open', 'done', 'cancelled')", name="state"),
        Index("ix_tickets_merchant_state", "merchant_id", "state", "placed_at"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id"))
    order_id: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(8))
    station: Mapped[str] = mapped_column(String(40))
    state: Mapped[TicketState] = mapped_column(String(16))
    lines: Mapped[list[Any]]
    customer_name: Mapped[str | None] = mapped_column(String(120))
    fulfilment: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
