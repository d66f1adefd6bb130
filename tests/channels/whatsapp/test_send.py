"""Sending by the Cloud API: what is sent, and what each way of failing means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from channels import meta as graph
from channels.base import NotAllowed, Refused, SendError, ShowsTyping, TryLater, Unanswered
from channels.meta import OutsideWindow
from channels.whatsapp import WhatsApp
from core.kernel import clock
from core.messaging import Card, Content, ConversationView, Image, Link, Option, Place
from tests.channels.fakes.meta import NUMBER, FakeMeta, meta_server
from tests.channels.whatsapp.conftest import settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANA = ConversationView(
    id="c1",
    merchant_id="m1",
    customer_id="u1",
    location_id="l1",
    channel="whatsapp",
    account=NUMBER,
    sender="15550100001",
    thread="",
    locale="de",
    owner="assistant",
    agent_id=None,
    waiting_since=None,
    pushes=True,
    state={},
    last_seq=1,
    turns=1,
    created_at=NOON,
    heard_at=NOON,
    updated_at=NOON,
)


@pytest.fixture(scope="module")
def served() -> Iterator[FakeMeta]:
    with meta_server(statuses=False) as fake:
        yield fake


@pytest.fixture
def meta(served: FakeMeta) -> Iterator[FakeMeta]:
    served.sent.clear()
    served.typing.clear()
    with clock.at(NOON + timedelta(hours=1)):
        yield served


@pytest.fixture
def channel(meta: FakeMeta) -> Iterator[WhatsApp]:
    made = WhatsApp(settings_for(meta), answer=0.3)
    yield made
    made.close()


def _say(channel: WhatsApp, content: Content, to: ConversationView = ANA) -> list[str]:
    parts = channel.render(content, to)
    return [channel.send(to, part, f"o1.{number}") for number, part in enumerate(parts)]


def _sent(meta: FakeMeta) -> dict[str, Any]:
    return {name: value for name, value in meta.sent[-1].items() if name not in ("id", "from")}


def test_a_text_bears_our_name_of_it(channel: WhatsApp, meta: FakeMeta) -> None:
    assert _say(channel, Content("Good morning")) == [meta.sent[0]["id"]]
    assert _sent(meta) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "15550100001",
        "type": "text",
        "text": {"body": "Good morning", "preview_url": False},
        "biz_opaque_callback_data": "o1.0",
    }
    assert meta.log[-1].request.path == f"/v23.0/{NUMBER}/messages"


def test_who_is_known_without_a_number_is_written_to_by_the_user_id(channel: WhatsApp, meta: FakeMeta) -> None:
    _say(channel, Content("Good morning"), replace(ANA, sender="US.ENT.1181579921288"))
    assert (meta.sent[-1].get("to"), meta.sent[-1]["recipient"]) == (None, "US.ENT.1181579921288")


def test_few_answers_are_buttons_and_more_are_a_list(channel: WhatsApp, meta: FakeMeta) -> None:
    options = tuple(Option(f"o{n}", f"Answer {n}") for n in range(1, 5))
    _say(channel, Content("Which?", "question", options[:3]))
    buttons = _sent(meta)["interactive"]["action"]["buttons"]
    assert buttons == [{"type": "reply", "reply": {"id": f"o{n}", "title": f"Answer {n}"}} for n in (1, 2, 3)]
    cards = (Card(options[0], "warm", "3.80"),)
    _say(channel, Content("Which?", "question", options[1:], cards=cards))
    action = _sent(meta)["interactive"]["action"]
    assert action["button"] == "Auswählen"
    assert action["sections"][0]["rows"][:2] == [
        {"id": "o1", "title": "Answer 1", "description": "3.80 · warm"},
        {"id": "o2", "title": "Answer 2"},
    ]


def test_a_text_too_long_for_buttons_goes_before_them(channel: WhatsApp, meta: FakeMeta) -> None:
    text = "\n".join(f"line {n} " + "x" * 60 for n in range(80))
    _say(channel, Content(text, "question", (Option("a", "A"), Option("b", "B"))))
    assert [m["type"] for m in meta.sent] == ["text", "text", "interactive"]
    assert max(len(m["text"]["body"]) for m in meta.sent[:2]) <= 4096
    assert len(meta.sent[2]["interactive"]["body"]["text"]) <= 1024
    assert "".join(" ".join(meta.texts()).split()) == "".join(text.split())


def test_links_pictures_and_places(channel: WhatsApp, meta: FakeMeta) -> None:
    _say(channel, Content("Pay here", link=Link("Pay now", "https://pay.example/1")))
    assert _sent(meta)["interactive"] == {
        "type": "cta_url",
        "body": {"text": "Pay here"},
        "action": {"name": "cta_url", "parameters": {"display_text": "Pay now", "url": "https://pay.example/1"}},
    }
    _say(channel, Content("Our tea", image=Image("https://cdn.example/t.jpg", "a cup")))
    assert _sent(meta)["image"] == {"link": "https://cdn.example/t.jpg", "caption": "Our tea"}
    _say(channel, Content("Here we are", place=Place(52.5, -13.25, "Juniper", "1 Quay Street")))
    assert [m["type"] for m in meta.sent[-2:]] == ["location", "text"]
    place = {"latitude": "52.500000", "longitude": "-13.250000", "name": "Juniper", "address": "1 Quay Street"}
    assert meta.sent[-2]["location"] == place


def test_with_a_catalogue_cards_are_products(meta: FakeMeta) -> None:
    channel = WhatsApp(settings_for(meta, whatsapp_catalog_id="7001"))
    cards = tuple(Card(Option(f"item:i{n}", f"Item {n}"), price="1.00") for n in range(1, 33))
    _say(channel, Content("Today", cards=cards))
    lists = [m["interactive"]["action"]["sections"][0]["product_items"] for m in meta.sent]
    assert [len(products) for products in lists] == [30, 2]
    assert lists[1] == [{"product_retailer_id": "i31"}, {"product_retailer_id": "i32"}]
    meta.refuse(131009, "Products not found in the catalogue")
    _say(channel, Content("Today", cards=cards[:2]))
    assert _sent(meta)["text"]["body"] == "Today\nItem 1 · 1.00\nItem 2 · 1.00"
    _say(channel, Content("Which?", "question", cards=cards[:2]))
    assert _sent(meta)["interactive"]["type"] == "list"
    channel.close()


def test_after_a_day_only_the_approved_template_is_sent(channel: WhatsApp, meta: FakeMeta) -> None:
    news = Content("Your order\nis ready", options=(Option("ok", "Thanks"),))
    with clock.at(NOON + timedelta(hours=24)), pytest.raises(Refused, match="COMANDA_WHATSAPP_TEMPLATE"):
        _say(channel, news)
    assert meta.sent == []
    with_template = WhatsApp(settings_for(meta, whatsapp_template="order_news:en_GB"))
    with clock.at(NOON + timedelta(hours=24)):
        _say(with_template, news)
    assert _sent(meta)["template"] == {
        "name": "order_news",
        "language": {"policy": "deterministic", "code": "en_GB"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "Your order is ready Thanks"}]}],
    }
    with clock.at(NOON + timedelta(hours=24) - timedelta(seconds=1)):
        _say(with_template, news)
        assert _sent(meta)["type"] == "interactive"
        meta.refuse(131047, "Re-engagement message")  # Meta counts from when the customer wrote, not from our clock
        _say(with_template, news)
    assert _sent(meta)["type"] == "template"
    with_template.close()


@pytest.mark.parametrize(
    ("code", "status", "subcode", "kind", "after"),
    [
        (4, 400, None, TryLater, 60),
        (80007, 400, None, TryLater, 60),
        (130429, 400, None, TryLater, None),
        (131056, 400, None, TryLater, 6),
        (131016, 500, None, TryLater, None),
        (131000, 500, None, TryLater, None),
        (133016, 400, None, TryLater, 60),
        (2, 503, None, TryLater, None),
        (0, 401, None, NotAllowed, None),
        (190, 401, 463, NotAllowed, None),
        (10, 403, None, NotAllowed, None),
        (200, 403, None, NotAllowed, None),
        (299, 403, None, NotAllowed, None),
        (368, 403, None, NotAllowed, None),
        (131031, 403, None, NotAllowed, None),
        (131042, 400, None, NotAllowed, None),
        (133010, 400, None, NotAllowed, None),
        (130497, 403, None, Refused, None),
        (131026, 400, None, Refused, None),
        (131021, 400, None, Refused, None),
        (131030, 400, None, Refused, None),
        (131049, 400, None, Refused, None),
        (131050, 400, None, Refused, None),
        (131051, 400, None, Refused, None),
        (131062, 400, None, Refused, None),
        (130472, 400, None, Refused, None),
        (132001, 404, None, Refused, None),
        (100, 400, 33, Refused, None),
        (99999, 400, None, Refused, None),
        (99999, 500, None, TryLater, None),
        (131047, 400, None, OutsideWindow, None),
    ],
)
def test_errors_are_told_apart_by_their_number(
    code: int, status: int, subcode: int | None, kind: type[SendError], after: int | None
) -> None:
    found = graph.problem(status, {"code": code, "error_subcode": subcode, "message": "no"})
    assert type(found) is kind
    if isinstance(found, TryLater):
        assert found.after == (None if after is None else timedelta(seconds=after))


def test_what_meta_asks_to_wait_is_believed(channel: WhatsApp, meta: FakeMeta) -> None:
    meta.troubles.planned, meta.troubles.retry_after = ["busy"], (37, 37)
    with pytest.raises(TryLater) as busy:
        _say(channel, Content("hello"))
    assert busy.value.after == timedelta(seconds=37)
    assert graph.waiting("Sun, 01 Mar 2026 13:02:00 GMT") == timedelta(minutes=2)
    assert [graph.waiting(each) for each in ("", None, "soon", "-3", "Sun, 01 Mar 2020 13:02:00 GMT")] == [
        None,
        None,
        None,
        None,
        timedelta(0),
    ]


def test_silence_is_not_refusal(channel: WhatsApp, meta: FakeMeta) -> None:
    meta.troubles.patience = 1.0
    for trouble, taken in (("hang", 1), ("lost", 2), ("reset", 2)):
        meta.troubles.planned = [trouble]  # type: ignore[list-item] # one of the words
        with pytest.raises(Unanswered):
            _say(channel, Content("hello"))
        assert len(meta.sent) == taken
    meta.troubles.planned = ["down"]
    with pytest.raises(TryLater):
        _say(channel, Content("hello"))
    nobody = WhatsApp(settings_for(meta, whatsapp_api_base="http://127.0.0.1:9/v23.0"))
    with pytest.raises(TryLater, match="no connection"):
        _say(nobody, Content("hello"))


def test_a_gateway_that_lost_its_server_does_not_know_either() -> None:
    kinds = {status: type(graph.problem(status, {})) for status in (400, 401, 403, 404, 429, 500, 502, 503, 504)}
    assert kinds == {
        400: Refused,
        401: NotAllowed,
        403: NotAllowed,
        404: Refused,
        429: TryLater,
        500: TryLater,
        502: Unanswered,
        503: TryLater,
        504: Unanswered,
    }


def test_nothing_is_sent_without_a_token(meta: FakeMeta) -> None:
    calls = len(meta.calls)
    with pytest.raises(NotAllowed, match="no access token"):
        _say(WhatsApp(settings_for(meta, whatsapp_access_token="")), Content("hello"))
    assert len(meta.calls) == calls


def test_after_hanging_up_the_next_message_calls_again(channel: WhatsApp, meta: FakeMeta) -> None:
    _say(channel, Content("one"))
    channel.close()
    _say(channel, Content("two"))
    assert meta.texts() == ["one", "two"]


def test_the_token_follows_no_redirect() -> None:
    with pytest.raises(Refused):
        graph.answered(302, b"")


def test_reading_and_writing_are_shown_in_one_call(channel: WhatsApp, meta: FakeMeta) -> None:
    assert isinstance(channel, ShowsTyping)
    channel.typing(ANA, "wamid.in1")
    assert meta.typing == ["wamid.in1"]
    assert meta.log[-1].request.json() == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.in1",
        "typing_indicator": {"type": "text"},
    }


def test_the_limits_of_a_number_and_of_a_pair(channel: WhatsApp) -> None:
    number, pair = channel.rates(ANA)
    in_a_second = number.burst + timedelta(seconds=1) / number.every
    assert (number.key, round(in_a_second)) == (f"whatsapp:{NUMBER}", 80)
    assert (pair.key, pair.every, pair.burst) == (f"whatsapp:{NUMBER}:15550100001", timedelta(seconds=6), 20)
