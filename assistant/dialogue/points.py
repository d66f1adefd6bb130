"""What came of a message besides the cart: open points that need the customer, and news to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.orders.lines import Line

PointKind = Literal["unavailable", "quantity", "off_menu", "which", "not_on_item", "which_line", "propose", "too_many"]
NewsKind = Literal[
    "added",
    "changed",
    "removed",
    "cleared",
    "undone",
    "nothing_to_undo",
    "not_in_cart",
    "fulfilment",
    "name",
    "fine",
    "held",
    "undecided",
    "injection",
    "order_cancelled",
    "order_stands",
    "no_order",
    "not_offered",
    "invite",
    "one_size",
    "note",
    "time",
    "soonest",
    "address",
    "table",
    "tip",
    "no_tip",
    "no_link",
    "altered",
    "unread",
    "late_message",
    "basket_unknown",
    "basket_price",
]


@dataclass(frozen=True, slots=True)
class Point:
    """Something of this turn that is open: it is asked about or said plainly, and the reply counts as asking."""

    kind: PointKind
    words: str = ""
    items: tuple[str, ...] = ()
    line: Line | None = None
    target: int | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """Something that was done, or plainly understood."""

    kind: NewsKind
    line: Line | None = None
    value: str = ""
