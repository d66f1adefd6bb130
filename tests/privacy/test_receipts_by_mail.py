"""“Send the receipt to …”: once to each address, only where it is asked for, and never a stranger's door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.engine import Assistant
from assistant.privacy.mailing import address_in
from comanda.converse import Stage
from core import catalogue, merchants, messaging
from tests.assistant.menus import MENUS

if TYPE_CHECKING:
    from core.db.session import Database
    from core.messaging import Content, ConversationView


@pytest.mark.parametrize(
    "text",
    [
        "ana@shop.example",
        "please send the receipt to ana@shop.example",
        "Can you mail me a copy at ana@shop.example?",
        "envíame el recibo a ana@shop.example por favor",
        "la facture à ana@shop.example svp",
        "Schick die Quittung bitte an ana@shop.example",
        "영수증을 ana@shop.example 로 보내 주세요",
        "أرسل الإيصال إلى ana@shop.example",
    ],
)
def test_an_address_with_a_wish_for_the_receipt_is_heard(text: str) -> None:
    assert address_in(text) == "ana@shop.example"


@pytest.mark.parametrize(
    "text",
    [
        "two mango mochi",
        "@ana two mochi",
        "my name is ana@home",
        "write ana@shop.example on the cake",
        "send it to ana@shop.example and to bo@shop.example",
        "i would like two mango mochi and a large taro milk tea with pearls, then send the receipt to ana@shop.example",
    ],
)
def test_what_is_about_something_else_is_left_to_the_order(text: str) -> None:
    assert address_in(text) == ""


def _stage(database: Database, *, mails: bool) -> Stage:
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="GBP", locale="en-GB")
        merchants.add_location(uow, shop.id, name="Here", fulfilments=("pickup",))
        catalogue.import_menu(uow, shop.id, MENUS["tea"])
    return Stage(database, shop.id, Assistant(channels=["email"] if mails else []))


def _said(stage: Stage, conversation_id: str) -> list[Content]:
    with stage.database.read() as session:
        return [m.content for m in messaging.log(session, conversation_id) if m.content is not None]


def _mailed(stage: Stage) -> list[tuple[ConversationView, Content]]:
    with stage.database.read() as session:
        found = [c for c in messaging.conversations(session, stage.merchant_id) if c.channel == "email"]
    return [(about, content) for about in found for content in _said(stage, about.id)]


def test_the_receipt_of_the_last_order_goes_out_once_to_each_address(database: Database) -> None:
    stage = _stage(database, mails=True)
    talk = stage.say("ana", "1", "send the receipt to ana@shop.example")
    assert "There is no order yet." in _said(stage, talk)[-1].text
    assert _mailed(stage) == []
    stage.say("ana", "2", "two mango mochi, that's all")
    stage.say("ana", "3", "yes")
    for number in (4, 5):
        stage.say("ana", str(number), "send the receipt to ana@shop.example")
        assert "is on its way to ana@shop.example." in _said(stage, talk)[-1].text
    [(about, receipt)] = _mailed(stage)
    assert (about.sender, receipt.kind) == ("ana@shop.example", "receipt")
    assert receipt.receipt is not None
    assert [(line.label, line.amount) for line in receipt.receipt.lines] == [("2 × Mango mochi", "£5.00")]
    stage.say("ana", "6", "bo@shop.example")
    assert {about.sender for about, _ in _mailed(stage)} == {"ana@shop.example", "bo@shop.example"}


def test_nobody_gets_the_receipt_of_somebody_else(database: Database) -> None:
    stage = _stage(database, mails=True)
    stage.say("ana", "1", "two mango mochi, that's all")
    stage.say("ana", "2", "yes")
    stage.say("bo", "3", "send the receipt to bo@shop.example")
    assert _mailed(stage) == []


def test_where_no_mail_is_sent_it_is_said(database: Database) -> None:
    stage = _stage(database, mails=False)
    talk = stage.say("ana", "1", "send the receipt to ana@shop.example")
    assert _said(stage, talk)[-1].text.endswith("I can't send mail from here.")
    assert _mailed(stage) == []
