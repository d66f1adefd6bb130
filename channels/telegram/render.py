"""What we say, as calls of the Bot API. Pure; the buttons get their signed words when they are sent.

Nothing is sent with a parse mode: to Telegram, all of it is plain text, and no name or dish can hide a command in it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from channels import degrade
from channels.base import Abilities, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.messaging import Content, ConversationView, Option

Json = dict[str, Any]
# Ids never leave us, so they may be of any length; longer labels are cut off on a telephone.
ABILITIES: Final = Abilities(
    text=4096,
    options=100,
    option_label=64,
    option_id=512,
    body=4096,
    caption=1024,
    links=True,
    images=True,
    places=True,
)
NUMBER: Final = "#"
"""In a button of a body: the number of its answer follows, and is replaced by the button's signed words."""
_ROW: Final = 8  # buttons
_WIDTH: Final = 30  # characters of one row that a telephone shows whole
_NARROW: Final = 3  # buttons side by side on most telephones
_TITLE: Final = 32  # characters
_DESCRIPTION: Final = 255  # characters


def render(content: Content, conversation: ConversationView) -> tuple[Rendered, ...]:
    """The messages that say this. `body` of each is a method and its parameters."""
    numbers = {option.id: number for number, option in enumerate(degrade.answers(content))}
    chat = _chat(conversation)
    return tuple(replace(part, body=_body(part, chat, numbers)) for part in degrade.fit(content, ABILITIES))


def keyboard(options: Sequence[Option], numbers: dict[str, int]) -> list[list[Json]]:
    """Buttons in rows: as many beside one another as can be read."""
    return [
        [{"text": options[n].label, "callback_data": f"{NUMBER}{numbers[options[n].id]}"} for n in row]
        for row in _rows([option.label for option in options])
    ]


def link_button(label: str, url: str) -> Json:
    """A keyboard of one button that opens an address."""
    return {"inline_keyboard": [[{"text": label, "url": url}]]}


def invoice(chat: int, *, title: str, text: str, payload: str, token: str, currency: str, amount: int) -> Json:
    """An invoice to be paid in the chat."""
    named = degrade.shortened(title, _TITLE) or "Order"
    return {
        "method": "sendInvoice",
        "chat_id": chat,
        "title": named,
        "description": degrade.shortened(text, _DESCRIPTION) or named,
        "payload": payload,
        "provider_token": token,
        "currency": currency,
        "prices": [{"label": named, "amount": amount}],
    }


def _rows(labels: Sequence[str]) -> Iterable[range]:
    """Which labels share a row: equal widths, so the longest of a row decides how many it holds."""
    start = 0
    while start < len(labels):
        size = 1
        while size < _ROW and start + size < len(labels):
            widest = max(map(degrade.units, labels[start : start + size + 1]))
            most = _NARROW if widest > 3 else _ROW  # noqa: PLR2004 - numbers and the like
            if size + 1 > most or (widest + 2) * (size + 1) > _WIDTH:
                break
            size += 1
        yield range(start, start + size)
        start += size


def _body(part: Rendered, chat: int, numbers: dict[str, int]) -> Json:
    if part.place is not None:
        return _venue(part, chat)
    body: Json = {"chat_id": chat}
    if part.image is not None:
        body |= {"method": "sendPhoto", "photo": part.image.url}
        if part.text:
            body["caption"] = part.text
    else:
        body |= {"method": "sendMessage", "text": part.text, "link_preview_options": {"is_disabled": True}}
    if part.options:
        body["reply_markup"] = {"inline_keyboard": keyboard(part.options, numbers)}
    elif part.link is not None:
        body["reply_markup"] = link_button(part.link.label, part.link.url)
    return body


def _venue(part: Rendered, chat: int) -> Json:
    place = part.place
    assert place is not None  # noqa: S101 - the caller has looked
    where: Json = {"chat_id": chat, "latitude": place.latitude, "longitude": place.longitude}
    if place.name or place.address:
        named = {"title": place.name or place.address, "address": place.address or place.name}
        return {"method": "sendVenue", **where, **named}
    return {"method": "sendLocation", **where}


def _chat(conversation: ConversationView) -> int:
    # Customers of this channel are numbers; one who is not is answered “chat not found”, by Telegram itself.
    digits = conversation.sender.removeprefix("-")
    return int(conversation.sender) if digits.isascii() and digits.isdigit() else 0
