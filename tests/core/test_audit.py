"""The audit log: written with what it tells of, and every way to change it afterwards is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.access import SYSTEM, of_customer, of_staff
from core.db import audit
from core.db.session import Database
from core.kernel.errors import Conflict
from core.messaging.events import TurnTaken
from core.orders.events import OrderCancelled
from core.staff.events import MemberDeactivated, StaffSignedIn

if TYPE_CHECKING:
    from core.access import Actor

ANA = of_staff("m1", "ana", "owner")
BO = of_customer("m1", "bo")


def _did(database: Database, actor: Actor = SYSTEM, *staff_ids: str, merchant: str = "m1") -> None:
    with database.begin(actor) as uow:
        for staff_id in staff_ids or ("s1",):
            uow.record(StaffSignedIn(merchant_id=merchant, staff_id=staff_id))


def _faults(database: Database, *anchors: audit.Head) -> list[tuple[str, int, int]]:
    with database.read() as session:
        return [(f.kind, f.first, f.last) for f in audit.verify(session, "m1", anchors)]


def _tamper(database: Database, *statements: str, **values: object) -> None:
    with database.begin() as uow:
        for statement in statements:
            uow.session.execute(text(statement), values)


@pytest.fixture
def written(database: Database) -> Database:
    """Six rows of one shop, two of another."""
    _did(database, ANA, "s1", "s2")
    _did(database, merchant="m2")
    _did(database, BO, "s3")
    _did(database, SYSTEM, "s4", "s5", "s6")
    _did(database, merchant="m2")
    return database


def test_rows_say_who_did_what_and_are_numbered_without_gaps(written: Database) -> None:
    with written.read() as session:
        rows = audit.entries(session, "m1")
        end = audit.head(session, "m1")

    assert [(r.seq, r.actor_kind, r.actor_id, r.event, r.subject) for r in rows] == [
        (6, "system", "", "StaffSignedIn", "staff:s6"),
        (5, "system", "", "StaffSignedIn", "staff:s5"),
        (4, "system", "", "StaffSignedIn", "staff:s4"),
        (3, "customer", "bo", "StaffSignedIn", "staff:s3"),
        (2, "staff", "ana", "StaffSignedIn", "staff:s2"),
        (1, "staff", "ana", "StaffSignedIn", "staff:s1"),
    ]
    assert [later.previous == earlier.hash for later, earlier in pairwise(rows)] == [True] * 5
    assert (rows[-1].previous, end) == (audit.GENESIS, audit.Head("m1", 6, rows[0].hash))
    assert rows[0].payload_hash == audit.payload_hash({"merchant_id": "m1", "staff_id": "s6"})
    assert _faults(written) == []


def test_rows_are_found_by_who_what_and_when(written: Database) -> None:
    _did_out = MemberDeactivated(merchant_id="m1", staff_id="s1")
    with written.begin(ANA) as uow:
        uow.record(_did_out)
    with written.read() as session:
        by_ana = audit.entries(session, "m1", actor="ana")
        assert [r.seq for r in by_ana] == [7, 2, 1]
        assert [r.seq for r in audit.entries(session, "m1", actor="customer")] == [3]
        assert [r.seq for r in audit.entries(session, "m1", event="MemberDeactivated")] == [7]
        assert [r.seq for r in audit.entries(session, "m1", since=by_ana[0].at)] == [7]
        assert [r.seq for r in audit.entries(session, "m1", until=by_ana[1].at)] == []
        assert [r.seq for r in audit.entries(session, "m1", before=4, limit=2)] == [3, 2]
        assert audit.event_names(session, "m1") == ("MemberDeactivated", "StaffSignedIn")


def test_what_is_rolled_back_is_not_written(database: Database) -> None:
    _did(database)
    with pytest.raises(Conflict), database.begin() as uow:
        uow.record(StaffSignedIn(merchant_id="m1", staff_id="s2"))
        raise Conflict(problem="no")
    with database.begin() as uow:
        uow.record(StaffSignedIn(merchant_id="m1", staff_id="s3"))
        with pytest.raises(Conflict), uow.nested():
            uow.record(StaffSignedIn(merchant_id="m1", staff_id="s4"))
            raise Conflict(problem="no")
    with database.read() as session:
        assert [(r.seq, r.subject) for r in audit.entries(session, "m1")] == [(2, "staff:s3"), (1, "staff:s1")]
        lanes = session.scalars(text("SELECT lane FROM work ORDER BY id")).all()
    assert lanes == ["staff:s1", "staff:s3"]


def test_quiet_events_are_kept_and_wake_nobody(database: Database) -> None:
    heard: list[frozenset[str]] = []
    database.on_commit(lambda committed: heard.append(committed.lanes))
    with database.begin() as uow:
        uow.record(TurnTaken(merchant_id="m1", conversation_id="c1", number=1))
    loud = {"order_id": "o", "customer_id": "c", "conversation_id": "c1", "code": "A1", "reason": "r"}
    with database.begin() as uow:
        uow.record(OrderCancelled(merchant_id="m1", **loud))

    assert heard == [frozenset({"order:o"})]
    with database.read() as session:
        rows = session.execute(text("SELECT kind, done_at IS NULL FROM work ORDER BY id")).all()
    assert [(kind, bool(open_)) for kind, open_ in rows] == [("event:TurnTaken", False), ("event:OrderCancelled", True)]


CHANGES: dict[str, tuple[tuple[str, ...], list[tuple[str, int, int]]]] = {
    "a changed actor": (
        ("UPDATE audit SET actor_id = 'eve' WHERE merchant_id = 'm1' AND seq = 3",),
        [("changed", 3, 3)],
    ),
    "a changed moment": (
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE merchant_id = 'm1' AND seq = 6",),
        [("changed", 6, 6)],
    ),
    "a changed payload": (
        ("UPDATE audit SET payload_hash = 'abc' WHERE merchant_id = 'm1' AND seq = 1",),
        [("changed", 1, 1)],
    ),
    "a deleted row": (("DELETE FROM audit WHERE merchant_id = 'm1' AND seq = 3",), [("missing", 3, 3)]),
    "the first rows deleted": (("DELETE FROM audit WHERE merchant_id = 'm1' AND seq < 3",), [("missing", 1, 2)]),
    "cut at the end": (("DELETE FROM audit WHERE merchant_id = 'm1' AND seq > 4",), [("cut", 5, 6)]),
    "everything deleted": (("DELETE FROM audit WHERE merchant_id = 'm1'",), [("cut", 1, 6)]),
    "two rows swapped": (
        (
            "UPDATE audit SET seq = 99 WHERE merchant_id = 'm1' AND seq = 2",
            "UPDATE audit SET seq = 2 WHERE merchant_id = 'm1' AND seq = 5",
            "UPDATE audit SET seq = 5 WHERE merchant_id = 'm1' AND seq = 99",
        ),
        [("reordered", 2, 2), ("changed", 2, 2), ("reordered", 5, 5), ("changed", 5, 5)],
    ),
    "a row of another shop put in": (
        (
            "DELETE FROM audit WHERE merchant_id = 'm1' AND seq = 2",
            "UPDATE audit SET merchant_id = 'm1', seq = 2 WHERE merchant_id = 'm2' AND seq = 2",
        ),
        [("reordered", 2, 2), ("changed", 2, 2)],
    ),
    "a row added at the end": (
        (
            "CREATE TABLE copied AS SELECT * FROM audit WHERE merchant_id = 'm1' AND seq = 6",
            "UPDATE copied SET seq = 7, previous = hash",
            "INSERT INTO audit SELECT * FROM copied",
        ),
        [("changed", 7, 7), ("added", 7, 7)],
    ),
    "the head set back": (("UPDATE audit_heads SET seq = 5 WHERE merchant_id = 'm1'",), [("added", 6, 6)]),
    "the head deleted": (("DELETE FROM audit_heads WHERE merchant_id = 'm1'",), [("added", 1, 6)]),
}


@pytest.mark.parametrize(("statements", "faults"), CHANGES.values(), ids=CHANGES)
def test_every_change_is_found_and_named(
    written: Database, statements: tuple[str, ...], faults: list[tuple[str, int, int]]
) -> None:
    _tamper(written, *statements)

    assert _faults(written) == faults


def test_a_changed_row_with_its_hash_made_right_is_found_at_the_next(written: Database) -> None:
    forged = _forge(written, 3)

    assert _faults(written) == [("reordered", 4, 4)]
    assert forged


def test_a_chain_forged_to_its_end_is_found_by_a_head_kept_elsewhere(written: Database) -> None:
    with written.read() as session:
        kept = audit.head(session, "m1")
    _forge(written, 6)
    with written.read() as session:
        last = audit.entries(session, "m1", limit=1)[0]
    _tamper(written, "UPDATE audit_heads SET hash = :hash WHERE merchant_id = 'm1'", hash=last.hash)

    assert _faults(written) == []  # whoever can write everything can forge the chain: this is what anchors are for
    assert _faults(written, kept) == [("anchor", 6, 6)]
    assert _faults(written, replace(kept, seq=9)) == [("anchor", 9, 9)]


def _forge(database: Database, seq: int) -> str:
    """Change who did a row, and make the row's own hash right again."""
    with database.read() as session:
        row = next(r for r in audit.entries(session, "m1") if r.seq == seq)
    values = {name: getattr(replace(row, actor_id="eve"), name, "m1") for name in audit._SEALED}
    forged = audit._hash(values)
    change = "UPDATE audit SET actor_id = 'eve', hash = :hash WHERE merchant_id = 'm1' AND seq = :seq"
    _tamper(database, change, hash=forged, seq=seq)
    return forged


