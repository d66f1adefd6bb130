"""All SQL of conversations. The conversation's row is the one lock: whoever adds to a conversation holds it first.

Functions that take a conversation's or a message's id alone are entered with ids out of our own work rows; what comes
from outside goes through `conversation`, which names the merchant.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, select, update

from core.db.base import Base
from core.db.prepared import Prepared
from core.kernel.errors import NotFound
from core.messaging.content import Content
from core.messaging.models import Conversation, InboundMessage, OutboundMessage, TurnRow
from core.messaging.views import ConversationView, InboundView, MessageView, OutboundView, TurnView

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session


# What every turn asks is built once: building a statement costs more than running it. And it is asked for as plain
# columns, not mapped rows, which cost five times as much.
_C = Conversation.__table__.c
_CONVERSATIONS = select(*_C)
_CONVERSATION = Prepared(_CONVERSATIONS.where(_C.id == bindparam("key")))
# Not the strongest lock: rows of others that refer to the conversation (carts) need not wait for us.
_HELD = Prepared(_CONVERSATIONS.where(_C.id == bindparam("key")).with_for_update(key_share=True))
_LOCKED = (
    select(Conversation)
    .where(Conversation.id == bindparam("key"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_OF_SENDER = Prepared(
    _CONVERSATIONS.where(
        _C.merchant_id == bindparam("merchant"),
        _C.channel == bindparam("on"),
        _C.account == bindparam("account"),
        _C.sender == bindparam("sender"),
        _C.thread == bindparam("thread"),
    )
)
_SPOKEN = update(Base.metadata.tables[Conversation.__tablename__]).where(
    _C.merchant_id == bindparam("merchant"), _C.id == bindparam("key")
)
_SPOKE = _SPOKEN.values(last_seq=bindparam("seq"), updated_at=bindparam("moment"), said_at=bindparam("moment"))
_SAID = Prepared(_SPOKE)
_TURNED = Prepared(_SPOKE.values(turns=bindparam("number"), state=bindparam("after")))
_TURNED_SILENTLY = Prepared(_SPOKEN.values(turns=bindparam("number"), state=bindparam("after")))
_IN, _OUT = InboundMessage.__table__.c, OutboundMessage.__table__.c
_ANSWERED_BY = Prepared(select(_IN.turn_id).where(_IN.merchant_id == bindparam("merchant"), _IN.id == bindparam("key")))
_SAID_BY_THEM = (_IN.merchant_id == bindparam("merchant"), _IN.conversation_id == bindparam("conversation"))
_SAID_BY_US = (_OUT.merchant_id == bindparam("merchant"), _OUT.conversation_id == bindparam("conversation"))
_UNANSWERED = Prepared(select(*_IN).where(*_SAID_BY_THEM, _IN.turn_id.is_(None)).order_by(_IN.seq))
_ANSWER = Prepared(
    update(Base.metadata.tables[InboundMessage.__tablename__])
    .where(*_SAID_BY_THEM, _IN.id == bindparam("key"), _IN.turn_id.is_(None))
    .values(turn_id=bindparam("turn"))
)
_MOST = bindparam("most", type_=Integer)
_SAID_IN = Prepared(select(*_IN).where(*_SAID_BY_THEM, _IN.seq > bindparam("after")).order_by(_IN.seq).limit(_MOST))
_SAID_OUT = Prepared(select(*_OUT).where(*_SAID_BY_US, _OUT.seq > bindparam("after")).order_by(_OUT.seq).limit(_MOST))


def of_sender(
    session: Session, merchant_id: str, *, channel: str, account: str, sender: str, thread: str
) -> ConversationView | None:
    """A sender's conversation."""
    key = {"merchant": merchant_id, "on": channel, "account": account, "sender": sender, "thread": thread}
    row = _OF_SENDER.first(session, key)
    return view(row) if row is not None else None


