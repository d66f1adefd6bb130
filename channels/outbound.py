"""Sending what we said to channels that push: in order, never twice what was sent, and patient with providers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from channels.base import LooksUp, NotAllowed, Refused, SendError, TryLater, Unanswered
from core import messaging
from core.access import SYSTEM
from core.db import outbox
from core.kernel.clock import now
from core.logs import logger, mask
from core.messaging import delivery
from core.messaging.states import MOST_RESENDS, is_taken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channels.base import Channel, Found, Rendered
    from core.db.outbox import Work
    from core.db.session import Database
    from core.db.uow import UnitOfWork
    from core.messaging import ConversationView
    from core.messaging.delivery import PartView, Sending

log = logger(__name__)
_OVER: Final = ("sent", "delivered", "read", "dead")


@dataclass(frozen=True, slots=True)
class Step:
    """One part that is to be handed over, or, in `doubt` of whether it was, to be asked about."""

    channel: Channel
    conversation: ConversationView
    rendered: tuple[Rendered, ...]
    outbound_id: str
    number: int
    doubt: PartView | None = None

    @property
    def part(self) -> Rendered:
        """What is handed over."""
        return self.rendered[self.number]

    @property
    def ref(self) -> str:
        """Its name on both sides."""
        return f"{self.outbound_id}.{self.number}"


class Outbound:
    """The handler of "send" work. `channels` by name."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = dict(channels)

    def deliver(self, database: Database, work: Work) -> None:
        """Send one message of ours, part by part; what the provider took already is not sent again."""
        with database.begin(SYSTEM) as uow:
            outbox.hold(uow.session, work)
            step = self._next(uow, work)
        while step is not None:
            step = self._ask(database, work, step) if step.doubt is not None else self._send(database, work, step)

    def _next(self, uow: UnitOfWork, work: Work, *, asked: bool = False) -> Step | None:
        """What is to be done next for a message; None when that is nothing, and the work is settled."""
        sending = delivery.open_sending(uow, work.merchant_id, str(work.payload["outbound_id"]))
        if sending.message.state in _OVER:
            outbox.finish(uow.session, work)
            return None
        try:
            step = self._planned(uow, sending)
            if step.doubt is not None and isinstance(step.channel, LooksUp) and not asked:
                return step
            _check_resends(step)
        except Refused as error:
            _give_up(uow, work, str(mask(str(error))))
            return None
        delivery.start_part(uow, work.merchant_id, step.outbound_id, step.number, of=len(step.rendered))
        return replace(step, doubt=None)

    def _planned(self, uow: UnitOfWork, sending: Sending) -> Step:
        """The first part that the provider has not taken.

        Raises:
            Refused: it cannot be sent, now or ever.
        """
        message = sending.message
        conversation = messaging.conversation(uow.session, message.merchant_id, message.conversation_id)
        channel = self._channels.get(conversation.channel)
        if channel is None:
            problem = f"there is no channel {conversation.channel} to send by"
            raise Refused(problem)
        rendered = channel.render(message.content, conversation)
        number = next((n for n in range(len(rendered)) if not _is_taken(sending, n)), None)
        if number is None:
            problem = "there is nothing to send"
            raise Refused(problem)
        part = sending.part(number)
        if part is not None and part.state == "failed":
            raise Refused(part.error or "the provider failed with it")
        doubt = part if part is not None and part.state in ("sending", "ambiguous") else None
        return Step(channel, conversation, rendered, message.id, number, doubt)

    def _send(self, database: Database, work: Work, step: Step) -> Step | None:
        """Hand a part over and note what became of it; the next one, if it was taken and there is one."""
        try:
            provider_id = step.channel.send(step.conversation, step.part, step.ref)
        except SendError as error:
            self._failed(database, work, step, error)
            return None
        except Exception as error:  # noqa: BLE001 - a channel's bug: the provider may have the message
            self._failed(database, work, step, Unanswered(f"{type(error).__name__}: {error}"))
            return None
        return self._taken(database, work, step, provider_id)

    def _taken(self, database: Database, work: Work, step: Step, provider_id: str) -> Step | None:
        with database.begin(SYSTEM) as uow:
            outbox.hold(uow.session, work)
            delivery.part_taken(uow, work.merchant_id, step.outbound_id, step.number, provider_id)
            return self._next(uow, work)

    def _ask(self, database: Database, work: Work, step: Step) -> Step | None:
        """Ask the provider for a part of unknown fate before it is sent again."""
        try:
            found = _looked_up(step)
        except SendError as error:
            reason = f"its fate cannot be asked for: {_reason(error)}"
            with database.begin(SYSTEM) as uow:
                outbox.hold(uow.session, work)
                _again(uow, work, reason)
            log.warning("message not sent", message=step.outbound_id, error=reason)
            return None
        if found is not None and found.provider_id is not None:
            return self._taken(database, work, step, found.provider_id)
        with database.begin(SYSTEM) as uow:
            outbox.hold(uow.session, work)
            if found is not None:
                delivery.part_not_taken(uow, *_key(work, step), error="the provider never got it", state="pending")
            return self._next(uow, work, asked=True)

    def _failed(self, database: Database, work: Work, step: Step, error: SendError) -> None:
        reason = _reason(error)
        with database.begin(SYSTEM) as uow:
            outbox.hold(uow.session, work)
            if isinstance(error, Unanswered):
                delivery.part_unanswered(uow, *_key(work, step), error=reason)
                outbox.postpone(uow.session, work, now() + error.after)
                return
            waits = isinstance(error, NotAllowed)
            delivery.part_not_taken(uow, *_key(work, step), error=reason, state="pending" if waits else "failed")
            if isinstance(error, Refused):
                _give_up(uow, work, reason)
            elif isinstance(error, NotAllowed):
                outbox.postpone(uow.session, work, now() + timedelta(minutes=1))
            elif isinstance(error, TryLater) and error.after is not None:
                outbox.postpone(uow.session, work, now() + error.after)
            else:
                _again(uow, work, reason)
        log.warning("message not sent", message=step.outbound_id, error=reason)


def _check_resends(step: Step) -> None:
    """Let a part go out that the provider may have already, if it did not go out too often.

    Raises:
        Refused: it did.
    """
    if step.doubt is not None and step.doubt.unanswered > MOST_RESENDS:
        problem = f"nobody knows whether it arrived: {step.doubt.error}"
        raise Refused(problem)


def _looked_up(step: Step) -> Found | None:
    if not isinstance(step.channel, LooksUp) or step.doubt is None:
        return None
    return step.channel.look_up(step.conversation, step.part, step.ref, step.doubt.started_at)


def _key(work: Work, step: Step) -> tuple[str, str, int]:
    return work.merchant_id, step.outbound_id, step.number


def _again(uow: UnitOfWork, work: Work, reason: str) -> None:
    if work.attempts >= outbox.MAX_ATTEMPTS:
        _give_up(uow, work, reason)
    else:
        outbox.fail(uow.session, work, reason, pause=delivery.pause(work.attempts, str(work.id)))


def _give_up(uow: UnitOfWork, work: Work, reason: str) -> None:
    delivery.give_up(uow, work.merchant_id, str(work.payload["outbound_id"]), reason)
    outbox.finish(uow.session, work)
    log.error("message given up", message=work.payload["outbound_id"], error=reason)


def _is_taken(sending: Sending, number: int) -> bool:
    part = sending.part(number)
    return part is not None and is_taken(part.state)


def _reason(error: SendError) -> str:
    return str(mask(f"{type(error).__name__}: {error}"))
