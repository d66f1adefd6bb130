"""Use cases of conversations: answering, speaking, reading. What comes in is taken in by `receiving`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from core.access import mine, requires, within
from core.db.insert import insert_rows
from core.kernel import cards
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.kernel.ids import new_id
from core.messaging import loops, repository, views
from core.messaging.events import ConversationHandedOver, MessageSaid, TurnTaken
from core.messaging.models import Conversation, OutboundMessage, TurnRow
from core.messaging.views import ConversationView, OpenTurn, OutboundView, Owner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.messaging.content import Content
    from core.messaging.states import DeliveryState
    from core.messaging.views import InboundView, MessageView, SaidFor, TurnView

C = TypeVar("C", Conversation, ConversationView)


def open_turn(session: Session, conversation_id: str) -> OpenTurn | None:
    """Everything the customer said since the last turn; None when all of it is answered.

    Raises:
        NotFound: there is no such conversation.
    """
    row = _found(repository.find(session, conversation_id), conversation_id)
    messages = repository.unanswered(session, row)
    if not messages:
        return None
    return OpenTurn(row, messages, row.turns + 1)


def is_answered(session: Session, merchant_id: str, inbound_id: str) -> bool:
    """Whether a turn has answered this message of the customer's."""
    return repository.is_answered(session, merchant_id, inbound_id)


@requires("conversations.turn")
def close_turn(
    uow: UnitOfWork,
    turn: OpenTurn,
    *,
    replies: Sequence[Content],
    state: dict[str, Any],
    trace: dict[str, Any],
    commands: Sequence[dict[str, Any]] = (),
    menu_version: str = "",
) -> tuple[OutboundView, ...]:
    """Answer a turn: its messages are answered, the replies said, the assistant's new state kept, all at once.

    `commands` and `trace` are JSON: what was decided, and why. With the state before and the version of the menu, both
    kept here too, the turn can be run again.

    Raises:
        Conflict: the turn was answered already, or the conversation changed hands since it was opened.
    """
    row = _about(uow, repository.hold(uow.session, turn.conversation.id))
    if row.turns + 1 != turn.number:
        raise Conflict(problem=f"Turn {turn.number} of conversation {row.id} was answered already.")
    if row.owner != turn.conversation.owner:
        raise Conflict(problem=f"Conversation {row.id} belongs to the {row.owner} now.")
    turn_id = new_id()
    closed = {
        "id": turn_id,
        "merchant_id": row.merchant_id,
        "conversation_id": row.id,
        "number": turn.number,
        "owner": row.owner,
        "inbound_seqs": [m.seq for m in turn.messages],
        "state_before": row.state,
        "state_after": state,
        "commands": list(commands),
        "menu_version": menu_version,
        "trace": trace,
        "created_at": now(),
    }
    insert_rows(uow.session, TurnRow, [closed])
    problem = f"Messages of turn {turn.number} of conversation {row.id} were answered already."
    answered = [m.id for m in turn.messages]
    repository.answer(uow.session, row, answered, turn_id, lambda: Conflict(problem=problem))
    said = tuple(_add(uow, row, n, content, turn_id=turn_id) for n, content in enumerate(replies, row.last_seq + 1))
    repository.turned(uow.session, row, state, last_seq=row.last_seq + len(said), moment=now())
    uow.record(TurnTaken(merchant_id=row.merchant_id, conversation_id=row.id, number=turn.number))
    _notify(uow, row)
    return said


@requires("conversations.answer")
def say(
    uow: UnitOfWork, conversation_id: str, content: Content, *, ref: str, purpose: SaidFor = "transactional"
) -> OutboundView:
    """Say something outside a turn (the order is ready), once for each `ref` of the conversation.

    It is sent only if the customer allows that `purpose` when its turn comes.

    Raises:
        NotFound: there is no such conversation.
    """
    row = _about(uow, repository.hold(uow.session, conversation_id))
    if (said := repository.said(uow.session, row, ref)) is not None:
        return repository.outbound_view(said)
    content = replace(content, text=cards.redacted(content.text))
    added = _add(uow, row, row.last_seq + 1, content, ref=ref, purpose=purpose)
    repository.spoke(uow.session, row, added.seq, added.created_at)
    uow.record(MessageSaid(merchant_id=row.merchant_id, conversation_id=row.id, seq=added.seq))
    _notify(uow, row)
    return added


