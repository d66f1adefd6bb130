"""Tables of customers and of how channels know them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId

_STILL_THEIRS = text("ended_at IS NULL")


class CustomerRow(Base):
    """A person who orders. Empty text is what is not known yet, or not any more: `erased_at` says since when."""

    __tablename__ = "customers"
    __table_args__ = (Index("ix_customers_merchant_id", "merchant_id"),)

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    name: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(35))
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class IdentityRow(Base):
    """A customer on one channel. `account` is the shop's own there, `external_id` the customer's, both opaque.

    One that has ended belongs to the past: whoever comes with the same id since is somebody else.
    """

    __tablename__ = "identities"
    __table_args__ = (
        Index(
            "uq_identities_theirs",
            "merchant_id",
            "channel",
            "account",
            "external_id",
            unique=True,
            postgresql_where=_STILL_THEIRS,
            sqlite_where=_STILL_THEIRS,
        ),
        Index("ix_identities_customer_id", "customer_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    customer_id: Mapped[str] = mapped_column(String(32), ForeignKey("customers.id"))
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(200))
    external_id: Mapped[str] = mapped_column(String(200))
    first_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AliasRow(Base):
    """Another id of an identity, which the provider itself has vouched for."""

    __tablename__ = "identity_aliases"
    __table_args__ = (
        UniqueConstraint("merchant_id", "channel", "account", "external_id"),
        Index("ix_identity_aliases_identity", "merchant_id", "identity_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    identity_id: Mapped[str] = mapped_column(String(32), ForeignKey("identities.id"))
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(200))
    external_id: Mapped[str] = mapped_column(String(200))
    seen_at: Mapped[datetime]
