"""What happened to orders. Delivered in order for each order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

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


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeld(OrderEvent):
    """A person must look at it before it is made. `reasons` say why."""

    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReleased(OrderEvent):
    """A person has looked at it: it is an order like others now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStarted(OrderEvent):
    """The kitchen has begun with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSentOut(OrderEvent):
    """It is on its way to the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChanged(OrderEvent):
    """Its lines are others now. `difference` is what it costs more, in minor units of `currency`; negative: less.

    `by` is the kind of actor who did it: "customer", "staff" or "system".
    """

    version: int
    difference: int
    currency: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRetimed(OrderEvent):
    """It is wanted at another time: `requested_for` in ISO 8601, empty for as soon as possible. `by` as above."""

    version: int
    requested_for: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequested(OrderEvent):
    """Somebody asks for money back. A person decides."""

    return_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRefused(OrderEvent):
    """Nothing goes back. `answer` is the shop's words."""

    return_id: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefunded(OrderEvent):
    """Money goes back: `amount` in minor units of `currency`. `restocked`: the goods can be sold again."""

    return_id: str
    amount: int
    currency: str
    restocked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CartChanged(Event):
    """What a customer is about to order is another now; `status` says whether it was ordered or abandoned."""

    quiet: ClassVar[bool] = True
    cart_id: str
    conversation_id: str
    version: int
    status: str

    @property
    def lane(self) -> str:
        """What happens to one cart is told in order."""
        return f"cart:{self.cart_id}"
