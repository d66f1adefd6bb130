"""Twilio's forms become the right envelopes and reports; whatever comes, nothing is raised."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import urlencode

import pytest

from channels.base import DeliveryReport
from channels.twilio.form import Form
from channels.twilio.parse import media_kind, message, report
from core.messaging import Envelope

MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


def _form(**fields: str) -> Form:
    known = {"MessageSid": "SM1", "From": "+15550199", "To": "+15550100", "AccountSid": "AC1"}
    found = Form.read(urlencode({**known, **fields}).encode())
    assert found is not None
    return found


def _on_whatsapp(**fields: str) -> Form:
    return _form(**{"From": "whatsapp:+15550199", "To": "whatsapp:+15550100", "WaId": "15550199", **fields})


def _only(form: Form) -> Envelope:
    (found,) = message(form)
    return found


def test_a_text() -> None:
    assert _only(_form(Body=" Hello \r\nthere\x00 ", NumMedia="0")) == Envelope(
        channel="sms", account="+15550100", external_id="SM1", sender="+15550199", kind="text", text="Hello \nthere"
    )


def test_a_text_on_whatsapp_has_a_name_and_other_ids() -> None:
    form = _on_whatsapp(Body="Hi", ProfileName="Ana", ExternalUserId="whatsapp:US.77", Forwarded="true")
    assert _only(form) == Envelope(
        channel="whatsapp_twilio",
        account="whatsapp:+15550100",
        external_id="SM1",
        sender="whatsapp:+15550199",
        kind="text",
        text="Hi",
        payload={"forwarded": True},
        profile_name="Ana",
        aliases=("whatsapp:US.77",),
    )


def test_a_sender_without_a_number_is_an_id_and_the_number_an_alias() -> None:
    found = _only(_on_whatsapp(From="whatsapp:US.77", ExternalUserId="whatsapp:US.77", Body="Hi"))
    assert (found.sender, found.aliases) == ("whatsapp:US.77", ("whatsapp:+15550199",))
    nobody = _only(_on_whatsapp(From="whatsapp:US.77", WaId="", Body="Hi"))
    assert (nobody.sender, nobody.aliases) == ("whatsapp:US.77", ())


@pytest.mark.parametrize(
    ("fields", "kind", "text", "payload"),
    [
        (
            {"MessageType": "interactive", "Body": "Large", "ButtonText": "Large", "ButtonPayload": "size-l"},
            "choice",
            "Large",
            {"choice": "size-l"},
        ),
        (
            {"ButtonText": "Large", "ButtonPayload": "size-l", "OriginalRepliedMessageSid": "MM9"},
            "choice",
            "Large",
            {"choice": "size-l", "answers": "MM9"},
        ),
        ({"ListId": "tea", "ListTitle": "Tea", "Body": "Tea"}, "choice", "Tea", {"choice": "tea"}),
        ({"MessageType": "button", "ButtonText": "Large"}, "text", "Large", {}),
        (
            {"Latitude": "51.5", "Longitude": "-0.1"},
            "location",
            "",
            {"latitude": 51.5, "longitude": -0.1, "name": "", "address": ""},
        ),
        ({"Latitude": "nan", "Longitude": "0", "Body": "x"}, "text", "x", {}),
        ({"Latitude": "91", "Longitude": "0"}, "unsupported", "", {"type": "empty", "reason": "nothing to read"}),
        ({"Body": "STOP", "OptOutType": "STOP"}, "text", "STOP", {"opt_out": "stop"}),
        ({"Body": "", "MessageType": "poll"}, "unsupported", "", {"type": "poll", "reason": "nothing to read"}),
        (
            {"NumMedia": "1", "MediaUrl0": MEDIA, "MediaContentType0": "audio/ogg; codecs=opus"},
            "media",
            "",
            {"media": "voice", "mime": "audio/ogg; codecs=opus", "ref": MEDIA},
        ),
        (
            {"NumMedia": "1", "MediaUrl0": MEDIA, "MediaContentType0": "image/jpeg", "Body": "This one"},
            "media",
            "This one",
            {"media": "image", "mime": "image/jpeg", "ref": MEDIA},
        ),
        ({"NumMedia": "1"}, "unsupported", "", {"type": "media", "reason": "no address of it"}),
        ({"NumMedia": "-1", "Body": "x"}, "text", "x", {}),
        ({"NumMedia": "³", "Body": "x"}, "text", "x", {}),
        ({"Body": "/restart"}, "text", "/restart", {}),
    ],
)
def test_every_kind(fields: dict[str, str], kind: str, text: str, payload: dict[str, Any]) -> None:
    found = _only(_on_whatsapp(**fields))
    assert (found.kind, found.text, found.payload) == (kind, text, payload)


def test_what_twilio_acts_upon_by_itself_is_marked() -> None:
    assert [_only(_form(Body=body)).payload for body in ("Stop", " cancel ", "cancel it", "START")] == [
        {"opt_out": "stop"},
        {"opt_out": "stop"},
        {},
        {},
    ]
    assert _only(_on_whatsapp(Body="Stop")).payload == {}


def test_several_pictures_are_several_messages_with_names_of_their_own() -> None:
    fields = {"NumMedia": "2", "Body": "These", "MediaContentType0": "image/png", "MediaContentType1": "video/mp4"}
    found = message(_form(**fields, MediaUrl0=MEDIA, MediaUrl1=f"{MEDIA}2"))
    assert [(e.external_id, e.text, e.payload["media"]) for e in found] == [
        ("SM1", "These", "image"),
        ("SM1/1", "", "video"),
    ]


def test_what_a_file_is_for() -> None:
    assert media_kind("sms", "image/webp") == "image"
    assert media_kind("whatsapp_twilio", "image/webp") == "sticker"
    assert [media_kind("sms", mime) for mime in ("text/vcard", "", "audio/mpeg", "AUDIO/AMR")] == [
        "document",
        "document",
        "audio",
        "voice",
    ]


def test_a_message_without_an_id_is_named_by_its_delivery_or_by_what_it_says() -> None:
    assert message(_form(MessageSid="", Body="a"), "token-1")[0].external_id == "delivery:token-1"
    names = [message(_form(MessageSid="", Body=body))[0].external_id for body in ("a", "a", "b")]
    assert names[0] == names[1] != names[2]
    assert len(names[0]) == 69


@pytest.mark.parametrize(
    ("status", "known"),
    [
        *((each, each) for each in ("sent", "delivered", "read", "failed")),
        ("undelivered", "failed"),
        ("canceled", "failed"),
        ("partially_delivered", "delivered"),
        *((each, None) for each in ("queued", "accepted", "scheduled", "sending", "received", "new", "")),
    ],
)
def test_statuses(status: str, known: str | None) -> None:
    form = _form(MessageStatus=status, From="+15550100", To="+15550199")
    found = report(form, "01abc.0")
    assert (found.status if found else None) == known
    if found is not None:
        assert (found.channel, found.account, found.provider_id, found.ref) == ("sms", "+15550100", "SM1", "01abc.0")


def test_a_status_tells_what_went_wrong_and_no_ref_that_is_none() -> None:
    form = _form(MessageStatus="failed", ErrorCode="63016", ChannelStatusMessage="outside", From="whatsapp:+1", To="a")
    assert report(form, "'; drop table") == DeliveryReport(
        channel="whatsapp_twilio", account="whatsapp:+1", provider_id="SM1", status="failed", error="63016: outside"
    )


def test_a_field_given_twice_counts_once() -> None:
    found = Form.read(b"Body=first&Body=second&From=a&To=b&MessageSid=c")
    assert found is not None
    assert _only(found).text == "first"
    assert found.getlist("Body") == ["first", "second"]


def test_what_is_no_form_of_twilios_is_none() -> None:
    assert Form.read(b"&".join(b"a%d=1" % n for n in range(501))) is None
    assert Form.read(b"Body=" + b"x" * 256 * 1024) is None
    assert Form.read(b"\xff\xfe%zz=%ff&;;&===") is not None


def fuzzed(chance: random.Random) -> bytes:
    """A form that might be anything."""
    names = [
        "Body", "From", "To", "MessageSid", "NumMedia", "MediaUrl0", "MediaContentType0", "Latitude", "Longitude",
        "ButtonPayload", "ButtonText", "MessageStatus", "ErrorCode", "WaId", "ExternalUserId", "OptOutType", "ListId",
        "ProfileName", "ChannelMetadata", "MessageType", "x" * 300, "",
    ]  # fmt: skip
    values = [
        "", "1", "-1", "1e400", "nan", "whatsapp:", "whatsapp:+1", "\x00\ud800".encode("utf-8", "surrogatepass"),
        "é\u202e\U0001f950" * 40, "x" * 5000, "9" * 400, "²", '{"a":[', "+1555", "%", "read", "sent",
    ]  # fmt: skip
    body = urlencode([(chance.choice(names), chance.choice(values)) for _ in range(chance.randrange(14))]).encode()
    if chance.random() < 0.3:
        cut = chance.randrange(len(body) + 1)
        body = body[:cut] + chance.randbytes(chance.randrange(30)) + body[cut + chance.randrange(5) :]
    return body


def test_whatever_comes_nothing_is_raised() -> None:
    chance = random.Random(7)
    kinds = set()
    for _ in range(1000):
        form = Form.read(fuzzed(chance))
        assert form is not None
        found = message(form, "token")
        assert found
        kinds |= {each.kind for each in found}
        report(form, "x.1")
    assert kinds == {"text", "choice", "location", "media", "unsupported"}
