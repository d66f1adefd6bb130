"""“Send the receipt to …”: a mail address in a message that says little else. It proves nothing about anybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.privacy.phrases import receipt_words
from assistant.replies import rich
from assistant.replies.describe import lines_text
from core import messaging
from core.kernel.errors import InvalidInput, TooMany
from core.kernel.text import fold
from core.messaging.content import Content

if TYPE_CHECKING:
    from assistant.replies.speaker import Speaker
    from assistant.shop import Shop
    from core.db.uow import UnitOfWork
    from core.messaging import ConversationView
    from core.orders.views import OrderView

_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}\w{2,24}")
_MOST_WORDS: Final = 14


def address_in(text: str) -> str:
    """The mail address that a receipt is asked for at; empty when the message is about something else."""
    found = _ADDRESS.findall(text)
    if len(set(found)) != 1:
        return ""
    rest = fold(_ADDRESS.sub(" ", text))
    words = [word for word in rest.split() if any(c.isalnum() for c in word)]
    asked = not words or any(meant in rest for meant in receipt_words())
    return str(found[0]) if asked and len(words) <= _MOST_WORDS else ""


def mail_receipt(uow: UnitOfWork, shop: Shop, about: ConversationView, speaker: Speaker, address: str) -> str:
    """Send the receipt of the customer's last order, once to each address; answers what is said about it."""
    order = shop.order
    if order is None or order.state == "cancelled":
        return speaker.say("mail_no_order")
    written = shop.speaker(speaker.language)
    try:
        messaging.say_elsewhere(uow, about.id, address, _receipt(written, shop, order), ref=f"receipt:{order.id}")
    except TooMany:
        return speaker.say("mail_many")
    except InvalidInput:
        return speaker.say("mail_no_address")
    code = speaker.bind("code", order.code, "orders", order.id, "code")
    said = speaker.bind("address", address, "inbound_messages", shop.inbound_id, "text")
    return speaker.say("mail_sent", code=code, address=said)


def _receipt(speaker: Speaker, shop: Shop, order: OrderView) -> Content:
    text = speaker.say(
        "order_changed",
        code=speaker.bind("code", order.code, "orders", order.id, "code"),
        lines=lines_text(speaker, shop.menu, [line.line for line in order.lines]),
        total=speaker.money(order.total, "orders", order.id, "total"),
    )
    receipt = rich.receipt(speaker, shop, order)
    return Content(text, "receipt", receipt=receipt, bindings=tuple(speaker.bindings))
