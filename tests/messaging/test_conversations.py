"""Conversations: messages kept once, turns answered once, one numbered log of both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from core import customers, merchants, messaging
from core.db.outbox import WorkRow
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.messaging import Content, Option
from core.messaging.models import Conversation, InboundMessage, OutboundMessage, TurnRow
from tests.messaging.said import answer, envelope, log, open_turn, receive

if TYPE_CHECKING:
    from core.db.base import Base
    from core.db.session import Database


def _count(database: Database, table: type[Base]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _works(database: Database, kind: str) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(WorkRow.lane).where(WorkRow.kind == kind).order_by(WorkRow.id)))


def test_a_message_is_kept_with_its_work_and_its_customer(database: Database, shop: str) -> None:
    received = receive(database, shop, envelope("1", "two flat whites", profile_name="Ana", locale="es-MX"))
    assert (received.seq, received.duplicate) == (1, False)
    assert _works(database, "turn") == [received.lane]
    with database.read() as session:
        kept = messaging.conversation(session, shop, received.conversation_id)
        assert customers.customer(session, shop, kept.customer_id).name == "Ana"
        assert kept.location_id == merchants.default_location(session, shop).id
    assert (kept.owner, kept.locale, kept.state, kept.last_seq, kept.turns) == ("assistant", "es-MX", {}, 1, 0)
    turn = open_turn(database, received.conversation_id)
    assert [(m.id, m.seq, m.text) for m in turn.messages] == [(received.inbound_id, 1, "two flat whites")]


def test_a_duplicate_inserts_nothing_and_names_the_first(database: Database, shop: str) -> None:
    first = receive(database, shop, envelope("1"))
    again = receive(database, shop, envelope("1", "the provider says it again"))
    assert again == messaging.Received(first.conversation_id, first.inbound_id, 1, duplicate=True)
    assert log(database, first.conversation_id) == [(1, "in", "hello")]
    assert [_count(database, t) for t in (InboundMessage, Conversation)] == [1, 1]
    assert _works(database, "turn") == [first.lane]
    assert _works(database, "event:MessageReceived") == [first.lane]
    with database.read() as session:
        assert messaging.conversation(session, shop, first.conversation_id).last_seq == 1


def test_equal_ids_of_two_shops_are_two_messages(database: Database, shop: str) -> None:
    with database.begin() as uow:
        other = merchants.create_merchant(uow, name="Other", slug="other", currency="EUR", locale="de-DE").id
        merchants.add_location(uow, other, name="Platz")
    mine, theirs = receive(database, shop, envelope("1")), receive(database, other, envelope("1"))
    assert not theirs.duplicate
    assert mine.conversation_id != theirs.conversation_id
    with database.read() as session, pytest.raises(NotFound):
        messaging.conversation(session, shop, theirs.conversation_id)
    with database.read() as session:
        assert [c.id for c in messaging.conversations(session, shop)] == [mine.conversation_id]


@pytest.mark.parametrize("field", ["external_id", "sender", "channel"])
@pytest.mark.parametrize("value", ["", "x" * 256])
def test_an_id_that_no_provider_gives_is_refused_and_nothing_is_kept(
    database: Database, shop: str, field: str, value: str
) -> None:
    fields = {"channel": "post", "account": "shop", "external_id": "1", "sender": "ana", field: value}
    broken = messaging.Envelope(**fields, kind="text", text="hello")  # type: ignore[arg-type] # all are strings
    with pytest.raises(InvalidInput, match=field):
        receive(database, shop, broken)
    assert [_count(database, t) for t in (InboundMessage, Conversation)] == [0, 0]
    assert _works(database, "turn") == []


def test_a_turn_answers_everything_said_since_the_last_one(database: Database, shop: str) -> None:
    conversation_id = receive(database, shop, envelope("1", "a latte")).conversation_id
    receive(database, shop, envelope("2", "no, make it two"))
    turn = open_turn(database, conversation_id)
    receive(database, shop, envelope("3", "and a scone"))
    said = answer(database, turn, "Two lattes.", "Anything else?")
    assert [(s.seq, s.content.text, s.state) for s in said] == [
        (4, "Two lattes.", "pending"),
        (5, "Anything else?", "pending"),
    ]
    assert log(database, conversation_id) == [
        (1, "in", "a latte"),
        (2, "in", "no, make it two"),
        (3, "in", "and a scone"),
        (4, "out", "Two lattes."),
        (5, "out", "Anything else?"),
    ]
    assert log(database, conversation_id, after_seq=4) == [(5, "out", "Anything else?")]
    assert _works(database, "send") == [f"send:{conversation_id}"] * 2
    following = open_turn(database, conversation_id)
    assert (following.number, [m.text for m in following.messages]) == (2, ["and a scone"])
    assert following.conversation.state == {"turns": 1}
    answer(database, following, "And a scone.")
    with database.read() as session:
        assert messaging.open_turn(session, conversation_id) is None


def test_a_turn_is_closed_once(database: Database, shop: str) -> None:
    conversation_id = receive(database, shop, envelope("1")).conversation_id
    turn = open_turn(database, conversation_id)
    answer(database, turn, "Hello!")
    with pytest.raises(Conflict):
        answer(database, turn, "Hello again!")
    assert log(database, conversation_id) == [(1, "in", "hello"), (2, "out", "Hello!")]
    assert [_count(database, t) for t in (TurnRow, OutboundMessage)] == [1, 1]


def test_a_turn_begun_before_a_person_took_over_stays_unsaid(database: Database, shop: str) -> None:
    conversation_id = receive(database, shop, envelope("1")).conversation_id
    turn = open_turn(database, conversation_id)
    with database.begin() as uow:
        assert messaging.set_owner(uow, conversation_id, "agent").owner == "agent"
    with pytest.raises(Conflict):
        answer(database, turn, "Hello!")
    assert log(database, conversation_id) == [(1, "in", "hello")]
    answer(database, open_turn(database, conversation_id))
    with database.read() as session:
        assert messaging.open_turn(session, conversation_id) is None
        assert messaging.turns(session, conversation_id)[0].owner == "agent"


def test_a_stranger_owns_no_conversation(database: Database, shop: str) -> None:
    conversation_id = receive(database, shop, envelope("1")).conversation_id
    with pytest.raises(InvalidInput), database.begin() as uow:
        messaging.set_owner(uow, conversation_id, "parrot")  # type: ignore[arg-type] # that is the point


def test_turns_keep_what_replaying_them_needs(database: Database, shop: str) -> None:
    conversation_id = receive(database, shop, envelope("1", "a latte")).conversation_id
    answer(database, open_turn(database, conversation_id), "Which size?")
    receive(database, shop, envelope("2", "large"))
    question = Content("Large latte?", "read_back", (Option("yes", "Yes"),))
    turn = open_turn(database, conversation_id)
    with database.begin() as uow:
        messaging.close_turn(
            uow,
            turn,
            replies=[question],
            state={"asked": "confirm"},
            trace={"words": ["large"]},
            commands=[{"do": "add", "item": "latte"}],
            menu_version="v7",
        )
    with database.read() as session:
        first, second = messaging.turns(session, conversation_id)
    assert (first.number, first.state_before, first.state_after, first.inbound_seqs) == (1, {}, {"turns": 1}, (1,))
    assert [r.text for r in first.replies] == ["Which size?"]
    assert (second.number, second.state_before, second.state_after) == (2, {"turns": 1}, {"asked": "confirm"})
    assert (second.inbound_seqs, second.commands, second.menu_version) == (
        (3,),
        ({"do": "add", "item": "latte"},),
        "v7",
    )
    assert (second.replies, second.trace) == ((question,), {"words": ["large"]})


def test_something_is_said_once_for_each_reference(database: Database, shop: str) -> None:
    conversation_id = receive(database, shop, envelope("1")).conversation_id
    ready = Content("Your order is ready.", "notice")
    for _ in range(2):
        with database.begin() as uow:
            said = messaging.say(uow, conversation_id, ready, ref="ready:1")
        assert (said.seq, said.content, said.turn_id) == (2, ready, None)
    with database.begin() as uow:
        assert messaging.say(uow, conversation_id, ready, ref="ready:2").seq == 3
    assert [text for _, way, text in log(database, conversation_id) if way == "out"] == ["Your order is ready."] * 2
    assert _works(database, "send") == [f"send:{conversation_id}"] * 2


def test_a_page_that_fetches_gets_no_sending_work(database: Database, shop: str) -> None:
    conversation_id = receive(database, shop, envelope("1", pushes=False)).conversation_id
    (said,) = answer(database, open_turn(database, conversation_id), "Hello!")
    assert said.state == "sent"
    assert _works(database, "send") == []


def test_live_pages_hear_of_both_sides(database: Database, shop: str) -> None:
    heard: list[set[str]] = []
    database.on_commit(lambda committed: heard.append(set(committed.topics)))
    conversation_id = receive(database, shop, envelope("1")).conversation_id
    receive(database, shop, envelope("1"))
    answer(database, open_turn(database, conversation_id), "Hello!")
    assert heard == [{f"conversation:{conversation_id}", f"conversations:{shop}"}] * 2


def test_a_conversation_that_is_not_there_is_not_found(database: Database) -> None:
    with database.read() as session, pytest.raises(NotFound):
        messaging.open_turn(session, "none")
    with database.read() as session, pytest.raises(NotFound):
        messaging.log(session, "none")
    with pytest.raises(NotFound), database.begin() as uow:
        messaging.say(uow, "none", Content("?"), ref="r")
