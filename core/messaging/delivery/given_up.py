"""What was given up: messages that could not be sent, and work that could not be done; and doing it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires
from core.db import outbox
from core.kernel.errors import Conflict, NotFound
from core.messaging import repository as messages
from core.messaging import states, views
from core.messaging.delivery import repository
from core.messaging.delivery.views import GivenUp, Waiting
from core.messaging.events import MessageReplayed, WorkReplayed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.outbox import DeadWork
    from core.db.uow import UnitOfWork
    from core.messaging.models import Conversation, OutboundMessage
    from core.messaging.views import ConversationView

SEND = "send"


def given_up(session: Session, merchant_id: str, limit: int = 100) -> tuple[GivenUp, ...]:
    """What was given up in a shop and not done again since, the latest first."""
    found = [_message(*row) for row in repository.dead_messages(session, merchant_id, limit)]
    found += [_work(work) for work in outbox.dead(session, merchant_id, limit) if work.kind != SEND]
    return tuple(sorted(found, key=lambda entry: entry.at, reverse=True)[:limit])


def on_their_way(session: Session, merchant_id: str) -> tuple[Waiting, ...]:
    """What a shop has said and no provider has taken yet, by channel and state."""
    found = repository.on_their_way(session, merchant_id)
    return tuple(Waiting(channel, state, count, since) for channel, state, count, since in found)  # type: ignore[arg-type] # the table checks it


@requires("deliveries.replay")
def replay(uow: UnitOfWork, merchant_id: str, entry_id: str) -> GivenUp:
    """Do again what was given up. A message goes behind what is being sent to its customer now.

    Raises:
        NotFound: the shop has given up no such thing.
        Conflict: it was done again already.
    """
    kind, _, key = entry_id.partition(":")
    if kind == "message":
        return _replay_message(uow, merchant_id, key)
    if kind == "work" and key.isdecimal() and key.isascii() and len(key) < len("9223372036854775807"):
        return _replay_work(uow, merchant_id, int(key))
    raise NotFound(what="given-up work", key=entry_id)


def _replay_message(uow: UnitOfWork, merchant_id: str, outbound_id: str) -> GivenUp:
    message = messages.lock_outbound(uow.session, merchant_id, outbound_id)
    conversation = messages.find(uow.session, message.conversation_id, merchant_id)
    if conversation is None:
        raise NotFound(what="conversation", key=message.conversation_id)
    if message.state != "dead":
        raise Conflict(problem=f"The message is {message.state} now.")
    entry = _message(message, conversation)
    for part in repository.parts(uow.session, message):
        if not states.is_taken(part.state):  # type: ignore[arg-type] # the table checks it
            # A person has looked: whatever became of it, it goes out anew, under a new id there.
            part.state, part.unanswered = "pending", 0
            if part.provider_id is not None:
                part.also, part.provider_id = [*part.also, part.provider_id], None
    message.state, message.error, message.slot_at = "pending", None, None
    uow.enqueue(views.send_lane(message.conversation_id), SEND, {"outbound_id": message.id}, merchant_id=merchant_id)
    uow.record(
        MessageReplayed(merchant_id=merchant_id, conversation_id=message.conversation_id, outbound_id=message.id)
    )
    uow.notify(views.deliveries_topic(merchant_id))
    return entry


def _replay_work(uow: UnitOfWork, merchant_id: str, work_id: int) -> GivenUp:
    revived = outbox.revive(uow.session, merchant_id, work_id)
    if revived is None or revived.kind == SEND:
        raise NotFound(what="given-up work", key=str(work_id))
    uow.record(WorkReplayed(merchant_id=merchant_id, work=work_id, what=revived.kind))
    uow.notify(views.deliveries_topic(merchant_id))
    return _work(revived)


def _message(message: OutboundMessage, conversation: Conversation | ConversationView) -> GivenUp:
    return GivenUp(
        id=f"message:{message.id}",
        kind=SEND,
        reason=message.error or "",
        at=message.given_up_at or message.created_at,
        conversation_id=message.conversation_id,
        channel=conversation.channel,
        summary=str(message.content.get("text", "")),
    )


def _work(work: DeadWork) -> GivenUp:
    return GivenUp(
        id=f"work:{work.id}",
        kind=work.kind,
        reason=work.error,
        at=work.dead_at,
        conversation_id=str(work.payload.get("conversation_id", "")),
        channel="",
        summary="",
    )
