"""Chat tokens prove what they say, for a while, and nothing else does."""

from __future__ import annotations

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from channels.web.limits import Buckets, Rate
from channels.web.session import LIFE, ChatSession, Signer, kept_key
from core.kernel import clock
from core.kernel.errors import NotSignedIn, TooMany
from core.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SIGNER = Signer(b"a key")


def test_a_token_proves_its_session() -> None:
    session = SIGNER.new("m1")
    assert SIGNER.session(SIGNER.token(session)) == session
    assert session.merchant_id == "m1"
    assert SIGNER.new("m1") != session


def test_every_change_of_a_token_is_noticed() -> None:
    token = SIGNER.token(ChatSession("m1", "s"))
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        if changed[-1:] != token[-1:] and changed[:-1] == token[:-1]:
            continue  # the last letter of Base64 has bits that mean nothing; checked by equality below anyway
        with pytest.raises(NotSignedIn):
            SIGNER.session(changed)


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.ü", "x" * 1000, "\x00.\x00", "e30.", "e30"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(NotSignedIn):
        SIGNER.session(token)


def test_another_key_and_unsigned_claims_prove_nothing() -> None:
    token = SIGNER.token(ChatSession("m1", "s"))
    with pytest.raises(NotSignedIn):
        Signer(b"another key").session(token)
    body = base64.urlsafe_b64encode(json.dumps({"m": "m2", "s": "s", "e": 2**40}).encode()).rstrip(b"=").decode()
    with pytest.raises(NotSignedIn):
        SIGNER.session(f"{body}.{token.partition('.')[2]}")


def test_a_token_ends() -> None:
    token = SIGNER.token(ChatSession("m1", "s"))
    with clock.at(clock.now() + LIFE * 0.99):
        assert SIGNER.session(token).sender == "s"
    with clock.at(clock.now() + LIFE), pytest.raises(NotSignedIn):
        SIGNER.session(token)


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: kept_key(path), range(16)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secret.key"]


def test_the_key_of_the_settings_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, secret_key="from the settings", data_path=tmp_path)
    token = Signer.of(settings).token(ChatSession("m1", "s"))
    assert Signer(b"from the settings").session(token).sender == "s"
    assert list(tmp_path.iterdir()) == []


def test_a_bucket_empties_and_fills() -> None:
    moment = [0.0]
    buckets = Buckets(Rate(burst=2, per_second=0.5), clock=lambda: moment[0])
    buckets.take("a")
    buckets.take("a")
    with pytest.raises(TooMany) as refused:
        buckets.take("a")
    assert refused.value.values["retry_after"] == 2.0
    buckets.take("b")
    moment[0] = 2.0
    buckets.take("a")
    with pytest.raises(TooMany):
        buckets.take("a")
    moment[0] = 1000.0
    buckets.take("a")
    buckets.take("a")
    with pytest.raises(TooMany):
        buckets.take("a")


def test_buckets_of_long_ago_are_forgotten() -> None:
    buckets = Buckets(Rate(burst=1, per_second=0.001), most=2, clock=lambda: 0.0)
    for key in ("a", "b", "c"):
        buckets.take(key)
    buckets.take("a")
    with pytest.raises(TooMany):
        buckets.take("c")
