"""Card numbers never enter: sent in any spelling, they are in no row, no file and no line of the log."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from core import customers, messaging
from core.db import audit
from core.kernel import cards
from core.messaging import Content
from core.messaging.models import InboundMessage, OutboundMessage, TurnRow
from scripts.benchmarks.card_numbers import messages
from scripts.benchmarks.cards import send
from tests.messaging.said import envelope, log, open_turn, receive

if TYPE_CHECKING:
    from core.db.session import Database

SAMPLE = messages(random.Random(11), 60)
CARD = "4111 1111 1111 1111"


def _folder(database: Database) -> Path | None:
    return Path(str(database.url.database)).parent if database.sqlite else None


def test_no_spelling_is_stored_or_logged(database: Database, shop: str) -> None:
    outcome = send(database, shop, SAMPLE, _folder(database))

    assert (len(outcome.left), outcome.in_files, outcome.in_log) == (0, 0, 0)


def test_control_with_the_finder_off_they_are_stored(
    database: Database, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.kernel.cards.finding.is_card", lambda _: False)

    outcome = send(database, shop, SAMPLE, _folder(database))

    assert len(outcome.left) == len(SAMPLE)
    assert outcome.in_files >= 1 or not database.sqlite


def test_text_payload_and_names_are_cleaned(database: Database, shop: str) -> None:
    raw = {"raw": {"body": f"pay with {CARD}"}}
    said = envelope("1", f"a tea, {CARD} 12/28 cvc 999", payload=raw, profile_name=f"Ana {CARD}")
    received = receive(database, shop, said)

    assert log(database, received.conversation_id) == [(1, "in", "a tea, [card number removed]")]
    message = open_turn(database, received.conversation_id).messages[0]
    assert message.payload == {"raw": {"body": "pay with [card number removed]"}, "redacted": 2}
    with database.begin() as uow:
        about = messaging.conversation(uow.session, shop, received.conversation_id)
        assert customers.customer(uow.session, shop, about.customer_id).name == "Ana [card number removed]"
        named = customers.set_name(uow, shop, about.customer_id, f"{CARD} Bo")
        messaging.say(uow, received.conversation_id, Content(f"Is {CARD} yours?"), ref="agent:1")
    assert named.name == "[card number removed] Bo"
    assert log(database, received.conversation_id, 1) == [(2, "out", "Is [card number removed] yours?")]
    with database.read() as session:
        rows = session.execute(text("SELECT payload FROM work WHERE kind = 'event:MessageReceived'")).scalars().all()
        assert "'redacted': 2" in str(rows).replace('"', "'")
        assert audit.verify(session, shop) == ()


def test_the_second_half_takes_the_first_out_of_everything(database: Database, shop: str) -> None:
    conversation = receive(database, shop, envelope("1", "my card is 4111 1111")).conversation_id
    turn = open_turn(database, conversation)
    heard = {"clauses": [{"words": ["4111", "1111"], "text": "my card is 4111 1111"}], "tea": 1}
    with database.begin() as uow:
        messaging.close_turn(uow, turn, replies=[Content("I know no “4111 1111”.")], state=heard, trace=heard)
    receive(database, shop, envelope("2", "1111 1111 and a tea"))

    assert log(database, conversation) == [
        (1, "in", "my card is [card number removed]"),
        (2, "out", "I know no “[card number removed]”."),
        (3, "in", "[card number removed] and a tea"),
    ]
    gone = "[card number removed]"
    forgotten = {"clauses": [{"words": [gone, gone], "text": f"my card is {gone}"}], "tea": 1}
    with database.read() as session:
        row = session.scalars(select(TurnRow).where(TurnRow.merchant_id == shop)).one()
        assert (row.trace, row.state_after) == (forgotten, forgotten)
        assert messaging.conversation(session, shop, conversation).state == forgotten
        everything = [
            *session.scalars(select(InboundMessage.text).where(InboundMessage.merchant_id == shop)),
            *session.scalars(select(OutboundMessage.content).where(OutboundMessage.merchant_id == shop)),
        ]
    assert "1111" not in str(everything)


def test_a_half_delivered_again_is_no_second_half(database: Database, shop: str) -> None:
    half = "4532 0151"  # twice in a row it would pass for a card's number
    assert cards.split([half], "1283 0366") != ()
    first = receive(database, shop, envelope("1", half))
    assert receive(database, shop, envelope("1", half)).duplicate
    receive(database, shop, envelope("2", "a tea"))

    assert [said for _, _, said in log(database, first.conversation_id)] == [half, "a tea"]


def test_halves_of_two_customers_are_nobodys_card(database: Database, shop: str) -> None:
    one = receive(database, shop, envelope("1", "4111 1111", sender="ana"))
    two = receive(database, shop, envelope("2", "1111 1111", sender="bo"))

    assert [log(database, r.conversation_id)[0][2] for r in (one, two)] == ["4111 1111", "1111 1111"]
