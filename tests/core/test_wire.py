"""What waits to be sent is there for whoever looks, is undone with its part, and fails before the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.db import pipeline
from core.db.base import Base
from core.db.insert import insert_once, insert_or, insert_rows
from core.db.outbox import WorkRow
from core.db.prepared import Prepared, read_ahead, settle, together
from core.kernel.clock import now

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.session import Database

_WORK = Base.metadata.tables[WorkRow.__tablename__]
_LANES = Prepared(select(_WORK.c.lane).where(_WORK.c.merchant_id == bindparam("mine")).order_by(_WORK.c.id))
_MOVE = Prepared(update(_WORK).where(_WORK.c.lane == bindparam("old")).values(lane=bindparam("new")))


class Lost(Exception):
    """A row that was to be changed is not there."""


@pytest.fixture(autouse=True)
def warm(database: Database) -> None:
    """The first run of a statement goes SQLAlchemy's way: let all of them be past it."""
    with database.begin() as uow:
        _add(uow.session, "warm")
        _add(uow.session, "warm", "warmer")
        _LANES.all(uow.session, {"mine": "m1"})
        _MOVE.send(uow.session, ({"old": "warmer", "new": "warm"},))
        uow.session.execute(text("DELETE FROM work"))


def _add(session: Session, *lanes: str) -> None:
    moment = now()
    rows = [
        {"merchant_id": "m1", "lane": lane, "kind": "k", "payload": {"é": [1, None]}, "created_at": moment}
        | {"available_at": moment, "attempts": 0, "fence": 0}
        for lane in lanes
    ]
    insert_rows(session, WorkRow, rows)


def _lanes(session: Session) -> list[str]:
    return [row.lane for row in _LANES.all(session, {"mine": "m1"})]


def _left(database: Database) -> list[str]:
    with database.read() as session:
        return _lanes(session)


def test_what_was_written_is_read_by_every_road(database: Database) -> None:
    with database.begin() as uow:
        _add(uow.session, "a")
        assert _lanes(uow.session) == ["a"]
        _add(uow.session, "b", "c")
        assert uow.session.scalar(select(func.count()).select_from(_WORK)) == 3
        _add(uow.session, "d")
        assert uow.session.query(WorkRow).filter_by(lane="d").one().payload == {"é": [1, None]}
        _add(uow.session, "e")
    assert _left(database) == ["a", "b", "c", "d", "e"]


def test_what_was_written_last_is_lost_with_the_rest(database: Database) -> None:
    with pytest.raises(Lost), database.begin() as uow:
        _add(uow.session, "a")
        assert _lanes(uow.session) == ["a"]
        _add(uow.session, "b")
        raise Lost
    assert _left(database) == []


@pytest.mark.parametrize("looked", [False, True])
def test_a_part_is_undone_by_itself_sent_or_not(database: Database, *, looked: bool) -> None:
    with database.begin() as uow:
        _add(uow.session, "before")
        with pytest.raises(Lost), uow.nested():
            _add(uow.session, "outer")
            with uow.nested():
                _add(uow.session, "inner")
                assert not looked or _lanes(uow.session) == ["before", "outer", "inner"]
            uow.session.add(WorkRow(merchant_id="m1", lane="object", kind="k", payload={}, **_moments()))
            raise Lost
        _add(uow.session, "after")
        assert [one for one in uow.session if isinstance(one, WorkRow)] == []
    assert _left(database) == ["before", "after"]


def test_what_fails_fails_before_the_commit(database: Database) -> None:
    with pytest.raises(IntegrityError), database.begin() as uow:
        _add(uow.session, "a")
        insert_rows(
            uow.session, WorkRow, [{"merchant_id": "m1", "lane": None, "kind": "k", "payload": {}} | _moments()]
        )
    assert _left(database) == []
    with pytest.raises(DBAPIError), database.begin() as uow:
        _add(uow.session, "x" * 10, "\x00" if not database.sqlite else None)  # type: ignore[arg-type] # a wrong one
    assert _left(database) == []


def test_a_row_that_must_change_and_is_not_there_undoes_its_part(database: Database) -> None:
    with database.begin() as uow:
        _add(uow.session, "a")
        with pytest.raises(Lost), uow.nested():
            _MOVE.send(uow.session, ({"old": "a", "new": "b"}, {"old": "nobody", "new": "c"}), Lost)
            settle(uow.session, Lost)
    assert _left(database) == ["a"]
    with pytest.raises(Lost), database.begin() as uow:
        _MOVE.send(uow.session, ({"old": "nobody", "new": "c"},), Lost)
        _add(uow.session, "d")
    assert _left(database) == ["a"]


def test_an_insert_that_its_like_refuses_is_told_before_what_depends_on_it(database: Database) -> None:
    values = {"id": 7, "merchant_id": "m1", "lane": "a", "kind": "k", "payload": {}, **_moments()}
    for _ in range(2):  # the first run of a statement goes another way
        with database.begin() as uow:
            insert_once(uow.session, WorkRow, **values)
            with pytest.raises(Lost), uow.nested():
                insert_or(uow.session, WorkRow, Lost, **values)
                insert_rows(uow.session, WorkRow, [values])
                settle(uow.session, Lost)
    assert _left(database) == ["a"]


def test_what_is_read_ahead_is_not_older_than_what_was_written(database: Database) -> None:
    asked = (_LANES, {"mine": "m1"})
    with database.begin() as uow:
        _add(uow.session, "a")
        read_ahead(uow.session, asked)
        assert _lanes(uow.session) == ["a"]
        read_ahead(uow.session, asked)
        _add(uow.session, "b")
        assert _lanes(uow.session) == ["a", "b"]
        read_ahead(uow.session, asked)
        uow.session.execute(text("DELETE FROM work"))
        assert _lanes(uow.session) == []


def test_several_are_one_round_trip(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[int] = []
    exchange = pipeline.Pipeline.exchange

    def counted(self: pipeline.Pipeline, statements: list[object], *, commit: bool = False) -> object:
        trips.append(len(statements))
        return exchange(self, statements, commit=commit)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(pipeline.Pipeline, "exchange", counted)
    with database.begin() as uow:
        _add(uow.session, "a", "b")
        found = together(uow.session, asked := (_LANES, {"mine": "m1"}), asked)
        assert [[row.lane for row in rows] for rows, _ in found] == [["a", "b"], ["a", "b"]]
        _MOVE.send(uow.session, ({"old": "a", "new": "c"},))
    assert trips == ([] if database.sqlite else [3, 1])
    assert _left(database) == ["c", "b"]


def _moments() -> dict[str, object]:
    moment = now()
    return {"created_at": moment, "available_at": moment, "attempts": 0, "fence": 0}
