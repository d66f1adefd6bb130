"""What happened to orders. Delivered in order for each order."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent(Event):
    """Something happened to an order. `code` is the one that is called out."""

    order_id: str
    customer_id: str
    conversation_id: str
    code: str

    @property
    def lane(self) -> str:
        """One order's events stay in order; orders do not wait for one another."""
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartDiscounted(Event):
    """Something happened to the discounts of a cart that were given by hand."""

    cart_id: str
    conversation_id: str
    discount_id: str

    @property
    def lane(self) -> str:
        """One cart's events stay in order."""
        return f"cart:{self.cart_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountGiven(CartDiscounted):
    """Somebody took something off a cart, and said why."""

    discount: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountTakenBack(CartDiscounted):
    """Somebody removed a discount from a cart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(OrderEvent):
    """A cart became an order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAccepted(OrderEvent):
    """The shop has taken the order on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReady(OrderEvent):
    """The order can be picked up, brought to the table or sent on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCompleted(OrderEvent):
    """The customer has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(OrderEvent):
    """It will not be made. `reason` is the shop's or the customer's words."""

    reason: str = ""
