"""How far a message of ours may get, and from where.

pending ──> sending ──> sent ──> delivered ──> read
                │
                ├──> pending    its turn has not come: the channel's limits
                ├──> failed     not taken; tried again: sending
                └──> ambiguous  no answer came, the provider may have it: sending, sent, delivered, read

Whatever has not arrived may become dead: given up, a person may look, and send it again (pending). What a provider
says later is believed even of a message that was given up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

DeliveryState = Literal["pending", "sending", "ambiguous", "sent", "delivered", "read", "failed", "dead"]
PartState = Literal["pending", "sending", "ambiguous", "sent", "failed", "delivered", "read"]
ReportStatus = Literal["sent", "delivered", "read", "failed"]

_ARROWS: Final[dict[DeliveryState, frozenset[DeliveryState]]] = {
    "pending": frozenset({"sending", "sent", "delivered", "read", "dead"}),
    "sending": frozenset({"pending", "sent", "delivered", "read", "failed", "ambiguous", "dead"}),
    "ambiguous": frozenset({"pending", "sending", "sent", "delivered", "read", "failed", "dead"}),
    "failed": frozenset({"pending", "sending", "sent", "delivered", "read", "dead"}),
    "sent": frozenset({"delivered", "read", "dead"}),
    "delivered": frozenset({"read"}),
    "read": frozenset(),
    "dead": frozenset({"pending", "sent", "delivered", "read"}),
}
# Of a part: a state is only ever left for one further on, so reports may come in any order. A part that failed was
# delivered after all, if the provider says so.
_RANK: Final[dict[PartState, int]] = {
    "pending": 0,
    "sending": 1,
    "ambiguous": 1,
    "sent": 2,
    "failed": 3,
    "delivered": 4,
    "read": 5,
}
_TAKEN: Final[tuple[DeliveryState, ...]] = ("sent", "delivered", "read")
# A message whose fate is unknown is sent again this often, and then given up.
MOST_RESENDS: Final = 1


def may_become(state: DeliveryState, target: DeliveryState) -> bool:
    """Whether the arrow exists."""
    return target in _ARROWS[state]


def is_further(state: PartState, than: PartState) -> bool:
    """Whether a part that is at `than` gets on by what was said of it."""
    return _RANK[state] > _RANK[than]


def is_taken(state: PartState) -> bool:
    """Whether the provider has the part, and has not failed with it."""
    return state in _TAKEN


def of_parts(states: Iterable[PartState]) -> DeliveryState | None:
    """How far a message is whose parts were all handed over: as far as the last of them; None: not all are there."""
    found = set(states)
    if "failed" in found:
        return "dead"
    if not found or not found <= set(_TAKEN):
        return None
    return next(state for state in _TAKEN if state in found)
