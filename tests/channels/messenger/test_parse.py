"""Deliveries of Messenger and Instagram become envelopes; nothing that comes raises."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from channels.base import DeliveryReport
from channels.messenger.parse import Delivery, Notice, parse
from core.messaging import Envelope
from tests.channels.fakes.meta import INSTAGRAM, PAGE, page_webhook

BO = "7100000000000001"
AT = datetime(2025, 12, 29, 9, 20, tzinfo=UTC)


def _parsed(event: dict[str, Any], **more: str) -> Delivery:
    found = parse(page_webhook(event, **more))
    assert found is not None
    return found


def _message(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of Meta
    return {"message": {"mid": "m_1", **fields}}


def _attached(kind: str, **payload: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    return {"type": kind, "payload": payload}


@pytest.mark.parametrize(
    ("event", "external_id", "kind", "text", "payload"),
    [
        (_message(text="two teas"), "m_1", "text", "two teas", {}),
        (
            _message(text="Large", quick_reply={"payload": "large"}),
            "m_1",
            "choice",
            "Large",
            {"choice": "large"},
        ),
        (
            _message(text="this", reply_to={"mid": "m_0"}),
            "m_1",
            "text",
            "this",
            {"answers": "m_0"},
        ),
        (
            _message(attachments=[_attached("image", url="https://scontent.fbcdn.net/a.jpg")]),
            "m_1",
            "media",
            "",
            {"media": "image", "mime": "", "ref": "https://scontent.fbcdn.net/a.jpg"},
        ),
        (
            _message(attachments=[_attached("audio", url="https://cdn.fbsbx.com/v.mp4")]),
            "m_1",
            "media",
            "",
            {"media": "audio", "mime": "", "ref": "https://cdn.fbsbx.com/v.mp4"},
        ),
        (
            _message(attachments=[_attached("image", url="https://scontent.fbcdn.net/s.png", sticker_id=12)]),
            "m_1",
            "media",
            "",
            {"media": "sticker", "mime": "", "ref": "https://scontent.fbcdn.net/s.png"},
        ),
        (
            _message(attachments=[_attached("image", url="https://x.example", sticker_id=369239263222822)]),
            "m_1",
            "text",
            "👍",
            {},
        ),
        (
            _message(attachments=[{"title": "Home", **_attached("location", coordinates={"lat": 52.5, "long": 13.4})}]),
            "m_1",
            "location",
            "",
            {"latitude": 52.5, "longitude": 13.4, "name": "Home", "address": ""},
        ),
        (_message(text="look", attachments=[_attached("fallback", url="https://x")]), "m_1", "text", "look", {}),
        (_message(attachments=[_attached("template")]), "m_1", "unsupported", "", {"type": "template", "reason": ""}),
        (
            _message(is_unsupported=True),
            "m_1",
            "unsupported",
            "",
            {"type": "message", "reason": "not supported by Meta"},
        ),
        (_message(is_deleted=True), "deleted:m_1", "delete", "", {"to": "m_1"}),
        (
            {"postback": {"mid": "m_2", "title": "Tea", "payload": "item:tea"}},
            "m_2",
            "choice",
            "Tea",
            {"choice": "item:tea"},
        ),
        (
            {"postback": {"title": "Tea", "payload": "item:tea"}},
            f"postback:{BO}:1767000000000",
            "choice",
            "Tea",
            {"choice": "item:tea"},
        ),
        ({"postback": {"mid": "m_2", "title": "Start", "payload": "get_started"}}, "m_2", "start", "", {"token": ""}),
        (
            {"postback": {"mid": "m_2", "payload": "x", "referral": {"ref": "table-4"}}},
            "m_2",
            "start",
            "",
            {"token": "table-4"},
        ),
        (
            {"referral": {"ref": "table-4", "source": "SHORTLINK"}},
            f"referral:{BO}:1767000000000",
            "start",
            "",
            {"token": "table-4"},
        ),
        (
            {"reaction": {"mid": "m_0", "action": "react", "emoji": "❤", "reaction": "love"}},
            f"reaction:{BO}:1767000000000:m_0",
            "reaction",
            "",
            {"emoji": "❤", "to": "m_0"},
        ),
        (
            {"reaction": {"mid": "m_0", "action": "unreact"}},
            f"reaction:{BO}:1767000000000:m_0",
            "reaction",
            "",
            {"emoji": "", "to": "m_0"},
        ),
        ({"message_edit": {"mid": "m_0", "text": "one", "num_edit": 2}}, "edit:2:m_0", "edit", "one", {"to": "m_0"}),
    ],
)
@pytest.mark.parametrize(
    ("to", "channel", "account"), [("page", "messenger", PAGE), ("instagram", "instagram", INSTAGRAM)]
)
def test_each_kind_of_event(  # noqa: PLR0917 - the fields that are looked at
    to: str, channel: str, account: str, event: dict[str, Any], external_id: str, kind: str, text: str, payload: object
) -> None:
    expected = Envelope(
        channel=channel,
        account=account,
        external_id=external_id,
        sender=BO,
        kind=kind,  # type: ignore[arg-type] # the words are of the type
        text=text,
        payload=payload,  # type: ignore[arg-type] # an object
        sent_at=AT,
    )
    assert _parsed(event, to=to) == Delivery((expected,))


def test_an_album_is_several_messages_and_its_words_are_said_once() -> None:
    pictures = [_attached("image", url=f"https://scontent.fbcdn.net/{n}.jpg") for n in range(3)]
    found = _parsed(_message(text="these", attachments=pictures)).messages
    assert [(m.external_id, m.text, m.payload["ref"][-5:]) for m in found] == [
        ("m_1", "these", "0.jpg"),
        ("1:m_1", "", "1.jpg"),
        ("2:m_1", "", "2.jpg"),
    ]


def test_an_id_that_is_too_long_is_known_by_its_digest() -> None:
    found = _parsed(_message(mid="m_" + "a" * 300, text="hi")).messages[0]
    assert (found.external_id[:7], len(found.external_id)) == ("sha256:", 71)


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (
            _message(is_echo=True, app_id=7, metadata=f"{'0' * 32}.1", text="hello"),
            DeliveryReport("messenger", PAGE, "m_1", "sent", f"{'0' * 32}.1"),
        ),
        (_message(is_echo=True, app_id=7, text="a person wrote"), Notice("echo", PAGE, "7")),
        (
            {"delivery": {"mids": ["m_1"], "watermark": 1}},
            DeliveryReport("messenger", PAGE, "m_1", "delivered", at=AT),
        ),
        ({"read": {"mid": "m_1"}}, DeliveryReport("messenger", PAGE, "m_1", "read", at=AT)),
        ({"read": {"watermark": 1767000000000}}, Notice("read", PAGE, "everything up to a time")),
        ({"optin": {"type": "x"}}, Notice("event", PAGE, "optin recipient sender timestamp")),
        ({"reaction": {"emoji": "❤"}}, Notice("event", PAGE, "reaction recipient sender timestamp")),
    ],
)
def test_what_is_no_message(event: dict[str, Any], found: DeliveryReport | Notice) -> None:
    delivery = _parsed(event)
    assert delivery.messages == ()
    assert (*delivery.reports, *delivery.notices) == (found,)


def test_what_the_page_says_itself_is_not_heard() -> None:
    assert _parsed(_message(text="hi"), sender=PAGE).messages == ()


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_nothing(body: bytes) -> None:
    assert parse(body) is None
