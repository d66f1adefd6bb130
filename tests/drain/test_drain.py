"""Work is done in order, woken by commits, found by sweeps, and one that cannot be done holds nobody up for ever."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from comanda.drain import Drain
from core.db import outbox
from core.db.outbox import WorkRow
from core.kernel import clock
from core.kernel.errors import Conflict
from core.kernel.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.outbox import Work
    from core.db.session import Database
    from core.db.uow import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class BellRung(Event):
    """Somebody rang the bell at a door."""

    door: str


class Doing:
    """A handler that remembers what it did, and fails where told."""

    def __init__(self, fails: Callable[[Work], Exception | None] = lambda _: None) -> None:
        self.done: list[tuple[str, int]] = []
        self._fails = fails

    def __call__(self, database: Database, work: Work) -> None:
        """Do one piece of work."""
        if error := self._fails(work):
            raise error
        with database.begin() as uow:
            outbox.finish(uow.session, work)
            # Before the commit: the next work of the lane is for whoever claims it then.
            self.done.append((work.lane, work.payload["n"]))


def _add(database: Database, *works: tuple[str, int], kind: str = "do") -> None:
    with database.begin() as uow:
        for lane, number in works:
            uow.enqueue(lane, kind, {"n": number}, merchant_id="m1")


def _rows(database: Database) -> list[WorkRow]:
    with database.read() as session:
        return list(session.scalars(select(WorkRow).order_by(WorkRow.id)))


def _soon(condition: Callable[[], bool], within: float = 60.0) -> bool:
    deadline = monotonic() + within
    while not condition() and monotonic() < deadline:
        sleep(0.01)
    return condition()


def test_a_lane_is_drained_in_order_and_others_are_left_alone(database: Database) -> None:
    doing = Doing()
    drain = Drain(database, {"do": doing})
    _add(database, ("a", 1), ("b", 1), ("a", 2))
    assert drain.lane("a") == 2
    assert doing.done == [("a", 1), ("a", 2)]
    assert drain.lane("a") == 0
    assert drain.all() == 1
    assert doing.done == [("a", 1), ("a", 2), ("b", 1)]
    assert all(row.done_at is not None for row in _rows(database))


def test_the_limit_of_all_is_kept(database: Database) -> None:
    _add(database, *(("a", n) for n in range(5)))
    assert Drain(database, {"do": Doing()}).all(limit=3) == 3


def test_an_event_reaches_its_subscribers_in_one_unit_of_work(database: Database) -> None:
    heard: list[tuple[str, str]] = []

    def first(uow: UnitOfWork, event: Event) -> None:
        assert isinstance(event, BellRung)
        heard.append(("first", event.door))
        uow.enqueue("opened", "do", {"n": 1}, merchant_id=event.merchant_id)

    def second(_: UnitOfWork, event: Event) -> None:
        heard.append(("second", event.merchant_id))

    drain = Drain(database, {"do": Doing()}, {"BellRung": (first, second)})
    with database.begin() as uow:
        uow.record(BellRung(merchant_id="m1", door="back"))
    assert drain.all() == 2
    assert heard == [("first", "back"), ("second", "m1")]
    assert [(row.kind, row.lane) for row in _rows(database)] == [("event:BellRung", "merchant:m1"), ("do", "opened")]


def test_a_subscriber_that_fails_undoes_the_others_and_is_tried_again(database: Database) -> None:
    calls: list[int] = []

    def adds(uow: UnitOfWork, event: Event) -> None:
        uow.enqueue("effect", "do", {"n": 1}, merchant_id=event.merchant_id)

    def fails_once(_: UnitOfWork, __: Event) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise Conflict(problem="not yet")

    drain = Drain(database, {"do": Doing()}, {"BellRung": (adds, fails_once)})
    with database.begin() as uow:
        uow.record(BellRung(merchant_id="m1", door="back"))
    with clock.at(clock.now()):
        assert drain.all() == 1
    assert [(row.kind, row.error) for row in _rows(database)] == [("event:BellRung", "Conflict: not yet")]
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert drain.all() == 2
    assert [row.lane for row in _rows(database)] == ["merchant:m1", "effect"]


def test_an_event_that_nobody_subscribes_to_is_done(database: Database) -> None:
    with database.begin() as uow:
        uow.record(BellRung(merchant_id="m1", door="back"))
    assert Drain(database, {}).all() == 1
    assert _rows(database)[0].done_at is not None


def test_an_error_is_kept_masked_and_the_lane_waits(database: Database) -> None:
    told = ValueError("call +1 415 555 0100 or ana@example.com")
    doing = Doing(lambda work: told if work.payload["n"] == 1 else None)
    drain = Drain(database, {"do": doing})
    _add(database, ("a", 1), ("a", 2), ("b", 3))
    with clock.at(clock.now()):
        assert drain.all() == 2
    assert doing.done == [("b", 3)]
    assert _rows(database)[0].error == "ValueError: call [number] or [email]"


def test_work_that_never_succeeds_is_given_up_and_the_next_of_its_lane_runs(database: Database) -> None:
    doing = Doing(lambda work: ValueError("poison") if work.payload["n"] == 1 else None)
    drain = Drain(database, {"do": doing})
    _add(database, ("a", 1), ("a", 2))
    moment = clock.now()
    for _ in range(outbox.MAX_ATTEMPTS):
        assert doing.done == []
        moment += timedelta(hours=1)
        with clock.at(moment):
            drain.lane("a")
    assert doing.done == [("a", 2)]
    poison, following = _rows(database)
    assert (poison.attempts, poison.done_at, poison.error) == (outbox.MAX_ATTEMPTS, None, "ValueError: poison")
    assert poison.dead_at is not None
    assert following.done_at is not None


def test_work_that_kills_its_worker_each_time_is_given_up(database: Database) -> None:
    _add(database, ("a", 1), ("a", 2))
    moment = clock.now()
    for _ in range(outbox.MAX_ATTEMPTS):
        with clock.at(moment), database.begin() as uow:
            assert outbox.claim(uow.session) is not None
        moment += timedelta(hours=1)
    doing = Doing()
    with clock.at(moment):
        assert Drain(database, {"do": doing}).lane("a") == 2
    assert doing.done == [("a", 2)]
    assert _rows(database)[0].error == f"TimeoutError: no attempt of {outbox.MAX_ATTEMPTS} came to an end"


def test_work_of_an_unknown_kind_says_so(database: Database) -> None:
    _add(database, ("a", 1), kind="juggle")
    with clock.at(clock.now()):
        assert Drain(database, {"do": Doing()}).all() == 1
    assert _rows(database)[0].error == "LookupError: no handler for work of kind juggle"


def test_a_worker_that_lost_its_lease_changes_nothing_and_does_not_fail_the_work(database: Database) -> None:
    done: list[int] = []

    def slow(on: Database, work: Work) -> None:
        if not done:
            done.append(work.attempts)
            with clock.at(clock.now() + timedelta(hours=1)):
                assert Drain(on, {"do": slow}).lane("a") == 1
        else:
            done.append(work.attempts)
        with on.begin() as uow:
            uow.enqueue("effect", "none", {}, merchant_id="m1")
            outbox.finish(uow.session, work)

    _add(database, ("a", 1))
    assert Drain(database, {"do": slow}).lane("a") == 1
    assert done == [1, 2]
    assert [(row.lane, row.error, row.attempts) for row in _rows(database)] == [("a", None, 2), ("effect", None, 0)]


def test_threads_do_what_commits_leave_without_waiting_for_a_sweep(database: Database) -> None:
    doing = Doing()
    drain = Drain(database, {"do": doing}, sweep=60)
    drain.start(2)
    try:
        sleep(0.05)
        for number in range(20):
            _add(database, ("a", number), ("b", number))
        assert _soon(lambda: len(doing.done) == 40)
    finally:
        assert drain.stop()
    for lane in "ab":
        assert [n for where, n in doing.done if where == lane] == list(range(20))


def test_the_sweep_finds_what_nobody_was_woken_for(database: Database, database_url: str) -> None:
    doing = Doing()
    drain = Drain(database, {"do": doing}, sweep=0.05)
    drain.start(1)
    elsewhere = type(database)(database_url)
    try:
        _add(elsewhere, ("a", 1))
        assert _soon(lambda: doing.done == [("a", 1)])
    finally:
        assert drain.stop()
        elsewhere.close()


def test_without_a_wake_up_and_without_a_sweep_nothing_is_found(database: Database, database_url: str) -> None:
    """The control of the two tests above."""
    doing = Doing()
    drain = Drain(database, {"do": doing}, sweep=60)
    drain.start(1)
    elsewhere = type(database)(database_url)
    try:
        sleep(0.1)
        _add(elsewhere, ("a", 1))
        with drain.quietly():
            _add(database, ("b", 1))
        sleep(0.3)
        assert doing.done == []
    finally:
        assert drain.stop()
        elsewhere.close()


def test_stopping_waits_for_the_piece_at_hand_and_leaves_the_rest(database: Database) -> None:
    entered, leave = threading.Event(), threading.Event()
    doing = Doing()

    def slow(on: Database, work: Work) -> None:
        entered.set()
        assert leave.wait(60)
        doing(on, work)

    drain = Drain(database, {"do": slow})
    _add(database, ("a", 1), ("a", 2))
    drain.start(1)
    assert entered.wait(60)
    assert not drain.stop(timeout=0.05)
    leave.set()
    assert drain.stop()
    assert doing.done == [("a", 1)]


def test_a_thread_outlives_a_database_that_is_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    doing = Doing()
    drain = Drain(database, {"do": doing}, sweep=0.02)
    away = threading.Event()
    away.set()
    reached = threading.Event()
    claim = outbox.claim

    def failing(*arguments: object, **named: object) -> Work | None:
        if away.is_set():
            reached.set()
            message = "the database is away"
            raise ConnectionError(message)
        return claim(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "claim", failing)
    _add(database, ("a", 1))
    drain.start(1)
    try:
        assert reached.wait(60)
        assert doing.done == []
        away.clear()
        assert _soon(lambda: doing.done == [("a", 1)])
    finally:
        assert drain.stop()


def test_a_lane_held_elsewhere_is_not_entered(database: Database) -> None:
    doing = Doing()
    drain = Drain(database, {"do": doing})
    _add(database, ("a", 1), ("a", 2))
    with database.begin() as uow:
        held = outbox.claim(uow.session)
    assert held is not None
    assert drain.lane("a") == 0
    assert doing.done == []
