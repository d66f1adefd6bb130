"""The ordered work queue in the database: lanes, leases and fences.

Work of one lane is done one at a time and in order; lanes run in parallel. A claim is a lease: it ends by itself, so
the work of a dead process is taken over. Each claim raises the row's fence; finishing checks it in the same
transaction as the effect, so a worker that was paused beyond its lease can change nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Index, String, Text, and_, bindparam, exists, func, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, BigId, Ref, UtcDateTime
from core.db.insert import insert_rows
from core.db.prepared import Prepared
from core.kernel.clock import now
from core.kernel.errors import LeaseLost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.dml import ReturningUpdate

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
    # What opens the way for it before `available_at` does: see `wake`.
    waits_for: Mapped[str | None] = mapped_column(String(340))


# The table itself, not the mapped class: statements on it cost a quarter.
_WORK = Base.metadata.tables[WorkRow.__tablename__]
_OPEN = and_(_WORK.c.done_at.is_(None), _WORK.c.dead_at.is_(None))
Index("ix_work_open_lane", WorkRow.lane, WorkRow.id, postgresql_where=_OPEN, sqlite_where=_OPEN)
_DEAD = _WORK.c.dead_at.is_not(None)
Index("ix_work_dead", WorkRow.merchant_id, WorkRow.dead_at, postgresql_where=_DEAD, sqlite_where=_DEAD)
_WAITING = and_(_OPEN, _WORK.c.waits_for.is_not(None))
Index("ix_work_waiting", WorkRow.waits_for, postgresql_where=_WAITING, sqlite_where=_WAITING)
Index("ix_work_open_due", WorkRow.available_at, WorkRow.id, postgresql_where=_OPEN, sqlite_where=_OPEN)


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


@dataclass(frozen=True, slots=True)
class DeadWork:
    """A piece of work that was given up, and why."""

    id: int
    kind: str
    payload: dict[str, Any]
    error: str
    dead_at: datetime


@dataclass(frozen=True, slots=True)
class NewWork:
    """Work that a transaction leaves behind, not to be done before `at`; with `done_at`, only kept as a record."""

    merchant_id: str
    lane: str
    kind: str
    payload: dict[str, Any]
    at: datetime
    done_at: datetime | None = None


def add(session: Session, works: Sequence[NewWork]) -> None:
    """Insert the work of a transaction as its last act; use `UnitOfWork.enqueue`, which also wakes the workers.

    Ids are given out before the commit. Were two transactions to add to one lane at the same time, the higher id could
    be seen, and done, before the lower one is there. So a lane admits one transaction at a time, from here to its
    commit; lanes are entered in one order, and no other lock is taken after, so nobody waits in a circle.
    """
    if not works:
        return
    enter(session, [work.lane for work in works if work.done_at is None])
    moment = now()
    insert_rows(
        session,
        WorkRow,
        [
            {
                "lane": work.lane,
                "kind": work.kind,
                "payload": work.payload,
                "merchant_id": work.merchant_id,
                "created_at": moment,
                "available_at": work.at,
                "attempts": 0,
                "fence": 0,
                "done_at": work.done_at,
            }
            for work in works
        ],
    )


def enter(session: Session, names: Sequence[str]) -> None:
    """Let one transaction at a time go on from here to its commit, for each of these names.

    On SQLite there is only one that writes.
    """
    if names and session.get_bind().dialect.name == "postgresql":
        _ENTER.send(session, ({"keys": sorted({_lane_key(name) for name in names})},))


def _lane_key(lane: str) -> int:
    """PostgreSQL's name for a lane's lock: 64 bits. Lanes that share one by chance only wait for each other."""
    return int.from_bytes(hashlib.blake2b(lane.encode(), digest_size=8).digest(), signed=True)


def claim(session: Session, *, lane: str | None = None, lease: timedelta = LEASE) -> Work | None:
    """Lease the work that has been ready longest (of one lane, if given); None when there is none.

    Runs in a unit of work of its own: the lease counts once committed.
    """
    moment = now()
    taken = {"moment": moment, "until": moment + lease}
    row = _CLAIM.first(session, taken) if lane is None else _CLAIM_LANE.first(session, {**taken, "of": lane})
    return Work(*row) if row else None


def _ready() -> Select[int]:
    """Ids of work that is due at `:moment` and the oldest open work of its lane."""
    older = _WORK.alias("older")
    blocked = exists().where(
        older.c.lane == _WORK.c.lane, older.c.done_at.is_(None), older.c.dead_at.is_(None), older.c.id < _WORK.c.id
    )
    due = _WORK.c.available_at <= bindparam("moment", type_=UtcDateTime)
    return select(_WORK.c.id).where(_OPEN, due, ~blocked).order_by(_WORK.c.available_at, _WORK.c.id)


def _claiming(ready: Select[int]) -> ReturningUpdate[*tuple[Any, ...]]:
    oldest = ready.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    until = bindparam("until", type_=UtcDateTime)
    return (
        update(_WORK)
        .where(_WORK.c.id == oldest, _OPEN)
        .values(attempts=_WORK.c.attempts + 1, fence=_WORK.c.fence + 1, available_at=until, waits_for=null())
        .returning(
            _WORK.c.id,
            _WORK.c.merchant_id,
            _WORK.c.lane,
            _WORK.c.kind,
            _WORK.c.payload,
            _WORK.c.attempts,
            _WORK.c.fence,
        )
    )


# Built once: building a statement costs more than running it.
_ENTER = Prepared(select(func.pg_advisory_xact_lock(func.unnest(bindparam("keys", type_=ARRAY(BigInteger))))))
_CLAIM = Prepared(_claiming(_ready()))
_CLAIM_LANE = Prepared(_claiming(_ready().where(_WORK.c.lane == bindparam("of"))))
_IS_READY = Prepared(_ready().limit(1))
_IS_READY_LANE = Prepared(_ready().where(_WORK.c.lane == bindparam("of")).limit(1))
_HOLD = Prepared(
    update(_WORK)
    .where(_WORK.c.id == bindparam("mine"), _WORK.c.fence == bindparam("held"), _OPEN)
    .values(available_at=bindparam("until", type_=UtcDateTime))
    .returning(_WORK.c.id)
)
_PUT_BEHIND = Prepared(
    update(_WORK)
    .where(_WORK.c.lane == bindparam("of"), _WORK.c.id > bindparam("mine"), _OPEN)
    .where(_WORK.c.available_at <= bindparam("moment", type_=UtcDateTime))
    .values(available_at=bindparam("until", type_=UtcDateTime), waits_for=bindparam("waiting"))
)
_FINISH = Prepared(
    update(_WORK)
    .where(_WORK.c.id == bindparam("mine"), _WORK.c.fence == bindparam("held"), _OPEN)
    .values(done_at=bindparam("moment", type_=UtcDateTime), error=None)
    .returning(_WORK.c.id)
)


def finish(session: Session, work: Work) -> None:
    """Mark work done, in the transaction of its effect.

    Raises:
        LeaseLost: another worker has claimed it since; the caller's transaction must not commit.
    """
    mine = {"mine": work.id, "held": work.fence, "moment": now()}
    if _FINISH.first(session, mine) is None:
        raise LeaseLost(work=work.id)


def fail(session: Session, work: Work, error: str, *, pause: timedelta | None = None) -> bool:
    """Give work back for another try after a pause, or give it up after `MAX_ATTEMPTS`; answers whether it is dead.

    The pause grows with the attempts, unless a provider has said how long it is.

    Raises:
        LeaseLost: another worker has claimed it since.
    """
    dead = work.attempts >= MAX_ATTEMPTS
    usual = timedelta(seconds=_BACKOFF_SECONDS[min(work.attempts, len(_BACKOFF_SECONDS)) - 1])
    again = now() + (usual if pause is None else pause)
    _settle(session, work, available_at=again, dead_at=now() if dead else null(), error=error[:2000])
    if not dead:
        _put_behind(session, work, again)
    return dead


def postpone(session: Session, work: Work, until: datetime, *, waits_for: str | None = None) -> None:
    """Give work back, not counted as an attempt, to be claimed again at `until`, or once `waits_for` is open (`wake`).

    Raises:
        LeaseLost: another worker has claimed it since.
    """
    _settle(session, work, available_at=until, attempts=WorkRow.attempts - 1, waits_for=waits_for)
    _put_behind(session, work, until, waits_for)


def _put_behind(session: Session, work: Work, until: datetime, waits_for: str | None = None) -> None:
    """Let what is due behind work that was given back wait as long as that.

    It could not be claimed before anyway; but every claim would look at it, and at all else that waits like this.
    """
    behind = {"of": work.lane, "mine": work.id, "moment": now(), "until": until, "waiting": waits_for}
    _PUT_BEHIND.change(session, behind)


def wake(session: Session, waits_for: str) -> int:
    """Let all that waits for this be claimed now; says how much that is."""
    waiting = and_(_OPEN, WorkRow.waits_for == waits_for, WorkRow.available_at > now())
    woken = session.execute(
        update(WorkRow).where(waiting).values(available_at=now(), waits_for=None).returning(WorkRow.id)
    )
    return len(woken.all())


def hold(session: Session, work: Work, lease: timedelta = LEASE) -> None:
    """Prove that the claim still holds, and let it last for another `lease` from now.

    Raises:
        LeaseLost: another worker has claimed it since; the caller's transaction must not commit.
    """
    mine = {"mine": work.id, "held": work.fence, "until": now() + lease}
    if _HOLD.first(session, mine) is None:
        raise LeaseLost(work=work.id)


def _settle(session: Session, work: Work, **values: object) -> None:
    session.flush()
    mine = and_(WorkRow.id == work.id, WorkRow.fence == work.fence, _OPEN)
    settled = session.execute(
        update(WorkRow).where(mine).values(**values).returning(WorkRow.id).execution_options(synchronize_session=False)
    )
    if settled.one_or_none() is None:
        raise LeaseLost(work=work.id)


def is_ready(session: Session, *, lane: str | None = None) -> bool:
    """Whether `claim` would find work now. Takes no lock: what a sweeper asks every moment."""
    if lane is None:
        return _IS_READY.first(session, {"moment": now()}) is not None
    return _IS_READY_LANE.first(session, {"moment": now(), "of": lane}) is not None


def is_planned(session: Session, lane: str) -> bool:
    """Whether a lane has work that is not done. Until the transaction ends, no other one adds any."""
    enter(session, [lane])
    return session.scalars(select(WorkRow.id).where(_OPEN, WorkRow.lane == lane).limit(1)).first() is not None


def dead(session: Session, merchant_id: str, limit: int = 100) -> list[DeadWork]:
    """A shop's work that was given up, the latest first."""
    mine = (WorkRow.merchant_id == merchant_id, WorkRow.dead_at.is_not(None))
    rows = session.scalars(
        select(WorkRow).where(*mine).order_by(WorkRow.dead_at.desc(), WorkRow.id.desc()).limit(limit)
    )
    return [DeadWork(row.id, row.kind, row.payload, row.error or "", row.dead_at) for row in rows if row.dead_at]


def revive(session: Session, merchant_id: str, work_id: int) -> DeadWork | None:
    """Let work that was given up be done again, now, at its old place in its lane; None when there is none such.

    Whoever holds an old claim to it has lost that.
    """
    query = select(WorkRow).where(
        WorkRow.merchant_id == merchant_id, WorkRow.id == work_id, WorkRow.dead_at.is_not(None)
    )
    row = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if row is None or row.dead_at is None:
        return None
    was = DeadWork(row.id, row.kind, row.payload, row.error or "", row.dead_at)
    row.dead_at, row.attempts, row.available_at, row.fence = None, 0, now(), row.fence + 1
    session.flush()
    return was


def backlog(session: Session) -> tuple[int, int]:
    """How many pieces of work of all shops are open, and how many were given up."""
    open_rows = session.query(WorkRow).where(_OPEN, WorkRow.merchant_id != "").count()
    dead_rows = session.query(WorkRow).where(WorkRow.dead_at.is_not(None)).count()
    return open_rows, dead_rows
