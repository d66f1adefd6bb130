"""What a message costs the database on its way in: it is counted, so that it cannot grow unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core import messaging
from core.access import of_provider
from tests.messaging.said import envelope
from tests.statements import round_trips, statements

if TYPE_CHECKING:
    import pytest

    from core.db.session import Database
    from core.messaging import Envelope, Received

# Begin (by the driver on PostgreSQL), conversation held, looked for, message, conversation, work; on PostgreSQL the
# lock of the lanes and one fact of the audit log, on SQLite its end read, its row and its end moved.
SQLITE, POSTGRES = 9, 7
# Of others, who are known too: each is held and looked for; the rest is written together.
EACH = 2
# Held and looked for; all that is written and the commit.
ROUND_TRIPS = 2


def _in(database: Database, *messages: Envelope) -> tuple[Received | None, ...]:
    with database.begin(of_provider("post")) as uow:
        return messaging.receive_all(uow, [(None, m) for m in messages])


def _crowd(day: str) -> list[Envelope]:
    return [replace(envelope(f"{day}{n}", f"hello {n}", sender=f"c{n}"), pushes=True) for n in range(6)]


def test_a_message_is_so_many_statements(database: Database, shop: str) -> None:
    assert shop
    _in(database, *_crowd("first"))
    _in(database, _crowd("second")[0])
    with statements(database) as run:
        _in(database, _crowd("third")[0])
    assert len(run) == (SQLITE if database.sqlite else POSTGRES), "\n".join(run)
    with statements(database) as run:
        found = _in(database, *_crowd("fourth"))
    looked = [s for s in run if s.startswith(("SELECT conversations", "SELECT inbound"))]
    assert len(looked) == EACH * len(found)
    written = {s.partition("(")[0].partition("SET")[0].strip() for s in run if not s.startswith(("SELECT", "BEGIN"))}
    assert written == {
        "INSERT INTO inbound_messages",
        "UPDATE conversations",
        "INSERT INTO work",
        *({"INSERT INTO audit", "UPDATE audit_heads"} if database.sqlite else {"WITH end_of_chain AS"}),
    }


def test_messages_are_so_many_round_trips(database: Database, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shop
    for day in ("first", "second"):
        _in(database, *_crowd(day))
    for messages in (_crowd("third")[:1], _crowd("fourth")):
        with round_trips(database, monkeypatch) as made:
            _in(database, *messages)
        assert len(made) == (0 if database.sqlite else ROUND_TRIPS), made


def test_a_delivery_that_comes_again_writes_nothing(database: Database, shop: str) -> None:
    assert shop
    for _ in range(2):
        first = _in(database, *_crowd("first"))
    with statements(database) as run:
        again = _in(database, *_crowd("first"))
    assert [s for s in run if not s.startswith(("SELECT", "BEGIN"))] == []
    assert again == first
    assert all(one is not None and one.duplicate for one in again)
