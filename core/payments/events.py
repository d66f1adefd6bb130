"""What happened to payments. Delivered in order for each order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent(Event):
    """Something happened to a payment. `amount` is in minor units of `currency`."""

    payment_id: str
    order_id: str
    method: str
    amount: int
    currency: str

    @property
    def lane(self) -> str:
        """In one line with the events of its order."""
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOpened(PaymentEvent):
    """The order is to be paid in another way, or another amount, than when it was placed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReported(PaymentEvent):
    """A provider said how far a payment is: its page is open, a try was declined, or the money is promised."""

    quiet: ClassVar[bool] = True
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCaptured(PaymentEvent):
    """The money has come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(PaymentEvent):
    """The money will not come in this way: declined for good, or not paid in time. `reason` is for staff."""

    reason: str = ""
    expired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDisputed(PaymentEvent):
    """The customer's bank takes money back, or has decided: `state` is open, won or lost."""

    state: str = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundEvent(PaymentEvent):
    """Something happened to a refund; `amount` is the refund's."""

    refund_id: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundStarted(RefundEvent):
    """Money is to go back. `reason` is for staff."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSucceeded(RefundEvent):
    """The money is on its way to the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(RefundEvent):
    """The money could not be given back: somebody must see to it. `reason` is for staff."""

    reason: str = ""
