"""Tables of carts and orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId
from core.orders.states import OrderState
from core.orders.views import CartStatus

_OPEN_CART = text("status = 'open'")
_OPEN_ORDER = text("state IN ('new', 'accepted', 'ready')")


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
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class OrderRow(Base):
    """An order as it was placed. Amounts are minor units of `currency`."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("cart_id"),
        CheckConstraint("state IN ('new', 'accepted', 'ready', 'completed', 'cancelled')", name="state"),
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
            "uq_orders_open_code",
            "merchant_id",
            "location_id",
            "code",
            unique=True,
            postgresql_where=_OPEN_ORDER,
            sqlite_where=_OPEN_ORDER,
        ),
        Index("ix_orders_merchant_state", "merchant_id", "state", "placed_at"),
        Index("ix_orders_customer", "merchant_id", "customer_id", "placed_at"),
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
    placed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
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
