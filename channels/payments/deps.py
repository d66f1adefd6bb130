"""What the routes of payments are made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from channels.payments.base import Provider
from core.db.session import Database


@dataclass(frozen=True, slots=True)
class Deps:
    """Plain arguments of the router. `drain_lane` does the work of a lane now, in this thread."""

    database: Database
    providers: Mapping[str, Provider]
    drain_lane: Callable[[str], int]
