"""Tables of carts and orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId
from core.orders.states import OrderState
from core.orders.views import CartStatus, ReturnState

_OPEN_CART = text("status = 'open'")
_READY = text("ready_at IS NOT NULL")
_OPEN_ORDER = text("state NOT IN ('completed', 'cancelled')")


class CartRow(Base):
    """What a conversation has gathered. `lines` is a list of LINE, `causes` the customer's words for each of them.

    `charges` has the tip, the discounts given by hand and the delivery fee, absent where there is none.
    """

    __tablename__ = "carts"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'placed', 'abandoned')", name="status"),
        CheckConstraint("(status = 'placed') = (order_id IS NOT NULL)", name="order"),
        # One conversation has one open cart.
        Index(
            "uq_carts_open_conversation",
            "merchant_id",
            "conversation_id",
            unique=True,
            postgresql_where=_OPEN_CART,
            sqlite_where=_OPEN_CART,
        ),
        Index("ix_carts_conversation", "merchant_id", "conversation_id", "created_at"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id"))
    customer_id: Mapped[str] = mapped_column(String(32), ForeignKey("customers.id"))
    conversation_id: Mapped[str] = mapped_column(String(32))
    status: Mapped[CartStatus] = mapped_column(String(16))
    order_id: Mapped[str | None] = mapped_column(String(32))
    version: Mapped[int]
    lines: Mapped[list[Any]]
    causes: Mapped[list[Any]]
    fulfilment: Mapped[str | None] = mapped_column(String(16))
    customer_name: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text)
    charges: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"), default=dict)
    requested_for: Mapped[datetime | None]
    address: Mapped[dict[str, Any] | None]
    table_name: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class OrderRow(Base):
    """An order as it was placed. Amounts are minor units of `currency`."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("cart_id"),
        CheckConstraint(
            "state IN ('held', 'new', 'accepted', 'preparing', 'ready', 'out_for_delivery', 'completed', 'cancelled')",
            name="state",
        ),
        CheckConstraint("subtotal_amount >= 0 AND tax_amount >= 0 AND total_amount >= 0", name="amounts"),
        CheckConstraint(
            "total_amount = subtotal_amount - discount_amount + service_charge_amount + delivery_fee_amount "
            "+ tip_amount + rounding_amount + CASE WHEN tax_inclusive THEN 0 ELSE tax_amount END",
            name="total",
        ),
        CheckConstraint("discount_amount BETWEEN 0 AND subtotal_amount", name="discount"),
        CheckConstraint("service_charge_amount >= 0 AND delivery_fee_amount >= 0 AND tip_amount >= 0", name="charges"),
        # A code that is called out means one order.
        Index(
            "uq_orders_code_in_use",
            "merchant_id",
            "location_id",
            "code",
            unique=True,
            postgresql_where=_OPEN_ORDER,
            sqlite_where=_OPEN_ORDER,
        ),
        Index("ix_orders_merchant_state", "merchant_id", "state", "placed_at"),
        Index("ix_orders_customer", "merchant_id", "customer_id", "placed_at"),
        Index(
            "ix_orders_ready", "merchant_id", "location_id", "ready_at", postgresql_where=_READY, sqlite_where=_READY
        ),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id"))
    customer_id: Mapped[str] = mapped_column(String(32), ForeignKey("customers.id"))
    conversation_id: Mapped[str] = mapped_column(String(32))
    cart_id: Mapped[str] = mapped_column(String(32), ForeignKey("carts.id"))
    code: Mapped[str] = mapped_column(String(8))
    state: Mapped[OrderState] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(3))
    subtotal_amount: Mapped[int]
    discount_amount: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    service_charge_amount: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    delivery_fee_amount: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    tip_amount: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    rounding_amount: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    charges: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"), default=dict)
    tax_amount: Mapped[int]
    total_amount: Mapped[int]
    tax_inclusive: Mapped[bool]
    fulfilment: Mapped[str | None] = mapped_column(String(16))
    customer_name: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text)
    menu_version: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(server_default=text("1"), default=1)
    requested_for: Mapped[datetime | None]
    slot_at: Mapped[datetime | None]
    address: Mapped[dict[str, Any] | None]
    table_name: Mapped[str | None] = mapped_column(String(40))
    zone: Mapped[str | None] = mapped_column(String(80))
    travel_minutes: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    promised_from: Mapped[datetime | None]
    promised_until: Mapped[datetime | None]
    held_for: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"), default=list)
    split: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    placed_at: Mapped[datetime]
    new_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    preparing_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    out_for_delivery_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text)


class OrderLineRow(Base):
    """A line as it was sold: `line` is the LINE, name and amounts are those of that moment."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("total_amount = unit_amount * quantity", name="total"),
        CheckConstraint("discount_amount BETWEEN 0 AND total_amount", name="discount"),
        CheckConstraint("tax_amount >= 0 AND tax_basis_points BETWEEN 0 AND 10000", name="tax"),
        Index("ix_order_lines_merchant_item", "merchant_id", "item_code"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    order_id: Mapped[str] = mapped_column(String(32), ForeignKey("orders.id"))
    position: Mapped[int]
    item_code: Mapped[str] = mapped_column(String(64))
    quantity: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[list[Any]]
    line: Mapped[dict[str, Any]]
    parts: Mapped[list[Any]]
    causes: Mapped[list[Any]]
    unit_amount: Mapped[int]
    total_amount: Mapped[int]
    discount_amount: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    discounts: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"), default=list)
    tax_amount: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    tax_basis_points: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    currency: Mapped[str] = mapped_column(String(3))


class SlotRow(Base):
    """How many orders a time of a location has taken: counted by guarded statements only."""

    __tablename__ = "order_slots"
    __table_args__ = (
        UniqueConstraint("location_id", "starts_at"),
        CheckConstraint("taken >= 0", name="taken"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    taken: Mapped[int]


class ReturnRow(Base):
    """Something of an order that is to be given back: asked for, then done or refused. `parts` once it is done.

    `lines` are units by order line, `amount` a sum; neither: all that is left.
    """

    __tablename__ = "order_returns"
    __table_args__ = (
        UniqueConstraint("merchant_id", "order_id", "ref"),
        CheckConstraint("state IN ('requested', 'done', 'refused')", name="state"),
        CheckConstraint("(state = 'done') = (total_amount IS NOT NULL)", name="total"),
        CheckConstraint("total_amount IS NULL OR total_amount >= 0", name="amount"),
        Index("ix_order_returns_state", "merchant_id", "state", "requested_at"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    order_id: Mapped[str] = mapped_column(String(32), ForeignKey("orders.id"))
    ref: Mapped[str] = mapped_column(String(120))
    state: Mapped[ReturnState] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    wanted: Mapped[dict[str, Any]]
    parts: Mapped[dict[str, Any] | None]
    restocked: Mapped[bool]
    total_amount: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    answer: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
