"""Frozen answers about kitchen tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TicketState = Literal["open", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class TicketView:
    """What one station makes for one order. `lines` are spelled for cooks, particulars indented."""

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