def rename_sender(session: Session, merchant_id: str, channel: str, account: str, *, before: str, after: str) -> None:
    """Let conversations go on under another id of the same sender, unless that id has one already."""
    mine = (Conversation.merchant_id == merchant_id, Conversation.channel == channel, Conversation.account == account)
    for row in session.scalars(select(Conversation).where(*mine, Conversation.sender == before)):
        same = (*mine, Conversation.sender == after, Conversation.thread == row.thread)
        if session.scalar(select(Conversation.id).where(*same)) is None:
            row.sender = after
    session.flush()


def end_conversations(session: Session, merchant_id: str, channel: str, account: str, sender: str) -> None:
    """Keep the conversations of an id apart from those of whoever has it next."""
    for row in session.scalars(
        select(Conversation).where(
            Conversation.merchant_id == merchant_id,
            Conversation.channel == channel,
            Conversation.account == account,
            Conversation.sender == sender,
        )
    ):
        if not row.thread.startswith("ended:"):
            row.thread, row.state = f"ended:{row.id}", {}
    session.flush()


def find(session: Session, conversation_id: str, merchant_id: str | None = None) -> ConversationView | None:
    """A conversation; of this merchant's only, when one is named."""
    row = _CONVERSATION.first(session, {"key": conversation_id})
    return view(row) if row is not None and merchant_id in (None, row.merchant_id) else None


def hold(session: Session, conversation_id: str) -> ConversationView:
    """A conversation, held until the transaction ends.

    Raises:
        NotFound: there is no such conversation.
    """
    row = _HELD.first(session, {"key": conversation_id})
    if row is None:
        raise NotFound(what="conversation", key=conversation_id)
    return view(row)


def lock(session: Session, conversation_id: str) -> Conversation:
    """The row of a conversation, to be changed: held as by `hold`.

    Raises:
        NotFound: there is no such conversation.
    """
    row = session.scalars(_LOCKED, {"key": conversation_id}).one_or_none()
    if row is None:
        raise NotFound(what="conversation", key=conversation_id)
    return row


def spoke(session: Session, about: ConversationView, last_seq: int, moment: datetime) -> None:
    """Note that we have said something in a held conversation."""
    key = {"merchant": about.merchant_id, "key": about.id}
    _SAID.send(session, ({**key, "seq": last_seq, "moment": moment},))


def turned(
    session: Session, about: ConversationView, state: dict[str, Any], *, last_seq: int, moment: datetime
) -> None:
    """Note that a turn of a held conversation is over, and the state it left; and what was said in it, if anything."""
    ended = {"merchant": about.merchant_id, "key": about.id, "number": about.turns + 1, "after": state}
    if last_seq == about.last_seq:
        _TURNED_SILENTLY.send(session, (ended,))
    else:
        _TURNED.send(session, ({**ended, "seq": last_seq, "moment": moment},))


def recent(session: Session, merchant_id: str, limit: int) -> tuple[ConversationView, ...]:
    """A merchant's conversations, the one with the latest news first."""
    query = select(Conversation).where(Conversation.merchant_id == merchant_id)
    rows = session.scalars(query.order_by(Conversation.updated_at.desc(), Conversation.id.desc()).limit(limit))
    return tuple(view(row) for row in rows)


def waiting(session: Session, merchant_id: str, limit: int) -> tuple[ConversationView, ...]:
    """A merchant's conversations that wait for a person, the longest first."""
    query = select(Conversation).where(Conversation.merchant_id == merchant_id, Conversation.waiting_since.is_not(None))
    rows = session.scalars(query.order_by(Conversation.waiting_since, Conversation.id).limit(limit))
    return tuple(view(row) for row in rows)


def last_heard(
    session: Session, merchant_id: str, conversation_id: str, *, since: datetime, limit: int
) -> list[InboundMessage]:
    """The last messages of the customer, oldest first."""
    latest = (
        select(InboundMessage)
        .where(
            InboundMessage.merchant_id == merchant_id,
            InboundMessage.conversation_id == conversation_id,
            InboundMessage.received_at >= since,
        )
        .order_by(InboundMessage.seq.desc())
        .limit(limit)
    )
    return list(session.scalars(latest))[::-1]


