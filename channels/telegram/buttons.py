"""What a button says back: an opaque name of the message and the answer, signed. The answer itself is kept here.

`<message, 22 characters>.<number of the answer>.<signature, 22 characters>`: 49 bytes at most, of 64 allowed. The
signature covers the chat, so that a button proves nothing in anybody else's hands.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

LONGEST: Final = 64  # bytes
MOST: Final = 100  # buttons
_SHAPE: Final = re.compile(r"([A-Za-z0-9_-]{22})\.(\d{1,3})\.([A-Za-z0-9_-]{22})")
_SIGNED: Final = 16  # bytes


@dataclass(frozen=True, slots=True)
class Button:
    """The answer of this number, counted from 0, to a message of ours."""

    outbound_id: str
    number: int


class Buttons:
    """Makes and reads what buttons say, for one bot."""

    def __init__(self, token: str) -> None:
        self._key = sha256(b"comanda telegram buttons\0" + token.encode()).digest()

    def data(self, chat: str, button: Button) -> str:
        """What the button says, in this chat."""
        name = f"{_encoded(bytes.fromhex(button.outbound_id))}.{button.number}"
        return f"{name}.{self._signature(chat, name)}"

    def read(self, chat: str, data: str) -> Button | None:
        """The button that says this in this chat; None when we have made no such button."""
        found = _SHAPE.fullmatch(data)
        if found is None:
            return None
        name, _, signature = data.rpartition(".")
        if not hmac.compare_digest(signature, self._signature(chat, name)):
            return None
        return Button(base64.urlsafe_b64decode(found[1] + "==").hex(), int(found[2]))

    def _signature(self, chat: str, name: str) -> str:
        return _encoded(hmac.digest(self._key, f"{chat}\0{name}".encode(), "sha256")[:_SIGNED])


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
