"""Tables of conversations, their turns and their messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId

_CONVERSATION = "conversations.id"
_MERCHANT = "merchants.id"


class Conversation(Base):
    """All that one sender and the shop say to each other on one channel. `last_seq` numbers both sides' messages.

    There is one conversation per sender (and thread, where a channel has threads) for ever: a pause starts no new one.
    `heard_at` is when the customer wrote last: providers let us answer freely for a while after it. With the owner
    "agent", `agent_id` is the one person who answers; while nobody does, `waiting_since` is when one was asked for.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("merchant_id", "channel", "account", "sender", "thread"),
        CheckConstraint("owner IN ('assistant', 'agent')", name="owner"),
        CheckConstraint("owner = 'agent' OR (agent_id IS NULL AND waiting_since IS NULL)", name="agent"),
        CheckConstraint("agent_id IS NULL OR waiting_since IS NULL", name="waiting"),
        Index("ix_conversations_merchant_updated", "merchant_id", "updated_at"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey(_MERCHANT))
    customer_id: Mapped[str] = mapped_column(String(32))
    location_id: Mapped[str] = mapped_column(String(32), ForeignKey("locations.id"))
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(255))
    sender: Mapped[str] = mapped_column(String(255))
    thread: Mapped[str] = mapped_column(String(255))
    locale: Mapped[str] = mapped_column(String(35))
    owner: Mapped[str] = mapped_column(String(16))
    agent_id: Mapped[str | None] = mapped_column(String(32))
    waiting_since: Mapped[datetime | None]
    pushes: Mapped[bool]
    state: Mapped[dict[str, Any]]
    last_seq: Mapped[int]
    turns: Mapped[int]
    created_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    # Whether it is a machine that answers: see `loops`.
    said_at: Mapped[datetime | None]
    heard_digest: Mapped[str] = mapped_column(String(16), default="")
    echoes: Mapped[int] = mapped_column(default=0)
    rally: Mapped[int] = mapped_column(default=0)
    rally_since: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class TurnRow(Base):
    """One answer of ours to all that the customer had said: what replaying it needs, and what came of it."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "number"),)

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey(_MERCHANT))
    conversation_id: Mapped[str] = mapped_column(String(32), ForeignKey(_CONVERSATION))
    number: Mapped[int]
    owner: Mapped[str] = mapped_column(String(16))
    inbound_seqs: Mapped[list[Any]]
    state_before: Mapped[dict[str, Any]]
    state_after: Mapped[dict[str, Any]]
    commands: Mapped[list[Any]]
    menu_version: Mapped[str] = mapped_column(String(80))
    trace: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class InboundMessage(Base):
    """What a customer sent, once, however often it was delivered. Unanswered while `turn_id` is empty."""

    __tablename__ = "inbound_messages"
    __table_args__ = (
        UniqueConstraint("merchant_id", "channel", "account", "external_id"),
        UniqueConstraint("conversation_id", "seq"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey(_MERCHANT))
    conversation_id: Mapped[str] = mapped_column(String(32), ForeignKey(_CONVERSATION))
    seq: Mapped[int]
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(255))
    external_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    turn_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("turns.id"))


_UNANSWERED = InboundMessage.turn_id.is_(None)
Index(
    "ix_inbound_messages_unanswered",
    InboundMessage.conversation_id,
    InboundMessage.seq,
    postgresql_where=_UNANSWERED,
    sqlite_where=_UNANSWERED,
)


class OutboundMessage(Base):
    """What we say, and what for: whether it may be sent depends on that. `ref` names messages outside turns.

    It is handed over as so many `parts` (0: not rendered yet), which have rows of their own; `parts_sent` of them were
    taken. `slot_at` is when its turn comes, if it waits for its channel's limits.
    """

    __tablename__ = "outbound_messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "ref"),
        CheckConstraint(
            "state IN ('pending', 'sending', 'ambiguous', 'sent', 'delivered', 'read', 'failed', 'dead')",
            name="state",
        ),
        CheckConstraint("purpose IN ('answer', 'transactional', 'marketing', 'confirmation')", name="purpose"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey(_MERCHANT))
    conversation_id: Mapped[str] = mapped_column(String(32), ForeignKey(_CONVERSATION))
    seq: Mapped[int]
    turn_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("turns.id"))
    ref: Mapped[str | None] = mapped_column(String(160))
    purpose: Mapped[str] = mapped_column(String(16), server_default="transactional", default="transactional")
    content: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    parts: Mapped[int]
    parts_sent: Mapped[int]
    slot_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]


_DEAD = OutboundMessage.state == "dead"
Index(
    "ix_outbound_messages_dead",
    OutboundMessage.merchant_id,
    OutboundMessage.given_up_at,
    postgresql_where=_DEAD,
    sqlite_where=_DEAD,
)
_UNDER_WAY = OutboundMessage.state.in_(("pending", "sending", "ambiguous", "failed"))
Index(
    "ix_outbound_messages_under_way",
    OutboundMessage.merchant_id,
    OutboundMessage.created_at,
    postgresql_where=_UNDER_WAY,
    sqlite_where=_UNDER_WAY,
)
