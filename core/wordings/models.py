"""The table of a shop's own words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId
from core.wordings.views import Source


class ReplyWordingRow(Base):
    """One text in place of one template; said when `used`, else waiting for somebody to accept it."""

    __tablename__ = "reply_wordings"
    __table_args__ = (
        UniqueConstraint("merchant_id", "language", "key", "used"),
        CheckConstraint("source IN ('person', 'model')", name="source"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    language: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(64))
    used: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[Source] = mapped_column(String(16))
    updated_at: Mapped[datetime]
