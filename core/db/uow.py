"""The unit of work: the only place in the program that commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.access import SYSTEM
from core.db import outbox
from core.kernel.clock import now

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.access import Actor
    from core.kernel.events import Event


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit left behind: lanes with new work, and topics that live pages may be watching."""

    lanes: frozenset[str]
    topics: frozenset[str]


class UnitOfWork:
    """One transaction: rows, events and work that become true together, for one actor."""

    def __init__(self, session: Session, actor: Actor = SYSTEM) -> None:
        self.session = session
        self.actor = actor
        # Set while a guarded service function runs: what it uses for its work is not asked again.
        self.guarded = False
        self._works: list[outbox.NewWork] = []
        self._topics: set[str] = set()

    def record(self, event: Event) -> None:
        """Save an event with the rows it speaks of; its subscribers run after the commit, in the order of its lane."""
        kind = f"event:{type(event).__name__}"
        self.enqueue(event.lane, kind, event.payload(), merchant_id=event.merchant_id)

    def enqueue(
        self, lane: str, kind: str, payload: dict[str, Any], *, merchant_id: str, at: datetime | None = None
    ) -> None:
        """Save work to be done after the commit: once, in order inside its lane, not before `at`."""
        self._works.append(outbox.NewWork(merchant_id, lane, kind, payload, at or now()))

    def notify(self, topic: str) -> None:
        """Tell live pages, after the commit, that what they show under `topic` has changed. A hint, never data."""
        self._topics.add(topic)

    def seal(self) -> Committed:
        """Commit: make it all true. Called by `Database.begin` when its block ends well."""
        outbox.add(self.session, self._works)
        self.session.commit()
        return Committed(frozenset(work.lane for work in self._works), frozenset(self._topics))
