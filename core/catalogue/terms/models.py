"""Tables of prices and times. Rows are recorded and retracted, never changed: what was known then can be asked.

`valid_*` is when a price applies, `recorded_at` and `retracted_at` when the shop knew of it. `location_id` NULL is
every place of the shop.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.catalogue.models import CODE_LENGTH, NAME_LENGTH
from core.db.base import Base, PrimaryId

_KNOWN = text("retracted_at IS NULL")


def _merchant() -> Mapped[str]:
    return mapped_column(String(32), ForeignKey("merchants.id"))


def _location() -> Mapped[str | None]:
    return mapped_column(String(32), ForeignKey("locations.id"))


def _one_known(table: str) -> Index:
    """One row of a code is in force."""
    name = f"uq_{table}_code"
    return Index(name, "merchant_id", "code", unique=True, postgresql_where=_KNOWN, sqlite_where=_KNOWN)


class PriceListRow(Base):
    """Other prices than the menu's, in `windows` of the week (none: always); the higher `priority` wins."""

    __tablename__ = "price_lists"
    __table_args__ = (_one_known("price_lists"), CheckConstraint("length(code) > 0", name="code"))

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    location_id: Mapped[str | None] = _location()
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    priority: Mapped[int]
    windows: Mapped[list[Any]]
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]


class PriceEntryRow(Base):
    """The price of one thing in a list. `target` is `latte`, `latte/large` (variation), `milk/oat` (modifier)."""

    __tablename__ = "price_entries"
    __table_args__ = (
        CheckConstraint("kind IN ('item', 'variation', 'modifier', 'combo')", name="kind"),
        CheckConstraint("price_amount >= 0", name="price"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="valid"),
        CheckConstraint("retracted_at IS NULL OR retracted_at >= recorded_at", name="recorded"),
        Index("ix_price_entries_list", "merchant_id", "list_code", "kind", "target"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    list_code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    kind: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(String(2 * CODE_LENGTH + 1))
    price_amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]


class ScheduleRow(Base):
    """Items and categories that are sold in `windows` of the week only."""

    __tablename__ = "menu_schedules"
    __table_args__ = (_one_known("menu_schedules"), CheckConstraint("length(code) > 0", name="code"))

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    location_id: Mapped[str | None] = _location()
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    windows: Mapped[list[Any]]
    items: Mapped[list[Any]]
    categories: Mapped[list[Any]]
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]


class LocationOverrideRow(Base):
    """What staff said of an item (`latte`) or modifier (`milk/oat`) at one place; `until` as for the whole shop."""

    __tablename__ = "location_overrides"
    __table_args__ = (
        UniqueConstraint("merchant_id", "location_id", "kind", "target"),
        CheckConstraint("kind IN ('item', 'modifier')", name="kind"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _merchant()
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id"))
    kind: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(String(2 * CODE_LENGTH + 1))
    available: Mapped[bool]
    until: Mapped[datetime | None]
