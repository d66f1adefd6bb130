"""The life of a payment and of a refund, whatever order news of it arrives in. Pure."""

from __future__ import annotations

from typing import Final, Literal

Method = Literal["counter", "test", "stripe", "paypal", "telegram"]
# What was handed over at the counter: coins and notes, or a card at the shop's own terminal.
Tender = Literal["", "cash", "card"]
PaymentState = Literal["pending", "authorised", "captured", "failed", "cancelled", "disputed"]
Advance = Literal["none", "awaited", "paid"]
RefundState = Literal["pending", "succeeded", "failed"]
DisputeState = Literal["", "open", "won", "lost"]
FactKind = Literal["opened", "authorised", "declined", "captured", "failed", "expired", "refund", "dispute"]

METHODS: Final[tuple[Method, ...]] = ("counter", "test", "stripe", "paypal", "telegram")
ONLINE: Final[tuple[Method, ...]] = ("stripe", "paypal", "telegram", "test")
STATES: Final[tuple[PaymentState, ...]] = ("pending", "authorised", "captured", "failed", "cancelled", "disputed")
# Money can still come in by it.
OPEN: Final[frozenset[PaymentState]] = frozenset({"pending", "authorised"})
# It is, or may yet become, how its order is paid: an order has one of these for each of its parts.
LIVE: Final[frozenset[PaymentState]] = frozenset({"pending", "authorised", "captured", "disputed"})
PAID: Final[frozenset[PaymentState]] = frozenset({"captured", "disputed"})
_REFUND_RANK: Final[dict[RefundState, int]] = {"pending": 0, "succeeded": 1, "failed": 2}
_DISPUTE_RANK: Final[dict[DisputeState, int]] = {"": 0, "open": 1, "won": 2, "lost": 2}


def refund_moves(state: RefundState, target: RefundState) -> bool:
    """Whether this is news. A refund that failed stays failed; one that succeeded may yet be sent back by the bank."""
    return _REFUND_RANK[target] > _REFUND_RANK[state]


def dispute_moves(state: DisputeState, target: DisputeState) -> bool:
    """Whether this is news. What was decided is not opened again by an older message."""
    return _DISPUTE_RANK[target] > _DISPUTE_RANK[state]
