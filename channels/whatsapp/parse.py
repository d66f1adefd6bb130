"""Meta's deliveries become envelopes, reports and notices. Pure; whatever comes, nothing is raised.

One delivery may hold many entries, changes, messages and statuses, of several of the shop's numbers. A customer is
known by the business-scoped user id where there is one: the phone number may be missing, and is an alias of it then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from channels.base import DeliveryReport
from channels.loose import LONGEST_MESSAGE_ID, Json, key, moment, number, read, string, thing, things
from channels.whatsapp.forms import form
from core.kernel.errors import InvalidAmount
from core.kernel.money import Money
from core.messaging import Envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.messaging import InboundKind

NAME: Final = "whatsapp"
_STATUSES: Final[dict[str, Literal["sent", "delivered", "read", "failed"]]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_MEDIA: Final = frozenset({"image", "video", "document", "audio", "sticker"})
# News of the account that somebody has to look at; of everything else, the log is enough.
_BAD_NEWS: Final = frozenset(
    {
        "ACCOUNT_DELETED",
        "ACCOUNT_OFFBOARDED",
        "ACCOUNT_RESTRICTION",
        "ACCOUNT_VIOLATION",
        "DISABLED_UPDATE",
        "PARTNER_REMOVED",
        "PARTNER_APP_UNINSTALLED",
        "REJECTED",
        "DISABLED",
        "PAUSED",
        "FLAGGED",
        "DOWNGRADE",
        "CRITICAL",
        "WARNING",
    }
)
_MOST_ITEMS: Final = 200
_MOST_UNITS: Final = 10_000
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_FURTHEST: Final = (90.0, 180.0)

NoticeKind = Literal["alarm", "ignored", "moved", "marketing"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is no message, and nobody is answered for.

    `alarm` is for somebody to look at, `ignored` on purpose, `moved` to another number, and `marketing` allowed or not,
    as the customer set it at WhatsApp (`about`). `detail` is for the log.
    """

    kind: NoticeKind
    about: str
    account: str = ""
    detail: str = ""
    sender: str = ""
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """All that one webhook says, in its order."""

    messages: tuple[Envelope, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sender:
    """Whose a message is."""

    id: str
    aliases: tuple[str, ...]
    name: str


_Found = tuple["InboundKind", str, dict[str, Any]]


def parse(body: bytes | str) -> Delivery | None:
    """What a delivery says; None when it is no JSON object."""
    delivery = read(body)
    if delivery is None:
        return None
    messages: list[Envelope] = []
    reports: list[DeliveryReport] = []
    notices: list[Notice] = []
    if delivery.get("object") != "whatsapp_business_account":
        return Delivery(notices=(Notice("ignored", "object", detail=string(delivery, "object", 80)),))
    for entry in things(delivery, "entry"):
        for change in things(entry, "changes"):
            for found in _of_change(string(change, "field", 80), thing(change, "value")):
                match found:
                    case Envelope():
                        messages.append(found)
                    case DeliveryReport():
                        reports.append(found)
                    case Notice():
                        notices.append(found)
    return Delivery(tuple(messages), tuple(reports), tuple(notices))


def _of_change(field: str, value: Json) -> Iterator[Envelope | DeliveryReport | Notice]:
    account = key(thing(value, "metadata"), "phone_number_id")
    if field == "messages":
        for message in things(value, "messages"):
            yield _message(account, message, value)
        for status in things(value, "statuses"):
            yield _status(account, status)
        if "messages" not in value and "statuses" not in value:
            for error in things(value, "errors"):
                yield Notice("alarm", "errors", account, _error(error))
    elif field == "user_preferences":
        for preference in things(value, "user_preferences"):
            who = key(preference, "user_id") or key(preference, "wa_id")
            yield Notice("marketing", string(preference, "value", 40), account, sender=who)
    else:
        yield _news(field, value, account)


def _news(field: str, value: Json, account: str) -> Notice:
    """What a change of another field says of the account."""
    event = string(value, "event", 80) or string(value, "alert_severity", 80)
    bad = event in _BAD_NEWS or string(value, "new_quality_score", 20) == "RED"
    about = string(value, "message_template_name", 80) or string(value, "display_phone_number", 40)
    detail = " ".join(part for part in (event, about, string(value, "reason", 80)) if part)
    return Notice("alarm" if bad else "ignored", field, account, detail)


def _message(account: str, message: Json, value: Json) -> Envelope | Notice:
    kind = string(message, "type", 40)
    external_id = key(message, "id", LONGEST_MESSAGE_ID)
    sender = _sender(message, value)
    if not account or not external_id or not sender.id:
        return Notice("ignored", kind, account, "a message without its ids")
    if "group_id" in message:
        return Notice("ignored", kind, account, "a group")
    if kind == "system":
        return _system(account, message, sender)
    if kind == "interactive" and string(thing(message, kind), "type", 40) == "call_permission_reply":
        return Notice("ignored", kind, account, "leave to call", sender.id)
    found, text, payload = _content(kind, message, value)
    return Envelope(
        channel=NAME,
        account=account,
        external_id=external_id,
        sender=sender.id,
        kind=found,
        text=text,
        payload=payload | _about(message),
        sent_at=moment(message, "timestamp"),
        profile_name=sender.name,
        aliases=sender.aliases,
    )


def _sender(message: Json, value: Json) -> _Sender:
    """Who wrote. A contact of the delivery adds its ids and name only if it is the same person for certain."""
    phone, user, parent = (key(message, name) for name in ("from", "from_user_id", "from_parent_user_id"))
    contacts = list(things(value, "contacts"))
    for contact in contacts:
        theirs = (key(contact, "wa_id"), key(contact, "user_id"))
        nameless = not phone and not user and len(contacts) == 1
        if nameless or (phone and phone == theirs[0]) or (user and user == theirs[1]):
            phone, user = phone or theirs[0], user or theirs[1]
            parent = parent or key(contact, "parent_user_id")
            name = string(thing(contact, "profile"), "name", 120)
            break
    else:
        name = ""
    ids = [each for each in dict.fromkeys((user, phone, parent)) if each]
    return _Sender(ids[0] if ids else "", tuple(ids[1:]), name)


def _about(message: Json) -> dict[str, Any]:
    """What a message refers to: the one it answers, a product, an advertisement."""
    context, referral = thing(message, "context"), thing(message, "referral")
    about: dict[str, Any] = {}
    if answered := key(context, "id"):
        about["answers"] = answered
    if product := key(thing(context, "referred_product"), "product_retailer_id"):
        about["product"] = product
    if context.get("forwarded") is True or context.get("frequently_forwarded") is True:
        about["forwarded"] = True
    if referral:
        about["referral"] = {n: string(referral, n, 200) for n in ("source_type", "source_id", "headline")}
    return about


def _content(kind: str, message: Json, value: Json) -> _Found:
    if kind in _MEDIA:
        return _media(kind, thing(message, kind))
    reader = _READERS.get(kind)
    if reader is None:
        return _unsupported(string(thing(message, "unsupported"), "type", 40) or kind, message, value)
    return reader(message, value)


def _text(message: Json, value: Json) -> _Found:
    body = string(thing(message, "text"), "body")
    return ("text", body, {}) if body else _unsupported("text", message, value)


def _media(kind: str, media: Json) -> _Found:
    ref = key(media, "id")
    caption = string(media, "caption")
    if not ref:
        return "unsupported", caption, {"type": kind, "reason": "no media id"}
    payload: dict[str, Any] = {
        "media": "voice" if kind == "audio" and media.get("voice") is True else kind,
        "mime": string(media, "mime_type", 100),
        "ref": ref,
    }
    if name := string(media, "filename", 240):
        payload["filename"] = name
    return "media", caption, payload


def _location(message: Json, value: Json) -> _Found:
    place = thing(message, "location")
    latitude, longitude = number(place, "latitude"), number(place, "longitude")
    if latitude is None or longitude is None or abs(latitude) > _FURTHEST[0] or abs(longitude) > _FURTHEST[1]:
        return _unsupported("location", message, value)
    point = {"latitude": latitude, "longitude": longitude}
    return "location", "", point | {n: string(place, n, 300) for n in ("name", "address")}


def _reaction(message: Json, value: Json) -> _Found:
    reaction = thing(message, "reaction")
    to = key(reaction, "message_id")
    return (
        ("reaction", "", {"emoji": string(reaction, "emoji", 16), "to": to})
        if to
        else _unsupported("reaction", message, value)
    )


def _button(message: Json, value: Json) -> _Found:
    """A quick reply of a template."""
    pressed = thing(message, "button")
    choice, label = string(pressed, "payload", 256), string(pressed, "text")
    if choice:
        return "choice", label, {"choice": choice}
    return ("text", label, {}) if label else _unsupported("button", message, value)


def _interactive(message: Json, value: Json) -> _Found:
    answer = thing(message, "interactive")
    kind = string(answer, "type", 40)
    if kind in ("button_reply", "list_reply"):
        pressed = thing(answer, kind)
        if choice := string(pressed, "id", 256):
            return "choice", string(pressed, "title"), {"choice": choice}
    if kind == "nfm_reply":
        return form(thing(answer, kind))
    return _unsupported(kind or "interactive", message, value)


def _order(message: Json, value: Json) -> _Found:
    """A basket. Its prices are what the customer saw; what is charged are the shop's own."""
    order = thing(message, "order")
    products = list(things(order, "product_items"))
    items = [_item(product) for product in products[:_MOST_ITEMS]]
    if not items or len(products) > _MOST_ITEMS or not all(items):
        return _unsupported("order", message, value)
    return "order", string(order, "text"), {"items": items, "note": string(order, "text")}


def _item(product: Json) -> dict[str, Any]:
    item_id, quantity = key(product, "product_retailer_id"), number(product, "quantity")
    if not item_id or quantity is None or quantity != int(quantity) or not 1 <= quantity <= _MOST_UNITS:
        return {}
    currency = string(product, "currency", 3).upper()
    price = _minor(_price(product), currency) if _CURRENCY.fullmatch(currency) else None
    return {"id": item_id, "quantity": int(quantity), "price": price, "currency": currency}


def _price(product: Json) -> str:
    """The price of a product as decimal digits, however it is written."""
    price = number(product, "item_price")
    return "" if price is None else format(price, ".6f").rstrip("0").rstrip(".")


def _minor(price: str, currency: str) -> int | None:
    try:
        return Money.parse(price, currency).amount
    except InvalidAmount:
        return None


def _edit(message: Json, value: Json) -> _Found:
    """A message that says something else now: its text, or the caption of its picture."""
    edit = thing(message, "edit")
    now, to = thing(edit, "message"), key(edit, "original_message_id")
    kind = string(now, "type", 40)
    text = string(thing(now, "text"), "body") if kind == "text" else string(thing(now, kind), "caption")
    return ("edit", text, {"to": to}) if to and text else _unsupported("edit", message, value)


def _revoke(message: Json, value: Json) -> _Found:
    to = key(thing(message, "revoke"), "original_message_id")
    return ("delete", "", {"to": to}) if to else _unsupported("revoke", message, value)


def _unsupported(kind: str, message: Json, value: Json) -> _Found:
    errors = [*things(message, "errors"), *things(value, "errors")]
    return "unsupported", "", {"type": kind or "unknown", "reason": _error(errors[0]) if errors else ""}


def _system(account: str, message: Json, sender: _Sender) -> Notice:
    """The customer has another number or another device. Nobody has said anything."""
    system = thing(message, "system")
    kind = string(system, "type", 40)
    target = key(system, "user_id") or key(system, "wa_id") or key(system, "new_wa_id")
    if kind in ("user_changed_number", "user_changed_user_id", "customer_changed_number") and target:
        return Notice("moved", kind, account, sender=sender.id, moved_to=target)
    return Notice("ignored", kind or "system", account, sender=sender.id)


def _status(account: str, status: Json) -> DeliveryReport | Notice:
    said, provider_id = string(status, "status", 20), key(status, "id", LONGEST_MESSAGE_ID)
    if string(status, "recipient_type", 20) == "group":
        return Notice("ignored", "status", account, "a group")
    if said not in _STATUSES or not account or not provider_id:
        return Notice("ignored", "status", account, said)
    return DeliveryReport(
        channel=NAME,
        account=account,
        provider_id=provider_id,
        ref=key(status, "biz_opaque_callback_data"),
        status=_STATUSES[said],
        error="; ".join(_error(error) for error in things(status, "errors"))[:500],
        at=moment(status, "timestamp"),
    )


def _error(error: Json) -> str:
    said = string(thing(error, "error_data"), "details", 200) or string(error, "title", 200)
    return f"{string(error, 'code', 10)}: {said or string(error, 'message', 200)}"


_READERS: Final[dict[str, Callable[[Json, Json], _Found]]] = {
    "text": _text,
    "location": _location,
    "reaction": _reaction,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    "edit": _edit,
    "revoke": _revoke,
}
