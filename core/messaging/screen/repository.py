"""What a customer has before them when a message of ours arrives: whether a message can take another one's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.messaging.content import Content
from core.messaging.delivery.models import OutboundPart
from core.messaging.models import InboundMessage, OutboundMessage
from core.messaging.screen.views import PRESSED, Above, Offered

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def offered(session: Session, merchant_id: str, conversation_id: str) -> Offered | None:
    """What we said last in a turn: the answers that can still be given by pressing. None before the first turn."""
    last = (
        select(OutboundMessage)
        .where(
            OutboundMessage.merchant_id == merchant_id,
            OutboundMessage.conversation_id == conversation_id,
            OutboundMessage.turn_id.is_not(None),
        )
        .order_by(OutboundMessage.seq.desc())
        .limit(1)
    )
    row = session.scalars(last).one_or_none()
    return Offered(row.id, Content.from_json(row.content)) if row is not None else None


def above(session: Session, merchant_id: str, outbound_id: str) -> Above | None:
    """Our message right above one that is being sent, if nobody has written anything between the two.

    None when there is none, when it is not at the provider whole, or when the customer wrote since; a pressed answer
    is nothing that is written.
    """
    mine = (OutboundMessage.merchant_id == merchant_id,)
    row = session.scalars(select(OutboundMessage).where(*mine, OutboundMessage.id == outbound_id)).one_or_none()
    if row is None:
        return None
    last_two = session.scalars(
        select(OutboundMessage)
        .where(*mine, OutboundMessage.conversation_id == row.conversation_id, OutboundMessage.seq < row.seq)
        .order_by(OutboundMessage.seq.desc())
        .limit(2)
    ).all()
    before = last_two[0] if last_two else None
    if before is None or not _pressed_only(session, row, before):
        return None
    parts = session.scalars(
        select(OutboundPart)
        .where(OutboundPart.merchant_id == merchant_id, OutboundPart.outbound_id == before.id)
        .order_by(OutboundPart.number)
    ).all()
    ids = tuple(part.provider_id for part in parts if part.provider_id)
    if len(ids) != before.parts or not ids:
        return None
    return Above(Content.from_json(row.content), Content.from_json(before.content), ids, first=len(last_two) == 1)


def _pressed_only(session: Session, row: OutboundMessage, before: OutboundMessage) -> bool:
    """Whether all that the customer did between two messages of ours was to press answers."""
    between = session.scalars(
        select(InboundMessage.payload).where(
            InboundMessage.merchant_id == row.merchant_id,
            InboundMessage.conversation_id == row.conversation_id,
            InboundMessage.seq > before.seq,
            InboundMessage.seq < row.seq,
        )
    )
    return all(PRESSED in payload for payload in between)
