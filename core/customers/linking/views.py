"""Frozen answers about links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LinkView:
    """An identity that was proved to be a customer's who was known by another one. `own_customer_id`: whose it was."""

    id: str
    identity_id: str
    customer_id: str
    own_customer_id: str
    proof: str
    from_conversation_id: str
    to_conversation_id: str
    cart_id: str
    linked_at: datetime
    parted_at: datetime | None
