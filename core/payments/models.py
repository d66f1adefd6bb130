"""Tables of payments.

Constraints hold what must never be wrong: one live payment a part of an order, never more given back than was taken.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId
from core.payments.states import DisputeState, Method, PaymentState, RefundState, Tender

_CHARGED = text("charge_ref <> ''")
_LIVE = text("state IN ('pending', 'authorised', 'captured', 'disputed')")


class PaymentRow(Base):
    """How a part of an order is paid. Amounts are minor units of `currency`.

    Part 1 is the order itself; further parts are what an order became dearer by after it was paid.
    A row that is cancelled may still have captured money: it came too late, and goes back. `tender` is what was taken
    at the counter.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("method IN ('counter', 'test', 'stripe', 'paypal', 'telegram')", name="method"),
        CheckConstraint(
            "state IN ('pending', 'authorised', 'captured', 'failed', 'cancelled', 'disputed')", name="state"
        ),
        CheckConstraint("amount >= 0 AND captured_amount >= 0", name="amounts"),
        CheckConstraint(
            "refunded_amount >= 0 AND refunding_amount >= 0 AND refunded_amount + refunding_amount <= captured_amount",
            name="refunds",
        ),
        CheckConstraint("state NOT IN ('captured', 'disputed') OR captured_amount = amount", name="captured"),
        CheckConstraint("state NOT IN ('pending', 'authorised') OR captured_amount = 0", name="open"),
        CheckConstraint("dispute IN ('', 'open', 'won', 'lost')", name="dispute"),
        CheckConstraint("tender IN ('', 'cash', 'card')", name="tender"),
        Index(
            "uq_payments_live_part",
            "merchant_id",
            "order_id",
            "part",
            unique=True,
            postgresql_where=_LIVE,
            sqlite_where=_LIVE,
        ),
        Index("ix_payments_order", "merchant_id", "order_id", "created_at"),
        Index("ix_payments_charge", "method", "charge_ref", postgresql_where=_CHARGED, sqlite_where=_CHARGED),
        UniqueConstraint("token"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32))
    order_id: Mapped[str] = mapped_column(String(32))
    part: Mapped[int]
    method: Mapped[Method] = mapped_column(String(16))
    state: Mapped[PaymentState] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    captured_amount: Mapped[int]
    refunded_amount: Mapped[int]
    refunding_amount: Mapped[int]
    token: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    prepaid: Mapped[bool]
    provider_ref: Mapped[str] = mapped_column(String(255))
    provider_url: Mapped[str] = mapped_column(Text)
    charge_ref: Mapped[str] = mapped_column(String(255))
    dispute: Mapped[DisputeState] = mapped_column(String(8))
    problem: Mapped[str] = mapped_column(Text)
    tries: Mapped[int]
    key: Mapped[int]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    captured_at: Mapped[datetime | None]
    tender: Mapped[Tender] = mapped_column(String(8), default="", server_default="")
    looked_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class RefundRow(Base):
    """Money that goes back, whole or in part. `key` counts the idempotency keys used up by a provider's own faults.

    `coins_amount` is what was handed over where there are no coins for the amount itself.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("merchant_id", "payment_id", "ref"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state IN ('pending', 'succeeded', 'failed')", name="state"),
        Index("ix_refunds_order", "merchant_id", "order_id", "created_at"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    payment_id: Mapped[str] = mapped_column(String(32), ForeignKey("payments.id"))
    order_id: Mapped[str] = mapped_column(String(32))
    ref: Mapped[str] = mapped_column(String(160))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    coins_amount: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[RefundState] = mapped_column(String(16))
    provider_ref: Mapped[str] = mapped_column(String(255))
    problem: Mapped[str] = mapped_column(Text)
    tries: Mapped[int]
    key: Mapped[int]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ProviderEventRow(Base):
    """What a provider has told us, by its own id: once, however often it is delivered."""

    __tablename__ = "payment_events"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        Index("ix_payment_events_payment", "merchant_id", "payment_id", "received_at"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    payment_id: Mapped[str] = mapped_column(String(32), ForeignKey("payments.id"))
    provider: Mapped[Method] = mapped_column(String(16))
    event_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime]