def rewrite(session: Session, message: InboundMessage, *, text: str, payload: dict[str, Any]) -> None:
    """Keep another text of a message in place of what was written."""
    message.text = text
    message.payload = payload
    session.flush()


def rewrite_since(session: Session, row: Conversation, seq: int, change: Callable[[Any], Any]) -> None:
    """Change what was kept of a conversation since a message: turns, replies, and the state it is in."""
    mine = (TurnRow.merchant_id == row.merchant_id, TurnRow.conversation_id == row.id)
    for turn in session.scalars(select(TurnRow).where(*mine).order_by(TurnRow.number.desc())):
        if max(turn.inbound_seqs, default=0) < seq:
            break
        turn.trace, turn.commands = change(turn.trace), change(turn.commands)
        turn.state_before, turn.state_after = change(turn.state_before), change(turn.state_after)
    ours = (OutboundMessage.merchant_id == row.merchant_id, OutboundMessage.conversation_id == row.id)
    for said in session.scalars(select(OutboundMessage).where(*ours, OutboundMessage.seq > seq)):
        said.content = change(said.content)
    row.state = change(row.state)
    session.flush()


def is_answered(session: Session, merchant_id: str, inbound_id: str) -> bool:
    """Whether a turn has answered a message."""
    found = _ANSWERED_BY.first(session, {"merchant": merchant_id, "key": inbound_id})
    return found is not None and found[0] is not None


def unanswered(session: Session, row: ConversationView) -> tuple[InboundView, ...]:
    """What the customer said since the last turn, in order."""
    found = _UNANSWERED.all(session, {"merchant": row.merchant_id, "conversation": row.id})
    return tuple(_inbound_view(m) for m in found)


def answered(session: Session, row: ConversationView) -> tuple[InboundView, ...]:
    """What the customer said in all turns so far, in order."""
    query = select(InboundMessage).where(
        InboundMessage.merchant_id == row.merchant_id,
        InboundMessage.conversation_id == row.id,
        InboundMessage.turn_id.is_not(None),
    )
    return tuple(_inbound_view(m) for m in session.scalars(query.order_by(InboundMessage.seq)))


def answer(
    session: Session,
    row: ConversationView,
    inbound_ids: Sequence[str],
    turn_id: str,
    lacking: Callable[[], Exception],
) -> None:
    """Mark messages answered by a turn; `lacking` is raised, now or before the commit, where one was so already."""
    key = {"merchant": row.merchant_id, "conversation": row.id, "turn": turn_id}
    _ANSWER.send(session, [{**key, "key": inbound_id} for inbound_id in inbound_ids], lacking)


def said(session: Session, row: ConversationView, ref: str) -> OutboundMessage | None:
    """The message outside turns that bears this name."""
    query = select(OutboundMessage).where(
        OutboundMessage.merchant_id == row.merchant_id,
        OutboundMessage.conversation_id == row.id,
        OutboundMessage.ref == ref,
    )
    return session.scalars(query).one_or_none()


def lock_outbound(session: Session, merchant_id: str, outbound_id: str) -> OutboundMessage:
    """The row of a message of ours, held until the transaction ends.

    Raises:
        NotFound: there is no such message.
    """
    query = select(OutboundMessage).where(OutboundMessage.merchant_id == merchant_id, OutboundMessage.id == outbound_id)
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(what="message", key=outbound_id)
    return row


def log(session: Session, row: ConversationView, after_seq: int, limit: int) -> tuple[MessageView, ...]:
    """Both sides' messages after a place in the conversation, in order."""
    key = {"merchant": row.merchant_id, "conversation": row.id, "after": after_seq, "most": limit}
    entries = [_in_log(m) for m in _SAID_IN.all(session, key)]
    entries += [_out_log(m) for m in _SAID_OUT.all(session, key)]
    return tuple(sorted(entries, key=lambda entry: entry.seq)[:limit])


def last_outbound(session: Session, row: ConversationView) -> OutboundMessage | None:
    """What we said last."""
    query = select(OutboundMessage).where(
        OutboundMessage.merchant_id == row.merchant_id, OutboundMessage.conversation_id == row.id
    )
    return session.scalars(query.order_by(OutboundMessage.seq.desc()).limit(1)).one_or_none()


