"""Which messages of a turn are about consent, another channel or what is kept, and not about the order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.privacy.mailing import address_in
from assistant.privacy.phrases import Asked, heard, is_yes
from core import messaging
from core.customers import linking

if TYPE_CHECKING:
    from assistant.ports import LeavingListener
    from core.customers.linking import Offer
    from core.db.session import Session
    from core.messaging import InboundView, OpenTurn

# The answers to the question whether everything shall be deleted.
ERASE, KEEP = "privacy:erase", "privacy:keep"
# What a customer calls a channel, where two of ours are one to them.
FAMILIES: Final = {"whatsapp_twilio": "whatsapp"}
_CODE_LETTERS: Final = 9


@dataclass(frozen=True, slots=True)
class Aside:
    """One such message. `word`: a command of the telephone network; `answer`: the choice of ours that it makes.

    `code` is one that was said; `offer` what it stands for, if it holds; `mail` where the receipt shall be sent.
    """

    inbound: InboundView
    asked: Asked | None = None
    word: str = ""
    answer: str = ""
    code: str = ""
    offer: Offer | None = None
    mail: str = ""


def family(channel: str) -> str:
    """What a customer calls a channel."""
    return FAMILIES.get(channel, channel)


def asides(session: Session, turn: OpenTurn) -> tuple[Aside, ...]:
    """The messages that are not about the order, in order."""
    found = (_aside(session, turn, message) for message in turn.messages)
    return tuple(aside for aside in found if aside is not None)


def leaving(turn: OpenTurn, listener: LeavingListener, language: str) -> tuple[Aside, ...]:
    """The messages in which a second voice hears that they want to be written to no more."""
    said = (m for m in turn.messages if m.kind == "text" and listener.leaves(m.text))
    return tuple(Aside(message, Asked("opt_out", language)) for message in said)


def _aside(session: Session, turn: OpenTurn, message: InboundView) -> Aside | None:
    about = turn.conversation
    if word := message.payload.get(messaging.CONSENT):
        return Aside(message, word=str(word))
    text = message.text
    if message.kind == "start":
        text = text or str(message.payload.get("token", ""))
    if message.kind not in {"text", "choice", "start"} or not text:
        return None
    if (code := linking.code_in(text)) and _is_little_else(text):
        offer = linking.known_code(session, about.merchant_id, code, channel=family(about.channel))
        return Aside(message, code=code, offer=offer)
    if answer := _answer(session, turn, message):
        return Aside(message, answer=answer)
    if message.kind == "text" and (mail := address_in(text)):
        return Aside(message, mail=mail)
    asked = heard(text) if message.kind != "start" else None
    # Whoever wants to go on where they are already says so about the order.
    goes_on = asked is not None and asked.act == "move" and asked.channel == family(about.channel) != "web"
    return Aside(message, asked=asked) if asked is not None and not goes_on else None


def _answer(session: Session, turn: OpenTurn, message: InboundView) -> str:
    """The answer to our question whether to delete everything, if that is what we asked last."""
    chosen = str(message.payload.get("choice", "")) if message.kind == "choice" else ""
    if chosen not in (ERASE, KEEP) and not is_yes(message.text):
        return ""
    said = messaging.last_said(session, turn.conversation.id)
    offered = {option.id for option in said.content.options} if said is not None else set()
    if ERASE not in offered:
        return ""
    return chosen if chosen in offered else ERASE


def _is_little_else(text: str) -> bool:
    """Whether a message is a code with a few words around it, and no order that happens to have one in it."""
    return sum(c.isalnum() for c in text) <= 4 * _CODE_LETTERS
