"""Use cases of whoever sends: take a message, hand over its parts, note what became of each.

Callers hold the work of the message (`outbox.hold`) in the same unit of work, so a sender that was paused beyond its
lease notes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires
from core.kernel.clock import now
from core.kernel.errors import IllegalTransition, NotFound
from core.messaging import repository as messages
from core.messaging import states, views
from core.messaging.delivery import repository
from core.messaging.delivery.reports import keep_provider_id, raise_message
from core.messaging.delivery.views import PartView, Sending

if TYPE_CHECKING:
    from core.db.uow import UnitOfWork
    from core.messaging.delivery.models import OutboundPart
    from core.messaging.models import OutboundMessage

_LONGEST_ERROR = 500


@requires("conversations.send")
def open_sending(uow: UnitOfWork, merchant_id: str, outbound_id: str) -> Sending:
    """A message of ours that is to be sent, locked, and how far its parts are.

    Raises:
        NotFound: there is no such message.
    """
    message = messages.lock_outbound(uow.session, merchant_id, outbound_id)
    parts = tuple(_view(part) for part in repository.parts(uow.session, message))
    return Sending(messages.outbound_view(message), parts, message.slot_at)


@requires("conversations.send")
def start_part(uow: UnitOfWork, merchant_id: str, outbound_id: str, number: int, *, of: int) -> None:
    """Note that a part is handed over from now on: until its fate is noted, nobody knows it.

    A part whose fate was unknown is counted as sent again.

    Raises:
        NotFound: there is no such message.
        IllegalTransition: the message is not to be sent.
    """
    message = messages.lock_outbound(uow.session, merchant_id, outbound_id)
    _move(message, "sending")
    message.parts, message.slot_at = of, None
    part = next((p for p in repository.parts(uow.session, message) if p.number == number), None)
    if part is None:
        conversation = messages.find(uow.session, message.conversation_id, merchant_id)
        if conversation is None:
            raise NotFound(what="conversation", key=message.conversation_id)
        repository.add_part(uow.session, message, conversation, number, now())
        return
    if part.state in ("sending", "ambiguous"):
        part.resends += 1
    part.state, part.started_at = "sending", now()


@requires("conversations.send")
def part_taken(
    uow: UnitOfWork, merchant_id: str, outbound_id: str, number: int, provider_id: str
) -> states.DeliveryState:
    """Note that the provider took a part, under this id (empty: it gives none); answers how far the message is now.

    Raises:
        NotFound: there is no such message, or it has no such part.
    """
    message, part = _held(uow, merchant_id, outbound_id, number)
    if states.is_further("sent", part.state):  # type: ignore[arg-type] # the table checks it
        part.state, part.error = "sent", None
    if provider_id:
        keep_provider_id(uow, part, provider_id)
    parts = repository.parts(uow.session, message)
    message.parts_sent = sum(states.is_taken(p.state) for p in parts)  # type: ignore[arg-type] # as above
    message.error = None
    raise_message(uow, message, parts)
    return message.state  # type: ignore[return-value] # as above


@requires("conversations.send")
def part_unanswered(uow: UnitOfWork, merchant_id: str, outbound_id: str, number: int, *, error: str) -> None:
    """Note that nobody knows whether the provider took a part.

    Raises:
        NotFound: there is no such message, or it has no such part.
    """
    message, part = _held(uow, merchant_id, outbound_id, number)
    part.unanswered += 1
    if part.state == "sending":
        part.state, part.error = "ambiguous", error[:_LONGEST_ERROR]
        _move(message, "ambiguous", error)


@requires("conversations.send")
def part_not_taken(
    uow: UnitOfWork, merchant_id: str, outbound_id: str, number: int, *, error: str, state: states.DeliveryState
) -> None:
    """Note that the provider did not take a part; the message is “failed” and tried again, or waits (“pending”).

    Raises:
        NotFound: there is no such message, or it has no such part.
    """
    message, part = _held(uow, merchant_id, outbound_id, number)
    part.unanswered = 0
    if part.state in ("sending", "ambiguous"):
        part.state, part.error = "pending", error[:_LONGEST_ERROR]
        _move(message, state, error)


@requires("conversations.send")
def set_back(uow: UnitOfWork, merchant_id: str, outbound_id: str) -> None:
    """Note that a message waits although its sending had begun: nothing of it is under way.

    Raises:
        NotFound: there is no such message.
    """
    message = messages.lock_outbound(uow.session, merchant_id, outbound_id)
    if message.state == "sending":
        _move(message, "pending", message.error)


@requires("conversations.send")
def give_up(uow: UnitOfWork, merchant_id: str, outbound_id: str, error: str) -> None:
    """Send a message no more, unless a person says so. One that arrived meanwhile stays as it is.

    Raises:
        NotFound: there is no such message.
    """
    message = messages.lock_outbound(uow.session, merchant_id, outbound_id)
    if states.may_become(message.state, "dead"):  # type: ignore[arg-type] # the table checks it
        _move(message, "dead", error)
        uow.notify(views.deliveries_topic(merchant_id))


def _held(uow: UnitOfWork, merchant_id: str, outbound_id: str, number: int) -> tuple[OutboundMessage, OutboundPart]:
    message = messages.lock_outbound(uow.session, merchant_id, outbound_id)
    part = next((p for p in repository.parts(uow.session, message) if p.number == number), None)
    if part is None:
        raise NotFound(what="part", key=f"{outbound_id}.{number}")
    return message, part


def _move(message: OutboundMessage, state: states.DeliveryState, error: str | None = None) -> None:
    if message.state != state and not states.may_become(message.state, state):  # type: ignore[arg-type] # as above
        raise IllegalTransition(state=message.state, target=state)
    message.state = state
    message.error = error[:_LONGEST_ERROR] if error else None
    if state == "dead":
        message.given_up_at = now()


def _view(part: OutboundPart) -> PartView:
    return PartView(
        number=part.number,
        state=part.state,  # type: ignore[arg-type] # the table checks it
        provider_id=part.provider_id,
        also=tuple(part.also),
        resends=part.resends,
        unanswered=part.unanswered,
        error=part.error,
        started_at=part.started_at,
    )
