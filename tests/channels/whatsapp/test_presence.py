"""Ticks and “typing…”: before the answer, and never in its way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from channels.presence import Presence
from core import messaging
from core.access import SYSTEM
from core.kernel import clock
from tests.channels.fakes.meta import FakeMeta, arriving, webhook

if TYPE_CHECKING:
    from tests.channels.orders_world import World


@pytest.fixture(autouse=True)
def _seen(shop: World) -> None:
    shop.presence = Presence(shop.channels)


def _says(shop: World, meta: FakeMeta, number: int, kind: str = "text", content: object = None) -> None:
    value = arriving(kind, content or {"body": "hello"}, id=f"wamid.{number}")
    value["messages"][0]["timestamp"] = str(int(clock.now().timestamp()))
    body = webhook(value)
    assert shop.post("/webhooks/whatsapp", body, meta.signed(body)).status_code == 200


def test_what_is_answered_is_seen_first(shop: World, meta: FakeMeta) -> None:
    _says(shop, meta, 1)
    _says(shop, meta, 2)
    shop.drain.all()
    assert meta.typing == ["wamid.2"]
    assert ["typing_indicator" in call.request.json() for call in meta.log] == [True, False]


def test_what_is_not_answered_is_not_seen(shop: World, meta: FakeMeta) -> None:
    _says(shop, meta, 1, "reaction", {"message_id": "wamid.x", "emoji": "👍"})
    shop.drain.all()
    _says(shop, meta, 2)
    with clock.at(clock.now() + timedelta(hours=1)):
        shop.drain.all()
    with shop.database.begin(SYSTEM) as uow:
        (conversation,) = messaging.conversations(uow.session, shop.merchant_id, limit=2)
        messaging.set_owner(uow, conversation.id, "agent")
    _says(shop, meta, 3)
    shop.drain.all()
    assert meta.typing == []


def test_where_it_cannot_be_shown_the_answer_comes_all_the_same(shop: World, meta: FakeMeta) -> None:
    meta.refuse(131000, "Broken", status=500)
    _says(shop, meta, 1)
    shop.drain.all()
    _says(shop, meta, 2)
    shop.drain.all()
    assert meta.typing == []  # left alone for a while
    assert len(meta.sent) == 2
