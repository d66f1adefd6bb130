"""The life of an order. Pure."""

from __future__ import annotations

from typing import Final, Literal

from core.kernel.errors import IllegalTransition

OrderState = Literal["held", "new", "accepted", "preparing", "ready", "out_for_delivery", "completed", "cancelled"]

STATES: Final[tuple[OrderState, ...]] = (
    "held",
    "new",
    "accepted",
    "preparing",
    "ready",
    "out_for_delivery",
    "completed",
    "cancelled",
)
OPEN: Final[tuple[OrderState, ...]] = ("held", "new", "accepted", "preparing", "ready", "out_for_delivery")
# What is still to be made may be made otherwise.
CHANGEABLE: Final[frozenset[OrderState]] = frozenset({"held", "new", "accepted", "preparing"})
# What is ready has been made: it is handed over, not cancelled. Money that goes back is no state: an order that was
# completed stays so, whatever part of it is refunded.
ARROWS: Final[frozenset[tuple[OrderState, OrderState]]] = frozenset(
    {
        ("held", "new"),
        ("new", "accepted"),
        ("accepted", "preparing"),
        ("accepted", "ready"),
        ("preparing", "ready"),
        ("ready", "out_for_delivery"),
        ("ready", "completed"),
        ("out_for_delivery", "completed"),
        ("held", "cancelled"),
        ("new", "cancelled"),
        ("accepted", "cancelled"),
        ("preparing", "cancelled"),
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