def test_many_writers_at_once_make_one_chain(database: Database) -> None:
    def write(number: int) -> None:
        _did(database, of_customer("m1", f"c{number}"), f"s{number}", f"t{number}")
        _did(database, SYSTEM, merchant=f"m{number % 2 + 1}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))

    with database.read() as session:
        assert audit.head(session, "m1").seq == 60
        assert audit.count(session, "m1") == 60
    assert _faults(database) == []


def test_control_without_the_lock_two_writers_take_one_number(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "_append_there", audit.append_here)
    database = Database(postgres_url)
    _did(database)
    with ThreadPoolExecutor(1) as pool, database.begin() as first:
        audit.append(first.session, SYSTEM, [audit.Fact("m1", "A", "a", "0" * 64)])
        first.session.execute(text("SELECT 1"))  # with it goes what would have gone with the commit
        second = pool.submit(_did, database)
        with pytest.raises(TimeoutError):
            second.result(0.3)
        first.session.commit()
        with pytest.raises(IntegrityError):
            second.result(10)
    database.close()


def test_both_databases_hash_alike(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = [audit.Fact('m,"é', "A", 'a \\ "b" ü\n☕', "0" * 64), audit.Fact('m,"é', "B", "", "1" * 64)]
    for _ in range(2):
        with database.begin() as uow:
            audit.append(uow.session, of_staff("m1", 'ü"', "owner"), odd)
    monkeypatch.setattr(audit, "_append_there", audit.append_here)
    with database.begin() as uow:
        audit.append(uow.session, SYSTEM, odd)
    with database.read() as session:
        assert audit.verify(session, 'm,"é') == ()
        assert audit.head(session, 'm,"é').seq == 6
