"""Tables of the kitchen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId
from core.kitchen.views import TicketState

_NONE = text("'[]'")


class StationRow(Base):
    """A place in the kitchen. `routes` are items, categories and modifiers that it makes, `checks` what it heeds."""

    __tablename__ = "stations"
    __table_args__ = (
        UniqueConstraint("location_id", "name"),
        CheckConstraint("minutes > 0 AND parallel > 0", name="pace"),
        Index("ix_stations_merchant_location", "merchant_id", "location_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(String(40))
    routes: Mapped[dict[str, Any]]
    checks: Mapped[list[Any]]
    minutes: Mapped[int]
    parallel: Mapped[int]


class TicketRow(Base):
    """What one station makes for one order; `lines` as cooks read them. A later `number` has only what came on top.

    `changes` is what an edit did to it, `checks` what must be ticked before it is done.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("order_id", "location_id", "station", "number"),
        CheckConstraint("state IN ('open', 'done', 'cancelled')", name="state"),
        Index("ix_tickets_merchant_state", "merchant_id", "state", "placed_at"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id"))
    order_id: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(8))
    station: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"), default=1)
    state: Mapped[TicketState] = mapped_column(String(16))
    lines: Mapped[list[Any]]
    dishes: Mapped[list[Any]] = mapped_column(server_default=_NONE, default=list)
    changes: Mapped[list[Any]] = mapped_column(server_default=_NONE, default=list)
    checks: Mapped[list[Any]] = mapped_column(server_default=_NONE, default=list)
    customer_name: Mapped[str | None] = mapped_column(String(120))
    fulfilment: Mapped[str | None] = mapped_column(String(16))
    table_name: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