def turns(session: Session, row: ConversationView) -> tuple[TurnView, ...]:
    """The turns of a conversation with their replies, in order."""
    replies = select(OutboundMessage).where(
        OutboundMessage.merchant_id == row.merchant_id,
        OutboundMessage.conversation_id == row.id,
        OutboundMessage.turn_id.is_not(None),
    )
    ordered = session.scalars(replies.order_by(OutboundMessage.turn_id, OutboundMessage.seq))
    by_turn = {
        turn_id: tuple(Content.from_json(m.content) for m in group)
        for turn_id, group in groupby(ordered, lambda m: m.turn_id)
    }
    rows = select(TurnRow).where(TurnRow.merchant_id == row.merchant_id, TurnRow.conversation_id == row.id)
    return tuple(_turn_view(t, by_turn.get(t.id, ())) for t in session.scalars(rows.order_by(TurnRow.number)))


def view(row: Conversation | Row[*tuple[Any, ...]]) -> ConversationView:
    """The frozen answer about a conversation."""
    return ConversationView(
        id=row.id,
        merchant_id=row.merchant_id,
        customer_id=row.customer_id,
        location_id=row.location_id,
        channel=row.channel,
        account=row.account,
        sender=row.sender,
        thread=row.thread,
        locale=row.locale,
        owner=row.owner,  # type: ignore[arg-type] # the table checks it
        pushes=row.pushes,
        state=row.state,
        last_seq=row.last_seq,
        turns=row.turns,
        created_at=row.created_at,
        heard_at=row.heard_at,
        updated_at=row.updated_at,
        agent_id=row.agent_id,
        waiting_since=row.waiting_since,
    )


def outbound_view(row: OutboundMessage) -> OutboundView:
    """The frozen answer about a message of ours."""
    return OutboundView(
        id=row.id,
        merchant_id=row.merchant_id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        turn_id=row.turn_id,
        content=Content.from_json(row.content),
        state=row.state,  # type: ignore[arg-type] # the table checks it
        parts_sent=row.parts_sent,
        error=row.error,
        created_at=row.created_at,
        purpose=row.purpose,  # type: ignore[arg-type] # the table checks it
    )


def _inbound_view(row: InboundMessage | Row[*tuple[Any, ...]]) -> InboundView:
    return InboundView(
        id=row.id,
        seq=row.seq,
        external_id=row.external_id,
        kind=row.kind,  # type: ignore[arg-type] # only envelopes are stored
        text=row.text,
        payload=row.payload,
        sent_at=row.sent_at,
        received_at=row.received_at,
    )


def _in_log(row: Row[*tuple[Any, ...]]) -> MessageView:
    return MessageView(
        seq=row.seq,
        direction="in",
        kind=row.kind,
        text=row.text,
        content=None,
        at=row.received_at,
        external_id=row.external_id,
        turn_id=row.turn_id,
        answers=_answers(row.payload),
    )


def _answers(payload: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    fields = payload.get("fields")
    return tuple((name, str(said)) for name, said in fields.items()) if isinstance(fields, dict) else ()


def _out_log(row: Row[*tuple[Any, ...]]) -> MessageView:
    content = Content.from_json(row.content)
    return MessageView(
        seq=row.seq,
        direction="out",
        kind=content.kind,
        text=content.text,
        content=content,
        at=row.created_at,
        external_id="",
        turn_id=row.turn_id,
    )


def _turn_view(row: TurnRow, replies: tuple[Content, ...]) -> TurnView:
    return TurnView(
        id=row.id,
        number=row.number,
        owner=row.owner,  # type: ignore[arg-type] # copied from the conversation, whose table checks it
        inbound_seqs=tuple(row.inbound_seqs),
        state_before=row.state_before,
        state_after=row.state_after,
        commands=tuple(row.commands),
        replies=replies,
        menu_version=row.menu_version,
        trace=row.trace,
        at=row.created_at,
    )
