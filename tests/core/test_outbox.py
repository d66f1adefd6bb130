"""The work queue: lanes in order, leases that end, fences that hold."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.db import outbox
from core.kernel import clock
from core.kernel.errors import LeaseLost

if TYPE_CHECKING:
    from core.db.session import Database


def _add(database: Database, *lanes: str) -> None:
    with database.begin() as uow:
        for lane in lanes:
            uow.enqueue(lane, "test", {"lane": lane}, merchant_id="m1")


def _claim(database: Database, lane: str | None = None) -> outbox.Work | None:
    with database.begin() as uow:
        return outbox.claim(uow.session, lane=lane)


def test_work_of_one_lane_is_claimed_one_at_a_time_and_in_order(database: Database) -> None:
    _add(database, "a", "a", "b")
    first, other = _claim(database), _claim(database)
    assert first is not None
    assert other is not None
    assert (first.lane, other.lane) == ("a", "b")
    assert _claim(database) is None
    with database.begin() as uow:
        outbox.finish(uow.session, first)
    second = _claim(database)
    assert second is not None
    assert (second.lane, second.id > first.id) == ("a", True)


def test_a_worker_paused_beyond_its_lease_changes_nothing(database: Database) -> None:
    _add(database, "a")
    paused = _claim(database)
    assert paused is not None
    with clock.at(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        taken_over = _claim(database)
        assert taken_over is not None
        with pytest.raises(LeaseLost), database.begin() as uow:
            uow.enqueue("b", "effect", {}, merchant_id="m1")
            outbox.finish(uow.session, paused)
        assert _claim(database, "b") is None
        with database.begin() as uow:
            outbox.finish(uow.session, taken_over)


def test_failing_work_is_retried_later_and_given_up_in_the_end(database: Database) -> None:
    _add(database, "a", "a")
    moment = clock.now()
    tried: list[int] = []
    dead = False
    while not dead:
        moment += timedelta(hours=1)
        with clock.at(moment), database.begin() as uow:
            work = outbox.claim(uow.session)
            assert work is not None
            dead = outbox.fail(uow.session, work, "boom")
            tried.append(work.id)
    assert tried == tried[:1] * outbox.MAX_ATTEMPTS
    with clock.at(moment):
        follower = _claim(database)
    assert follower is not None
    assert follower.id > tried[0]
    with database.read() as session:
        assert outbox.backlog(session) == (1, 1)


def test_nothing_is_left_behind_by_a_unit_of_work_that_raises(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as uow:
        uow.enqueue("a", "test", {}, merchant_id="m1")
        _ = 1 // 0
    assert _claim(database) is None


def test_a_reader_sees_one_snapshot(database: Database) -> None:
    with database.read() as session:
        assert outbox.backlog(session) == (0, 0)
        _add(database, "a")
        assert outbox.backlog(session) == (0, 0)
    with database.read() as session:
        assert outbox.backlog(session) == (1, 0)
