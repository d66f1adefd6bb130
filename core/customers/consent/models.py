"""The ledger of consent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId


class ConsentRow(Base):
    """What an identity allowed for one purpose, from this entry on until the next; never changed, never deleted.

    `ref` names what caused it, so that a message that is delivered again adds nothing. The purpose "disclosure" notes
    that they were told that a machine speaks; `words` are ours then.
    """

    __tablename__ = "consents"
    __table_args__ = (
        UniqueConstraint("merchant_id", "identity_id", "number"),
        UniqueConstraint("merchant_id", "identity_id", "purpose", "ref"),
        CheckConstraint("purpose IN ('transactional', 'marketing', 'disclosure')", name="purpose"),
        CheckConstraint("allowed IN ('always', 'in_answer', 'never', 'told')", name="allowed"),
        CheckConstraint("how IN ('keyword', 'words', 'provider', 'staff', 'disclosure')", name="how"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    identity_id: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(16))
    allowed: Mapped[str] = mapped_column(String(16))
    how: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(35))
    ref: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
