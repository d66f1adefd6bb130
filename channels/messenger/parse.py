"""Deliveries of Messenger and Instagram become envelopes, reports and notices. Pure; whatever comes, nothing is raised.

Both speak one format: a page's events say `"object": "page"`, an Instagram account's `"instagram"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from channels.base import DeliveryReport
from channels.loose import LONGEST_MESSAGE_ID, Json, key, moment, number, read, string, thing, things
from core.messaging import Envelope

if TYPE_CHECKING:
    from core.messaging import InboundKind

MESSENGER: Final = "messenger"
INSTAGRAM: Final = "instagram"
_CHANNELS: Final = {"page": MESSENGER, "instagram": INSTAGRAM}
_MEDIA: Final = {"image": "image", "video": "video", "audio": "audio", "file": "document"}
# The thumb that the app sends by a button of its own, in three sizes: a word, not a picture.
_THUMBS: Final = frozenset({"369239263222822", "369239343222814", "369239383222810"})
_THUMB: Final = "👍"
# What opens a conversation without a word.
_GET_STARTED: Final = frozenset({"GET_STARTED", "GET_STARTED_PAYLOAD", "<GET_STARTED_PAYLOAD>"})
# Our own name of a message, as `Channel.send` is given it.
_REF: Final = re.compile(r"[0-9a-zA-Z_-]{8,64}\.[0-9]{1,4}")
_MOST_MEDIA: Final = 30
_LONGEST_URL: Final = 2000
_FURTHEST: Final = (90.0, 180.0)

_Found = tuple["InboundKind", str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is no message, and is not answered. `detail` is for the log."""

    about: str
    account: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """All that one webhook says, in its order."""

    messages: tuple[Envelope, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()
    notices: tuple[Notice, ...] = ()


def parse(body: bytes | str) -> Delivery | None:
    """What a delivery says; None when it is no JSON object."""
    delivery = read(body)
    if delivery is None:
        return None
    channel = _CHANNELS.get(string(delivery, "object", 20))
    if channel is None:
        return Delivery(notices=(Notice("object", detail=string(delivery, "object", 80)),))
    found = [each for entry in things(delivery, "entry") for each in _of_entry(channel, entry)]
    return Delivery(
        tuple(each for each in found if isinstance(each, Envelope)),
        tuple(each for each in found if isinstance(each, DeliveryReport)),
        tuple(each for each in found if isinstance(each, Notice)),
    )


def _of_entry(channel: str, entry: Json) -> Iterator[Envelope | DeliveryReport | Notice]:
    account = key(entry, "id")
    for event in things(entry, "messaging"):
        yield from _of_event(channel, account, event)
    for field in ("standby", "changes"):
        for change in things(entry, field):
            yield Notice(field, account, string(change, "field", 40))


def _of_event(channel: str, account: str, event: Json) -> Iterator[Envelope | DeliveryReport | Notice]:
    message, sender = thing(event, "message"), key(thing(event, "sender"), "id")
    if "delivery" in event or "read" in event:
        yield from _statuses(channel, account, event)
    elif message.get("is_echo") is True or sender == account:
        yield _echo(channel, account, message)
    elif not account or not sender:
        yield Notice("event", account, "without its ids")
    else:
        start = Envelope(
            channel=channel,
            account=account,
            external_id="",
            sender=sender,
            kind="unsupported",
            sent_at=moment(event, "timestamp"),
        )
        found = list(_said(event, message))
        if not found:
            yield Notice("event", account, " ".join(sorted(event))[:80])
        for external_id, (kind, text, payload) in found:
            yield replace(start, external_id=_bounded(external_id), kind=kind, text=text, payload=payload)


def _said(event: Json, message: Json) -> Iterator[tuple[str, _Found]]:
    """What somebody did, each under its id."""
    who = f"{key(thing(event, 'sender'), 'id')}:{string(event, 'timestamp', 20)}"
    if "message" in event:
        yield from _message(message, who)
    elif "postback" in event:
        postback = thing(event, "postback")
        yield _id(postback, "mid") or f"postback:{who}", _postback(postback)
    elif "reaction" in event:
        reaction = thing(event, "reaction")
        emoji = "" if string(reaction, "action", 20) == "unreact" else string(reaction, "emoji", 16)
        to = _id(reaction, "mid")
        if to:
            yield f"reaction:{who}:{to}", ("reaction", "", {"emoji": emoji, "to": to})
    elif "message_edit" in event:
        edit = thing(event, "message_edit")
        to, text = _id(edit, "mid"), string(edit, "text")
        if to and text:
            yield f"edit:{string(edit, 'num_edit', 10)}:{to}", ("edit", text, {"to": to})
    elif "referral" in event:
        yield f"referral:{who}", ("start", "", {"token": string(thing(event, "referral"), "ref", 250)})


def _message(message: Json, who: str) -> Iterator[tuple[str, _Found]]:
    mid = _id(message, "mid") or f"message:{who}"
    text = string(message, "text")
    about = _about(message)
    if message.get("is_deleted") is True:
        yield f"deleted:{mid}", ("delete", "", {"to": mid})
        return
    if choice := string(thing(message, "quick_reply"), "payload", 1000):
        yield mid, ("choice", text, about | {"choice": choice})
        return
    found = [each for each in map(_attachment, list(things(message, "attachments"))[:_MOST_MEDIA]) if each is not None]
    if not found and text:
        yield mid, ("text", text, about)
    elif not found:
        reason = "not supported by Meta" if message.get("is_unsupported") is True else ""
        kinds = " ".join(string(a, "type", 20) for a in things(message, "attachments"))[:80]
        yield mid, ("unsupported", "", about | {"type": kinds or "message", "reason": reason})
    for place, (kind, said, payload) in enumerate(found):
        whole = (kind, (text or said) if place == 0 else said, about | payload)
        yield (mid if place == 0 else f"{place}:{mid}"), whole


def _attachment(attachment: Json) -> _Found | None:
    """What is attached; None for a preview of what the text says already, and for what only Meta can show."""
    kind, payload = string(attachment, "type", 20), thing(attachment, "payload")
    sticker = string(payload, "sticker_id", 40)
    if sticker in _THUMBS:
        return "text", _THUMB, {}
    if kind == "location":
        return _location(attachment, payload)
    ref = string(payload, "url", _LONGEST_URL)
    if kind in _MEDIA and ref:
        return "media", "", {"media": "sticker" if sticker else _MEDIA[kind], "mime": "", "ref": ref}
    return None


def _location(attachment: Json, payload: Json) -> _Found | None:
    point = thing(payload, "coordinates")
    latitude, longitude = number(point, "lat"), number(point, "long")
    if latitude is None or longitude is None or abs(latitude) > _FURTHEST[0] or abs(longitude) > _FURTHEST[1]:
        return None
    words = {"name": string(attachment, "title", 300), "address": ""}
    return "location", "", {"latitude": latitude, "longitude": longitude} | words


def _postback(postback: Json) -> _Found:
    choice, title = string(postback, "payload", 1000), string(postback, "title")
    referral = thing(postback, "referral")
    if referral or choice.upper() in _GET_STARTED:
        return "start", "", {"token": string(referral, "ref", 250)}
    return ("choice", title, {"choice": choice}) if choice else ("text", title, {})


def _about(message: Json) -> dict[str, Any]:
    """What a message refers to."""
    answered = _id(thing(message, "reply_to"), "mid")
    ref = string(thing(message, "referral"), "ref", 200)
    return ({"answers": answered} if answered else {}) | ({"referral": {"ref": ref}} if ref else {})


def _echo(channel: str, account: str, message: Json) -> DeliveryReport | Notice:
    """A message of the page's: ours, if it bears our own name of it; else a person wrote it at Meta."""
    ref, mid = string(message, "metadata", 200), _id(message, "mid")
    if account and mid and _REF.fullmatch(ref):
        return DeliveryReport(channel, account, mid, "sent", ref)
    return Notice("echo", account, string(message, "app_id", 40))


def _statuses(channel: str, account: str, event: Json) -> Iterator[DeliveryReport | Notice]:
    at, delivered = moment(event, "timestamp"), thing(event, "delivery")
    mids = delivered.get("mids")
    for each in mids if isinstance(mids, list) else ():
        mid = _id({"mid": each}, "mid")
        if account and mid:
            yield DeliveryReport(channel, account, mid, "delivered", at=at)
    seen = _id(thing(event, "read"), "mid")
    if account and seen:
        yield DeliveryReport(channel, account, seen, "read", at=at)
    elif "read" in event:
        yield Notice("read", account, "everything up to a time")


def _id(value: Json, name: str) -> str:
    return _bounded(string(value, name, 1000))


def _bounded(external_id: str) -> str:
    """An id that can be kept: a longer one is known by its digest."""
    if len(external_id) <= LONGEST_MESSAGE_ID:
        return external_id
    return f"sha256:{sha256(external_id.encode()).hexdigest()}"
