"""Who is chatting: a signed token that the page keeps. It names a sender and a shop, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.kernel.clock import now
from core.kernel.errors import NotSignedIn
from core.kernel.ids import new_token

if TYPE_CHECKING:
    from core.settings import Settings

LIFE: Final = timedelta(days=30)
_LONGEST: Final = 512


@dataclass(frozen=True, slots=True)
class ChatSession:
    """A customer's browser at one shop."""

    merchant_id: str
    sender: str


class Signer:
    """Makes and checks tokens with one key (HMAC-SHA256). A token holds for `LIFE`, and is renewed by use."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(b"comanda chat session\0" + key).digest()

    @classmethod
    def of(cls, settings: Settings) -> Signer:
        """The signer of this installation: the key of the settings, or one made once and kept in the data folder."""
        configured = settings.secret_key.get_secret_value()
        return cls(configured.encode() if configured else kept_key(settings.data_path / "secret.key"))

    def new(self, merchant_id: str) -> ChatSession:
        """A browser that was never seen before."""
        return ChatSession(merchant_id, new_token())

    def token(self, session: ChatSession) -> str:
        """A token that proves the session from now on."""
        claims = {"m": session.merchant_id, "s": session.sender, "e": int((now() + LIFE).timestamp())}
        body = _encode(json.dumps(claims, separators=(",", ":")).encode())
        return f"{body}.{self._sign(body)}"

    def session(self, token: str) -> ChatSession:
        """The session that a token proves.

        Raises:
            NotSignedIn: not a token of ours, changed, or expired.
        """
        body, _, signature = token.partition(".")
        # Compared as bytes: a token with other characters than ours is wrong, not an error.
        if len(token) > _LONGEST or not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            raise NotSignedIn
        claims = json.loads(_decode(body))
        if claims["e"] <= now().timestamp():
            raise NotSignedIn
        return ChatSession(claims["m"], claims["s"])

    def _sign(self, body: str) -> str:
        return _encode(hmac.digest(self._key, body.encode(), "sha256"))


def kept_key(path: Path) -> bytes:
    """The key in a file that only its owner may read; made at the first call, by one of however many processes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written whole under another name and then linked: no process ever reads half a key.
    draft = path.with_name(f"{path.name}.{new_token()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(new_token())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
