"""Sending: in order, once, patient with providers, and honest about what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from channels import degrade
from channels.base import Abilities, Rate, Refused, Rendered, SendError, TryLater, Unanswered
from channels.outbound import Outbound
from comanda.drain import Drain
from core import messaging
from core.db import outbox
from core.kernel import clock
from core.messaging import Content, ConversationView, Envelope, delivery
from core.messaging.delivery.models import OutboundPart
from core.messaging.models import OutboundMessage
from core.messaging.states import MOST_RESENDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.session import Database
    from core.merchants import MerchantView


@dataclass
class Post:
    """A channel of paper: `sent` is what arrived, `fate` decides what becomes of each attempt."""

    name: str = "post"
    abilities: Abilities = field(default=Abilities(text=20))
    sent: list[str] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    fate: Callable[[int], SendError | None] = lambda _: None
    limits: tuple[Rate, ...] = ()

    def rates(self, conversation: ConversationView) -> tuple[Rate, ...]:
        """As fast as the test says."""
        assert conversation.channel == self.name
        return self.limits

    def render(self, content: Content, conversation: ConversationView) -> tuple[Rendered, ...]:
        """Pages of twenty characters."""
        assert conversation.channel == self.name
        return degrade.fit(content, self.abilities)

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Deliver, or not."""
        assert conversation.sender == "ana"
        self.attempts.append(ref)
        if (error := self.fate(len(self.attempts))) is not None:
            raise error
        self.sent.append(part.text)
        return f"letter {len(self.sent)}"


@pytest.fixture
def conversation_id(database: Database, shop: MerchantView) -> str:
    """A conversation by post."""
    envelope = Envelope(channel="post", account="a", external_id="1", sender="ana", kind="text", text="hello")
    with database.begin() as uow:
        return messaging.receive(uow, shop.id, envelope).conversation_id


def _say(database: Database, conversation_id: str, *texts: str) -> None:
    for text in texts:
        with database.begin() as uow:
            messaging.say(uow, conversation_id, Content(text), ref=text)


def _provider_ids(database: Database) -> list[str | None]:
    with database.read() as session:
        return list(session.scalars(select(OutboundPart.provider_id).order_by(OutboundPart.id)))


def _states(database: Database) -> list[tuple[str, int, str | None]]:
    with database.read() as session:
        rows = session.scalars(select(OutboundMessage).order_by(OutboundMessage.seq))
        return [(row.state, row.parts_sent, row.error) for row in rows]


def _send(database: Database, post: Post, conversation_id: str, *, hours: int = 0) -> int:
    drain = Drain(database, {"send": Outbound({"post": post}).deliver})
    with clock.at(clock.now() + timedelta(hours=hours)):
        return drain.lane(messaging.send_lane(conversation_id))


def test_messages_are_sent_in_order_and_once(database: Database, conversation_id: str) -> None:
    post = Post()
    _say(database, conversation_id, "first", "second", "third")
    assert _send(database, post, conversation_id) == 3
    assert _send(database, post, conversation_id, hours=1) == 0
    assert post.sent == ["first", "second", "third"]
    assert _states(database) == [("sent", 1, None)] * 3
    assert _provider_ids(database) == ["letter 1", "letter 2", "letter 3"]


def test_what_is_not_taken_now_is_tried_later_and_holds_the_next_back(database: Database, conversation_id: str) -> None:
    post = Post(fate=lambda attempt: TryLater("busy") if attempt == 1 else None)
    _say(database, conversation_id, "first", "second")
    assert _send(database, post, conversation_id) == 1
    assert post.sent == []
    assert _states(database) == [("failed", 0, "TryLater: busy"), ("pending", 0, None)]
    assert _send(database, post, conversation_id, hours=1) == 2
    assert post.sent == ["first", "second"]
    assert _states(database) == [("sent", 1, None)] * 2


