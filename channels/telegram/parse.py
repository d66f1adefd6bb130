"""From an update's JSON to what it is to us. Pure; never raises, whatever comes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from channels.telegram.updates import Checkout, Group, Ignored, Paid, Pressed, Reachable, Said, Shipping, Update
from core.kernel.text import clean
from core.messaging import Envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.messaging.envelope import InboundKind

    # Kind, words, payload.
    Content: TypeAlias = tuple[InboundKind, str, dict[str, Any]]

Json = dict[str, Any]
NAME: Final = "telegram"
TEXT: Final = 4096  # characters
_LONGEST_ID: Final = 200
_LONGEST_NAME: Final = 120
_LARGEST: Final = 2**53  # ids and amounts; Telegram promises 52 bits
_LATEST: Final = 253_402_300_799  # seconds: the end of the year 9999
_START: Final = re.compile(r"/start(?:@\w+)?(?: ([A-Za-z0-9_-]{1,64}))?")
# Tuples, not sets: what stands there may be no word at all.
_GROUPS: Final = ("group", "supergroup")
_GONE: Final = ("kicked", "left")
_JOINED: Final = ("member", "administrator")
# How Telegram calls it, and we.
_MEDIA: Final = {
    "photo": "image",
    "voice": "voice",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "sticker": "sticker",
    "document": "document",
}
_MIME: Final = {"photo": "image/jpeg", "voice": "audio/ogg", "video_note": "video/mp4", "sticker": "image/webp"}
# What a customer sends and we cannot use: answered. All else that is no text is Telegram's own note, and is not.
_UNUSABLE: Final = (
    "contact",
    "dice",
    "game",
    "poll",
    "story",
    "checklist",
    "paid_media",
    "live_photo",
    "rich_message",
    "gift",
    "unique_gift",
    "giveaway",
    "passport_data",
    "web_app_data",
    "users_shared",
    "chat_shared",
    "invoice",
)
# Every kind of update of Bot API 10.1 that is of no interest here; what comes after it is ignored likewise.
IGNORED: Final = (
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
)


def read(update: object, account: str) -> Update:
    """What an update is to the bot `account`."""
    outer = _object(update)
    for kind, reader in _READERS.items():
        inner = outer.get(kind)
        if isinstance(inner, dict):
            return reader(inner, account, _number(outer.get("update_id")))
    return Ignored(next((kind for kind in IGNORED if kind in outer), "unknown"))


def _message(message: Json, account: str, _: int) -> Update:
    chat, sender = _object(message.get("chat")), _object(message.get("from"))
    if chat.get("type") in _GROUPS:
        return _of_group(message, chat, sender)
    if (odd := _not_a_customer(chat, sender)) is not None:
        return odd
    if (payment := message.get("successful_payment")) is not None:
        return _paid(_object(payment), str(sender["id"]))
    number = _number(message.get("message_id"))
    if not number:
        return Ignored("message without a number")
    content = _content(message)
    if content is None:
        return Ignored("a note of Telegram's")
    moment = _moment(message.get("date"))
    return Said(_envelope(account, sender, f"{chat['id']}:{number}", content, moment))


def _edited(message: Json, account: str, update_id: int) -> Update:
    chat, sender = _object(message.get("chat")), _object(message.get("from"))
    if chat.get("type") in _GROUPS:
        return Ignored("edited in a group")
    if (odd := _not_a_customer(chat, sender)) is not None:
        return odd
    text = _text(message.get("text")) or _text(message.get("caption"))
    number = _number(message.get("message_id"))
    if not text or not number or not update_id:
        return Ignored("edited without words")  # a live location moves every few seconds
    content: Content = ("edit", text, {"to": f"{chat['id']}:{number}"})
    return Said(_envelope(account, sender, f"edit:{update_id}", content, _moment(message.get("edit_date"))))


def _pressed(query: Json, *_: object) -> Update:
    sender, query_id = _object(query.get("from")), _id(query.get("id"))
    if not query_id or not _number(sender.get("id")):
        return Ignored("pressed by nobody")
    chat = _object(_object(query.get("message")).get("chat"))
    data = query.get("data")
    # A button of a message in a group, or of one that was sent by way of the bot, is none of ours.
    own = chat.get("type") == "private" and chat.get("id") == sender["id"] and isinstance(data, str)
    return Pressed(query_id, str(sender["id"]), str(data) if own else "", _name(sender), _locale(sender))


def _checkout(query: Json, *_: object) -> Update:
    sender, query_id = _object(query.get("from")), _id(query.get("id"))
    if not query_id or not _number(sender.get("id")):
        return Ignored("a checkout of nobody's")
    amount = _number(query.get("total_amount"))
    return Checkout(
        query_id,
        str(sender["id"]),
        _id(query.get("invoice_payload")),
        amount,
        _id(query.get("currency")),
        _locale(sender),
    )


def _shipping(query: Json, *_: object) -> Update:
    query_id = _id(query.get("id"))
    return Shipping(query_id, _locale(_object(query.get("from")))) if query_id else Ignored("no query")


def _member(change: Json, _: str, update_id: int) -> Update:
    chat, sender = _object(change.get("chat")), _object(change.get("from"))
    status = _object(change.get("new_chat_member")).get("status")
    if chat.get("type") == "private" and _number(sender.get("id")):
        return Reachable(str(sender["id"]), blocked=status in _GONE, ref=f"update:{update_id}")
    if chat.get("type") in _GROUPS and _number(chat.get("id")) and status in {"member", "administrator"}:
        return Group(chat["id"], _locale(sender))
    return Ignored("membership")


_READERS: Final[Mapping[str, Callable[[Json, str, int], Update]]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "pre_checkout_query": _checkout,
    "shipping_query": _shipping,
    "my_chat_member": _member,
}


def _of_group(message: Json, chat: Json, sender: Json) -> Update:
    """Somebody spoke in a group; what Telegram notes there is not for us."""
    spoken = "text" in message or "caption" in message or _media(message) is not None
    if spoken and _number(chat.get("id")) and sender.get("is_bot") is not True:
        return Group(chat["id"], _locale(sender))
    return Ignored("a note in a group")


def _not_a_customer(chat: Json, sender: Json) -> Ignored | None:
    if chat.get("type") != "private" or not _number(chat.get("id")):
        return Ignored("no private chat")
    if chat.get("id") != sender.get("id") or not _number(sender.get("id")):
        return Ignored("no sender")
    return Ignored("another bot") if sender.get("is_bot") is True else None


def _paid(payment: Json, sender: str) -> Update:
    charge = _id(payment.get("telegram_payment_charge_id"))
    if not charge:
        return Ignored("a payment without a name")
    return Paid(
        sender,
        _id(payment.get("invoice_payload")),
        _number(payment.get("total_amount")),
        _id(payment.get("currency")),
        charge,
        _id(payment.get("provider_payment_charge_id")),
    )


def _content(message: Json) -> Content | None:
    """What a message holds; None for what needs no answer."""
    if isinstance(message.get("text"), str):
        text = _text(message["text"])
        start = _START.fullmatch(text)
        return ("start", "", {"token": start[1] or ""}) if start else ("text", text, {})
    if (place := _place(message)) is not None:
        return "location", "", place
    caption = _text(message.get("caption"))
    if (media := _media(message)) is not None:
        return "media", caption, media
    unusable = next((kind for kind in _UNUSABLE if kind in message), None)
    if unusable is not None:
        return "unsupported", caption, {"type": unusable, "reason": "not used here"}
    return ("text", caption, {}) if caption else None


def _place(message: Json) -> Json | None:
    venue = _object(message.get("venue"))
    point = _object(venue.get("location")) or _object(message.get("location"))
    latitude, longitude = _degrees(point.get("latitude"), 90), _degrees(point.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    return {
        "latitude": latitude,
        "longitude": longitude,
        "name": _text(venue.get("title")),
        "address": _text(venue.get("address")),
    }


def _media(message: Json) -> Json | None:
    """What is to be fetched, by Telegram's id of the file. An animation comes as a document besides; it is one."""
    for kind, ours in _MEDIA.items():
        file = message.get(kind)
        if isinstance(file, list):  # a photo in several sizes, the largest last
            file = file[-1] if file else None
        ref = _id(_object(file).get("file_id"), 255)
        if ref:
            mime = _id(_object(file).get("mime_type")) or _MIME.get(kind, "")
            found: Json = {"media": ours, "mime": mime, "ref": ref, "bytes": _number(_object(file).get("file_size"))}
            group = _id(message.get("media_group_id"))
            return {**found, "group": group} if group else found
    return None


