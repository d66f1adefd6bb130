"""Twilio's forms become envelopes and reports. Pure; whatever comes, nothing is raised.

Fields: https://www.twilio.com/docs/messaging/guides/webhook-request; more may come without notice. A location and a
voice note have no Body.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, Literal

from channels.base import DeliveryReport
from core.messaging import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels.twilio.form import Form
    from core.messaging import InboundKind

SMS: Final = "sms"
WHATSAPP: Final = "whatsapp_twilio"
PREFIX: Final = "whatsapp:"
_MOST_MEDIA: Final = 10
_FURTHEST: Final = (90.0, 180.0)
_NAME: Final = 120
# Of a message of ours: everything else is before it is sent.
_STATUSES: Final[dict[str, Literal["sent", "delivered", "read", "failed"]]] = {
    "sent": "sent",
    "delivered": "delivered",
    "partially_delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
    "canceled": "failed",
}
_KINDS: Final = ("image", "audio", "video")
# Whoever sends this alone by text message is blocked by Twilio, with an answer of its own; one of ours would be
# refused. OptOutType tells so only where a messaging service has "Advanced Opt-Out".
_STOPS: Final = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
_REF: Final = re.compile(r"[0-9A-Za-z_-]{1,64}\.[0-9]{1,4}")

_Found = tuple["InboundKind", str, dict[str, Any]]


def channel_of(address: str) -> str:
    """The channel of an address: WhatsApp's have a prefix."""
    return WHATSAPP if address.startswith(PREFIX) else SMS


def message(form: Form, token: str = "") -> tuple[Envelope, ...]:
    """What a customer sent: one envelope, or several where several pictures came at once.

    `token` is Twilio's name of the delivery, for a message without an id; it is the same when it is delivered again.
    """
    account, sender = form.key("To"), form.key("From")
    channel = channel_of(account)
    external_id = next(filter(None, map(form.key, ("MessageSid", "SmsMessageSid", "SmsSid"))), "") or _named(
        form, token
    )
    return tuple(
        Envelope(
            channel=channel,
            account=account,
            external_id=external_id if number == 0 else f"{external_id}/{number}",
            sender=sender,
            kind=kind,
            text=text,
            payload=payload | (_about(form, channel) if number == 0 else {}),
            profile_name=form.text("ProfileName", _NAME),
            aliases=_aliases(form, sender),
        )
        for number, (kind, text, payload) in enumerate(_contents(form, channel))
    )


def report(form: Form, ref: str = "") -> DeliveryReport | None:
    """What became of a message of ours; None while it is on its way, and for what is no status of one."""
    status = _STATUSES.get(form.text("MessageStatus", 40) or form.text("SmsStatus", 40))
    account = form.key("From")
    provider_id = form.key("MessageSid") or form.key("SmsSid")
    if status is None or not account or not provider_id:
        return None
    code = form.text("ErrorCode", 10)
    problem = form.text("ChannelStatusMessage", 200) if code else ""
    return DeliveryReport(
        channel=channel_of(account),
        account=account,
        provider_id=provider_id,
        status=status,
        ref=ref if _REF.fullmatch(ref) else "",
        error=": ".join(filter(None, (code, problem))),
    )


def media_kind(channel: str, mime: str) -> str:
    """What a file is for the customer. WhatsApp's recordings are Ogg files, and its stickers WebP pictures."""
    kind, _, form = mime.partition(";")[0].strip().casefold().partition("/")
    if channel == WHATSAPP and (kind, form) == ("image", "webp"):
        return "sticker"
    if kind == "audio":
        return "voice" if form in ("ogg", "amr", "opus") else "audio"
    return kind if kind in _KINDS else "document"


def _contents(form: Form, channel: str) -> Iterator[_Found]:
    body = form.text("Body")
    latitude, longitude = form.number("Latitude", _FURTHEST[0]), form.number("Longitude", _FURTHEST[1])
    files = form.count("NumMedia", _MOST_MEDIA)
    if latitude is not None and longitude is not None:
        place = {"latitude": latitude, "longitude": longitude}
        yield "location", body, place | {"name": form.text("Label", 300), "address": form.text("Address", 300)}
    elif choice := form.text("ButtonPayload", 256) or form.text("ListId", 256):
        label = form.text("ButtonText") or form.text("ListTitle") or body
        yield "choice", label, {"choice": choice}
    elif files:
        yield from _media(form, channel, files, body)
    elif body or (body := form.text("ButtonText") or form.text("ListTitle")):
        yield "text", body, {}
    else:
        yield "unsupported", "", {"type": form.text("MessageType", 40) or "empty", "reason": "nothing to read"}


def _media(form: Form, channel: str, files: int, caption: str) -> Iterator[_Found]:
    for number in range(files):
        mime, ref = form.text(f"MediaContentType{number}", 100), form.text(f"MediaUrl{number}", 1000)
        text = caption if number == 0 else ""
        if ref:
            yield "media", text, {"media": media_kind(channel, mime), "mime": mime, "ref": ref}
        elif number == 0:
            yield "unsupported", text, {"type": "media", "reason": "no address of it"}


def _about(form: Form, channel: str) -> dict[str, Any]:
    """What else there is to know: whether Twilio has acted upon it itself, and what it answers."""
    about: dict[str, Any] = {}
    if said := form.text("OptOutType", 20):
        about["opt_out"] = said.casefold()
    elif channel == SMS and form.text("Body", 40).casefold() in _STOPS:
        about["opt_out"] = "stop"
    if answered := form.key("OriginalRepliedMessageSid"):
        about["answers"] = answered
    if form.raw("Forwarded") == "true" or form.raw("FrequentlyForwarded") == "true":
        about["forwarded"] = True
    return about


def _aliases(form: Form, sender: str) -> tuple[str, ...]:
    """Other ids of the sender. A number behind WaId is written as an address, as it would be in From."""
    phone = form.key("WaId")
    number = f"{PREFIX}+{phone}" if phone.isascii() and phone.isdigit() else ""
    return tuple(each for each in dict.fromkeys((form.key("ExternalUserId"), number)) if each and each != sender)


def _named(form: Form, token: str) -> str:
    """A name for a message without an id: Twilio's name of the delivery, else one made of what it says."""
    if token:
        return f"delivery:{token[:200]}"
    said = "\n".join(f"{name}={value}" for name in sorted(form) for value in form.getlist(name))
    return f"form:{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()}"
