"""What the admin needs from the program around it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.db.session import Database


class Watch(Protocol):
    """Remembers that something changed, from the moment it is entered."""

    async def changed(self, timeout: float) -> bool:  # noqa: ASYNC109 - the caller looks again when it ends
        """Wait for a change, at most `timeout` seconds; answers whether there was one."""
        ...


class Live(Protocol):
    """Hints that something changed. A hint may be lost or repeated: whoever gets one reads the database again."""

    def watch(self, *topics: str) -> AbstractContextManager[Watch]:
        """A watch over topics."""
        ...


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything that the pages reach."""

    database: Database
    live: Live
