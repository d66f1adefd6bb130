"""Frozen answers about carts and orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.kernel.money import Money
from core.orders.lines import Line
from core.orders.pricing import PricePart
from core.orders.states import OrderState

CartStatus = Literal["open", "placed", "abandoned"]


@dataclass(frozen=True, slots=True)
class CartView:
    """What a conversation has gathered so far. `causes` are the customer's words, one tuple a line.

    `version` grows with every change; `order_id` is set once the cart was placed.
    """

    id: str
    merchant_id: str
    location_id: str
    customer_id: str
    conversation_id: str
    status: CartStatus
    order_id: str | None
    version: int
    lines: tuple[Line, ...]
    causes: tuple[tuple[str, ...], ...]
    fulfilment: str | None
    customer_name: str | None
    note: str


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """A line as it was sold: names and prices of that moment.

    `description` is spelled for cooks, `parts` add up to `unit`, `causes` are the customer's words for the line.
    """

    id: str
    line: Line
    name: str
    description: tuple[str, ...]
    unit: Money
    total: Money
    parts: tuple[PricePart, ...] = ()
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as it was placed, and how far it is. `code` is called out; `total` is what is paid."""

    id: str
    merchant_id: str
    location_id: str
    customer_id: str
    conversation_id: str
    cart_id: str
    code: str
    state: OrderState
    lines: tuple[OrderLineView, ...]
    subtotal: Money
    tax: Money
    total: Money
    tax_inclusive: bool
    fulfilment: str | None
    customer_name: str | None
    note: str
    menu_version: str
    placed_at: datetime
    accepted_at: datetime | None = None
    ready_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
