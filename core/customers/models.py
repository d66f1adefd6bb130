"""Tables of customers and of how channels know them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId


class CustomerRow(Base):
    """A person who orders. Empty text is what is not known yet."""

    __tablename__ = "customers"
    __table_args__ = (Index("ix_customers_merchant_id", "merchant_id"),)

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    name: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(35))
    created_at: Mapped[datetime]


class IdentityRow(Base):
    """A customer on one channel. `account` is the shop's own there, `external_id` the customer's, both opaque."""

    __tablename__ = "identities"
    __table_args__ = (
        UniqueConstraint("merchant_id", "channel", "account", "external_id"),
        Index("ix_identities_customer_id", "customer_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    customer_id: Mapped[str] = mapped_column(String(32), ForeignKey("customers.id"))
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(200))
    external_id: Mapped[str] = mapped_column(String(200))
    first_seen_at: Mapped[datetime]
