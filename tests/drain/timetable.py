"""Time that passes only when nothing is left to do at the present moment: hours of waiting in an instant."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.db.outbox import WorkRow
from core.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comanda.drain import Drain
    from core.db.session import Database


class Timetable:
    """A clock to be set, and whoever works by it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present moment."""
        return self.moment

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**by)

    @contextmanager
    def kept(self) -> Iterator[Timetable]:
        """The clock of everything in the block, in this thread."""
        with clock.at(self):
            yield self

    def next(self, database: Database) -> datetime | None:
        """When the next work falls due."""
        open_ = (WorkRow.done_at.is_(None), WorkRow.dead_at.is_(None))
        with database.read() as session:
            return session.scalar(
                select(func.min(WorkRow.available_at)).where(*open_, WorkRow.available_at > self.moment)
            )

    def run(self, database: Database, drain: Drain, *, until: datetime | None = None) -> None:
        """Do all work, waiting for what is not due, up to a moment; by default to the end."""
        while True:
            while drain.all():
                pass
            due = self.next(database)
            if due is None or (until is not None and due > until):
                break
            self.moment = due
        self.moment = max(self.moment, until or self.moment)
