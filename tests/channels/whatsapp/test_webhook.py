"""Meta at the door: who is let in, whose messages they are, and what is kept of a batch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from channels import meta as graph
from core import merchants, messaging
from core.customers import consent
from core.settings import Settings
from tests.channels.fakes.meta import NUMBER, SECRET, VERIFY, arriving, webhook
from tests.channels.orders_world import World, open_tea_house, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.session import Database

PATH = "/webhooks/whatsapp"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: what is looked at here happens before any."""
    return sqlite_url


@pytest.fixture
def shop(database: Database) -> Iterator[World]:
    """The tea house; nothing is sent here."""
    settings = Settings.model_validate({"whatsapp_app_secret": SECRET, "whatsapp_verify_token": VERIFY})
    with world(database, settings) as made:
        yield made


def _post(shop: World, body: bytes) -> int:
    headers = {"x-hub-signature-256": graph.signature(body, SECRET)}
    return shop.post(PATH, body, headers).status_code


def _verify(shop: World, **query: str) -> tuple[int, str]:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    answer = shop.http.get(PATH, params=asked | {f"hub.{name}": value for name, value in query.items()})
    return answer.status_code, answer.text


def test_the_challenge_is_echoed_to_who_knows_the_word(shop: World) -> None:
    assert _verify(shop) == (200, "1158201444")
    assert _verify(shop, verify_token="another") == (403, "no")
    assert _verify(shop, verify_token="") == (403, "no")
    assert _verify(shop, mode="unsubscribe") == (403, "no")
    assert shop.http.get(PATH).status_code == 403


@pytest.mark.parametrize("settings", [{}, {"whatsapp_verify_token": VERIFY, "whatsapp_access_token": "x"}])
def test_without_an_app_secret_there_is_no_webhook(database: Database, settings: dict[str, str]) -> None:
    with world(database, Settings.model_validate({"whatsapp_app_secret": ""} | settings)) as shop:
        assert _verify(shop)[0] == 404
        assert _post(shop, webhook(arriving("text", {"body": "hi"}))) == 404
        assert shop.rows() == 0


def test_a_word_is_needed_to_verify_even_if_none_is_set(database: Database) -> None:
    settings = Settings.model_validate({"whatsapp_app_secret": SECRET, "whatsapp_verify_token": ""})
    with world(database, settings) as shop:
        assert _verify(shop, verify_token="") == (403, "no")


def test_a_batch_is_kept_whole_and_once(shop: World) -> None:
    values = [arriving("text", {"body": f"tea {n}"}, id=f"wamid.{n}", phone=f"1555010{n:04}") for n in range(30)]
    entries = [json.loads(webhook(value))["entry"][0] for value in values]
    body = json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()
    assert [_post(shop, body) for _ in range(3)] == [200, 200, 200]
    assert sorted(shop.kept()) == sorted(("text", f"tea {n}") for n in range(30))


def test_numbers_of_two_shops_are_told_apart(shop: World) -> None:
    other = open_tea_house(shop.database, "rowan")
    with shop.database.begin() as uow:
        merchants.connect_account(uow, shop.merchant_id, "whatsapp", NUMBER)
        merchants.connect_account(uow, other, "whatsapp", "106500000000002")
    mine, theirs, nobodys = (
        json.loads(webhook(arriving("text", {"body": text}, id=f"wamid.{text}"), account=number))["entry"][0]
        for text, number in (("mine", NUMBER), ("theirs", "106500000000002"), ("nobodys", "106500000000003"))
    )
    body = json.dumps({"object": "whatsapp_business_account", "entry": [mine, theirs, nobodys]}).encode()
    assert _post(shop, body) == 200
    assert shop.kept() == [("text", "mine")]
    shop.merchant_id = other
    assert shop.kept() == [("text", "theirs")]


def test_strange_but_genuine_bodies_are_answered(shop: World) -> None:
    strange = {b"": 400, b"[]": 400, b"{": 400, b"{}": 200, b'{"object":"page","entry":[{}]}': 200}
    assert {body: _post(shop, body) for body in strange} == strange
    assert shop.rows() == 0


def test_a_body_larger_than_metas_is_not_read(shop: World) -> None:
    assert _post(shop, b" " * (3 * 1024 * 1024 + 1)) == 429
    assert _post(shop, b" " * (1024 * 1024) + webhook(arriving("text", {"body": "hi"}))) == 200
    assert shop.rows() == 1


def test_the_same_person_is_the_same_customer_with_and_without_a_number(shop: World) -> None:
    for number, by in enumerate(("phone", "both", "user", "both")):
        value: dict[str, Any] = arriving("text", {"body": by}, id=f"wamid.{number}", by=by)
        assert _post(shop, webhook(value)) == 200
    with shop.database.read() as session:
        assert len(messaging.conversations(session, shop.merchant_id, limit=10)) == 1


def test_a_new_number_is_the_same_customer_and_offers_are_as_they_set_them(shop: World) -> None:
    old, new = "15550101000", "15550109999"
    system = {"type": "user_changed_number", "wa_id": new, "body": "moved"}
    wants = {"user_preferences": [{"wa_id": new, "category": "marketing_messages", "value": "resume"}]}
    stops = {"user_preferences": [{"wa_id": new, "category": "marketing_messages", "value": "stop"}]}

    def may() -> bool:
        with shop.database.read() as session:
            return consent.may_send(session, shop.merchant_id, "whatsapp", NUMBER, new, "marketing")

    assert _post(shop, webhook(arriving("text", {"body": "tea"}, id="wamid.1", phone=old))) == 200
    assert _post(shop, webhook(arriving("system", system, id="wamid.2", phone=old))) == 200
    assert _post(shop, webhook(arriving("text", {"body": "more tea"}, id="wamid.3", phone=new))) == 200
    assert not may()
    with shop.database.read() as session:
        talks = messaging.conversations(session, shop.merchant_id)
    assert [(talk.sender, talk.last_seq) for talk in talks] == [(new, 2)]
    assert _post(shop, webhook(wants, field="user_preferences")) == 200
    assert may()
    assert [_post(shop, webhook(stops, field="user_preferences")) for _ in range(2)] == [200, 200]
    assert not may()
