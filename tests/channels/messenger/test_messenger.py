"""Messenger and Instagram: an order from signed webhook to reply and back, and what each way of sending means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from channels.base import NotAllowed, Refused, TryLater, Unanswered
from channels.messenger import Messenger
from channels.meta import OutsideWindow
from core.kernel import clock
from core.messaging import Content, Image, Link, Option
from core.messaging.models import OutboundMessage
from core.orders.lines import Line
from core.settings import Settings
from tests.channels.fakes.meta import INSTAGRAM, PAGE, SECRET, TOKEN, VERIFY, FakeMeta, meta_server, page_webhook
from tests.channels.orders_world import World, world
from tests.channels.whatsapp.test_send import ANA, NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.session import Database

PATH = "/webhooks/messenger"
BO = replace(ANA, channel="messenger", account=PAGE, sender="7100000000000001")


@pytest.fixture
def meta() -> Iterator[FakeMeta]:
    with meta_server() as fake:
        yield fake


@pytest.fixture
def shop(database: Database, meta: FakeMeta) -> Iterator[World]:
    values = {
        "messenger_app_secret": SECRET,
        "messenger_verify_token": VERIFY,
        "messenger_access_token": TOKEN,
        "messenger_api_base": meta.base,
    }
    with world(database, Settings.model_validate(values)) as made:
        yield made


def _deliver(shop: World, meta: FakeMeta, event: dict[str, Any], to: str) -> None:
    body = page_webhook(event | {"timestamp": int(clock.now().timestamp() * 1000)}, to=to)
    assert shop.post(PATH, body, meta.signed(body)).status_code == 200
    shop.drain.all()


def _pressed(meta: FakeMeta, choice: str, mid: str) -> dict[str, Any]:
    reply = next(r for r in meta.sent[-1]["message"]["quick_replies"] if r["payload"] == choice)
    return {"message": {"mid": mid, "text": reply["title"], "quick_reply": {"payload": reply["payload"]}}}


@pytest.mark.parametrize("to", ["page", "instagram"])
def test_an_order_by_words_and_buttons(shop: World, meta: FakeMeta, to: str) -> None:
    _deliver(shop, meta, {"message": {"mid": "m_1", "text": "a thai milk tea please"}}, to)
    assert meta.sent[-1]["recipient"] == {"id": "7100000000000001"}
    _deliver(shop, meta, _pressed(meta, "large", "m_2"), to)
    _deliver(shop, meta, {"message": {"mid": "m_3", "text": "that's all"}}, to)
    assert shop.placed() == []
    yes = _pressed(meta, "yes", "m_4")
    for _ in range(3):
        _deliver(shop, meta, yes, to)
    assert shop.lines() == [(Line("thai", 1, "large"),)]
    code = shop.placed()[0].code
    assert sum(code in text for text in meta.texts()) == 1
    for body in meta.shaken(seed=3):  # echoes and deliveries, in any order
        assert shop.post(PATH, body, meta.signed(body)).status_code == 200
    shop.drain.all()
    assert len(meta.sent) == 4
    with shop.database.read() as session:
        states = session.scalars(select(OutboundMessage.state).where(OutboundMessage.merchant_id == shop.merchant_id))
        assert set(states) == ({"delivered"} if to == "page" else {"sent"})


def test_an_echo_settles_what_a_time_out_left_unknown(shop: World, meta: FakeMeta) -> None:
    meta.troubles.planned = ["lost"]
    _deliver(shop, meta, {"message": {"mid": "m_1", "text": "hello"}}, "page")
    for body in meta.shaken(seed=1):
        assert shop.post(PATH, body, meta.signed(body)).status_code == 200
    shop.drain.all()
    assert len(meta.sent) == 1
    with shop.database.read() as session:
        mine = OutboundMessage.merchant_id == shop.merchant_id
        assert list(session.scalars(select(OutboundMessage.state).where(mine))) == ["delivered"]


def test_without_an_app_secret_there_is_no_webhook(database: Database) -> None:
    with world(database, Settings.model_validate({"messenger_app_secret": ""})) as shop:
        assert shop.http.get(PATH).status_code == 404
        assert shop.post(PATH, b"{}", {}).status_code == 404


def _say(channel: Messenger, content: Content, **more: Any) -> list[str]:  # noqa: ANN401 - fields of a conversation
    to = replace(BO, channel=channel.name, account=PAGE if channel.name == "messenger" else INSTAGRAM, **more)
    return [channel.send(to, part, "o1.0") for part in channel.render(content, to)]


def test_what_is_sent(meta: FakeMeta) -> None:
    on_page, on_instagram = (Messenger(name, meta.base, TOKEN) for name in ("messenger", "instagram"))
    question = Content("Which?", "question", (Option("a", "Small"), Option("b", "Large")))
    with clock.at(NOON + timedelta(hours=1)):
        _say(on_page, question)
        replies = [{"content_type": "text", "title": t, "payload": p} for t, p in (("Small", "a"), ("Large", "b"))]
        message = {"text": "Which?", "quick_replies": replies}
        assert meta.sent[-1]["message"] == {**message, "metadata": "o1.0"}
        assert meta.sent[-1]["messaging_type"] == "RESPONSE"
        _say(on_instagram, question)
        assert meta.sent[-1]["message"] == message
        _say(on_page, Content("Pay here", link=Link("Pay now", "https://pay.example/1")))
        button = {"type": "web_url", "url": "https://pay.example/1", "title": "Pay now"}
        payload = {"template_type": "button", "text": "Pay here", "buttons": [button]}
        assert meta.sent[-1]["message"]["attachment"] == {"type": "template", "payload": payload}
        _say(on_instagram, Content("Pay here", link=Link("Pay now", "https://pay.example/1")))
        assert meta.sent[-1]["message"]["text"] == "Pay here\nPay now: https://pay.example/1"
        _say(on_page, Content("Our tea", image=Image("https://cdn.example/t.jpg", "a cup")))
        assert [("attachment" in m["message"]) for m in meta.sent[-2:]] == [True, False]
        _say(on_instagram, Content("عصير " * 300))
        assert max(len(text.encode()) for text in meta.texts()) <= 1000
        on_page.typing(BO, "m_1")
        assert [c.request.json()["sender_action"] for c in meta.log[-2:]] == ["mark_seen", "typing_on"]
    on_page.close()
    on_instagram.close()


def test_after_a_day_only_a_person_may_write_and_after_a_week_nobody(meta: FakeMeta) -> None:
    channel = Messenger("messenger", meta.base, TOKEN)
    with clock.at(NOON + timedelta(hours=24)):
        with pytest.raises(Refused, match="24 hours"):
            _say(channel, Content("hello"))
        assert meta.sent == []
        _say(channel, Content("hello"), owner="agent")
        assert (meta.sent[-1]["messaging_type"], meta.sent[-1]["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    with clock.at(NOON + timedelta(days=7)), pytest.raises(Refused):
        _say(channel, Content("hello"), owner="agent")
    channel.close()


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (613, None, TryLater),
        (80006, None, TryLater),
        (1200, None, TryLater),
        (190, 460, NotAllowed),
        (10, None, NotAllowed),
        (10, 2018278, OutsideWindow),
        (10, 2018065, Refused),
        (200, 1545041, Refused),
        (551, None, Refused),
        (100, 2018001, Refused),
    ],
)
def test_errors_are_told_apart_by_their_numbers(meta: FakeMeta, code: int, subcode: int | None, kind: type) -> None:
    channel = Messenger("messenger", meta.base, TOKEN)
    meta.refuse(code, "no", subcode=subcode)
    with clock.at(NOON), pytest.raises(kind) as found:
        _say(channel, Content("hello"))
    assert type(found.value) is kind
    channel.close()


def test_silence_is_not_refusal(meta: FakeMeta) -> None:
    channel = Messenger("messenger", meta.base, TOKEN, answer=0.2)
    meta.troubles.planned, meta.troubles.patience = ["hang"], 0.6
    with clock.at(NOON), pytest.raises(Unanswered):
        _say(channel, Content("hello"))
    assert len(meta.sent) == 1
    channel.close()
