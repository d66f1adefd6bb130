"""How far a message of ours may get, and from where.

pending ──> sending ──> sent ──> delivered
   ^           │ │
   │  failed <─┘ └─> ambiguous (the provider may have it: no answer came) ──> sending, sent, delivered
   └─────┘              any of them ──> dead (given up; a person may look)
"""

from __future__ import annotations

from typing import Final, Literal

DeliveryState = Literal["pending", "sending", "ambiguous", "sent", "delivered", "failed", "dead"]

_ARROWS: Final[dict[DeliveryState, frozenset[DeliveryState]]] = {
    "pending": frozenset({"sending", "dead"}),
    "sending": frozenset({"sent", "failed", "ambiguous", "dead"}),
    "ambiguous": frozenset({"sending", "sent", "delivered", "dead"}),
    "failed": frozenset({"sending", "dead"}),
    "sent": frozenset({"delivered", "failed"}),
    "delivered": frozenset(),
    "dead": frozenset(),
}
SETTLED: Final[frozenset[DeliveryState]] = frozenset({"sent", "delivered", "dead"})
# A reply whose fate is unknown is sent again this often; then it stays ambiguous for a person to look at.
MOST_RESENDS: Final = 2


def may_become(state: DeliveryState, target: DeliveryState) -> bool:
    """Whether the arrow exists."""
    return target in _ARROWS[state]
