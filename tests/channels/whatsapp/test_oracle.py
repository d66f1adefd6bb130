"""A second reader of Meta's deliveries: what pywa makes of each payload is what we make of it.

With COMANDA_CHANNEL_FIXTURES, a folder of recorded payloads, those are read too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pywa.client import WhatsApp
from pywa.types.base_update import RawUpdate

from channels.whatsapp.parse import parse
from scripts.benchmarks.fuzz import targets
from tests.channels.fakes.meta import NUMBER, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

# pywa's word for an update, and ours.
_MEDIA = {"image", "video", "document", "audio", "sticker"}
_SAID = {"text": "text", "location": "location", "order": "order", "reaction": "reaction"}


@pytest.fixture(scope="module")
def reader() -> Iterator[WhatsApp]:
    client = WhatsApp(phone_id=NUMBER, token=TOKEN, filter_updates=False)
    yield client
    client.api._session.close()


def _theirs(update: Any) -> tuple[str, ...]:  # noqa: ANN401, PLR0911 - pywa has a class for each
    """What an update of pywa's says, in our words."""
    match type(update).__name__:
        case "Message":
            kind = update.type.value
            if kind in _MEDIA:
                media = getattr(update, kind)
                word = "voice" if getattr(media, "voice", False) else kind
                return ("media", update.caption or "", word, media.id)
            text = update.order.text if kind == "order" else update.text
            return (_SAID.get(kind, "unsupported"), text or "", "", "")
        case "CallbackButton":
            return ("choice", update.title, update.data, "")
        case "CallbackSelection":
            return ("choice", update.title, update.data, "")
        case "FlowCompletion":
            return ("unsupported", "", "flow", "")
        case "EditedMessage":
            now = update.message
            return ("edit", now.caption or now.text or "", update.original_message_id, "")
        case "DeletedMessage":
            return ("delete", "", update.original_message_id, "")
        case "MessageStatus" if "recipient_type" not in update.raw.value["statuses"][0]:
            word = {"played": "read"}.get(update.status.value, update.status.value)
            return ("status", word, update.id, update.tracker or "")
    return ("notice",)  # of the account, of a template, of somebody's number: nobody has said anything


def _ours(body: bytes) -> list[tuple[str, ...]]:
    delivery = parse(body)
    assert delivery is not None
    said: list[tuple[str, ...]] = []
    for m in delivery.messages:
        payload = m.payload
        extra: dict[str, tuple[str, str]] = {
            "media": (str(payload.get("media")), str(payload.get("ref"))),
            "choice": (str(payload.get("choice")), ""),
            "edit": (str(payload.get("to")), ""),
            "delete": (str(payload.get("to")), ""),
            "unsupported": ("flow" if payload.get("type") == "flow" else "", ""),
        }
        said.append((m.kind, m.text, *extra.get(m.kind, ("", ""))))
    said += [("status", r.status, r.provider_id, r.ref) for r in delivery.reports]
    return said or [("notice",)]


def _payloads() -> dict[str, bytes]:
    found = {}
    for number, seed in enumerate(targets()["whatsapp"].seeds):
        tree = json.loads(seed)
        change = tree["entry"][0]["changes"][0]
        message = (change["value"].get("messages") or [{}])[0]
        found[f"{number} {change['field']} {message.get('type', '')}"] = seed
    return found


@pytest.mark.parametrize("name", _payloads())
def test_pywa_reads_the_same(reader: WhatsApp, name: str) -> None:
    body = _payloads()[name]
    raw = RawUpdate(body, hmac_header=None, update_hash="")
    kind = reader._get_handler_type(raw)
    assert kind is not None
    update = reader._handlers_to_updates[kind].from_update(client=reader, update=raw)
    assert _ours(body)[0] == _theirs(update)
