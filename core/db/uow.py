"""The unit of work: the only place in the program that commits."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.access import SYSTEM
from core.db import audit, outbox
from core.db.wire import Savepoint
from core.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

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
        # What `claim` got, once the block has ended.
        self.claimed: outbox.Work | None = None
        self._claims: tuple[str, timedelta] | None = None
        self._works: list[outbox.NewWork] = []
        self._facts: list[audit.Fact] = []
        self._topics: set[str] = set()

    def record(self, event: Event) -> None:
        """Save an event with the rows it speaks of; its subscribers run after the commit, in the order of its lane.

        Who did it goes into the audit log of the shop.
        """
        kind, payload = f"event:{type(event).__name__}", event.payload()
        self._facts.append(audit.fact_of(event, payload))
        moment = now()
        done_at = moment if event.quiet else None
        self._works.append(outbox.NewWork(event.merchant_id, event.lane, kind, payload, moment, done_at))

    def enqueue(
        self, lane: str, kind: str, payload: dict[str, Any], *, merchant_id: str, at: datetime | None = None
    ) -> None:
        """Save work to be done after the commit: once, in order inside its lane, not before `at`."""
        self._works.append(outbox.NewWork(merchant_id, lane, kind, payload, at or now()))

    def claim(self, lane: str, lease: timedelta = outbox.LEASE) -> None:
        """Let the caller do the oldest ready work of a lane, what this transaction leaves there included.

        `claimed` has it after the commit; None when another worker is at the lane. It saves a transaction of its own.
        """
        self._claims = (lane, lease)

    def notify(self, topic: str) -> None:
        """Tell live pages, after the commit, that what they show under `topic` has changed. A hint, never data."""
        self._topics.add(topic)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """A part that is all or nothing by itself: when it raises, its rows, events and work are gone, others stay.

        The caller may then catch the error and commit the rest.
        """
        works, facts, topics = len(self._works), len(self._facts), set(self._topics)
        savepoint = Savepoint(self.session)
        try:
            yield
            savepoint.keep()
        except BaseException:
            savepoint.undo()
            del self._works[works:], self._facts[facts:]
            self._topics = topics
            raise

    def seal(self) -> Committed:
        """Commit: make it all true. Called by `Database.begin` when its block ends well."""
        self.session.flush()
        outbox.add(self.session, self._works)
        if self._claims is not None:
            lane, lease = self._claims
            self.claimed = outbox.claim(self.session, lane=lane, lease=lease)
        if self._facts:
            audit.append(self.session, self.actor, self._facts)
        self.session.commit()
        waiting = frozenset(work.lane for work in self._works if work.done_at is None)
        return Committed(waiting, frozenset(self._topics))
