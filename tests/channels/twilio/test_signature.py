"""Nothing is kept that Twilio did not sign, for our address and our account."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from twilio.request_validator import RequestValidator

from channels.base import ChannelDeps
from channels.twilio import probes, router
from channels.twilio import webhook as under_test
from channels.twilio.form import Form
from channels.twilio.signature import Gate
from comanda import errors
from core.kernel.errors import InvalidSetting
from core.settings import Settings
from tests.channels.fakes.twilio import ACCOUNT, TOKEN, signed
from tests.channels.twilio.conftest import HOME, MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.db.session import Database

URL: Final = HOME + MESSAGES
FIELDS: Final = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "From": "+1", "To": "+2", "Body": "Grüße & mehr"}


class Door:
    """The webhook alone: what comes through is counted, nothing is stored."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kept: list[Form] = []
        monkeypatch.setattr(under_test, "take_message", self._take)

    async def _take(self, _deps: ChannelDeps, form: Form, _token: str) -> bool:
        self.kept.append(form)
        return True

    def client(self, database: Database, *, peer: str = "203.0.113.9", **more: Any) -> TestClient:  # noqa: ANN401
        """A client of a webhook with these settings."""
        app = FastAPI()
        errors.install(app)
        app.include_router(router(ChannelDeps(_settings(**more), database, {}, lambda _c, _a: None)))
        return TestClient(app, client=(peer, 1))


def _settings(**more: Any) -> Settings:  # noqa: ANN401 - the values of settings
    known = {"public_url": HOME, "twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN}
    return Settings.model_validate({**known, **more})


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    """The webhook."""
    return Door(monkeypatch)


@pytest.fixture
def opened(door: Door, sqlite_url: str) -> Iterator[Callable[..., TestClient]]:
    """Clients of webhooks with the given settings."""
    from core.db.session import Database  # noqa: PLC0415 - only for this fixture

    database = Database(sqlite_url)
    yield lambda **more: door.client(database, **more)
    database.close()


def _posted(client: TestClient, body: bytes, headers: dict[str, str]) -> int:
    return client.post(MESSAGES, content=body, headers=headers).status_code


def test_what_twilio_signed_comes_through(door: Door, opened: Callable[..., TestClient]) -> None:
    assert _posted(opened(), *signed(URL, FIELDS)) == 200
    assert door.kept[0].raw("Body") == "Grüße & mehr"


def test_both_tokens_count_while_they_are_changed(opened: Callable[..., TestClient]) -> None:
    client = opened(twilio_auth_token="new", twilio_old_auth_token=TOKEN)
    assert [_posted(client, *signed(URL, FIELDS, token)) for token in ("new", TOKEN, "older")] == [200, 200, 403]


def test_a_port_may_be_named_or_not(opened: Callable[..., TestClient]) -> None:
    for home in (HOME, f"{HOME}:443"):
        client = opened(public_url=home)
        urls = (URL, f"https://shop.example:443{MESSAGES}", f"https://shop.example:8443{MESSAGES}")
        assert [_posted(client, *signed(url, FIELDS)) for url in urls] == [200, 200, 403]


def test_only_a_proxy_of_ours_may_say_what_address_was_called(opened: Callable[..., TestClient]) -> None:
    body, headers = signed(f"https://other.example{MESSAGES}", FIELDS)
    headers |= {"X-Forwarded-Proto": "https, http", "X-Forwarded-Host": "other.example, shop.example"}
    assert _posted(opened(peer="10.1.2.3", trusted_proxies=["10.0.0.0/8"]), body, headers) == 200
    assert _posted(opened(peer="10.1.2.3"), body, headers) == 403
    assert _posted(opened(peer="203.0.113.9", trusted_proxies=["10.0.0.0/8"]), body, headers) == 403
    headers["X-Forwarded-Host"] = "other.example/x"
    assert _posted(opened(peer="10.1.2.3", trusted_proxies=["10.0.0.0/8"]), body, headers) == 403


def test_another_accounts_message_is_refused_though_the_token_signs_it(
    door: Door, opened: Callable[..., TestClient]
) -> None:
    client = opened()
    for other in ({"AccountSid": "AC" + "9" * 32}, {"AccountSid": ""}):
        assert _posted(client, *signed(URL, FIELDS | other)) == 403
    assert door.kept == []


def test_without_a_token_there_is_no_such_page(opened: Callable[..., TestClient]) -> None:
    assert _posted(opened(twilio_auth_token=""), *signed(URL, FIELDS, "")) == 404
    assert _posted(opened(twilio_account_sid=""), *signed(URL, FIELDS)) == 404


def test_what_is_too_large_or_no_form_is_refused_without_telling_twilio_to_slow_down(
    door: Door, opened: Callable[..., TestClient]
) -> None:
    client = opened()
    assert _posted(client, b"x" * 300_000, {}) == 413
    assert _posted(client, b"&".join(b"a%d=1" % n for n in range(600)), {}) == 400
    assert door.kept == []


def test_a_proxy_that_is_no_address_is_told() -> None:
    with pytest.raises(InvalidSetting, match="TRUSTED_PROXIES"):
        Gate(_settings(trusted_proxies=["proxy.local"]))


def test_a_self_test_is_heard_and_changes_nothing(opened: Callable[..., TestClient]) -> None:
    (probe,) = probes(_settings())
    client = opened()
    assert client.post(probe.path, content=probe.body, headers=dict(probe.headers)).status_code == 204
    unsigned = {name: value for name, value in probe.headers.items() if name != probe.proof}
    assert client.post(probe.path, content=probe.body, headers=unsigned).status_code == 403
    assert probes(_settings(twilio_auth_token="")) == ()


def forged(chance: random.Random) -> tuple[bytes, dict[str, str]]:
    """A delivery that looks like one of Twilio's, and is none."""
    fields = FIELDS | {"Body": f"order {chance.random()}"}
    body, headers = signed(URL, fields)
    good = headers["X-Twilio-Signature"]
    at = chance.randrange(len(good) - 1)
    way = chance.randrange(9)
    if way == 0:
        headers["X-Twilio-Signature"] = good[:at]
    elif way == 1:
        headers["X-Twilio-Signature"] = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
    elif way == 2:
        del headers["X-Twilio-Signature"]
    elif way == 3:
        headers["X-Twilio-Signature"] = RequestValidator(f"token-{chance.random()}").compute_signature(URL, fields)
    elif way == 4:
        body += b"&Extra=1"
    elif way == 5:
        body = urlencode(fields | {"From": "+3"}).encode()
    elif way == 6:
        headers["X-Twilio-Signature"] = RequestValidator(TOKEN).compute_signature(URL.replace("https", "http"), fields)
    elif way == 7:
        headers["X-Twilio-Signature"] = RequestValidator(TOKEN).compute_signature(f"{HOME}/webhooks/other", fields)
    else:
        body, headers = signed(URL, fields | {"AccountSid": f"AC{chance.randrange(16**32):032x}"})
    return body, headers


def test_no_forgery_comes_through(door: Door, opened: Callable[..., TestClient]) -> None:
    client, chance = opened(), random.Random(3)
    assert {_posted(client, *forged(chance)) for _ in range(120)} == {403}
    assert door.kept == []


def test_the_forgeries_are_told_from_the_genuine_by_the_signature_alone(
    door: Door, opened: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Gate, "is_genuine", lambda *_: True)
    client, chance = opened(), random.Random(3)
    for _ in range(50):
        _posted(client, *forged(chance))
    assert door.kept
