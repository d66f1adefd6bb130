"""Rounds that leave the next one behind: what providers have and we have not is found, by one process, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from channels import inbound
from comanda.drain import Drain
from comanda.rounds import ROUND, Rounds, all_rounds
from core import merchants, messaging
from core.db import outbox
from core.db.outbox import WorkRow
from core.messaging import delivery
from core.messaging.models import InboundMessage
from tests.drain.post_office import NAME, Post, PostOffice
from tests.drain.timetable import Timetable
from tests.fakes.server import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.outbox import Work
    from core.db.session import Database

_EVERY = timedelta(minutes=10)


@pytest.fixture
def shop(database: Database) -> str:
    """The id of a shop with one location."""
    with database.begin() as uow:
        merchant = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="USD", locale="en-US")
        merchants.add_location(uow, merchant.id, name="Main Street")
    return merchant.id


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """Where customers' letters lie."""
    with served(PostOffice()) as opened, Timetable().kept() as time:
        opened.clock = time
        yield opened


def _drained(database: Database, rounds: Rounds, **handlers: Any) -> Drain:  # noqa: ANN401 - handlers
    def forget(on: Database, work: Work) -> None:
        with on.begin() as uow:
            outbox.finish(uow.session, work)

    return Drain(database, {ROUND: rounds.go, "turn": forget, **handlers})


def _heard(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(session.scalars(select(InboundMessage.external_id)))


def test_a_lost_delivery_is_found_within_two_rounds_and_nothing_comes_twice(
    database: Database, shop: str, office: PostOffice
) -> None:
    time = office.clock
    assert isinstance(time, Timetable)
    post = Post(office.url)
    rounds = Rounds(all_rounds({NAME: post}, lambda _, account: shop if account == "office" else None, _EVERY))
    drain = _drained(database, rounds)
    for _ in range(3):  # as many processes start as will
        rounds.begin(database)
    begun = time.moment
    for number in range(40):
        letter = office.write(f"c{number % 7}", f"letter {number}", f"l{number:02}")
        if number % 5:  # the others' webhooks were lost
            inbound.accept(database, shop, letter)
        time.run(database, drain, until=begun + timedelta(minutes=number))
    time.run(database, drain, until=begun + timedelta(minutes=40) + 2 * _EVERY)
    assert _heard(database) == [f"l{number:02}" for number in range(40)]
    asked = [call for call in office.calls if call == "GET /letters"]
    assert len(asked) == 7  # at once, and every ten minutes for an hour, by one of them
    with database.read() as session:
        planned = session.scalars(select(WorkRow).where(WorkRow.kind == ROUND, WorkRow.done_at.is_(None))).all()
        assert sorted(work.payload["name"] for work in planned) == ["missed:post", "tidy"]
        assert outbox.backlog(session) == (0, 0)
        late = session.scalars(select(InboundMessage.payload).where(InboundMessage.external_id == "l00")).one()
    assert late == {"external_id": "l00"}
    post.close()


def test_a_provider_that_cannot_be_asked_is_asked_again_from_where_it_was(
    database: Database, shop: str, office: PostOffice
) -> None:
    time = office.clock
    assert isinstance(time, Timetable)
    post = Post(office.url, key="wrong")
    rounds = Rounds(all_rounds({NAME: post}, lambda *_: shop, _EVERY))
    rounds.begin(database)
    office.write("ana", "anybody?", "l1")
    drain = _drained(database, rounds)
    begun = time.moment
    time.run(database, drain, until=begun + timedelta(hours=5))
    with database.read() as session:
        assert [(a.kind, a.subject) for a in delivery.alarms(session, shop)] == [("missed", NAME)]
        assert session.scalar(select(func.count(WorkRow.id)).where(WorkRow.dead_at.is_not(None))) == 0
    assert _heard(database) == []
    post.key = "open sesame"
    time.run(database, drain, until=begun + timedelta(hours=5, minutes=20))
    assert _heard(database) == ["l1"]
    with database.read() as session:
        assert delivery.alarms(session, shop) == ()
        # It took five hours: the assistant does not take it for what the customer wants now.
        (conversation,) = messaging.conversations(session, shop)
        turn = messaging.open_turn(session, conversation.id)
    assert turn is not None
    assert turn.messages[0].is_late
    assert turn.messages[0].payload["late"] >= 300
    post.close()


def test_a_channel_that_is_gone_is_not_asked_any_more(database: Database, shop: str, office: PostOffice) -> None:
    post = Post(office.url)
    Rounds(all_rounds({NAME: post}, lambda *_: shop, _EVERY)).begin(database)
    without = Rounds(all_rounds({NAME: post}, lambda *_: shop, timedelta(0)))
    assert _drained(database, without).all() == 2
    assert office.calls == []
    with database.read() as session:
        planned = session.scalars(select(WorkRow.lane).where(WorkRow.done_at.is_(None))).all()
    assert planned == [f"{ROUND}:tidy"]
    post.close()
