"""Tables of the people who work in a shop, and of how they sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId, Ref

_HASH = String(64)  # SHA-256 in hexadecimal


class StaffRow(Base):
    """A person who works in a shop. Logins are unique in the installation: signing in names no shop."""

    __tablename__ = "staff"
    __table_args__ = (
        UniqueConstraint("login"),
        CheckConstraint("role IN ('owner', 'manager', 'staff', 'kitchen', 'agent')", name="role"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[Ref] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(120))
    login: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    # Where they may act; empty: at every place of the shop.
    location_ids: Mapped[list[Any]] = mapped_column(default=list)


class StaffSessionRow(Base):
    """A signed-in browser. Only the hash of its token is kept: reading this table signs nobody in."""

    __tablename__ = "staff_sessions"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "staff_id"))

    id: Mapped[PrimaryId]
    merchant_id: Mapped[Ref]
    staff_id: Mapped[Ref] = mapped_column(ForeignKey("staff.id"))
    token_hash: Mapped[str] = mapped_column(_HASH)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class FirstRunTokenRow(Base):
    """The one-time right to become the first owner of a shop that nobody runs yet."""

    __tablename__ = "first_run_tokens"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[PrimaryId]
    merchant_id: Mapped[Ref] = mapped_column(index=True)
    token_hash: Mapped[str] = mapped_column(_HASH)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailuresRow(Base):
    """Failed sign-ins in a row, of one login or from one address (kept as a hash); of no shop until one succeeds."""

    __tablename__ = "sign_in_failures"

    key: Mapped[str] = mapped_column(_HASH, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]
