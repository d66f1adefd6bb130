"""Sending by Twilio's REST API: what each error means, and what became of a message whose fate was unknown."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from channels.base import Found, NotAllowed, Refused, Rendered, SendError, ShowsTyping, TryLater, Unanswered
from channels.fetch import fetch
from channels.twilio import errors
from channels.twilio.api import Api
from channels.twilio.channel import TwilioSms, TwilioWhatsApp
from core.db.session import Database
from core.kernel.clock import now
from core.messaging import Content, ConversationView, Place
from tests.channels.fakes.twilio import ACCOUNT, PICTURE, Twilio
from tests.channels.twilio.conftest import HOME, OURS, THEIRS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.settings import Settings

TEMPLATE = "HX" + "0f" * 16


def _conversation(channel: str = "sms", *, hours: float = 0, **more: Any) -> ConversationView:  # noqa: ANN401
    prefix = "whatsapp:" if channel == "whatsapp_twilio" else ""
    known: dict[str, Any] = dict.fromkeys(ConversationView.__slots__, "")
    known |= {"channel": channel, "account": prefix + OURS, "sender": prefix + THEIRS, "merchant_id": "m"}
    return ConversationView(**{**known, "heard_at": now() - timedelta(hours=hours), **more})


@pytest.fixture
def empty(sqlite_url: str) -> Iterator[Database]:
    """A database for what is written down beside sending."""
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def text_channel(configured: Callable[..., Settings], empty: Database) -> Iterator[TwilioSms]:
    """Text messages."""
    made = TwilioSms(configured(), empty, Api(configured(), answer=0.3))
    yield made
    made.close()


@pytest.fixture
def whatsapp(configured: Callable[..., Settings], empty: Database) -> Iterator[Callable[..., TwilioWhatsApp]]:
    """WhatsApp with these settings."""
    made: list[TwilioWhatsApp] = []

    def open_(**more: Any) -> TwilioWhatsApp:  # noqa: ANN401 - the values of settings
        settings = configured(**more)
        made.append(TwilioWhatsApp(settings, empty, Api(settings)))
        return made[-1]

    yield open_
    for each in made:
        each.close()


def _send(channel: TwilioSms | TwilioWhatsApp, conversation: ConversationView, text: str = "Hello") -> str:
    return channel.send(conversation, channel.render(Content(text), conversation)[0], "01ab.0")


def test_a_message_names_us_them_and_where_to_report(text_channel: TwilioSms, twilio: Twilio) -> None:
    assert _send(text_channel, _conversation()) == twilio.sent[0].sid
    assert twilio.sent[0].fields == {
        "To": [THEIRS],
        "From": [OURS],
        "Body": ["Hello"],
        "StatusCallback": [f"{HOME}/webhooks/twilio/status?ref=01ab.0"],
    }


def test_a_shop_on_this_machine_asks_for_no_reports(
    twilio: Twilio, configured: Callable[..., Settings], empty: Database
) -> None:
    local = configured(public_url="http://localhost:8000")
    channel = TwilioSms(local, empty, Api(local))
    _send(channel, _conversation())
    channel.close()
    assert twilio.sent[0].callback == ""


def test_without_a_token_nothing_is_sent(twilio: Twilio, configured: Callable[..., Settings], empty: Database) -> None:
    bare = configured(twilio_auth_token="")
    with pytest.raises(NotAllowed, match="COMANDA_TWILIO_AUTH_TOKEN"):
        _send(TwilioSms(bare, empty, Api(bare)), _conversation())
    wrong = configured(twilio_auth_token="other")
    channel = TwilioSms(wrong, empty, Api(wrong))
    with pytest.raises(NotAllowed, match="20003"):
        _send(channel, _conversation())
    channel.close()
    assert twilio.sent == []


@pytest.mark.parametrize(
    ("trouble", "kind", "taken"),
    [
        ("busy", TryLater, 0),
        ("down", TryLater, 0),
        ("fault", Unanswered, 1),
        ("lost", Unanswered, 1),
        ("hang", Unanswered, 1),
        ("reset", Unanswered, 0),
    ],
)
def test_trouble(text_channel: TwilioSms, twilio: Twilio, trouble: Any, kind: type[SendError], taken: int) -> None:  # noqa: ANN401
    twilio.troubles.planned, twilio.troubles.retry_after = [trouble], (7, 7)
    before = now()
    with pytest.raises(kind) as raised:
        _send(text_channel, _conversation())
    assert len(twilio.sent) == taken
    assert len(twilio.log) == 1  # nothing was tried again behind our back
    if trouble == "busy":
        assert isinstance(raised.value, TryLater)
        assert (raised.value.after, raised.value.account) == (timedelta(seconds=7), True)
    if kind is Unanswered:
        part = text_channel.render(Content("Hello"), _conversation())[0]
        found = text_channel.look_up(_conversation(), part, "01ab.0", before)
        assert found == Found(twilio.sent[0].sid if taken else None)


def test_no_connection_is_no_doubt(configured: Callable[..., Settings], empty: Database) -> None:
    away = configured(twilio_api_base="http://127.0.0.1:9")
    with pytest.raises(TryLater):
        _send(TwilioSms(away, empty, Api(away)), _conversation())


@pytest.mark.parametrize(
    ("status", "code", "kind", "after"),
    [
        (429, 20429, TryLater, None),
        (429, 0, TryLater, None),
        (429, 63038, TryLater, timedelta(hours=1)),
        (400, 21611, TryLater, timedelta(minutes=1)),
        (400, 14107, TryLater, timedelta(minutes=5)),
        (400, 63018, TryLater, None),
        (400, 30001, TryLater, timedelta(minutes=1)),
        (503, 0, TryLater, None),
        (400, 21211, Refused, None),
        (400, 21614, Refused, None),
        (403, 21408, Refused, None),
        (400, 21610, errors.OptedOut, None),
        (400, 63016, errors.OutsideWindow, None),
        (400, 63024, Refused, None),
        (400, 30034, Refused, None),
        (401, 20003, NotAllowed, None),
        (403, 0, NotAllowed, None),
        (400, 21606, NotAllowed, None),
        (500, 20500, Unanswered, timedelta(seconds=10)),
        (502, 0, Unanswered, timedelta(seconds=10)),
        (404, 20404, Refused, None),
    ],
)
def test_every_error(status: int, code: int, kind: type[SendError], after: timedelta | None) -> None:
    found = errors.problem(status, json.dumps({"code": code, "message": "said", "status": status}), {})
    assert type(found) is kind
    assert getattr(found, "after", None) == after
    assert str(code or status) in str(found)


@pytest.mark.parametrize("text", ["", "<html>", "[1]", '{"code": true}', '{"code": "21610"}', "{" * 5000])
def test_an_error_that_cannot_be_read(text: str) -> None:
    assert type(errors.problem(400, text, {"Retry-After": "soon"})) is Refused
    assert type(errors.problem(502, text, {})) is Unanswered


def test_what_never_left_is_told_from_what_may_have_arrived() -> None:
    pool: Any = None
    refused = requests.ConnectionError(MaxRetryError(pool, "/", NewConnectionError(pool, "refused")))
    assert type(errors.broken(refused)) is TryLater
    assert type(errors.broken(requests.ConnectTimeout())) is TryLater
    for doubtful in (
        requests.ConnectionError(ProtocolError("reset")),
        requests.ReadTimeout(),
        requests.RequestException(),
    ):
        assert type(errors.broken(doubtful)) is Unanswered


def test_the_same_words_before_are_not_this_message(text_channel: TwilioSms, twilio: Twilio) -> None:
    _send(text_channel, _conversation())
    twilio.messages[0].at -= timedelta(minutes=1)
    part = text_channel.render(Content("Hello"), _conversation())[0]
    assert text_channel.look_up(_conversation(), part, "01ab.1", now()) == Found(None)
    place = Rendered("", place=Place(1, 2))
    assert text_channel.look_up(_conversation(), place, "01ab.1", now()) == Found(None)


def test_what_customers_sent_is_listed_as_it_would_have_been_delivered(text_channel: TwilioSms, twilio: Twilio) -> None:
    since = now() - timedelta(minutes=5)
    twilio.heard(THEIRS, OURS, "one")
    twilio.heard(THEIRS, OURS, "two", MediaContentType0="image/png", MediaContentType1="image/gif")
    twilio.heard(THEIRS, OURS)
    twilio.heard(f"whatsapp:{THEIRS}", f"whatsapp:{OURS}", "not by text message")
    twilio.heard(THEIRS, OURS, "long ago")
    twilio.messages[-1].at -= timedelta(hours=3)
    _send(text_channel, _conversation())
    twilio.page = 2
    twilio.messages.insert(0, twilio.messages.pop(4))
    found = list(text_channel.received(since))
    sid = twilio.messages[2].sid
    assert [(e.external_id, e.kind, e.text) for e in found] == [
        (twilio.messages[1].sid, "text", "one"),
        (sid, "media", "two"),
        (f"{sid}/1", "media", ""),
        (twilio.messages[3].sid, "unsupported", ""),
    ]
    assert found[1].payload["ref"].startswith("https://api.twilio.com/2010-04-01/Accounts/AC")
    assert {(e.channel, e.account, e.sender) for e in found} == {("sms", OURS, THEIRS)}


def test_long_after_they_wrote_only_the_template_is_sent(
    whatsapp: Callable[..., TwilioWhatsApp], twilio: Twilio
) -> None:
    late = _conversation("whatsapp_twilio", hours=25)
    with pytest.raises(Refused, match="COMANDA_TWILIO_TEMPLATE"):
        _send(whatsapp(), late)
    assert twilio.sent == []
    twilio.contents[TEMPLATE] = {"types": {"twilio/text": {"body": "News: {{1}}"}}}
    _send(whatsapp(twilio_template=TEMPLATE), late, "Order A1\nis ready.")
    assert [(m.body, m.fields["ContentSid"]) for m in twilio.sent] == [("News: Order A1 is ready.", [TEMPLATE])]


def test_the_template_is_sent_too_when_twilio_knows_better(
    whatsapp: Callable[..., TwilioWhatsApp], twilio: Twilio
) -> None:
    twilio.contents[TEMPLATE] = {"types": {"twilio/text": {"body": "News: {{1}}"}}}
    channel = whatsapp(twilio_template=TEMPLATE)
    conversation = _conversation("whatsapp_twilio")
    twilio.refuse[conversation.sender] = (400, 63016)
    with pytest.raises(errors.OutsideWindow):
        _send(channel, conversation)
    assert [call.request.form().get("ContentSid") for call in twilio.log] == [None, TEMPLATE]


def test_a_picture_is_fetched_with_our_credentials_and_from_where_it_leads_without(
    text_channel: TwilioSms, twilio: Twilio
) -> None:
    address = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
    assert fetch(text_channel.api.download(address), limit=10_000) == PICTURE
    asked, led = (call.request for call in twilio.log)
    assert asked.headers["authorization"].startswith("Basic ")
    assert "authorization" not in led.headers


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://api.twilio.com/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "https://api.twilio.com.evil.example/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "https://api.twilio.com@evil.example/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "https://api.twilio.com:443/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "https://api.twilio.com/2010-04-01/Accounts/AC00/Messages/MM1/Media/ME1",
        "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/MM1/Media/../../../Keys.json",
        "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1?x=1",
        "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages.json",
        "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1\r\nHost: evil",
        "file:///etc/passwd",
    ],
)
def test_nothing_else_is_fetched(text_channel: TwilioSms, twilio: Twilio, address: str) -> None:
    with pytest.raises(Refused):
        text_channel.api.download(address.format(account=ACCOUNT))
    assert twilio.log == []


def test_we_are_seen_writing_on_whatsapp(
    whatsapp: Callable[..., TwilioWhatsApp], text_channel: TwilioSms, twilio: Twilio
) -> None:
    channel = whatsapp()
    assert isinstance(channel, ShowsTyping)
    assert not isinstance(text_channel, ShowsTyping)
    channel.typing(_conversation("whatsapp_twilio"), "SM7/1")
    assert twilio.typed == ["SM7"]


def test_changed_tokens_are_known_as_such(configured: Callable[..., Settings]) -> None:
    known = [Api(configured(twilio_auth_token=token)).fingerprint(OURS) for token in ("a", "a", "b")]
    assert known[0] == known[1] != known[2]


def test_rates_are_those_of_the_number_and_of_the_pair(
    text_channel: TwilioSms, whatsapp: Callable[..., TwilioWhatsApp]
) -> None:
    assert [(r.key, r.every) for r in text_channel.rates(_conversation())] == [(f"sms:{OURS}", timedelta(seconds=1))]
    number, pair = whatsapp().rates(_conversation("whatsapp_twilio"))
    assert number.every.total_seconds() + 0 >= 1 / 80
    assert pair.every == timedelta(seconds=6)
    assert THEIRS in pair.key


def test_no_text_and_no_number_is_in_a_log(
    text_channel: TwilioSms, twilio: Twilio, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    _send(text_channel, _conversation(), "a secret")
    assert "secret" not in caplog.text
    assert THEIRS not in caplog.text
    assert len(twilio.sent) == 1