@requires("conversations.answer")
def set_owner(uow: UnitOfWork, conversation_id: str, owner: Owner) -> ConversationView:
    """Ask for a person, or hand back to the assistant. A turn that is being thought about meanwhile is not answered.

    With "agent" it waits until somebody takes it (`handoff.take_over`).

    Raises:
        InvalidInput: nobody of that name owns conversations.
        NotFound: there is no such conversation.
    """
    if owner not in get_args(Owner):
        raise InvalidInput(field="owner", problem=f"“{owner}” is neither assistant nor agent.")
    row = _about(uow, repository.lock(uow.session, conversation_id))
    if row.owner != owner:
        row.owner = owner
        row.agent_id = None
        row.updated_at = now()
        row.waiting_since = row.updated_at if owner == "agent" else None
        if owner == "assistant":
            loops.forget(uow, row)
        uow.record(ConversationHandedOver(merchant_id=row.merchant_id, conversation_id=row.id, owner=owner))
        _notify(uow, row)
    return repository.view(row)


def conversation(session: Session, merchant_id: str, conversation_id: str) -> ConversationView:
    """A conversation of this merchant's: the gate for ids that come from outside.

    Raises:
        NotFound: the merchant has no such conversation.
    """
    return _found(repository.find(session, conversation_id, merchant_id), conversation_id)


def find_conversation(
    session: Session, merchant_id: str, *, channel: str, account: str, sender: str, thread: str = ""
) -> ConversationView | None:
    """The conversation of a sender, if there was a message already."""
    return repository.of_sender(session, merchant_id, channel=channel, account=account, sender=sender, thread=thread)


def conversations(session: Session, merchant_id: str, limit: int = 50) -> tuple[ConversationView, ...]:
    """A merchant's conversations, the one with the latest news first."""
    return repository.recent(session, merchant_id, limit)


def log(session: Session, conversation_id: str, after_seq: int = 0, limit: int = 200) -> tuple[MessageView, ...]:
    """Both sides' messages with a `seq` above `after_seq`, in order, at most `limit`.

    Raises:
        NotFound: there is no such conversation.
    """
    row = _found(repository.find(session, conversation_id), conversation_id)
    return repository.log(session, row, after_seq, limit)


def last_said(session: Session, conversation_id: str) -> OutboundView | None:
    """What we said last in a conversation: what a bare number or a pressed button answers.

    Raises:
        NotFound: there is no such conversation.
    """
    row = _found(repository.find(session, conversation_id), conversation_id)
    said = repository.last_outbound(session, row)
    return repository.outbound_view(said) if said is not None else None


def turns(session: Session, conversation_id: str) -> tuple[TurnView, ...]:
    """The turns of a conversation, in order, with what replaying them needs.

    Raises:
        NotFound: there is no such conversation.
    """
    return repository.turns(session, _found(repository.find(session, conversation_id), conversation_id))


def answered(session: Session, conversation_id: str) -> tuple[InboundView, ...]:
    """Everything the customer said that was answered, in order, as it came in: what the turns are run again with.

    Raises:
        NotFound: there is no such conversation.
    """
    return repository.answered(session, _found(repository.find(session, conversation_id), conversation_id))


def _add(  # noqa: PLR0917 - what is said, where
    uow: UnitOfWork,
    row: ConversationView,
    seq: int,
    content: Content,
    turn_id: str | None = None,
    ref: str | None = None,
    purpose: SaidFor = "answer",
) -> OutboundView:
    moment = now()
    # What a page fetches by itself has arrived once it is in the log.
    state: DeliveryState = "pending" if row.pushes else "sent"
    said = OutboundView(new_id(), row.merchant_id, row.id, seq, turn_id, content, state, 0, None, moment, purpose)
    added = {
        "id": said.id,
        "merchant_id": said.merchant_id,
        "conversation_id": said.conversation_id,
        "seq": seq,
        "turn_id": turn_id,
        "ref": ref,
        "purpose": purpose,
        "content": content.to_json(),
        "state": state,
        "parts": 0,
        "parts_sent": 0,
        "error": None,
        "created_at": moment,
        "sent_at": None if row.pushes else moment,
    }
    insert_rows(uow.session, OutboundMessage, [added])
    if row.pushes:
        uow.enqueue(views.send_lane(row.id), "send", {"outbound_id": said.id}, merchant_id=row.merchant_id)
    return said


def _about(uow: UnitOfWork, row: C) -> C:
    """The conversation, if it is one that the actor may act in."""
    within(uow, row.merchant_id, row.location_id)
    mine(uow, row.customer_id)
    return row


def _notify(uow: UnitOfWork, row: Conversation | ConversationView) -> None:
    uow.notify(views.topic(row.id))
    uow.notify(f"conversations:{row.merchant_id}")


def _found(row: ConversationView | None, conversation_id: str) -> ConversationView:
    if row is None:
        raise NotFound(what="conversation", key=conversation_id)
    return row
