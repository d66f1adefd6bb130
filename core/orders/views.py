"""Frozen answers about carts and orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.kernel.money import Money
from core.kitchen import Cooking
from core.merchants import Address
from core.orders.charges import Charges, Tip
from core.orders.discounts import Discount, LineShare
from core.orders.lines import Line
from core.orders.pricing_reasons import Reason, explain
from core.orders.pricing_refunds import RefundParts
from core.orders.pricing_units import PricePart
from core.orders.promise import Interval
from core.orders.splitting import OrderPart
from core.orders.states import OrderState

CartStatus = Literal["open", "placed", "abandoned"]
ReturnState = Literal["requested", "done", "refused"]


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
    requested_for: datetime | None = None
    address: Address | None = None
    table: str | None = None


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

    `charges` has what lies between the lines and the total. `version` grows with every edit. `requested_for` is the
    time the customer asked for, `slot_at` when the slot begins that it takes; None: as soon as possible.
    `held_for` says why the order waited, or waits, for a person. `travel_minutes` is the way to the address. `split`
    has what each location makes of it where several do; nothing where `location_id` makes all of it.
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
    version: int = 1
    requested_for: datetime | None = None
    slot_at: datetime | None = None
    address: Address | None = None
    table: str | None = None
    zone: str | None = None
    travel_minutes: int = 0
    promised: Interval | None = None
    held_for: tuple[str, ...] = ()
    new_at: datetime | None = None
    preparing_at: datetime | None = None
    out_for_delivery_at: datetime | None = None
    split: tuple[OrderPart, ...] = ()

    def explain(self) -> tuple[Reason, ...]:
        """Every step from the menu to the total; those that count add up to it."""
        return explain(self.lines, self.charges, tax=self.tax, total=self.total, inclusive=self.tax_inclusive)


@dataclass(frozen=True, slots=True)
class ReturnView:
    """Something of an order that is, was or will not be given back. `ref` is the caller's name for it, once an order.

    `lines` are units by order line, `amount` a sum of money; neither: all that was left. `parts` once it is done.
    """

    id: str
    merchant_id: str
    order_id: str
    ref: str
    state: ReturnState
    reason: str
    lines: dict[str, int] | None
    amount: Money | None
    parts: RefundParts | None
    restocked: bool
    answer: str
    requested_at: datetime
    settled_at: datetime | None

    @property
    def total(self) -> Money | None:
        """What the customer gets; None before it is decided."""
        return self.parts.total if self.parts else None


@dataclass(frozen=True, slots=True)
class TrackingView:
    """How far an order is. `promised` is the interval in which the customer has it; `due` what is still to be paid.

    `steps` are the states that were reached, with their moments.
    """

    order_id: str
    code: str
    state: OrderState
    cooking: Cooking
    promised: Interval | None
    late: bool
    due: Money | None
    paid: bool
    steps: tuple[tuple[OrderState, datetime], ...]
