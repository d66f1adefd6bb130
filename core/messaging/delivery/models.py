"""Tables of what becomes of our messages at the providers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
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


class SendRate(Base):
    """How far a limit of a provider is used up: the bucket is full again at `free_at`.

    `queued_to` is the last moment that was promised to a message which has to wait. A limit may span shops, so a row
    is no shop's.
    """

    __tablename__ = "send_rates"

    key: Mapped[str] = mapped_column(String(320), primary_key=True)
    free_at: Mapped[datetime] = mapped_column(index=True)
    queued_to: Mapped[datetime]


class SendGate(Base):
    """An account by which nothing is sent now. There is no row while all is well.

    Closed until `closed_until` because the provider asked for it (“asked”), or for longer, until one message gets
    through: because several failed in a row (“failing”), or our credentials were not accepted (“credentials”, those of
    this `fingerprint`). One message at a time may try, until `probe_until`.
    """

    __tablename__ = "send_gates"
    __table_args__ = (CheckConstraint("reason IN ('asked', 'failing', 'credentials')", name="reason"),)

    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    account: Mapped[str] = mapped_column(String(255), primary_key=True)
    reason: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime]
    closed_until: Mapped[datetime]
    probe_until: Mapped[datetime | None]
    fingerprint: Mapped[str] = mapped_column(String(64))
    error: Mapped[str] = mapped_column(Text)


class Alarm(Base):
    """Something that a person must look at, until it is over. `subject` says of what: an account, a conversation."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index(
            "ix_alarms_open",
            "merchant_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("cleared_at IS NULL"),
            sqlite_where=text("cleared_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(320))
    problem: Mapped[str] = mapped_column(Text)
    times: Mapped[int]
    raised_at: Mapped[datetime]
    last_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