def _envelope(account: str, sender: Json, external_id: str, content: Content, moment: datetime | None) -> Envelope:
    kind, text, payload = content
    return Envelope(
        channel=NAME,
        account=account,
        external_id=external_id,
        sender=str(sender["id"]),
        kind=kind,
        text=text,
        payload=payload,
        sent_at=moment,
        profile_name=_name(sender),
        locale=_locale(sender),
    )


def _name(sender: Json) -> str:
    names = (sender.get("first_name"), sender.get("last_name"))
    return clean(" ".join(n for n in names if isinstance(n, str)), _LONGEST_NAME)


def _locale(sender: Json) -> str:
    return _id(sender.get("language_code"), 35)


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return clean(value, TEXT) if isinstance(value, str) else ""


def _id(value: object, longest: int = _LONGEST_ID) -> str:
    """A name of Telegram's, as it is; empty when it is none."""
    if not isinstance(value, str) or len(value) > longest:
        return ""
    return value if clean(value, longest) == value else ""


def _number(value: object) -> int:
    """A whole number that Telegram would send; 0 for anything else."""
    return value if type(value) is int and abs(value) < _LARGEST else 0


def _degrees(value: object, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= most else None


def _moment(value: object) -> datetime | None:
    seconds = _number(value)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= _LATEST else None
