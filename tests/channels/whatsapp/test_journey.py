"""An order on WhatsApp, from signed webhook to signed reply and back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core import catalogue, messaging, orders
from core.kernel import clock
from core.messaging.models import Conversation, OutboundMessage
from core.orders.lines import Line
from tests.channels.fakes.meta import NUMBER, FakeMeta, arriving, webhook

if TYPE_CHECKING:
    from tests.channels.orders_world import World

PATH = "/webhooks/whatsapp"


def _deliver(shop: World, meta: FakeMeta, value: dict[str, Any], *, days_ago: int = 0) -> None:
    written = clock.now() - timedelta(days=days_ago)
    for message in value["messages"]:
        message["timestamp"] = str(int(written.timestamp()))
    body = webhook(value)
    assert shop.post(PATH, body, meta.signed(body)).status_code == 200
    shop.drain.all()


def _pressed(message: dict[str, Any], choice: str) -> dict[str, Any]:
    """The customer presses an answer of a message of ours."""
    action = message["interactive"]["action"]
    replies = [button["reply"] for button in action.get("buttons", ())]
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    kind, given = ("button_reply", replies) if replies else ("list_reply", rows)
    chosen = next(each for each in given if each["id"] == choice)
    return {"type": kind, kind: chosen}


def test_an_order_by_words_and_buttons(shop: World, meta: FakeMeta) -> None:
    _deliver(shop, meta, arriving("text", {"body": "a thai milk tea please"}, id="wamid.1", by="both"))
    asked = meta.sent[-1]
    assert asked["recipient"] == "US.9900112233"
    _deliver(shop, meta, arriving("interactive", _pressed(asked, "large"), id="wamid.2", by="user"))
    _deliver(shop, meta, arriving("text", {"body": "that's all"}, id="wamid.3", by="both"))
    assert shop.placed() == []
    yes = arriving("interactive", _pressed(meta.sent[-1], "yes"), id="wamid.4", by="both")
    for _ in range(3):  # Meta delivers at least once
        _deliver(shop, meta, yes)
    assert shop.lines() == [(Line("thai", 1, "large"),)]
    code = shop.placed()[0].code
    assert sum(code in text for text in meta.texts()) == 1
    assert len(meta.sent) == 4
    assert {call.request.path for call in meta.log} == {f"/v23.0/{NUMBER}/messages"}


def test_statuses_in_any_order_and_twice_tell_how_far_a_message_got(shop: World, meta: FakeMeta) -> None:
    _deliver(shop, meta, arriving("text", {"body": "hello"}))
    meta.status(meta.sent[0], "read")
    for body in meta.shaken(seed=5):
        assert shop.post(PATH, body, meta.signed(body)).status_code == 200
    with shop.database.read() as session:
        mine = OutboundMessage.merchant_id == shop.merchant_id
        assert list(session.scalars(select(OutboundMessage.state).where(mine))) == ["read"]


def test_a_basket_costs_what_the_shop_charges(shop: World, meta: FakeMeta) -> None:
    items = [
        {"product_retailer_id": "mochi", "quantity": 2, "item_price": 0.01, "currency": "GBP"},
        {"product_retailer_id": "thai/large", "quantity": 1, "item_price": 0.01, "currency": "GBP"},
    ]
    _deliver(shop, meta, arriving("order", {"catalog_id": "7", "product_items": items}, id="wamid.1"))
    _deliver(shop, meta, arriving("text", {"body": "that's all"}, id="wamid.2"))
    _deliver(shop, meta, arriving("text", {"body": "yes"}, id="wamid.3"))
    assert shop.lines() == [(Line("mochi", 2), Line("thai", 1, "large"))]
    with shop.database.read() as session:
        menu = catalogue.load_menu(session, shop.merchant_id)
    thai = next(i for i in menu.items if i.id == "thai")
    large = next(v for v in thai.variations if v.id == "large")
    mochi = next(i for i in menu.items if i.id == "mochi")
    assert shop.placed()[0].subtotal.amount == 2 * mochi.price.amount + large.price.amount


def test_a_form_is_as_good_as_said_and_the_rest_of_it_is_kept_for_people(shop: World, meta: FakeMeta) -> None:
    answers = {
        "flow_token": "secret",
        "items": [{"id": "mochi", "quantity": 2}, "thai/large"],
        "name": "Ana",
        "note": "no straw",
        "agreed": "yes",
        "heard_of_us": ["friends", "press"],
    }
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(answers)}
    _deliver(shop, meta, arriving("interactive", {"type": "nfm_reply", "nfm_reply": reply}, id="wamid.1"))
    with shop.database.read() as session:
        (talk,) = session.scalars(select(Conversation))
        cart = orders.find_cart(session, shop.merchant_id, talk.id)
        said = messaging.log(session, talk.id)[0]
    assert shop.placed() == []  # a ticked "yes" agrees to nothing
    assert cart is not None
    assert (cart.lines, cart.customer_name) == ((Line("mochi", 2), Line("thai", 1, "large")), "Ana")
    assert cart.note == "no straw"
    assert said.answers == (("agreed", "yes"), ("heard_of_us", "friends, press"))


def test_what_a_time_out_left_unknown_is_settled_by_the_status_and_not_said_twice(shop: World, meta: FakeMeta) -> None:
    shop.channels["whatsapp"].graph._http.timeout = 0.2  # type: ignore[attr-defined]
    meta.troubles.planned, meta.troubles.patience = ["hang"], 1.0
    _deliver(shop, meta, arriving("text", {"body": "hello"}))
    assert len(meta.sent) == 1
    for body in meta.shaken(seed=1):
        assert shop.post(PATH, body, meta.signed(body)).status_code == 200
    with shop.database.read() as session:
        mine = OutboundMessage.merchant_id == shop.merchant_id
        assert list(session.scalars(select(OutboundMessage.state).where(mine))) == ["delivered"]
    shop.drain.all()
    assert len(meta.sent) == 1


def test_a_yes_that_comes_days_later_places_nothing(shop: World, meta: FakeMeta) -> None:
    _deliver(shop, meta, arriving("text", {"body": "two mango mochi, that's all"}, id="wamid.1"))
    _deliver(shop, meta, arriving("interactive", _pressed(meta.sent[-1], "yes"), id="wamid.2"), days_ago=6)
    assert shop.placed() == []
    assert shop.rows() == 2


def test_a_reaction_is_answered_by_nothing(shop: World, meta: FakeMeta) -> None:
    _deliver(shop, meta, arriving("text", {"body": "hello"}, id="wamid.1"))
    _deliver(shop, meta, arriving("reaction", {"message_id": meta.sent[0]["id"], "emoji": "👍"}, id="wamid.2"))
    assert len(meta.sent) == 1
    assert shop.rows() == 2
