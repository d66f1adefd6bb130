"""The pretended Meta, proved by a client that others wrote for the real one."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import httpx
import pytest
from pywa import errors
from pywa.client import WhatsApp
from pywa.types.callback import Button, Section, SectionList, SectionRow, URLButton
from pywa.types.others import ProductsSection

from channels.whatsapp.parse import parse
from tests.channels.fakes.meta import NUMBER, SECRET, TOKEN, FakeMeta, meta_server

if TYPE_CHECKING:
    from collections.abc import Iterator

ANA = "15550100001"


@pytest.fixture(scope="module")
def served() -> Iterator[FakeMeta]:
    with meta_server() as fake:
        yield fake


@pytest.fixture
def meta(served: FakeMeta) -> FakeMeta:
    served.sent.clear()
    served.deliveries.clear()
    return served


@pytest.fixture
def client(meta: FakeMeta) -> Iterator[WhatsApp]:
    made = WhatsApp(phone_id=NUMBER, token=TOKEN)
    session = made.api._session
    session.base_url = meta.base
    session.timeout = httpx.Timeout(5)
    yield made
    session.close()


def test_it_takes_every_form_that_we_send(client: WhatsApp, meta: FakeMeta) -> None:
    buttons = [Button("Small", callback_data="s"), Button("Large", callback_data="l")]
    rows = [SectionRow("Flat white", callback_data="fw", description="3.80")]
    shelf = [ProductsSection(title="Hot", skus=["flat-white", "mocha/large"])]
    client.send_message(ANA, "Good morning", tracker="m1.0")
    client.send_message(ANA, "Which size?", buttons=buttons, tracker="m2.0")
    client.send_message(ANA, "Which one?", buttons=SectionList("Choose", [Section("Hot", rows)]))
    client.send_message(ANA, "Pay here", buttons=URLButton(title="Pay", url="https://pay.example/1"))
    client.send_location(ANA, latitude=52.5, longitude=13.4, name="Corner", address="1 Main Street")
    client.send_products(ANA, catalog_id="7001", product_sections=shelf, title="Hot", body="Take your pick")
    assert [m["type"] for m in meta.sent] == ["text", *["interactive"] * 3, "location", "interactive"]
    assert meta.texts()[:4] == ["Good morning", "Which size?", "Which one?", "Pay here"]
    assert client.send_message("US.9900112233", "By another name").id == meta.sent[-1]["id"]
    assert meta.sent[-1]["recipient"] == "US.9900112233"


def test_its_errors_are_metas(client: WhatsApp, meta: FakeMeta) -> None:
    meta.refuse(131047, "Too long ago")
    with pytest.raises(errors.ReEngagementMessage):
        client.send_message(ANA, "Hello")
    meta.troubles.planned = ["busy", "fault", "down"]
    with pytest.raises(errors.RateLimitHit) as busy:
        client.send_message(ANA, "Hello")
    assert busy.value.raw_response is not None
    assert busy.value.raw_response.headers["Retry-After"] == "1"
    for _ in range(2):
        with pytest.raises(errors.UnknownError):
            client.send_message(ANA, "Hello")
    with pytest.raises(errors.InvalidParameter):
        client.send_message(ANA, "Hello", buttons=[Button("A label that is far too long", callback_data="x")])
    client.token = "expired"
    with pytest.raises(errors.ExpiredAccessToken):
        client.send_message(ANA, "Hello")
    assert [m["text"]["body"] for m in meta.sent] == ["Hello"]  # the one that failed after it was taken


def test_it_loses_answers_and_breaks_connections(client: WhatsApp, meta: FakeMeta) -> None:
    meta.troubles.planned, meta.troubles.patience = ["lost", "reset", "hang"], 0.2
    for text in ("lost", "reset", "hang"):
        with pytest.raises(httpx.HTTPError):
            client.send_message(ANA, text)
    assert meta.texts() == ["lost", "hang"]
    assert [(call.trouble, call.status) for call in meta.log[-3:]] == [("lost", 0), ("reset", 0), ("hang", 0)]


def test_media_are_given_to_who_has_the_token(client: WhatsApp, meta: FakeMeta) -> None:
    meta.media["9001"] = ("image/png", b"\x89PNG\r\n\x1a\n...")
    url = client.get_media_url("9001")
    assert client.get_media_bytes(url.url) == meta.media["9001"][1]
    assert httpx.get(url.url).status_code == 401


def test_its_webhooks_are_signed_and_name_our_message(client: WhatsApp, meta: FakeMeta) -> None:
    client.send_message(ANA, "Good morning", tracker="m1.0")
    for body, word in zip(meta.deliveries, ("sent", "delivered"), strict=True):
        right = hmac.new(SECRET.encode(), body, "sha256").hexdigest()
        assert meta.signed(body)["x-hub-signature-256"] == f"sha256={right}"
        delivery = parse(body)
        assert delivery is not None
        assert [(r.status, r.provider_id, r.ref) for r in delivery.reports] == [(word, meta.sent[0]["id"], "m1.0")]
