"""All SQL of parts and reports. A message's row is the lock of its parts: whoever changes a part holds it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from core.db.insert import insert_once
from core.kernel.ids import new_id
from core.messaging.delivery.models import EarlyReport, OutboundPart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.messaging.models import Conversation, OutboundMessage


def parts(session: Session, message: OutboundMessage) -> Sequence[OutboundPart]:
    """The parts of a message that were handed over at least once, in order."""
    query = select(OutboundPart).where(
        OutboundPart.merchant_id == message.merchant_id, OutboundPart.outbound_id == message.id
    )
    return session.scalars(query.order_by(OutboundPart.number).execution_options(populate_existing=True)).all()


def add_part(
    session: Session, message: OutboundMessage, conversation: Conversation, number: int, moment: datetime
) -> OutboundPart:
    """A part that is handed over for the first time."""
    part = OutboundPart(
        id=new_id(),
        merchant_id=message.merchant_id,
        outbound_id=message.id,
        number=number,
        channel=conversation.channel,
        account=conversation.account,
        state="sending",
        also=[],
        resends=0,
        unanswered=0,
        started_at=moment,
    )
    session.add(part)
    return part


def outbound_of(
    session: Session, merchant_id: str, channel: str, account: str, *, provider_id: str, ref: str
) -> tuple[str, int] | None:
    """The message and the number of the part that a provider speaks of, by its id there or by ours."""
    mine = (OutboundPart.merchant_id == merchant_id, OutboundPart.channel == channel, OutboundPart.account == account)
    found = select(OutboundPart.outbound_id, OutboundPart.number).where(*mine)
    row = None
    if provider_id:
        row = session.execute(found.where(OutboundPart.provider_id == provider_id).limit(1)).first()
    outbound_id, _, number = ref.rpartition(".")
    if row is None and outbound_id and number.isdecimal() and number.isascii():
        ours = (OutboundPart.outbound_id == outbound_id, OutboundPart.number == int(number[:9]))
        row = session.execute(found.where(*ours)).first()
    return (row[0], row[1]) if row is not None else None


def keep_early(
    session: Session, key: tuple[str, str, str, str], *, status: str, error: str, at: datetime
) -> EarlyReport | None:
    """Keep a report of a message that nobody knows yet; the one that was kept before, if there was one."""
    merchant_id, channel, account, provider_id = key
    inserted = insert_once(
        session,
        EarlyReport,
        merchant_id=merchant_id,
        channel=channel,
        account=account,
        provider_id=provider_id,
        status=status,
        error=error,
        at=at,
    )
    return None if inserted else session.get(EarlyReport, key)


def take_early(session: Session, merchant_id: str, channel: str, account: str, provider_id: str) -> EarlyReport | None:
    """What was said of a message before its id was kept here; it is asked for once."""
    mine = (
        EarlyReport.merchant_id == merchant_id,
        EarlyReport.channel == channel,
        EarlyReport.account == account,
        EarlyReport.provider_id == provider_id,
    )
    found = session.scalars(select(EarlyReport).where(*mine)).one_or_none()
    if found is not None:
        session.delete(found)
        session.flush()
    return found


def forget_early(session: Session, merchant_id: str, before: datetime) -> None:
    """Drop reports of messages that were never ours."""
    session.execute(delete(EarlyReport).where(EarlyReport.merchant_id == merchant_id, EarlyReport.at < before))
