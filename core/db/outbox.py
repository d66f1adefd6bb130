"""The ordered work queue in the database: lanes, leases and fences.

Work of one lane is done one at a time and in order; lanes run in parallel. A claim is a lease: it ends by itself, so
the work of a dead process is taken over. Each claim raises the row's fence; finishing checks it in the same
transaction as the effect, so a worker that was paused beyond its lease can change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index, String, Text, and_, exists, insert, null, or_, select, update
from sqlalchemy.orm import Mapped, aliased, mapped_column

from core.db.base import Base, BigId, Ref
from core.kernel.clock import now
from core.kernel.errors import LeaseLost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8
_BACKOFF_SECONDS = (0.1, 0.5, 2.0, 5.0, 15.0, 60.0, 300.0)


class WorkRow(Base):
    """A piece of work; done when `done_at` is set, given up when `dead_at` is."""

    __tablename__ = "work"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    merchant_id: Mapped[Ref]
    lane: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


_OPEN = and_(WorkRow.done_at.is_(None), WorkRow.dead_at.is_(None))
Index("ix_work_open_lane", WorkRow.lane, WorkRow.id, postgresql_where=_OPEN, sqlite_where=_OPEN)
Index("ix_work_open_available", WorkRow.available_at, postgresql_where=_OPEN, sqlite_where=_OPEN)


@dataclass(frozen=True, slots=True)
class Work:
    """A claimed piece of work. `fence` proves that the claim still holds."""

    id: int
    merchant_id: str
    lane: str
    kind: str
    payload: dict[str, Any]
    attempts: int
    fence: int


def add(
    session: Session, lane: str, kind: str, payload: dict[str, Any], *, merchant_id: str, at: datetime | None
) -> None:
    """Insert work; use `UnitOfWork.enqueue`, which also wakes the workers."""
    moment = now()
    session.flush()
    session.execute(
        insert(WorkRow).values(
            lane=lane,
            kind=kind,
            payload=payload,
            merchant_id=merchant_id,
            created_at=moment,
            available_at=at or moment,
            attempts=0,
            fence=0,
        )
    )


def claim(session: Session, *, lane: str | None = None) -> Work | None:
    """Lease the oldest ready work (of one lane, if given); None when there is none.

    Runs in a unit of work of its own: the lease counts once committed.
    """
    older = aliased(WorkRow)
    blocked = exists().where(
        older.lane == WorkRow.lane, older.done_at.is_(None), older.dead_at.is_(None), older.id < WorkRow.id
    )
    ready = select(WorkRow.id).where(_OPEN, WorkRow.available_at <= now(), ~blocked).order_by(WorkRow.id).limit(1)
    if lane is not None:
        ready = ready.where(WorkRow.lane == lane)
    taken = (
        update(WorkRow)
        .where(WorkRow.id == ready.with_for_update(skip_locked=True).scalar_subquery(), _OPEN)
        .values(attempts=WorkRow.attempts + 1, fence=WorkRow.fence + 1, available_at=now() + LEASE)
        .returning(
            WorkRow.id,
            WorkRow.merchant_id,
            WorkRow.lane,
            WorkRow.kind,
            WorkRow.payload,
            WorkRow.attempts,
            WorkRow.fence,
        )
        .execution_options(synchronize_session=False)
    )
    row = session.execute(taken).one_or_none()
    return Work(*row) if row else None


def finish(session: Session, work: Work) -> None:
    """Mark work done, in the transaction of its effect.

    Raises:
        LeaseLost: another worker has claimed it since; the caller's transaction must not commit.
    """
    _settle(session, work, done_at=now(), error=None)


def fail(session: Session, work: Work, error: str) -> bool:
    """Give work back for another try after a pause, or give it up after `MAX_ATTEMPTS`; answers whether it is dead."""
    dead = work.attempts >= MAX_ATTEMPTS
    pause = _BACKOFF_SECONDS[min(work.attempts, len(_BACKOFF_SECONDS)) - 1]
    again = now() + timedelta(seconds=pause)
    _settle(session, work, available_at=again, dead_at=now() if dead else null(), error=error[:2000])
    return dead


def postpone(session: Session, work: Work, until: datetime) -> None:
    """Give work back, not counted as an attempt, to be claimed again at `until`."""
    _settle(session, work, available_at=until, attempts=WorkRow.attempts - 1)


def _settle(session: Session, work: Work, **values: object) -> None:
    session.flush()
    mine = and_(WorkRow.id == work.id, WorkRow.fence == work.fence, _OPEN)
    settled = session.execute(
        update(WorkRow).where(mine).values(**values).returning(WorkRow.id).execution_options(synchronize_session=False)
    )
    if settled.one_or_none() is None:
        raise LeaseLost(work=work.id)


def ready_lanes(session: Session, limit: int = 100) -> Sequence[str]:
    """Lanes that have work ready now, oldest first: what a sweeper looks for."""
    rows = select(WorkRow.lane).where(_OPEN, WorkRow.available_at <= now()).group_by(WorkRow.lane)
    return session.scalars(rows.order_by(WorkRow.lane).limit(limit)).all()


def next_due(session: Session) -> datetime | None:
    """When the next open work becomes available, if any is waiting."""
    due = select(WorkRow.available_at).where(_OPEN).order_by(WorkRow.available_at).limit(1)
    return session.scalar(due)


def backlog(session: Session) -> tuple[int, int]:
    """How many pieces of work are open, and how many were given up."""
    open_rows = session.query(WorkRow).where(_OPEN).count()
    dead_rows = session.query(WorkRow).where(or_(WorkRow.dead_at.is_not(None))).count()
    return open_rows, dead_rows
