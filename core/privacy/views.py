"""Frozen answers about what is kept of one person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.orders import CartView


@dataclass(frozen=True, slots=True)
class Moved:
    """A conversation that goes on in another one: the dialogue's state and the cart, if there was an open one."""

    link_id: str
    from_conversation_id: str
    customer_id: str
    state: dict[str, Any]
    cart: CartView | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How much is kept of a person, for saying it in a sentence. `channels` name where they are known."""

    name: str
    channels: tuple[str, ...]
    messages: int
    orders: int


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: rows changed or deleted by table, and files that are to be deleted after it."""

    rows: dict[str, int]
    files: tuple[str, ...] = field(default=())
