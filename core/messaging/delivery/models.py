"""Tables of what becomes of our messages at the providers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId, Ref


class OutboundPart(Base):
    """One message at the provider: a reply that is too long for one is several of them, each sent by itself.

    `started_at` is when it was handed over last; `resends` how often that happened again because nobody knew whether
    it had been taken, and `also` what the provider called the copies before, where it told.
    """

    __tablename__ = "outbound_parts"
    __table_args__ = (
        UniqueConstraint("outbound_id", "number"),
        Index("ix_outbound_parts_provider_id", "merchant_id", "channel", "account", "provider_id"),
        CheckConstraint(
            "state IN ('pending', 'sending', 'ambiguous', 'sent', 'failed', 'delivered', 'read')", name="state"
        ),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    outbound_id: Mapped[str] = mapped_column(String(32), ForeignKey("outbound_messages.id"))
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str | None] = mapped_column(String(255))
    also: Mapped[list[Any]]
    resends: Mapped[int]
    unanswered: Mapped[int]
    error: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime]
    reported_at: Mapped[datetime | None]


class EarlyReport(Base):
    """What a provider said of a message before we had kept its id there; the furthest it has said."""

    __tablename__ = "early_reports"

    merchant_id: Mapped[Ref] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    account: Mapped[str] = mapped_column(String(255), primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    error: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
