"""The one clock. Tests and replays set it; everything else calls `now()`."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_source: ContextVar[Callable[[], datetime] | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present moment in UTC, with its zone."""
    source = _source.get()
    return source() if source else datetime.now(UTC)


@contextmanager
def at(moment: datetime | Callable[[], datetime]) -> Iterator[None]:
    """Make `now()` answer `moment` (or call it) inside the block, in this context only."""
    token = _source.set(moment if callable(moment) else lambda: moment)
    try:
        yield
    finally:
        _source.reset(token)
