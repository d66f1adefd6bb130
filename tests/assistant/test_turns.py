"""Turns against a database: silence after a hand-over, carts that change meanwhile, buttons, stock, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant import notices, turn
from assistant.engine import Assistant
from assistant.turn import take_turn
from comanda.converse import Stage
from core import catalogue, inventory, merchants, messaging, orders
from core.db import outbox
from core.kernel import events
from core.kernel.errors import Conflict
from core.messaging.envelope import Envelope
from core.orders.lines import Line
from core.orders.states import OrderState
from tests.assistant.menus import MENUS

if TYPE_CHECKING:
    from core.db.session import Database
    from core.messaging.content import Content

NEW: tuple[OrderState, ...] = ("new",)


@pytest.fixture
def shop(database: Database) -> Stage:
    """The tea house on each database."""
    with database.begin() as uow:
        merchant = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="GBP", locale="en-GB")
        merchants.add_location(
            uow,
            merchant.id,
            name="Here",
            address="1 Quay Street",
            fulfilments=("pickup",),
            facts={"wifi": "Ask for it"},
        )
        catalogue.import_menu(uow, merchant.id, MENUS["tea"])
    return Stage(database, merchant.id, Assistant())


def _replies(shop: Stage, conversation_id: str) -> list[Content]:
    with shop.database.read() as session:
        return [m.content for m in messaging.log(session, conversation_id) if m.content is not None]


def _cart(shop: Stage, conversation_id: str) -> tuple[Line, ...]:
    with shop.database.read() as session:
        found = orders.find_cart(session, shop.merchant_id, conversation_id)
    return found.lines if found else ()


def _press(shop: Stage, number: int, choice: str) -> str:
    envelope = Envelope(
        channel="chat",
        account="stage",
        external_id=f"press-{number}",
        sender="ana",
        kind="choice",
        text=choice,
        payload={"choice": choice},
    )
    return _deliver(shop, envelope)


def _deliver(shop: Stage, envelope: Envelope) -> str:
    with shop.database.begin() as uow:
        received = messaging.receive(uow, shop.merchant_id, envelope)
    with shop.database.begin() as uow:
        work = outbox.claim(uow.session, lane=received.lane)
    assert work is not None
    take_turn(Assistant(), shop.database, work)
    return received.conversation_id


def test_first_contact_says_that_a_machine_speaks(shop: Stage) -> None:
    conversation = ""
    for number, text in enumerate(("a kaya toast", "and a yuzu tea")):
        message = Envelope(
            channel="web", account="chat", external_id=str(number), sender="ana", kind="text", text=text, pushes=False
        )
        conversation = _deliver(shop, message)
    first, second = _replies(shop, conversation)
    assert first.text == "Hi! I'm the automated assistant of Juniper. Added 1 × Kaya toast. Anything else?"
    assert second.text == "Added 1 × Yuzu green tea. Anything else?"


def test_after_a_hand_over_the_assistant_is_silent(shop: Stage) -> None:
    conversation = shop.say("ana", "1", "I want to speak to a human")
    assert len(_replies(shop, conversation)) == 1
    shop.say("ana", "2", "a kaya toast please")
    assert len(_replies(shop, conversation)) == 1
    assert _cart(shop, conversation) == ()
    with shop.database.begin() as uow:
        assert messaging.set_owner(uow, conversation, "assistant").owner == "assistant"
    shop.say("ana", "3", "a kaya toast please")
    assert len(_replies(shop, conversation)) == 2
    assert _cart(shop, conversation) == (Line("toast"),)


def test_a_pressed_button_answers_the_question(shop: Stage) -> None:
    conversation = shop.say("ana", "1", "a thai milk tea")
    asked = _replies(shop, conversation)[-1]
    assert asked.kind == "question"
    assert [o.id for o in asked.options] == ["regular", "large"]
    _press(shop, 1, "large")
    assert _cart(shop, conversation) == (Line("thai", 1, "large"),)


def test_a_category_is_shown_as_cards_and_a_pressed_card_is_an_order(shop: Stage) -> None:
    conversation = shop.say("ana", "1", "what sweets do you have?")
    cards = _replies(shop, conversation)[-1].cards
    assert [(c.option.id, c.option.label, c.price) for c in cards] == [
        ("item:mochi", "Mango mochi", "£2.50"),
        ("item:sesame_mochi", "Black sesame mochi", "£2.50"),
        ("item:waffle", "Egg waffle", "£5.50"),
        ("item:toast", "Kaya toast", "£3.30"),
    ]
    assert cards[0].text == "Soft rice cake with mango"
    _press(shop, 1, "item:mochi")
    assert _cart(shop, conversation) == (Line("mochi"),)
    _press(shop, 2, "item:hoverboard")
    assert _cart(shop, conversation) == (Line("mochi"),)
    _press(shop, 3, "item:bun")
    assert _cart(shop, conversation) == (Line("mochi"),)
    assert "Pineapple bun is not available right now" in _replies(shop, conversation)[-1].text


def test_what_is_not_text_is_answered_helpfully(shop: Stage) -> None:
    envelope = Envelope(channel="chat", account="stage", external_id="v", sender="ana", kind="unsupported")
    conversation = _deliver(shop, envelope)
    assert _replies(shop, conversation)[-1].text == "I can only read text here. What would you like to order?"
    assert _cart(shop, conversation) == ()


def test_placing_makes_one_order_with_a_receipt(shop: Stage) -> None:
    conversation = shop.say("ana", "1", "two mango mochi, that's all")
    read_back = _replies(shop, conversation)[-1]
    assert read_back.kind == "read_back"
    assert "£5.00" in read_back.text
    shop.say("ana", "2", "yes")
    receipt = _replies(shop, conversation)[-1]
    assert receipt.kind == "receipt"
    with shop.database.read() as session:
        placed = orders.list_orders(session, shop.merchant_id, states=NEW, limit=10)
    assert [o.lines[0].line for o in placed] == [Line("mochi", 2)]
    assert placed[0].fulfilment == "pickup"
    assert placed[0].code in receipt.text
    shop.say("ana", "3", "yes")
    with shop.database.read() as session:
        assert len(orders.list_orders(session, shop.merchant_id, states=NEW, limit=10)) == 1


def test_when_too_few_are_left_nothing_is_placed_and_it_is_said(shop: Stage) -> None:
    with shop.database.begin() as uow:
        location = merchants.default_location(uow.session, shop.merchant_id)
        inventory.receive(uow, shop.merchant_id, location.id, "mochi", 1, reason="delivery")
    conversation = shop.say("ana", "1", "two mango mochi, that's all")
    shop.say("ana", "2", "yes")
    said = _replies(shop, conversation)[-1].text
    assert said.startswith("I couldn't place it: sorry, only 1 of Mango mochi are left.")
    with shop.database.read() as session:
        assert orders.list_orders(session, shop.merchant_id, states=NEW, limit=10) == ()
    assert _cart(shop, conversation) == (Line("mochi", 2),)


def test_an_86_while_talking_is_declined(shop: Stage) -> None:
    conversation = shop.say("ana", "1", "a kaya toast")
    with shop.database.begin() as uow:
        catalogue.set_available(uow, shop.merchant_id, "mochi", available=False)
    shop.say("ana", "2", "and a mango mochi")
    assert _cart(shop, conversation) == (Line("toast"),)
    assert "Mango mochi is not available right now" in _replies(shop, conversation)[-1].text


def _meddling(shop: Stage, monkeypatch: pytest.MonkeyPatch, times: int) -> list[str]:
    """Another writer changes the cart between understanding and acting, `times` times."""
    seen: list[str] = []
    honest = Assistant.think

    def think(self: Assistant, *args: object) -> object:
        thought = honest(self, *args)  # type: ignore[arg-type]
        if len(seen) < times:
            seen.append("meddled")
            with shop.database.begin() as uow:
                about = messaging.conversations(uow.session, shop.merchant_id)[0]
                cart = orders.open_cart(uow, shop.merchant_id, about.location_id, about.customer_id, about.id)
                orders.set_lines(uow, shop.merchant_id, cart.id, (Line("waffle", len(seen)),))
        return thought

    monkeypatch.setattr(Assistant, "think", think)
    return seen


def test_a_cart_that_changed_meanwhile_is_understood_anew(shop: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = shop.say("ana", "1", "a kaya toast")
    assert _meddling(shop, monkeypatch, 1) == []
    shop.say("ana", "2", "and a yuzu tea")
    assert _cart(shop, conversation) == (Line("waffle"), Line("yuzu"))


def test_control_without_looking_again_the_other_change_is_lost(shop: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = shop.say("ana", "1", "a kaya toast")
    _meddling(shop, monkeypatch, 1)
    monkeypatch.setattr(turn, "_same_ground", lambda *_: True)
    shop.say("ana", "2", "and a yuzu tea")
    assert _cart(shop, conversation) == (Line("toast"), Line("yuzu"))


def test_a_cart_that_never_rests_is_left_for_later(shop: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = shop.say("ana", "1", "a kaya toast")
    _meddling(shop, monkeypatch, 99)
    with pytest.raises(Conflict):
        shop.say("ana", "2", "and a yuzu tea")
    assert len(_replies(shop, conversation)) == 1


def test_customers_are_told_once_that_their_order_is_ready(shop: Stage) -> None:
    conversation = shop.say("ana", "1", "a kaya toast, that's all")
    shop.say("ana", "2", "yes")
    with shop.database.begin() as uow:
        (placed,) = orders.list_orders(uow.session, shop.merchant_id, states=NEW, limit=1)
    event = orders.events.OrderReady(
        merchant_id=shop.merchant_id,
        order_id=placed.id,
        customer_id=placed.customer_id,
        conversation_id=conversation,
        code=placed.code,
    )
    for _ in range(2):
        with shop.database.begin() as uow:
            notices.on_order_ready(uow, event)
    said = [c.text for c in _replies(shop, conversation) if c.kind == "notice"]
    assert said == [f"Order {placed.code} is ready."]


def test_every_notice_is_for_an_event_that_exists() -> None:
    assert set(notices.SUBSCRIBERS) <= set(events.known())
    assert "OrderReady" in notices.SUBSCRIBERS


def test_several_messages_are_answered_together_in_order(shop: Stage) -> None:
    for number, text in enumerate(("a large thai", "with oat milk", "and a mochi, the mango one")):
        envelope = Envelope(
            channel="chat", account="stage", external_id=f"m{number}", sender="ana", kind="text", text=text
        )
        with shop.database.begin() as uow:
            received = messaging.receive(uow, shop.merchant_id, envelope)
    with shop.database.begin() as uow:
        work = outbox.claim(uow.session, lane=received.lane)
    assert work is not None
    take_turn(Assistant(), shop.database, work)
    assert len(_replies(shop, received.conversation_id)) == 1
    cart = _cart(shop, received.conversation_id)
    assert [(line.item, line.variation) for line in cart][:1] == [("thai", "large")]
    assert cart[0].modifiers[0].modifier == "oat"
