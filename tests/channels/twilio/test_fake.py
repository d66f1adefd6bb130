"""The pretended Twilio is proved by Twilio's own client, without any code of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.channels.fakes.twilio import ACCOUNT, TOKEN, Twilio, signed
from tests.channels.twilio.conftest import HOME, OURS, THEIRS

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Moved(TwilioHttpClient):  # type: ignore[misc] # the client has no types
    """The client's own, with the address of the pretended provider."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=5)
        self.url = url

    def request(self, method: str, url: str, *more: object, **options: object) -> object:
        """Call there."""
        return super().request(method, self.url + url.partition(".com")[2], *more, **options)


@pytest.fixture
def client(twilio: Twilio) -> Iterator[Client]:
    """Twilio's official client."""
    http = _Moved(twilio.url)
    yield Client(ACCOUNT, TOKEN, http_client=http, environment={"-": ""})
    http.session.close()


def test_a_message_is_taken_and_listed(twilio: Twilio, client: Client) -> None:
    made = client.messages.create(to=THEIRS, from_=OURS, body="Hello", media_url=["https://shop.example/a.png"])
    assert (made.sid, made.status, made.num_media, made.direction) == (
        twilio.sent[0].sid,
        "queued",
        "1",
        "outbound-api",
    )
    assert [each.sid for each in client.messages.list(to=THEIRS)] == [made.sid]
    assert client.messages.list(to=OURS) == []
    assert [each.content_type for each in client.messages(made.sid).media.list()] == ["image/png"]


def test_lists_have_pages_and_the_newest_come_first(twilio: Twilio, client: Client) -> None:
    twilio.page = 2
    sids = [client.messages.create(to=THEIRS, from_=OURS, body=f"{n}").sid for n in range(5)]
    assert [each.sid for each in client.messages.list()] == sids[::-1]
    assert [each.sid for each in client.messages.list(limit=3)] == sids[:1:-1]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"body": "x" * 1601}, 21617),
        ({"body": "ж" * 700}, 21617),
        ({}, 21619),
        ({"body": "x", "status_callback": "http://localhost/status"}, 21609),
        ({"body": "x", "media_url": ["https://a.example/1"] * 11}, 21623),
        ({"content_sid": "HX" + "0" * 32}, 21655),
        ({"body": "x", "shorten_urls": True}, 20001),
    ],
)
def test_what_twilio_refuses_is_refused(client: Client, fields: dict[str, object], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=THEIRS, from_=OURS, **fields)
    assert (refused.value.status, refused.value.code) == (400, code)


def test_another_token_is_not_allowed(twilio: Twilio) -> None:
    http = _Moved(twilio.url)
    with pytest.raises(TwilioRestException) as refused:
        Client(ACCOUNT, "other", http_client=http, environment={"-": ""}).messages.create(
            to=THEIRS, from_=OURS, body="Hello"
        )
    assert (refused.value.status, refused.value.code) == (401, 20003)
    http.session.close()


def test_trouble_comes_as_planned(twilio: Twilio, client: Client) -> None:
    twilio.troubles.planned = ["busy", "fault", "down"]
    codes = []
    for _ in range(3):
        with pytest.raises(TwilioRestException) as refused:
            client.messages.create(to=THEIRS, from_=OURS, body="Hello")
        codes.append(refused.value.status)
    assert codes == [429, 500, 503]
    assert len(twilio.sent) == 1  # the failure inside came after it was taken


def test_deliveries_are_signed_as_the_official_check_wants_it(twilio: Twilio) -> None:
    _, fields = twilio.heard(THEIRS, OURS, "Grüße & mehr")
    _, headers = signed(f"{HOME}/webhooks/twilio/messages", fields)
    check = RequestValidator(TOKEN)
    signature = headers["X-Twilio-Signature"]
    assert check.validate(f"{HOME}/webhooks/twilio/messages", fields, signature)
    assert check.validate(f"{HOME}:443/webhooks/twilio/messages", fields, signature)
    assert not check.validate(f"{HOME}/webhooks/twilio/messages", fields | {"Body": "other"}, signature)


def test_content_is_made_filled_and_checked(twilio: Twilio, client: Client) -> None:
    class Picker:
        """A request as the client wants it."""

        def to_dict(self) -> dict[str, object]:
            """The body."""
            items = [{"item": "{{2}}", "id": "{{3}}"}]
            types = {"twilio/list-picker": {"body": "{{1}}", "button": "Choose", "items": items}}
            return {"friendly_name": "a", "language": "en", "variables": {}, "types": types}

    sid = client.content.v1.contents.create(Picker()).sid
    assert [each.friendly_name for each in client.content.v1.contents.list()] == ["a"]
    values = {"1": 'Which "one"?', "2": "Tea", "3": "tea"}
    client.messages.create(to=THEIRS, from_=OURS, content_sid=sid, content_variables=json.dumps(values))
    assert twilio.sent[0].body == 'Which "one"?'
    for wrong in ({"2": "x" * 25}, {"1": ""}, {"1": "x" * 1025}):
        with pytest.raises(TwilioRestException):
            client.messages.create(
                to=THEIRS, from_=OURS, content_sid=sid, content_variables=json.dumps({**values, **wrong})
            )
