"""What happens between a page and the shop, whatever carries it. Plain functions that block: call them in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from channels import inbound
from channels.web import frames
from core import messaging

if TYPE_CHECKING:
    from channels.web.deps import Deps
    from channels.web.session import ChatSession
    from core.messaging import Received

_MOST_EVENTS: Final = 500
_PATIENCE: Final = 10.0  # seconds that another worker may take over our turn


@dataclass(frozen=True, slots=True)
class News:
    """What a page has not seen: messages in order, and the cart as it is. `more`: not all messages are here."""

    conversation_id: str | None
    messages: list[dict[str, Any]]
    cart: dict[str, Any]
    more: bool = False


def topics(session: ChatSession, conversation_id: str | None) -> tuple[str, ...]:
    """What tells a page of news: of its conversation, or that there is one now."""
    if conversation_id is None:
        return (_first_topic(session),)
    return (messaging.topic(conversation_id),)


def accept(deps: Deps, session: ChatSession, said: frames.Said) -> Received:
    """Keep a message; `answer` must follow, since no worker is woken."""
    with deps.quietly():
        received = inbound.accept(deps.database, session.merchant_id, said.envelope(session))
    _first_words(deps, session, received)
    return received


def answer(deps: Deps, merchant_id: str, received: Received) -> None:
    """Take the turn of a message here and now; if another worker is at it already, wait for that one."""
    with deps.database.read() as session:
        if messaging.is_answered(session, merchant_id, received.inbound_id):
            return
    deps.drain_lane(received.lane)
    deadline = monotonic() + _PATIENCE
    with deps.live.watch(messaging.topic(received.conversation_id)) as watch:
        while monotonic() < deadline:
            with deps.database.read() as session:
                if messaging.is_answered(session, merchant_id, received.inbound_id):
                    return
            watch.wait(0.25)
            deps.drain_lane(received.lane)


def exchange(deps: Deps, session: ChatSession, said: frames.Said) -> tuple[int, News]:
    """Keep a message, answer it, and say what there is after it: all in the calling thread."""
    if deps.do_claimed is None:
        received = accept(deps, session, said)
    else:
        with deps.quietly():
            received, work = inbound.accept_and_claim(deps.database, session.merchant_id, said.envelope(session))
        _first_words(deps, session, received)
        if work is not None:
            deps.do_claimed(received.lane, work)
    answer(deps, session.merchant_id, received)
    return received.seq, news(deps, session, received.seq)


def news(deps: Deps, session: ChatSession, after_seq: int) -> News:
    """Everything with a higher number than `after_seq`, and the cart."""
    with deps.database.read() as reading:
        conversation = messaging.find_conversation(
            reading,
            session.merchant_id,
            channel=frames.CHANNEL,
            account=frames.ACCOUNT,
            sender=session.sender,
        )
        cart = {"type": "cart", **deps.cart(reading, session.merchant_id, conversation)}
        if conversation is None:
            return News(None, [], cart)
        log = messaging.log(reading, conversation.id, after_seq, _MOST_EVENTS)
        return News(conversation.id, [frames.message(entry) for entry in log], cart, more=len(log) == _MOST_EVENTS)


def _first_words(deps: Deps, session: ChatSession, received: Received) -> None:
    if received.seq == 1:
        deps.live.publish([_first_topic(session)])


def _first_topic(session: ChatSession) -> str:
    return f"chat:{session.sender}"
