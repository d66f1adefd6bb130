"""Frozen answers about kitchen tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.kitchen.dishes import Cooking, Dish

TicketState = Literal["open", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at before a ticket is done."""

    text: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class TicketView:
    """What one station makes for one order. `lines` are spelled for cooks, particulars indented.

    `number` above 1: only what an edit added after the station had begun. `changes` tell what an edit did to this
    ticket. `due_at` is when the customer was promised it.
    """

    id: str
    merchant_id: str
    location_id: str
    order_id: str
    code: str
    station: str
    state: TicketState
    lines: tuple[str, ...]
    placed_at: datetime
    customer_name: str | None
    fulfilment: str | None
    note: str
    done_at: datetime | None = None
    number: int = 1
    dishes: tuple[Dish, ...] = ()
    changes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    table: str | None = None
    due_at: datetime | None = None
    started_at: datetime | None = None

    @property
    def cooking(self) -> Cooking:
        """How far it is."""
        if self.state == "done":
            return "made"
        return "cooking" if self.started_at else "waiting"

    @property
    def unticked(self) -> tuple[str, ...]:
        """What is still to be looked at."""
        return tuple(check.text for check in self.checks if not check.ticked)


@dataclass(frozen=True, slots=True)
class Part:
    """A station's share of an order at the pass."""

    station: str
    number: int
    cooking: Cooking
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpoOrder:
    """An order at the pass, over all stations. `ready`: every part is made."""

    order_id: str
    code: str
    customer_name: str | None
    fulfilment: str | None
    table: str | None
    note: str
    due_at: datetime | None
    placed_at: datetime
    parts: tuple[Part, ...]

    @property
    def ready(self) -> bool:
        """Whether it can be handed over."""
        return all(part.cooking == "made" for part in self.parts)
