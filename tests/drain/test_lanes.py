"""Work of one lane is done in the order of the commits, and finding it stays quick among all that is done."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, insert, select, text

from core.db import outbox
from core.db.outbox import WorkRow
from core.kernel import clock

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import datetime

    from core.db.session import Database, Session


class Held:
    """A transaction that added work and waits, in a thread of its own, just before its commit."""

    def __init__(self, database: Database, pool: ThreadPoolExecutor, lane: str, number: int) -> None:
        self._reached, self._released = Event(), Event()
        self.done: Future[None] = pool.submit(self._add, database, lane, number)
        assert self._reached.wait(60)

    def release(self) -> None:
        """Let it commit."""
        self._released.set()
        self.done.result(60)

    def _add(self, database: Database, lane: str, number: int) -> None:
        with database.begin() as uow:
            uow.enqueue(lane, "do", {"n": number}, merchant_id="m1")
            event.listen(uow.session, "before_commit", self._wait)

    def _wait(self, session: Session) -> None:
        session.execute(text("SELECT 1"))  # with it goes what would have gone with the commit
        self._reached.set()
        assert self._released.wait(60)


def _add(database: Database, lane: str, number: int) -> None:
    with database.begin() as uow:
        uow.enqueue(lane, "do", {"n": number}, merchant_id="m1")


def _claimed(database: Database) -> tuple[str, int] | None:
    with database.begin() as uow:
        work = outbox.claim(uow.session)
    return None if work is None else (work.lane, work.payload["n"])


def test_work_of_a_lane_is_not_overtaken_by_a_quicker_commit(database: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        slow = Held(database, pool, "a", 1)
        quick = pool.submit(_add, database, "a", 2)
        sleep(0.3)
        assert not quick.done()
        slow.release()
        quick.result(60)
    assert _claimed(database) == ("a", 1)
    assert _claimed(database) is None


def test_another_lane_does_not_wait(database: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        slow = Held(database, pool, "a", 1)
        other = pool.submit(_add, database, "b", 2)
        if not database.sqlite:  # SQLite has one writer for all lanes
            other.result(60)
            assert _claimed(database) == ("b", 2)
        slow.release()
        other.result(60)


def test_without_the_lock_of_the_lane_it_is_overtaken(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: two pieces of work of one lane are at hand at the same time, the later one first."""
    keys = itertools.count()
    monkeypatch.setattr(outbox, "_lane_key", lambda _: next(keys))
    with ThreadPoolExecutor(2) as pool:
        slow = Held(postgres_database, pool, "a", 1)
        pool.submit(_add, postgres_database, "a", 2).result(60)
        assert _claimed(postgres_database) == ("a", 2)
        slow.release()
    assert _claimed(postgres_database) == ("a", 1)


def test_transactions_that_enter_the_same_lanes_crosswise_do_not_wait_in_a_circle(database: Database) -> None:
    def add(lanes: tuple[str, ...]) -> None:
        for number in range(20):
            with database.begin() as uow:
                for lane in lanes:
                    uow.enqueue(lane, "do", {"n": number}, merchant_id="m1")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, [("a", "b", "c"), ("c", "b", "a"), ("b", "a", "c"), ("c", "a", "b")]))
    with database.read() as session:
        assert outbox.backlog(session) == (240, 0)


def test_claims_do_not_read_what_is_done(database: Database) -> None:
    """Ten thousand finished rows: the plan of the claim goes by the index of open work only."""
    moment = clock.now()
    row = {"lane": "a", "kind": "do", "payload": {}, "merchant_id": "m1", "created_at": moment, "available_at": moment}
    with database.begin() as uow:
        uow.session.execute(insert(WorkRow), [{**row, "attempts": 1, "fence": 1, "done_at": moment}] * 10_000)
    _add(database, "a", 1)
    plans: list[str] = []

    def explain(_: object, cursor: object, statement: str, parameters: object, *__: object) -> None:
        if statement.startswith("UPDATE work") and not plans:
            prefix = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
            plans.append("started")
            cursor.execute(f"{prefix} {statement}", parameters)  # type: ignore[attr-defined] # a driver's cursor
            plans.extend(str(line) for line in cursor.fetchall())  # type: ignore[attr-defined] # the same

    with database.begin() as uow:
        if not database.sqlite:
            uow.session.execute(text("ANALYZE work"))
        event.listen(database.engine, "before_cursor_execute", explain)
        try:
            work = outbox.claim(uow.session)
        finally:
            event.remove(database.engine, "before_cursor_execute", explain)
    assert work is not None
    assert work.payload == {"n": 1}
    plan = "\n".join(plans)
    assert "ix_work_open_due" in plan
    assert "Seq Scan" not in plan
    assert "SCAN work\n" not in plan
    assert "SCAN older\n" not in plan


def test_what_waits_behind_waiting_work_is_not_looked_at_and_comes_when_it_does(database: Database) -> None:
    """Claims go through what is due: only the one that is not to be done before a time of its own is not set back."""
    moment = clock.now()
    with clock.at(moment), database.begin() as uow:
        for number, at in enumerate([moment, moment, moment + timedelta(minutes=1), moment]):
            uow.enqueue("a", "do", {"n": number}, merchant_id="m1", at=at)
        uow.enqueue("b", "do", {"n": 4}, merchant_id="m1")
    with clock.at(moment), database.begin() as uow:
        head = outbox.claim(uow.session)
        assert head is not None
        outbox.postpone(uow.session, head, moment + timedelta(hours=1), waits_for="a word")
    assert _due_by(database, moment + timedelta(minutes=59)) == [2, 4]
    with clock.at(moment + timedelta(minutes=2)):
        with database.begin() as uow:
            assert outbox.wake(uow.session, "a word") == 3
        done = []
        while (work := _done(database, "a")) is not None:
            done.append(work)
    assert done == [0, 1, 2, 3]


def _done(database: Database, lane: str) -> int | None:
    with database.begin() as uow:
        work = outbox.claim(uow.session, lane=lane)
        if work is None:
            return None
        outbox.finish(uow.session, work)
    return int(work.payload["n"])


def _due_by(database: Database, moment: datetime) -> list[int]:
    with database.read() as session:
        due = select(WorkRow.payload).where(WorkRow.available_at <= moment).order_by(WorkRow.id)
        return [payload["n"] for payload in session.scalars(due)]
