"""Conversations: what was said, what the assistant made of it, and a person's word in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.carts import shown_cart
from admin.routing import AdminRoute, see, wants_fragment
from admin.traces import ShownTurn, shown_turn
from core import catalogue, customers, messaging, orders, staff
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.kernel.ids import new_id
from core.kernel.text import clean
from core.messaging import Content

if TYPE_CHECKING:
    from datetime import datetime

    from core.catalogue import Menu
    from core.db.session import Session
    from core.messaging import ConversationView, MessageView

router = APIRouter(route_class=AdminRoute)

_PARTS = {"all": "All", "waiting": "Waiting for a person", "mine": "Mine"}
_THREADS = 60
_MESSAGES = 200
_TEXT_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Thread:
    """A row of the list."""

    id: str
    customer: str
    channel: str
    owner: str
    agent: str
    waiting_since: datetime | None
    last: str
    ours: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, or the turn that answered the messages before it."""

    message: MessageView | None = None
    turn: ShownTurn | None = None


@router.get("/conversations")
def list_page(visit: Annotated[Visit, Depends(sees("conversations.read"))], show: str = "all") -> Response:
    """The inbox: those who wait for a person first, the longest waiting on top; then the latest news."""
    return visit.page("conversations.html", **_inbox(visit, show))


@router.get("/conversations/list")
def list_part(visit: Annotated[Visit, Depends(sees("conversations.read"))], show: str = "all") -> Response:
    """The list alone, for our script."""
    return visit.page("_conversations.html", **_inbox(visit, show))


@router.get("/conversations/{conversation_id}")
def talk_page(conversation_id: str, visit: Annotated[Visit, Depends(sees("conversations.read"))]) -> Response:
    """One conversation, with its cart and the trace of each turn."""
    return visit.page("conversation.html", **_talk(visit, conversation_id))


@router.get("/conversations/{conversation_id}/talk")
def talk_part(conversation_id: str, visit: Annotated[Visit, Depends(sees("conversations.read"))]) -> Response:
    """The conversation alone, for our script."""
    return visit.page("_talk.html", **_talk(visit, conversation_id))


@router.post("/conversations/{conversation_id}/owner")
def hand_over(
    conversation_id: str,
    visit: Annotated[Visit, Depends(changes("conversations.answer"))],
    owner: Annotated[str, Form()],
    instead_of: Annotated[str, Form()] = "",
) -> Response:
    """Take a conversation over, from the assistant or from a colleague, or hand it back: only one of all speaks."""
    if owner not in ("assistant", "agent"):
        raise InvalidInput(field="owner", problem="choose assistant or agent")
    with visit.database.begin(visit.actor) as uow:
        messaging.conversation(uow.session, visit.merchant_id, conversation_id)
        if owner == "agent":
            messaging.take_over(uow, conversation_id, visit.staff.id, instead_of=instead_of or None)
        else:
            messaging.set_owner(uow, conversation_id, "assistant")
    return _changed(visit, conversation_id)


@router.post("/conversations/{conversation_id}/say")
def say(
    conversation_id: str,
    visit: Annotated[Visit, Depends(changes("conversations.answer"))],
    text: Annotated[str, Form()] = "",
    ref: Annotated[str, Form()] = "",
) -> Response:
    """Answer as a person; the same form sent twice says it once."""
    said = clean(text, _TEXT_LENGTH)
    if not said:
        raise InvalidInput(field="text", problem="write what the customer should read")
    with visit.database.begin(visit.actor) as uow:
        conversation = messaging.conversation(uow.session, visit.merchant_id, conversation_id)
        if conversation.owner != "agent":
            raise Conflict(problem="The assistant answers this conversation: take it over first.")
        if conversation.agent_id != visit.staff.id:
            raise Conflict(problem="Another person answers this conversation, or nobody yet: take it over first.")
        once = f"agent:{visit.staff.id}:{clean(ref, 40) or new_id()}"
        messaging.say(uow, conversation_id, Content(said), ref=once, purpose="answer")
    return _changed(visit, conversation_id)


def _changed(visit: Visit, conversation_id: str) -> Response:
    if wants_fragment(visit.request):
        return visit.page("_talk.html", **_talk(visit, conversation_id))
    return see(f"/admin/conversations/{conversation_id}")


def _inbox(visit: Visit, show: str) -> dict[str, Any]:
    """The threads of a part of the inbox; an unknown part is all of it."""
    with visit.database.read() as session:
        waiting = messaging.waiting(session, visit.merchant_id, _THREADS)
        recent = messaging.conversations(session, visit.merchant_id, _THREADS)
        people = {member.id: member.name for member in staff.members(session, visit.merchant_id)}
        chosen = {
            "waiting": waiting,
            "mine": tuple(c for c in recent if c.agent_id == visit.staff.id),
        }.get(show, (*waiting, *(c for c in recent if c.waiting_since is None)))
        threads = [_thread(session, conversation, people) for conversation in chosen]
    return {"threads": threads, "show": show if show in _PARTS else "all", "parts": _PARTS, "waiting": len(waiting)}


def _thread(session: Session, conversation: ConversationView, people: dict[str, str]) -> Thread:
    last = messaging.log(session, conversation.id, max(0, conversation.last_seq - 1), 1)
    return Thread(
        conversation.id,
        _name(session, conversation),
        conversation.channel,
        conversation.owner,
        people.get(conversation.agent_id or "", ""),
        conversation.waiting_since,
        last[0].text if last else "",
        bool(last) and last[0].direction == "out",
        conversation.updated_at,
    )


def _name(session: Session, conversation: ConversationView) -> str:
    customer = customers.customer(session, conversation.merchant_id, conversation.customer_id)
    return customer.name or f"Guest {conversation.sender[-4:]}"


def _talk(visit: Visit, conversation_id: str) -> dict[str, Any]:
    with visit.database.read() as session:
        conversation = messaging.conversation(session, visit.merchant_id, conversation_id)
        after = max(0, conversation.last_seq - _MESSAGES)
        log = messaging.log(session, conversation_id, after, _MESSAGES)
        menu = _menu(session, visit.merchant_id)
        turns = {turn.id: shown_turn(turn, menu) for turn in messaging.turns(session, conversation_id)}
        return {
            "conversation": conversation,
            "customer": _name(session, conversation),
            "identities": customers.identities(session, visit.merchant_id, conversation.customer_id),
            "agent": _agent(session, conversation),
            "mine": conversation.agent_id == visit.staff.id,
            "entries": _entries(log, turns),
            "earlier": after > 0,
            "cart": shown_cart(session, visit.merchant_id, conversation_id, visit.formats),
            "order": orders.latest_order(session, visit.merchant_id, conversation.customer_id),
            "ref": new_id(),
        }


def _agent(session: Session, conversation: ConversationView) -> str:
    """Who answers, if a person does."""
    people = staff.members(session, conversation.merchant_id)
    return next((member.name for member in people if member.id == conversation.agent_id), "")


def _menu(session: Session, merchant_id: str) -> Menu | None:
    try:
        return catalogue.load_menu(session, merchant_id)
    except NotFound:  # no menu yet
        return None


def _entries(log: tuple[MessageView, ...], turns: dict[str, ShownTurn]) -> list[Entry]:
    """The messages, each turn's account after the last message that it answers."""
    last_in = {m.turn_id: m.seq for m in log if m.direction == "in" and m.turn_id}
    entries: list[Entry] = []
    for message in log:
        entries.append(Entry(message=message))
        if message.turn_id and last_in.get(message.turn_id) == message.seq and message.turn_id in turns:
            entries.append(Entry(turn=turns[message.turn_id]))
    return entries
