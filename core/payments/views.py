"""Frozen facts of providers, and frozen answers about payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.kernel.money import Money
from core.payments.states import LIVE, OPEN, PAID, DisputeState, FactKind, Method, PaymentState, RefundState, Tender

TaskName = Literal["open", "close", "capture", "look", "refund"]


@dataclass(frozen=True, slots=True)
class PaymentView:
    """How one part of an order is paid. All amounts are of one currency.

    `url` is the link to give to the customer, empty at the counter; it holds from the first moment and leads to
    `provider_url` once there is one. `provider_ref` is the provider's session or order, `charge_ref` what took the
    money. `refunding` is under way and not yet in `refunded`. `problem` is for staff. `prepaid`: without it the order
    will not be made. `tender` is what was taken at the counter.
    """

    id: str
    merchant_id: str
    location_id: str
    order_id: str
    part: int
    method: Method
    state: PaymentState
    amount: Money
    captured: Money
    refunded: Money
    refunding: Money
    url: str
    token: str
    provider_ref: str
    provider_url: str
    charge_ref: str
    dispute: DisputeState
    problem: str
    title: str
    prepaid: bool
    tries: int
    key: int
    expires_at: datetime | None
    created_at: datetime
    captured_at: datetime | None
    looked_at: datetime | None
    tender: Tender = ""

    @property
    def due(self) -> Money:
        """What is still to be paid."""
        return self.amount if self.state in OPEN else Money.zero(self.amount.currency)

    @property
    def refundable(self) -> Money:
        """What was captured and is neither given back nor on its way back."""
        return self.captured - self.refunded - self.refunding

    @property
    def paid(self) -> bool:
        """Whether the money has come in, for this order."""
        return self.state in PAID

    @property
    def live(self) -> bool:
        """Whether it is how its order is paid, or may be yet."""
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money on its way back. `ref` is the caller's name for it, once a payment; `provider_ref` the provider's.

    `coins` is what was handed over in cash, where it is not the amount itself.
    """

    id: str
    merchant_id: str
    payment_id: str
    order_id: str
    ref: str
    amount: Money
    reason: str
    state: RefundState
    provider_ref: str
    problem: str
    tries: int
    key: int
    created_at: datetime
    settled_at: datetime | None
    coins: Money | None = None


@dataclass(frozen=True, slots=True)
class ProviderFact:
    """One thing a provider says, verified. `event_id` is its own name for saying so: once each.

    The payment is found by ours (`merchant_id`, `payment_id`) or, where the provider does not repeat them, by
    `charge_ref`. `amount` is what the fact is about: captured, refunded or disputed.
    """

    provider: Method
    event_id: str
    kind: FactKind
    merchant_id: str = ""
    payment_id: str = ""
    session_ref: str = ""
    charge_ref: str = ""
    amount: Money | None = None
    url: str = ""
    expires_at: datetime | None = None
    refund_id: str = ""
    refund_ref: str = ""
    refund_state: RefundState = "pending"
    dispute_ref: str = ""
    dispute_state: DisputeState = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a fact: `duplicate` and `unknown` ones changed nothing."""

    payment: PaymentView | None
    outcome: Literal["applied", "duplicate", "unknown"]


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done at a provider, with no transaction open.

    `again`: it was tried before and nobody knows what came of it, so read before doing it again.
    """

    name: TaskName
    payment: PaymentView
    refund: RefundView | None = None
    again: bool = False
