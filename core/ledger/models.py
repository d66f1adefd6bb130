"""Tables of the ledger. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId
from core.ledger.rules import ACCOUNT_LENGTH
from core.ledger.views import PostingKind


class PostingRow(Base):
    """Something that happened to money, once: `ref` is its name in the shop. `digest` covers its entries too."""

    __tablename__ = "ledger_postings"
    __table_args__ = (
        UniqueConstraint("merchant_id", "ref"),
        CheckConstraint("length(ref) > 0", name="ref"),
        CheckConstraint("entry_count >= 0", name="entry_count"),
        Index("ix_ledger_postings_order", "merchant_id", "order_id"),
        Index("ix_ledger_postings_day", "merchant_id", "location_id", "at"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    ref: Mapped[str] = mapped_column(String(160))
    kind: Mapped[PostingKind] = mapped_column(String(16))
    order_id: Mapped[str | None] = mapped_column(String(32))
    location_id: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime]
    entry_count: Mapped[int] = mapped_column(SmallInteger)
    digest: Mapped[str] = mapped_column(String(32))


class EntryRow(Base):
    """An amount that left the account `credit` and came to the account `debit`: both sides, so always in balance."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("debit <> credit", name="accounts"),
        CheckConstraint("length(debit) > 0 AND length(credit) > 0", name="named"),
        CheckConstraint("length(currency) = 3", name="currency"),
        # Holds all that a balance needs: it is read from here, and from here alone.
        Index("ix_ledger_entries_balance", "merchant_id", "debit", "credit", "currency", "amount"),
    )

    posting_id: Mapped[str] = mapped_column(String(32), ForeignKey("ledger_postings.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    merchant_id: Mapped[str] = mapped_column(String(32))
    debit: Mapped[str] = mapped_column(String(ACCOUNT_LENGTH))
    credit: Mapped[str] = mapped_column(String(ACCOUNT_LENGTH))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
