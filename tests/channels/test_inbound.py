"""What is typed or pressed, as the assistant gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from channels import inbound
from channels.base import Abilities
from core import messaging
from core.messaging import Envelope

if TYPE_CHECKING:
    from comanda.drain import Drain
    from core.db.session import Database
    from core.merchants import MerchantView
    from core.messaging import InboundView

PLAIN = Abilities(text=1600)
BUTTONS = Abilities(text=1600, options=3, option_label=20, option_id=64)


def _heard(database: Database, shop: MerchantView, abilities: Abilities | None, **fields: object) -> InboundView:
    envelope = Envelope(channel="sms", account="a", sender="ana", pushes=False, **{"kind": "text", **fields})  # type: ignore[arg-type]
    received = inbound.accept(database, shop.id, envelope, abilities=abilities)
    with database.read() as session:
        turn = messaging.open_turn(session, received.conversation_id)
    assert turn is not None
    return turn.messages[-1]


@pytest.fixture
def asked(database: Database, shop: MerchantView, drain: Drain) -> None:
    """Ana was asked which size."""
    _heard(database, shop, PLAIN, external_id="1", text="ask")
    assert drain.all() == 1


@pytest.mark.usefixtures("asked")
def test_a_typed_number_is_the_answer_of_that_number(database: Database, shop: MerchantView) -> None:
    heard = _heard(database, shop, PLAIN, external_id="2", text=" 2 ")
    assert (heard.kind, heard.text, heard.payload) == ("choice", "Large cup", {"choice": "large", "typed": " 2 "})


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("abilities", "text"), [(BUTTONS, "2"), (None, "2"), (PLAIN, "3"), (PLAIN, "2 of them")])
def test_other_numbers_stay_text(
    database: Database, shop: MerchantView, abilities: Abilities | None, text: str
) -> None:
    heard = _heard(database, shop, abilities, external_id="2", text=text)
    assert (heard.kind, heard.text, heard.payload) == ("text", text, {})


@pytest.mark.usefixtures("asked")
def test_a_pressed_answer_bears_our_words_not_the_senders(database: Database, shop: MerchantView) -> None:
    pressed = {"external_id": "2", "kind": "choice", "text": "free coffee", "payload": {"choice": "small"}}
    heard = _heard(database, shop, BUTTONS, **pressed)
    assert (heard.kind, heard.text, heard.payload) == ("choice", "Small cup", {"choice": "small"})


def test_a_number_before_anything_was_asked_is_text(database: Database, shop: MerchantView) -> None:
    heard = _heard(database, shop, PLAIN, external_id="1", text="2")
    assert (heard.kind, heard.text) == ("text", "2")
