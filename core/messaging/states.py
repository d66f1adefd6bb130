"""How far a message of ours may get, and from where.

pending ──> sending ──> sent ──> delivered
                │
                ├──> pending    its turn has not come: the channel's limits
                ├──> failed     not taken; tried again: sending
                └──> ambiguous  no answer came, the provider may have it: sending, sent, delivered

All but sent and delivered may become dead: given up, a person may look.
"""

from __future__ import annotations

from typing import Final, Literal

DeliveryState = Literal["pending", "sending", "ambiguous", "sent", "delivered", "failed", "dead"]

_ARROWS: Final[dict[DeliveryState, frozenset[DeliveryState]]] = {
    "pending": frozenset({"sending", "dead"}),
    "sending": frozenset({"pending", "sent", "failed", "ambiguous", "dead"}),
    "ambiguous": frozenset({"sending", "sent", "delivered", "dead"}),
    "failed": frozenset({"sending", "dead"}),
    "sent": frozenset({"delivered"}),
    "delivered": frozenset(),
    "dead": frozenset(),
}
# A reply whose fate is unknown is sent again this often; then it stays ambiguous for a person to look at.
MOST_RESENDS: Final = 2


def may_become(state: DeliveryState, target: DeliveryState) -> bool:
    """Whether the arrow exists."""
    return target in _ARROWS[state]
