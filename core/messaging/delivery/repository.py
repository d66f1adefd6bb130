"""All SQL of parts, reports, limits and alarms.

A message's row is the lock of its parts: whoever changes a part holds it first. Limits are locked last, in the order of
their keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from core.db.insert import insert_once
from core.kernel.ids import new_id
from core.messaging.delivery.models import Alarm, EarlyReport, OutboundPart, SendGate, SendRate
from core.messaging.models import Conversation, OutboundMessage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.messaging.views import ConversationView


def parts(session: Session, message: OutboundMessage) -> Sequence[OutboundPart]:
    """The parts of a message that were handed over at least once, in order."""
    query = select(OutboundPart).where(
        OutboundPart.merchant_id == message.merchant_id, OutboundPart.outbound_id == message.id
    )
    return session.scalars(query.order_by(OutboundPart.number).execution_options(populate_existing=True)).all()


def add_part(
    session: Session, message: OutboundMessage, conversation: ConversationView, number: int, moment: datetime
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


def lock_rates(session: Session, keys: Sequence[str], moment: datetime) -> dict[str, SendRate]:
    """The rows of limits, held until the transaction ends; made where there are none."""
    query = select(SendRate).where(SendRate.key.in_(keys)).order_by(SendRate.key)
    query = query.with_for_update().execution_options(populate_existing=True)
    found = {row.key: row for row in session.scalars(query)}
    if missing := sorted(set(keys) - found.keys()):
        for key in missing:
            insert_once(session, SendRate, key=key, free_at=moment, queued_to=moment)
        found = {row.key: row for row in session.scalars(query)}
    return found


def push_rate(session: Session, key: str, free_at: datetime) -> None:
    """Let a limit be used up until this moment at least."""
    later = update(SendRate).where(SendRate.key == key, SendRate.free_at < free_at)
    session.execute(later.values(free_at=free_at).execution_options(synchronize_session=False))


def forget_rates(session: Session, before: datetime) -> None:
    """Drop limits that nobody has come near to for long."""
    session.execute(delete(SendRate).where(SendRate.free_at < before, SendRate.queued_to < before))


def gate(session: Session, merchant_id: str, channel: str, account: str) -> SendGate | None:
    """The closed gate of an account; None while all is well."""
    query = select(SendGate).where(
        SendGate.merchant_id == merchant_id, SendGate.channel == channel, SendGate.account == account
    )
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def lock_gate(session: Session, merchant_id: str, channel: str, account: str) -> SendGate | None:
    """The same, held until the transaction ends."""
    query = select(SendGate).where(
        SendGate.merchant_id == merchant_id, SendGate.channel == channel, SendGate.account == account
    )
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def close_gate(session: Session, values: dict[str, object]) -> SendGate:
    """The row of an account by which nothing is sent from now on, held; made if there is none."""
    insert_once(session, SendGate, **values)
    found = lock_gate(session, str(values["merchant_id"]), str(values["channel"]), str(values["account"]))
    if found is None:  # opened at this very moment by another sender: closed again all the same
        return close_gate(session, values)
    return found


def gates(session: Session, merchant_id: str) -> Sequence[SendGate]:
    """The shop's closed gates."""
    query = select(SendGate).where(SendGate.merchant_id == merchant_id)
    return session.scalars(query.order_by(SendGate.channel, SendGate.account)).all()


def open_alarm(session: Session, merchant_id: str, kind: str, subject: str) -> Alarm | None:
    """An alarm that is not over."""
    query = select(Alarm).where(
        Alarm.merchant_id == merchant_id, Alarm.kind == kind, Alarm.subject == subject, Alarm.cleared_at.is_(None)
    )
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def alarms(session: Session, merchant_id: str) -> Sequence[Alarm]:
    """All alarms that are not over, the oldest first."""
    query = select(Alarm).where(Alarm.merchant_id == merchant_id, Alarm.cleared_at.is_(None))
    return session.scalars(query.order_by(Alarm.raised_at, Alarm.id)).all()


def dead_messages(session: Session, merchant_id: str, limit: int) -> list[tuple[OutboundMessage, Conversation]]:
    """Messages that were given up, with their conversations, the latest first."""
    query = (
        select(OutboundMessage, Conversation)
        .join(Conversation, Conversation.id == OutboundMessage.conversation_id)
        .where(
            OutboundMessage.merchant_id == merchant_id,
            Conversation.merchant_id == merchant_id,
            OutboundMessage.state == "dead",
        )
    )
    latest = query.order_by(OutboundMessage.given_up_at.desc(), OutboundMessage.id.desc())
    return [(message, conversation) for message, conversation in session.execute(latest.limit(limit))]


def on_their_way(session: Session, merchant_id: str) -> list[tuple[str, str, int, datetime]]:
    """How many messages of each channel are in each state before they are sent, and when the oldest was said."""
    oldest = func.min(OutboundMessage.created_at)
    query = (
        select(Conversation.channel, OutboundMessage.state, func.count(OutboundMessage.id), oldest)
        .join(Conversation, Conversation.id == OutboundMessage.conversation_id)
        .where(
            OutboundMessage.merchant_id == merchant_id,
            Conversation.merchant_id == merchant_id,
            OutboundMessage.state.in_(("pending", "sending", "ambiguous", "failed")),
        )
        .group_by(Conversation.channel, OutboundMessage.state)
        .order_by(Conversation.channel, OutboundMessage.state)
    )
    return [(channel, state, count, since) for channel, state, count, since in session.execute(query)]
