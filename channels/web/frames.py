"""The chat's protocol: what a page sends, read with distrust, and what it is told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.kernel.errors import InvalidInput
from core.kernel.text import clean
from core.messaging import Envelope

if TYPE_CHECKING:
    from channels.web.session import ChatSession
    from core.messaging import Content, MessageView

CHANNEL: Final = "web"
ACCOUNT: Final = "chat"
LARGEST_FRAME: Final = 16 * 1024  # bytes
LONGEST_TEXT: Final = 2000
_LONGEST_CHOICE: Final = 200
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the customer: words, or the id of a pressed answer with its words."""

    client_msg_id: str
    text: str
    choice: str | None

    def envelope(self, session: ChatSession) -> Envelope:
        """The message as every channel hands it in. Its id counts within the session: nobody can use up another's."""
        return Envelope(
            channel=CHANNEL,
            account=ACCOUNT,
            external_id=f"{session.sender}:{self.client_msg_id}",
            sender=session.sender,
            kind="text" if self.choice is None else "choice",
            text=self.text,
            payload={} if self.choice is None else {"choice": self.choice},
            pushes=False,
        )


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame of a socket: who it is, and up to where it has everything."""

    token: str
    last_seq: int


def decoded(raw: str) -> dict[str, Any]:
    """A frame as an object.

    Raises:
        InvalidInput: it is none.
    """
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        raise InvalidInput(field="frame", problem="is not JSON: send one JSON object in each frame.") from None
    if not isinstance(frame, dict):
        raise InvalidInput(field="frame", problem="is not a JSON object: send one JSON object in each frame.")
    return frame


def hello(frame: dict[str, Any]) -> Hello:
    """The first frame.

    Raises:
        InvalidInput: names the field and what it should be.
    """
    token, last_seq = frame.get("token"), frame.get("last_seq", 0)
    if frame.get("type") != "hello" or not isinstance(token, str):
        raise InvalidInput(field="type", problem='must be "hello" in the first frame, with the session\'s token.')
    if type(last_seq) is not int or not 0 <= last_seq < 2**31:
        raise InvalidInput(field="last_seq", problem="must be the highest seq that arrived, or 0.")
    return Hello(token, last_seq)


def said(frame: dict[str, Any]) -> Said:
    """A message of the customer.

    Raises:
        InvalidInput: names the field and what it should be. Nothing is cut off: a text too long is refused.
    """
    client_msg_id, text, choice = frame.get("client_msg_id"), frame.get("text", ""), frame.get("choice")
    if not isinstance(client_msg_id, str) or not _UUID.fullmatch(client_msg_id):
        raise InvalidInput(
            field="client_msg_id", problem="must be a UUID in small letters, a new one for each message."
        )
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise InvalidInput(field="text", problem=f"must be text of at most {LONGEST_TEXT} characters.")
    text = clean(text)
    if choice is None:
        if not text:
            raise InvalidInput(field="text", problem="is empty: write something, or press an answer.")
        return Said(client_msg_id, text, None)
    if not isinstance(choice, str) or not clean(choice) or len(choice) > _LONGEST_CHOICE:
        raise InvalidInput(field="choice", problem="must be the id of an answer that was offered.")
    return Said(client_msg_id, text, clean(choice))


def message(entry: MessageView) -> dict[str, Any]:
    """A message of either side, for the page."""
    event: dict[str, Any] = {
        "type": "message",
        "seq": entry.seq,
        "direction": entry.direction,
        "kind": entry.kind,
        "text": entry.text,
        "options": _options(entry.content) if entry.content else [],
        "at": entry.at.isoformat(),
    }
    if entry.direction == "in":
        event["client_msg_id"] = entry.external_id.rpartition(":")[2]
    return event


def _options(content: Content) -> list[dict[str, Any]]:
    """The answers to press; what a card says beside its label is its detail."""
    cards = [
        {**card.option.to_json(), "detail": " · ".join(filter(None, (card.price, card.text)))} for card in content.cards
    ]
    return [*cards, *(option.to_json() for option in content.options)]


def ack(client_msg_id: str, seq: int) -> dict[str, Any]:
    """The message is kept."""
    return {"type": "ack", "client_msg_id": client_msg_id, "seq": seq}


def error(code: str, text: str, client_msg_id: object = None) -> dict[str, Any]:
    """Something was refused, and why."""
    event: dict[str, Any] = {"type": "error", "code": code, "message": text}
    if isinstance(client_msg_id, str) and _UUID.fullmatch(client_msg_id):
        event["client_msg_id"] = client_msg_id
    return event
