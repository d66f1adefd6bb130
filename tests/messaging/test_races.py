"""Deliveries at the same moment: one conversation, one row, one order of things."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from core import messaging
from core.customers.models import CustomerRow
from core.db.outbox import WorkRow
from core.db.prepared import Prepared
from core.kernel.errors import Conflict
from core.messaging import repository_inbound
from core.messaging.models import Conversation, InboundMessage
from tests.messaging.said import answer, envelope, log, open_turn, receive

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from core.db.base import Base
    from core.db.session import Database
    from core.messaging import Envelope, Received

CROWD = 8


def _at_once(database: Database, shop: str, messages: list[Envelope]) -> list[Received]:
    barrier = Barrier(len(messages))

    def deliver(message: Envelope) -> Received:
        barrier.wait(60)
        return receive(database, shop, message)

    with ThreadPoolExecutor(len(messages)) as pool:
        return list(pool.map(deliver, messages))


def _waiting(table: type[Base]) -> list[ColumnElement[bool]]:
    return [WorkRow.done_at.is_(None)] if table is WorkRow else []


def _count(database: Database, table: type[Base]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table).where(*_waiting(table))) or 0


def test_different_first_messages_at_once_make_one_conversation(database: Database, shop: str) -> None:
    received = _at_once(database, shop, [envelope(str(n), f"message {n}") for n in range(CROWD)])
    assert len({r.conversation_id for r in received}) == 1
    assert sorted(r.seq for r in received) == list(range(1, CROWD + 1))
    assert [_count(database, t) for t in (Conversation, CustomerRow, InboundMessage, WorkRow)] == [1, 1, CROWD, CROWD]
    with database.read() as session:
        lane = list(session.scalars(select(WorkRow.lane).where(*_waiting(WorkRow))))
    assert lane == [received[0].lane] * CROWD


def test_one_message_delivered_many_times_at_once_is_one_row(database: Database, shop: str) -> None:
    received = _at_once(database, shop, [envelope("1")] * CROWD)
    assert Counter(r.duplicate for r in received) == {True: CROWD - 1, False: 1}
    assert len({(r.conversation_id, r.inbound_id, r.seq) for r in received}) == 1
    assert [_count(database, t) for t in (Conversation, InboundMessage, WorkRow)] == [1, 1, 1]


def test_a_turn_closed_by_many_at_once_is_closed_by_one(database: Database, shop: str) -> None:
    conversation_id = receive(database, shop, envelope("1")).conversation_id
    turn = open_turn(database, conversation_id)
    barrier = Barrier(CROWD)

    def close(number: int) -> bool:
        barrier.wait(60)
        try:
            answer(database, turn, f"reply of {number}")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(CROWD) as pool:
        assert Counter(pool.map(close, range(CROWD))) == {False: CROWD - 1, True: 1}
    assert [(seq, way) for seq, way, _ in log(database, conversation_id)] == [(1, "in"), (2, "out")]


def test_looking_first_and_making_later_makes_two_were_it_not_for_the_key(database: Database, shop: str) -> None:
    """The control: the crowd does race, and the unique key is what holds it."""
    received = receive(database, shop, envelope("1", sender="somebody else"))
    barrier = Barrier(CROWD)

    def naive(number: int) -> bool:
        with database.read() as session:
            key = {"channel": "post", "account": "shop", "sender": "ana"}
            known = messaging.find_conversation(session, shop, **key)
            template = messaging.conversation(session, shop, received.conversation_id)
        barrier.wait(60)
        if known is None:
            values = asdict(replace(template, id=f"made by {number}", sender="ana"))
            try:
                with database.begin() as uow:
                    uow.session.execute(insert(Conversation).values(**values))
            except IntegrityError:
                return False
        return True

    with ThreadPoolExecutor(CROWD) as pool:
        assert Counter(pool.map(naive, range(CROWD))) == {False: CROWD - 1, True: 1}


def test_numbering_without_the_lock_breaks_the_log(
    database: Database, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: on PostgreSQL the lock is what orders a conversation; SQLite has one writer anyway."""
    barrier = Barrier(CROWD)
    whole = repository_inbound.hold

    def unlocked(session: Session, messages: list[tuple[str | None, Envelope]]) -> object:
        found = whole(session, messages)
        if not database.sqlite:
            barrier.wait(60)
        return found

    receive(database, shop, envelope("first"))
    found = select(*repository_inbound._HELD).where(
        Conversation.merchant_id == bindparam("merchant"), *repository_inbound._THEIRS
    )
    monkeypatch.setattr(repository_inbound, "_HOLD_OF_SHOP", Prepared(found))
    monkeypatch.setattr(repository_inbound, "hold", unlocked)
    messages = [envelope(str(n)) for n in range(CROWD)]
    if database.sqlite:
        assert sorted(r.seq for r in _at_once(database, shop, messages)) == list(range(2, CROWD + 2))
    else:
        with pytest.raises(Conflict, match="delivered twice"):
            _at_once(database, shop, messages)
