"""Meta's deliveries become envelopes; nothing that comes raises."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from channels.base import DeliveryReport
from channels.whatsapp.parse import Delivery, Notice, parse
from core.messaging import Envelope
from tests.channels.fakes.meta import NUMBER, WABA, arriving, webhook

ANA = "15550100001"
ANA_BY_ID = "US.9900112233"


def _parsed(value: dict[str, Any], **more: str) -> Delivery:
    found = parse(webhook(value, **more))
    assert found is not None
    return found


def _only(value: dict[str, Any]) -> Envelope:
    found = _parsed(value)
    assert (len(found.messages), found.reports, found.notices) == (1, (), ())
    return found.messages[0]


def _pressed(kind: str, **reply: str) -> dict[str, Any]:
    return arriving("interactive", {"type": kind, kind: reply})


@pytest.mark.parametrize(
    ("value", "kind", "text", "payload"),
    [
        (arriving("text", {"body": "two flat whites"}), "text", "two flat whites", {}),
        (
            arriving("image", {"id": "m1", "mime_type": "image/jpeg", "caption": "this one"}),
            "media",
            "this one",
            {"media": "image", "mime": "image/jpeg", "ref": "m1"},
        ),
        (
            arriving("document", {"id": "m2", "mime_type": "application/pdf", "filename": "list.pdf"}),
            "media",
            "",
            {"media": "document", "mime": "application/pdf", "ref": "m2", "filename": "list.pdf"},
        ),
        (arriving("video", {"id": "m3"}), "media", "", {"media": "video", "mime": "", "ref": "m3"}),
        (
            arriving("audio", {"id": "m4", "mime_type": "audio/ogg; codecs=opus", "voice": True}),
            "media",
            "",
            {"media": "voice", "mime": "audio/ogg; codecs=opus", "ref": "m4"},
        ),
        (
            arriving("audio", {"id": "m5", "mime_type": "audio/mpeg", "voice": False}),
            "media",
            "",
            {"media": "audio", "mime": "audio/mpeg", "ref": "m5"},
        ),
        (
            arriving("sticker", {"id": "m6", "mime_type": "image/webp", "animated": True}),
            "media",
            "",
            {"media": "sticker", "mime": "image/webp", "ref": "m6"},
        ),
        (
            arriving("location", {"latitude": 52.52, "longitude": "13.405"}),
            "location",
            "",
            {"latitude": 52.52, "longitude": 13.405, "name": "", "address": ""},
        ),
        (
            arriving("location", {"latitude": 1, "longitude": 2, "name": "Home", "address": "1 Mill Lane"}),
            "location",
            "",
            {"latitude": 1.0, "longitude": 2.0, "name": "Home", "address": "1 Mill Lane"},
        ),
        (
            arriving("reaction", {"message_id": "wamid.o", "emoji": "👍"}),
            "reaction",
            "",
            {"emoji": "👍", "to": "wamid.o"},
        ),
        (arriving("reaction", {"message_id": "wamid.o"}), "reaction", "", {"emoji": "", "to": "wamid.o"}),
        (_pressed("button_reply", id="large", title="Large"), "choice", "Large", {"choice": "large"}),
        (_pressed("list_reply", id="i1", title="Mocha", description="4.20"), "choice", "Mocha", {"choice": "i1"}),
        (arriving("button", {"payload": "yes", "text": "Fine"}), "choice", "Fine", {"choice": "yes"}),
        (arriving("button", {"text": "Fine"}), "text", "Fine", {}),
        (
            arriving("edit", {"original_message_id": "wamid.o", "message": {"type": "text", "text": {"body": "one"}}}),
            "edit",
            "one",
            {"to": "wamid.o"},
        ),
        (
            arriving(
                "edit", {"original_message_id": "wamid.o", "message": {"type": "image", "image": {"caption": "that"}}}
            ),
            "edit",
            "that",
            {"to": "wamid.o"},
        ),
        (arriving("revoke", {"original_message_id": "wamid.o"}), "delete", "", {"to": "wamid.o"}),
    ],
)
def test_each_kind_of_message(value: dict[str, Any], kind: str, text: str, payload: dict[str, Any]) -> None:
    expected = Envelope(
        channel="whatsapp",
        account=NUMBER,
        external_id="wamid.in1",
        sender=ANA,
        kind=kind,  # type: ignore[arg-type] # the words are of the type
        text=text,
        payload=payload,
        sent_at=datetime(2025, 12, 29, 9, 20, tzinfo=UTC),
        profile_name="Ana",
    )
    assert _only(value) == expected


@pytest.mark.parametrize(
    ("value", "payload"),
    [
        (
            arriving("unsupported", errors=[{"code": 131051, "title": "No"}]),
            {"type": "unsupported", "reason": "131051: No"},
        ),
        (
            arriving("unsupported", {"type": "poll"}, errors=[{"code": 131051, "error_data": {"details": "Not yet"}}]),
            {"type": "poll", "reason": "131051: Not yet"},
        ),
        (arriving("contacts", [{"name": {"formatted_name": "Bo"}}]), {"type": "contacts", "reason": ""}),
        (arriving("interactive"), {"type": "interactive", "reason": ""}),
        (arriving("hologram", {"x": 1}), {"type": "hologram", "reason": ""}),
        (arriving("text", {"body": "\u200b"}), {"type": "text", "reason": ""}),
        (arriving("text", "no object"), {"type": "text", "reason": ""}),
        (arriving("image", {"mime_type": "image/png"}), {"type": "image", "reason": "no media id"}),
        (arriving("location", {"latitude": 91, "longitude": 0}), {"type": "location", "reason": ""}),
        (arriving("location", {"latitude": "NaN", "longitude": 0}), {"type": "location", "reason": ""}),
        (arriving("reaction", {"emoji": "👍"}), {"type": "reaction", "reason": ""}),
        (arriving("order", {"product_items": []}), {"type": "order", "reason": ""}),
    ],
)
def test_what_cannot_be_used_says_so(value: dict[str, Any], payload: dict[str, Any]) -> None:
    found = _only(value)
    assert (found.kind, found.text, found.payload) == ("unsupported", "", payload)


def test_a_basket_keeps_the_prices_that_the_customer_saw() -> None:
    products = [
        {"product_retailer_id": "flat-white", "quantity": 2, "item_price": 3.8, "currency": "EUR"},
        {"product_retailer_id": "mocha/large", "quantity": "1", "item_price": "900", "currency": "JPY"},
        {"product_retailer_id": "bun", "quantity": 1, "item_price": 0.001, "currency": "EUR"},
        {"product_retailer_id": "tea", "quantity": 1, "currency": "EUR"},
    ]
    found = _only(arriving("order", {"catalog_id": "7", "text": "no sugar", "product_items": products}))
    assert (found.kind, found.text) == ("order", "no sugar")
    assert found.payload == {
        "note": "no sugar",
        "items": [
            {"id": "flat-white", "quantity": 2, "price": 380, "currency": "EUR"},
            {"id": "mocha/large", "quantity": 1, "price": 900, "currency": "JPY"},
            {"id": "bun", "quantity": 1, "price": None, "currency": "EUR"},
            {"id": "tea", "quantity": 1, "price": None, "currency": "EUR"},
        ],
    }


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 1e9, "many", None, True, float("inf")])
def test_a_basket_with_a_mad_line_is_not_half_an_order(quantity: object) -> None:
    good = {"product_retailer_id": "bun", "quantity": 1, "item_price": 1, "currency": "EUR"}
    found = _only(arriving("order", {"product_items": [good, good | {"quantity": quantity}]}))
    assert found.kind == "unsupported"


def test_the_answers_of_a_form_are_kept_and_are_no_words() -> None:
    answers = {"flow_token": "secret", "agreed": "yes", "people": 4, "nested": {"a": 1}}
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(answers)}
    found = _only(arriving("interactive", {"type": "nfm_reply", "nfm_reply": reply}))
    assert (found.kind, found.text) == ("unsupported", "")
    assert found.payload["fields"] == {"agreed": "yes", "people": "4", "nested": ""}


@pytest.mark.parametrize(
    ("answers", "kind", "text", "items"),
    [
        ({"items": ["bun", "tea/large"]}, "order", "", [("bun", 1), ("tea/large", 1)]),
        ({"products": {"retailer_id": "bun", "quantity": "2"}}, "order", "", [("bun", 2)]),
        ({"items": [{"id": "bun", "quantity": 0}, "tea"]}, "unsupported", "", None),
        ({"pickup_time": "18:30"}, "order", "18:30", []),
        ({"time": "yes"}, "unsupported", "", None),
        ({"address": "5 Elm Street"}, "order", "", []),
        ({"items": [["bun"]]}, "unsupported", "", None),
        ({"items": None, "name": ""}, "unsupported", "", None),
    ],
)
def test_what_a_form_names_as_we_do_is_an_orders(answers: object, kind: str, text: str, items: object) -> None:
    reply = {"name": "flow", "response_json": json.dumps(answers)}
    found = _only(arriving("interactive", {"type": "nfm_reply", "nfm_reply": reply}))
    lines = [(i["id"], i["quantity"]) for i in found.payload["items"]] if "items" in found.payload else None
    assert (found.kind, found.text, lines) == (kind, text, items)


@pytest.mark.parametrize(
    ("by", "sender", "aliases"),
    [("phone", ANA, ()), ("both", ANA_BY_ID, (ANA,)), ("user", ANA_BY_ID, ())],
)
def test_a_customer_is_known_by_the_user_id_where_there_is_one(by: str, sender: str, aliases: tuple[str, ...]) -> None:
    found = _only(arriving("text", {"body": "hi"}, by=by))
    assert (found.sender, found.aliases, found.profile_name) == (sender, aliases, "Ana")


def test_another_persons_contact_lends_neither_name_nor_ids() -> None:
    value = arriving("text", {"body": "hi"})
    value["contacts"] = [{"profile": {"name": "Bo"}, "wa_id": "15550100002", "user_id": "US.8800"}]
    found = _only(value)
    assert (found.sender, found.aliases, found.profile_name) == (ANA, (), "")


def test_contacts_of_several_customers_are_told_apart() -> None:
    first = arriving("text", {"body": "one"}, by="both")
    second = arriving(
        "text", {"body": "two"}, phone="15550100002", user="US.8800", by="both", name="Bo", id="wamid.in2"
    )
    both = {name: first[name] + second[name] for name in ("contacts", "messages")}
    found = _parsed(both).messages
    assert [(m.text, m.sender, m.aliases, m.profile_name) for m in found] == [
        ("one", ANA_BY_ID, (ANA,), "Ana"),
        ("two", "US.8800", ("15550100002",), "Bo"),
    ]


def test_every_entry_and_change_is_read() -> None:
    def change(text: str, number: str) -> dict[str, Any]:
        whole = json.loads(webhook(arriving("text", {"body": text}, id=f"wamid.{text}"), account=number))
        return dict(whole["entry"][0]["changes"][0])

    entries = [
        {"id": WABA, "changes": [change("a", "1"), change("b", "2")]},
        "no entry",
        {"id": WABA, "changes": [change("c", "1"), None, {"field": "messages"}]},
    ]
    found = parse(json.dumps({"object": "whatsapp_business_account", "entry": entries}))
    assert found is not None
    assert [(m.account, m.text) for m in found.messages] == [("1", "a"), ("2", "b"), ("1", "c")]


@pytest.mark.parametrize(
    ("said", "status"),
    [("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("played", "read"), ("failed", "failed")],
)
def test_statuses_are_reports_on_our_messages(said: str, status: str) -> None:
    entry: dict[str, Any] = {"id": "wamid.o", "status": said, "timestamp": "1767000000", "recipient_id": ANA}
    entry |= {"biz_opaque_callback_data": "m7.1", "errors": [{"code": 131026, "title": "Undeliverable"}]}
    assert _parsed({"statuses": [entry]}).reports == (
        DeliveryReport(
            channel="whatsapp",
            account=NUMBER,
            provider_id="wamid.o",
            status=status,  # type: ignore[arg-type] # the words are of the type
            ref="m7.1",
            error="131026: Undeliverable",
            at=datetime(2025, 12, 29, 9, 20, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize(
    ("value", "field", "notice"),
    [
        (
            arriving("system", {"type": "user_changed_number", "wa_id": "15550109999", "body": "moved"}),
            "messages",
            Notice("moved", "user_changed_number", NUMBER, sender=ANA, moved_to="15550109999"),
        ),
        (
            arriving("system", {"type": "customer_identity_changed"}),
            "messages",
            Notice("ignored", "customer_identity_changed", NUMBER, sender=ANA),
        ),
        (
            arriving("text", {"body": "hi all"}, group_id="g1"),
            "messages",
            Notice("ignored", "text", NUMBER, "a group"),
        ),
        (
            {"statuses": [{"id": "x", "status": "read", "recipient_type": "group"}]},
            "messages",
            Notice("ignored", "status", NUMBER, "a group"),
        ),
        (
            {"statuses": [{"id": "x", "status": "warming up"}]},
            "messages",
            Notice("ignored", "status", NUMBER, "warming up"),
        ),
        (
            {"errors": [{"code": 130429, "title": "Too fast"}]},
            "messages",
            Notice("alarm", "errors", NUMBER, "130429: Too fast"),
        ),
        (
            arriving("interactive", {"type": "call_permission_reply"}),
            "messages",
            Notice("ignored", "interactive", NUMBER, "leave to call", ANA),
        ),
        (
            {"event": "ACCOUNT_RESTRICTION"},
            "account_update",
            Notice("alarm", "account_update", NUMBER, "ACCOUNT_RESTRICTION"),
        ),
        (
            {"event": "PAUSED", "message_template_name": "order_news", "reason": "LOW_QUALITY"},
            "message_template_status_update",
            Notice("alarm", "message_template_status_update", NUMBER, "PAUSED order_news LOW_QUALITY"),
        ),
        (
            {"event": "APPROVED", "message_template_name": "order_news"},
            "message_template_status_update",
            Notice("ignored", "message_template_status_update", NUMBER, "APPROVED order_news"),
        ),
        (
            {"user_preferences": [{"wa_id": ANA, "category": "marketing_messages", "value": "stop"}]},
            "user_preferences",
            Notice("marketing", "stop", NUMBER, sender=ANA),
        ),
        (
            {"message_echoes": [{"id": "wamid.e"}]},
            "smb_message_echoes",
            Notice("ignored", "smb_message_echoes", NUMBER),
        ),
    ],
)
def test_what_is_no_message_is_a_notice(value: dict[str, Any], field: str, notice: Notice) -> None:
    assert _parsed(value, field=field) == Delivery(notices=(notice,))


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 100_000])
def test_what_is_no_object_is_nothing(body: bytes) -> None:
    assert parse(body) is None


@pytest.mark.parametrize("missing", ["id", "from"])
def test_a_message_without_its_ids_is_left_out(missing: str) -> None:
    value = arriving("text", {"body": "hi"})
    del value["messages"][0][missing]
    value["contacts"] = []
    assert _parsed(value).notices == (Notice("ignored", "text", NUMBER, "a message without its ids"),)


def test_what_a_message_refers_to_is_kept() -> None:
    context = {"id": "wamid.ours", "forwarded": True, "referred_product": {"product_retailer_id": "mocha"}}
    referral = {"source_type": "ad", "source_id": "77", "headline": "Coffee!", "image_url": "https://x.example"}
    found = _only(arriving("text", {"body": "this?"}, context=context, referral=referral))
    assert found.payload == {
        "answers": "wamid.ours",
        "product": "mocha",
        "forwarded": True,
        "referral": {"source_type": "ad", "source_id": "77", "headline": "Coffee!"},
    }
