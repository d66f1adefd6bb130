"""Tables of shops, their locations and opening hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId


class Merchant(Base):
    """A shop, the tenant."""

    __tablename__ = "merchants"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("length(currency) = 3", name="currency"),
    )

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(63))
    currency: Mapped[str] = mapped_column(String(3))
    locale: Mapped[str] = mapped_column(String(35))
    created_at: Mapped[datetime]


class Location(Base):
    """A place where a shop sells; the first one made is the default."""

    __tablename__ = "locations"
    __table_args__ = (
        UniqueConstraint("merchant_id", "name"),
        CheckConstraint("tax_rate_basis_points BETWEEN 0 AND 10000", name="tax_rate"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(String(40))
    time_zone: Mapped[str] = mapped_column(String(64))
    tax_rate_basis_points: Mapped[int]
    prices_include_tax: Mapped[bool]
    fulfilments: Mapped[list[Any]]
    facts: Mapped[dict[str, Any]]
    holidays: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"), default=list)
    policy: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"), default=dict)
    charging: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"), default=dict)
    created_at: Mapped[datetime]


class ChannelAccountRow(Base):
    """An account at a provider (a phone number's id, a bot, a page) and the shop that it belongs to."""

    __tablename__ = "channel_accounts"
    __table_args__ = (
        UniqueConstraint("channel", "account"),
        Index("ix_channel_accounts_merchant_id", "merchant_id"),
        CheckConstraint("length(account) > 0", name="account"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(255))
    location_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("locations.id"))


class OpeningHoursRow(Base):
    """One span of a location's week."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("length(opens) = 5 AND length(closes) = 5", name="times"),
        UniqueConstraint("location_id", "weekday", "opens"),
        Index("ix_opening_hours_merchant_location", "merchant_id", "location_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id", ondelete="CASCADE"))
    weekday: Mapped[int] = mapped_column(SmallInteger)
    opens: Mapped[str] = mapped_column(String(5))
    closes: Mapped[str] = mapped_column(String(5))


class DeliveryZoneRow(Base):
    """Where a location delivers, and for how much; the first zone by position that holds an address counts.

    `area` is the kind's own: postcode patterns, a circle or a polygon.
    """

    __tablename__ = "delivery_zones"
    __table_args__ = (
        UniqueConstraint("location_id", "name"),
        CheckConstraint("kind IN ('postcodes', 'radius', 'polygon')", name="kind"),
        CheckConstraint("fee_amount >= 0 AND minimum_amount >= 0 AND minutes >= 0", name="amounts"),
        Index("ix_delivery_zones_merchant_location", "merchant_id", "location_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(16))
    area: Mapped[dict[str, Any]]
    fee_amount: Mapped[int]
    minimum_amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    minutes: Mapped[int]