def test_a_provider_that_says_how_long_is_believed(database: Database, conversation_id: str) -> None:
    post = Post(fate=lambda attempt: TryLater("busy", after=timedelta(minutes=90)) if attempt == 1 else None)
    _say(database, conversation_id, "first")
    assert _send(database, post, conversation_id) == 1
    assert _send(database, post, conversation_id, hours=1) == 0
    assert len(post.attempts) == 1
    assert _send(database, post, conversation_id, hours=2) == 1
    assert post.sent == ["first"]


def test_a_message_that_is_never_taken_is_given_up_and_the_next_is_sent(
    database: Database, conversation_id: str
) -> None:
    post = Post(fate=lambda attempt: TryLater("busy") if attempt <= outbox.MAX_ATTEMPTS else None)
    _say(database, conversation_id, "first", "second")
    for hours in range(outbox.MAX_ATTEMPTS):
        _send(database, post, conversation_id, hours=hours)
    assert post.sent == ["second"]
    assert _states(database) == [("dead", 0, "TryLater: busy"), ("sent", 1, None)]


def test_a_refused_message_is_dead_at_once(database: Database, conversation_id: str) -> None:
    post = Post(fate=lambda attempt: Refused("no such number +1 415 555 0100") if attempt == 1 else None)
    _say(database, conversation_id, "first", "second")
    assert _send(database, post, conversation_id) == 2
    assert post.sent == ["second"]
    assert _states(database) == [("dead", 0, "Refused: no such number [number]"), ("sent", 1, None)]


def test_parts_that_were_taken_are_not_sent_again(database: Database, conversation_id: str) -> None:
    post = Post(fate=lambda attempt: TryLater("busy") if attempt == 2 else None)
    _say(database, conversation_id, "The first part of it, the second part of it")
    _send(database, post, conversation_id)
    assert _states(database) == [("failed", 1, "TryLater: busy")]
    _send(database, post, conversation_id, hours=1)
    assert post.sent == ["The first part of", "it, the second part", "of it"]
    assert [ref.rpartition(".")[2] for ref in post.attempts] == ["0", "1", "1", "2"]


def test_a_message_of_unknown_fate_waits_is_sent_again_once_and_then_given_up(
    database: Database, conversation_id: str
) -> None:
    post = Post(fate=lambda attempt: Unanswered("time-out", after=timedelta(minutes=5)) if attempt < 3 else None)
    _say(database, conversation_id, "first", "second")
    _send(database, post, conversation_id)
    assert _states(database) == [("ambiguous", 0, "Unanswered: time-out"), ("pending", 0, None)]
    assert _send(database, post, conversation_id) == 0
    assert _send(database, post, conversation_id, hours=1) == 1
    assert post.sent == []
    assert _send(database, post, conversation_id, hours=2) == 2
    assert post.sent == ["second"]
    gone = "nobody knows whether it arrived: Unanswered: time-out"
    assert _states(database) == [("dead", 0, gone), ("sent", 1, None)]
    with database.read() as session:
        assert list(session.scalars(select(OutboundPart.resends).order_by(OutboundPart.id))) == [MOST_RESENDS, 0]
        assert outbox.backlog(session) == (1, 0)  # only Ana's own turn is left


def test_a_worker_that_died_in_the_middle_leaves_a_message_that_is_sent_again(
    database: Database, conversation_id: str, shop: MerchantView
) -> None:
    _say(database, conversation_id, "first")
    with database.begin() as uow:
        work = outbox.claim(uow.session, lane=messaging.send_lane(conversation_id))
        assert work is not None
        delivery.start_part(uow, shop.id, work.payload["outbound_id"], 0, of=1)
    assert _states(database) == [("sending", 0, None)]
    post = Post()
    assert _send(database, post, conversation_id) == 0
    assert _send(database, post, conversation_id, hours=1) == 1
    assert post.sent == ["first"]
    assert _states(database) == [("sent", 1, None)]


def test_a_channel_that_is_gone_is_said_to_be(database: Database, conversation_id: str) -> None:
    _say(database, conversation_id, "first")
    drain = Drain(database, {"send": Outbound({}).deliver})
    assert drain.lane(messaging.send_lane(conversation_id)) == 1
    assert _states(database) == [("dead", 0, "there is no channel post to send by")]
