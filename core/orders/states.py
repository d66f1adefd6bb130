"""The life of an order. Pure."""

from __future__ import annotations

from typing import Final, Literal

from core.kernel.errors import IllegalTransition

OrderState = Literal["new", "accepted", "ready", "completed", "cancelled"]

STATES: Final[tuple[OrderState, ...]] = ("new", "accepted", "ready", "completed", "cancelled")
OPEN: Final[tuple[OrderState, ...]] = ("new", "accepted", "ready")
# What is ready has been made: it is handed over, not cancelled.
ARROWS: Final[frozenset[tuple[OrderState, OrderState]]] = frozenset(
    {
        ("new", "accepted"),
        ("accepted", "ready"),
        ("ready", "completed"),
        ("new", "cancelled"),
        ("accepted", "cancelled"),
    }
)


def moves(state: OrderState, target: OrderState) -> bool:
    """Whether going to `target` changes anything: False when the order is there already.

    Raises:
        IllegalTransition: there is no such arrow.
    """
    if state == target:
        return False
    if (state, target) not in ARROWS:
        raise IllegalTransition(state=state, target=target)
    return True
