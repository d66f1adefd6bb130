"""Messages as tests write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core import messaging
from core.messaging import Content, Envelope

if TYPE_CHECKING:
    from core.db.session import Database
    from core.messaging import OpenTurn, OutboundView, Received


def envelope(external_id: str, text: str = "hello", sender: str = "ana", **fields: Any) -> Envelope:  # noqa: ANN401
    """A text from Ana by a channel that pushes."""
    return Envelope(
        channel="post", account="shop", external_id=external_id, sender=sender, kind="text", text=text, **fields
    )


def receive(database: Database, shop: str, message: Envelope) -> Received:
    """Deliver a message once."""
    with database.begin() as uow:
        return messaging.receive(uow, shop, message)


def open_turn(database: Database, conversation_id: str) -> OpenTurn:
    """The turn that is surely open."""
    with database.read() as session:
        turn = messaging.open_turn(session, conversation_id)
    assert turn is not None
    return turn


def answer(database: Database, turn: OpenTurn, *texts: str) -> tuple[OutboundView, ...]:
    """Close a turn with these replies; the state counts the turns."""
    with database.begin() as uow:
        return messaging.close_turn(
            uow, turn, replies=[Content(text) for text in texts], state={"turns": turn.number}, trace={"by": "test"}
        )


def log(database: Database, conversation_id: str, after_seq: int = 0) -> list[tuple[int, str, str]]:
    """Place, direction and text of each message."""
    with database.read() as session:
        return [(m.seq, m.direction, m.text) for m in messaging.log(session, conversation_id, after_seq)]
