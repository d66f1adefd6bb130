"""Machines that answer by themselves: the assistant falls silent before them, and not before people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from core import messaging
from core.kernel import clock
from core.messaging import Content, Envelope, delivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.session import Database

_NUMBERS = count()


class Talk:
    """A customer of a channel that pushes; time passes as it is told."""

    def __init__(self, database: Database, shop: str) -> None:
        self.database = database
        self.shop = shop
        self.moment = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present moment."""
        return self.moment

    def turn(self, text: str, after: float, **more: object) -> str:
        """They write so many seconds after our last reply, and we answer if we may; who owns the conversation now."""
        self.moment += timedelta(seconds=after)
        fields = {"kind": "text", "pushes": True, **more}
        envelope = Envelope(
            channel="sms",
            account="a",
            sender="ana",
            external_id=str(next(_NUMBERS)),
            text=text,
            **fields,  # type: ignore[arg-type]
        )
        with self.database.begin() as uow:
            received = messaging.receive(uow, self.shop, envelope)
        with self.database.read() as session:
            turn = messaging.open_turn(session, received.conversation_id)
        assert turn is not None
        replies = [Content("We are open.")] if turn.conversation.owner == "assistant" else []
        with self.database.begin() as uow:
            messaging.close_turn(uow, turn, replies=replies, state={}, trace={})
        return turn.conversation.owner

    def alarms(self) -> list[str]:
        """What somebody should look at."""
        with self.database.read() as session:
            return [alarm.kind for alarm in delivery.alarms(session, self.shop)]


@pytest.fixture
def talk(database: Database, shop: str) -> Iterator[Talk]:
    """At a counter where time stands still."""
    made = Talk(database, shop)
    with clock.at(made):
        yield made


_AUTOMATIC = "Thank you for your message. We will be back on Monday."


def test_the_same_words_at_once_three_times(talk: Talk) -> None:
    owners = [talk.turn(_AUTOMATIC, 1) for _ in range(5)]
    assert owners == ["assistant", "assistant", "agent", "agent", "agent"]
    assert talk.alarms() == ["loop"]
    with talk.database.read() as session:
        (conversation,) = messaging.conversations(session, talk.shop)
        said = [m for m in messaging.log(session, conversation.id) if m.direction == "out"]
    assert len(said) == 2
    with talk.database.begin() as uow:
        messaging.set_owner(uow, conversation.id, "assistant")
    assert talk.alarms() == []
    assert talk.turn("Sorry, that was my phone", 60) == "assistant"


def test_twenty_answers_at_once_in_ten_minutes(talk: Talk) -> None:
    owners = [talk.turn(f"Reply number {n}", 2) for n in range(25)]
    assert owners.count("assistant") == 20
    assert owners[20:] == ["agent"] * 5


@pytest.mark.parametrize(
    ("texts", "after", "more"),
    [
        ([_AUTOMATIC] * 10, 5.0, {}),  # not at once
        (["yes"] * 5, 2.0, {}),  # to five questions
        ([_AUTOMATIC] * 10, 1.0, {"pushes": False}),  # a page, which has limits of its own
        (["Large"] * 10, 1.0, {"kind": "choice", "payload": {"choice": "large"}}),  # pressed
        ([f"item {n}" for n in range(40)], 4.0, {}),  # quick, and still somebody who types
    ],
)
def test_people_are_answered(talk: Talk, texts: list[str], after: float, more: dict[str, object]) -> None:
    assert {talk.turn(text, after, **more) for text in texts} == {"assistant"}
    assert talk.alarms() == []
