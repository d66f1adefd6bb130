"""Tables of what customers sent that is no text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId


class MediaRow(Base):
    """A picture, recording or document of a message. `path` is below the data folder, once it is `kept`.

    `mime` is what the bytes are, not what the sender says they are; `size` in bytes.
    """

    __tablename__ = "media"
    __table_args__ = (
        CheckConstraint("state IN ('expected', 'kept', 'lost')", name="state"),
        CheckConstraint("(state = 'kept') = (path <> '')", name="path"),
        CheckConstraint("size >= 0", name="size"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    inbound_id: Mapped[str] = mapped_column(String(32), ForeignKey("inbound_messages.id"), unique=True)
    conversation_id: Mapped[str] = mapped_column(String(32), ForeignKey("conversations.id"), index=True)
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    mime: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(255))
    error: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]


class MediaFailure(Base):
    """A fetch that a provider answered with an error: so many in an hour, and it answers nothing any more."""

    __tablename__ = "media_failures"
    __table_args__ = (Index("ix_media_failures_of", "merchant_id", "channel", "account", "at"),)

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]
