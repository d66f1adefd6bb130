"""Frozen answers about carts and orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.kernel.money import Money
from core.orders.charges import Charges, Tip
from core.orders.discounts import Discount, LineShare
from core.orders.lines import Line
from core.orders.pricing_reasons import Reason, explain
from core.orders.pricing_units import PricePart
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
    tip: Tip | None = None
    discounts: tuple[Discount, ...] = ()
    delivery_fee: Money | None = None


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """A line as it was sold: names and prices of that moment.

    `description` is spelled for cooks, `parts` add up to `unit`, `causes` are the customer's words for the line.
    `discount` was taken off `total` by `discounts`; `tax` is its own share of the order's tax, at `basis_points`. What
    they say stays, whatever becomes of the other lines.
    """

    id: str
    line: Line
    name: str
    description: tuple[str, ...]
    unit: Money
    total: Money
    discount: Money
    tax: Money
    basis_points: int = 0
    discounts: tuple[LineShare, ...] = ()
    parts: tuple[PricePart, ...] = ()
    causes: tuple[str, ...] = ()

    @property
    def net(self) -> Money:
        """What is left of the line's price after its discounts."""
        return self.total - self.discount


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as it was placed, and how far it is. `code` is called out; `total` is what is paid.

    `charges` has what lies between the lines and the total.
    """

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
    charges: Charges
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

    def explain(self) -> tuple[Reason, ...]:
        """Every step from the menu to the total; those that count add up to it."""
        return explain(self.lines, self.charges, tax=self.tax, total=self.total, inclusive=self.tax_inclusive)
