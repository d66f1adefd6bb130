"""Tables of links and of the codes that prove them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId

_IN_FORCE = text("parted_at IS NULL")


class LinkCodeRow(Base):
    """A code that was told in one conversation: whoever says it on `channel` in time, once, is the same customer."""

    __tablename__ = "link_codes"
    __table_args__ = (
        UniqueConstraint("merchant_id", "digest"),
        CheckConstraint("(used_at IS NULL) = (used_in IS NULL)", name="used"),
        Index("ix_link_codes_conversation", "merchant_id", "conversation_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    customer_id: Mapped[str] = mapped_column(String(32), ForeignKey("customers.id"))
    conversation_id: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_in: Mapped[str | None] = mapped_column(String(32))


class LinkRow(Base):
    """An identity that is another customer's than its own, until it is parted again."""

    __tablename__ = "identity_links"
    __table_args__ = (
        Index(
            "uq_identity_links_in_force",
            "merchant_id",
            "identity_id",
            unique=True,
            postgresql_where=_IN_FORCE,
            sqlite_where=_IN_FORCE,
        ),
        Index("ix_identity_links_customer", "merchant_id", "customer_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    identity_id: Mapped[str] = mapped_column(String(32))
    customer_id: Mapped[str] = mapped_column(String(32), ForeignKey("customers.id"))
    own_customer_id: Mapped[str] = mapped_column(String(32), ForeignKey("customers.id"))
    proof: Mapped[str] = mapped_column(String(16))
    from_conversation_id: Mapped[str] = mapped_column(String(32))
    to_conversation_id: Mapped[str] = mapped_column(String(32))
    cart_id: Mapped[str] = mapped_column(String(32))
    linked_at: Mapped[datetime]
    parted_at: Mapped[datetime | None]
