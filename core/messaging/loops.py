"""Noticing that we talk to a machine that answers by itself: the assistant falls silent then, and a person is told."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from core.messaging.delivery.alarms import clear_alarm, raise_alarm
from core.messaging.events import ConversationHandedOver

if TYPE_CHECKING:
    from datetime import datetime

    from core.db.uow import UnitOfWork
    from core.messaging.envelope import Envelope
    from core.messaging.models import Conversation
    from core.messaging.repository_inbound import Held

# Nobody reads and types as fast as this.
_AT_ONCE: Final = timedelta(seconds=3)
_WINDOW: Final = timedelta(minutes=10)
_MOST_REPLIES: Final = 20
# The same words so often, each at once after our reply. A person may well say “yes” to three questions in a row.
_MOST_ECHOES: Final = 3
_MOST_SHORT_ECHOES: Final = 6
_SHORT: Final = 12


def watch(uow: UnitOfWork, row: Held, envelope: Envelope, moment: datetime) -> None:
    """Hand a conversation over when its customer answers as only machines do. Called before `heard_at` is changed."""
    if not row.pushes or envelope.kind not in ("text", "media", "unsupported"):
        return
    at_once = row.said_at is not None and row.said_at >= row.heard_at and moment - row.said_at <= _AT_ONCE
    digest = hashlib.blake2b(envelope.text.strip().casefold().encode(), digest_size=8).hexdigest()
    row.echoes = row.echoes + 1 if at_once and digest == row.heard_digest else 1
    row.heard_digest = digest
    if at_once:
        if row.rally_since is None or moment - row.rally_since > _WINDOW:
            row.rally, row.rally_since = 0, moment
        row.rally += 1
    most = _MOST_SHORT_ECHOES if len(envelope.text.strip()) <= _SHORT else _MOST_ECHOES
    if row.owner == "assistant" and (row.echoes >= most or (at_once and row.rally >= _MOST_REPLIES)):
        row.owner, row.waiting_since = "agent", moment
        uow.record(ConversationHandedOver(merchant_id=row.merchant_id, conversation_id=row.id, owner="agent"))
        raise_alarm(uow, row.merchant_id, "loop", row.id, "Somebody answers like a machine: the assistant is silent.")


def forget(uow: UnitOfWork, row: Conversation) -> None:
    """Begin anew: a person has looked, and handed the conversation back."""
    row.rally, row.rally_since, row.echoes = 0, None, 0
    clear_alarm(uow, row.merchant_id, "loop", row.id)
