"""Sending what we said to channels that push: in order, never twice what was sent, and patient with providers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from channels.base import HasCredentials, LooksUp, NotAllowed, Refused, SendError, TryLater, Unanswered
from channels.breaker import Outcomes
from core import merchants, messaging
from core.access import SYSTEM
from core.customers import consent
from core.db import outbox
from core.kernel.clock import now
from core.logs import logger, mask
from core.messaging import delivery
from core.messaging.states import MOST_RESENDS, is_taken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from channels.base import Channel, Found, Rendered
    from core.db.outbox import Work
    from core.db.session import Database
    from core.db.uow import UnitOfWork
    from core.messaging import ConversationView
    from core.messaging.delivery import PartView, Sending

log = logger(__name__)
_OVER: Final = ("sent", "delivered", "read", "dead")
# A provider that says “later” for longer than this is not believed any more.
_LONGEST_DELAY: Final = timedelta(hours=24)
# So much later than others may the message try again whose try did not open an account.
_PROBED: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Step:
    """One part that is to be handed over, or, in `doubt` of whether it was, to be asked about.

    `reopens`: the account was closed; if this gets through, it is open again.
    """

    channel: Channel
    conversation: ConversationView
    message: messaging.OutboundView
    rendered: tuple[Rendered, ...]
    number: int
    doubt: PartView | None = None
    reopens: bool = False

    @property
    def part(self) -> Rendered:
        """What is handed over."""
        return self.rendered[self.number]

    @property
    def ref(self) -> str:
        """Its name on both sides."""
        return f"{self.message.id}.{self.number}"

    @property
    def account(self) -> tuple[str, str, str]:
        """By which account it goes out: shop, channel, the shop's id there."""
        return self.conversation.merchant_id, self.conversation.channel, self.conversation.account

    @property
    def key(self) -> tuple[str, str, int]:
        """What notes about it are filed under."""
        return self.message.merchant_id, self.message.id, self.number


class Outbound:
    """The handler of "send" work. `channels` by name; `lease` is how long one part may take."""

    def __init__(self, channels: Mapping[str, Channel], *, lease: timedelta = outbox.LEASE) -> None:
        self._channels = dict(channels)
        self._lease = lease
        self._outcomes = Outcomes()

    def deliver(self, database: Database, work: Work) -> None:
        """Send one message of ours, part by part; what the provider took already is not sent again."""
        with database.begin(SYSTEM) as uow:
            outbox.hold(uow.session, work, self._lease)
            step = self._next(uow, work)
        while step is not None:
            step = self._ask(database, work, step) if step.doubt is not None else self._send(database, work, step)

    @staticmethod
    def given_up(uow: UnitOfWork, work: Work, reason: str) -> None:
        """Note that the work of sending a message was given up by whoever does the work."""
        delivery.give_up(uow, work.merchant_id, str(work.payload["outbound_id"]), reason)

    def _next(self, uow: UnitOfWork, work: Work, *, asked: bool = False) -> Step | None:
        """What is to be done next for a message; None when that is nothing, and the work is settled."""
        sending = delivery.open_sending(uow, work.merchant_id, str(work.payload["outbound_id"]))
        if sending.message.state in _OVER:
            outbox.finish(uow.session, work)
            return None
        try:
            step = _allowed(uow, work, self._planned(uow, sending))
            step = _at_gate(uow, work, step) if step is not None else None
            if step is not None and step.doubt is not None and isinstance(step.channel, LooksUp) and not asked:
                return step
            _check_resends(step)
        except Refused as error:
            _give_up(uow, work, str(mask(str(error))))
            return None
        return _in_turn(uow, work, step) if step is not None else None

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
        return Step(channel, conversation, message, rendered, number, doubt)

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
        self._outcomes.good(step.account)
        return self._taken(database, work, step, provider_id)

    def _taken(self, database: Database, work: Work, step: Step, provider_id: str) -> Step | None:
        with database.begin(SYSTEM) as uow:
            outbox.hold(uow.session, work, self._lease)
            delivery.part_taken(uow, *step.key, provider_id)
            if step.reopens:
                delivery.open_gate(uow, *step.account)
            delivery.count_from_now(uow, work.merchant_id, step.channel.rates(step.conversation))
            return self._next(uow, work)

    def _ask(self, database: Database, work: Work, step: Step) -> Step | None:
        """Ask the provider for a part of unknown fate before it is sent again."""
        try:
            found = _looked_up(step)
        except SendError as error:
            self._failed(database, work, step, error)
            return None
        if found is not None and found.provider_id is not None:
            return self._taken(database, work, step, found.provider_id)
        with database.begin(SYSTEM) as uow:
            outbox.hold(uow.session, work, self._lease)
            if found is not None:
                delivery.part_not_taken(uow, *step.key, error="the provider never got it", state="pending")
            return self._next(uow, work, asked=True)

    def _failed(self, database: Database, work: Work, step: Step, error: SendError) -> None:
        """Note what became of an attempt, when the next one is, and whether the account is to be left alone.

        A part that was only asked about is as doubtful as before.
        """
        reason = _reason(error) if step.doubt is None else f"its fate cannot be asked for: {_reason(error)}"
        with database.begin(SYSTEM) as uow:
            outbox.hold(uow.session, work, self._lease)
            if step.doubt is None:
                _note(uow, step, error, reason)
            closed = self._judged(uow, step, error, reason)
            if isinstance(error, Refused) and step.doubt is None:
                _give_up(uow, work, reason)
            elif isinstance(error, NotAllowed) and closed is not None:
                outbox.postpone(uow.session, work, closed, waits_for=delivery.waits_for(*step.account))
            elif isinstance(error, Unanswered) and step.doubt is None:
                outbox.postpone(uow.session, work, max(now() + error.after, closed or now()))
            elif isinstance(error, TryLater) and error.after is not None:
                _later(uow, work, step, now() + error.after, reason)
            elif step.reopens and closed is not None:
                # It only tried whether all is well again. Another message may try first, should it be this one's fault.
                _later(uow, work, step, closed + _PROBED, reason, at_gate=True)
            else:
                _again(uow, work, reason, at_least=(closed or now()) - now())
        log.warning("message not sent", message=step.message.id, error=reason)

    def _judged(self, uow: UnitOfWork, step: Step, error: SendError, reason: str) -> datetime | None:
        """Leave an account alone if the error is its, or let it be open if not; until when nobody sends by it."""
        if isinstance(error, NotAllowed):
            fingerprint = _fingerprint(step.channel, step.conversation.account)
            return delivery.close_gate(uow, *step.account, reason="credentials", error=reason, fingerprint=fingerprint)
        if isinstance(error, TryLater) and error.account and error.after is not None:
            return delivery.close_gate(uow, *step.account, reason="asked", error=reason, until=now() + error.after)
        answered = isinstance(error, Refused) or (isinstance(error, TryLater) and error.after is not None)
        if answered:
            self._outcomes.good(step.account)
            if step.reopens:
                delivery.open_gate(uow, *step.account)
        elif self._outcomes.bad(step.account) or step.reopens:
            return delivery.close_gate(uow, *step.account, reason="failing", error=reason)
        return None


def _allowed(uow: UnitOfWork, work: Work, step: Step) -> Step | None:
    """The step, if the customer allows what it is for, now; None: it waits until their quiet hours are over.

    Raises:
        Refused: they have told us to stop, perhaps since it was queued; or they have never agreed to it.
    """
    message, about = step.message, step.conversation
    if message.purpose == "confirmation":
        return step
    whose = (uow.session, about.merchant_id, about.channel, about.account, about.sender)
    purpose: consent.Purpose = "marketing" if message.purpose == "marketing" else "transactional"
    if not consent.may_send(*whose, purpose, in_answer=message.purpose == "answer"):
        problem = f"the customer does not allow it: {message.purpose}"
        raise Refused(problem)
    if purpose == "marketing":
        place = merchants.location(uow.session, about.merchant_id, about.location_id)
        if (until := merchants.quiet_until(place, now())) is not None:
            _wait(uow, work, step, until)
            return None
    return step


def _at_gate(uow: UnitOfWork, work: Work, step: Step) -> Step | None:
    """The step, if its account is open, or to be tried; None: the work waits, uncounted."""
    fingerprint = _fingerprint(step.channel, step.conversation.account)
    gate = delivery.gate(uow.session, *step.account, fingerprint=fingerprint)
    if gate is not None and gate.closed_until > now():
        gate = delivery.gate(uow.session, *step.account, fingerprint=fingerprint, held=True)
    if gate is None:
        return step
    if gate.closed_until > now():
        _wait(uow, work, step, delivery.waiting_until(gate, work.id), at_gate=True)
        return None
    return replace(step, reopens=True)


def _in_turn(uow: UnitOfWork, work: Work, step: Step) -> Step | None:
    """The step, begun, if the channel's limits allow it now; None: the work waits, uncounted."""
    turn = delivery.take_turn(uow, work.merchant_id, step.message.id, step.channel.rates(step.conversation))
    if turn is not None:
        _wait(uow, work, step, turn)
        return None
    if step.reopens and (until := delivery.take_probe(uow, *step.account)) is not None:
        _wait(uow, work, step, until, at_gate=True)
        return None
    delivery.start_part(uow, *step.key, of=len(step.rendered))
    return replace(step, doubt=None)


def _note(uow: UnitOfWork, step: Step, error: SendError, reason: str) -> None:
    if isinstance(error, Unanswered):
        delivery.part_unanswered(uow, *step.key, error=reason)
        delivery.count_from_now(uow, step.message.merchant_id, step.channel.rates(step.conversation))
    else:
        waits = isinstance(error, NotAllowed)
        delivery.part_not_taken(uow, *step.key, error=reason, state="pending" if waits else "failed")


def _wait(uow: UnitOfWork, work: Work, step: Step, until: datetime, *, at_gate: bool = False) -> None:
    """Leave the rest for later, because its turn has not come; that is no attempt."""
    delivery.set_back(uow, work.merchant_id, step.message.id)
    outbox.postpone(uow.session, work, until, waits_for=delivery.waits_for(*step.account) if at_gate else None)


def _later(uow: UnitOfWork, work: Work, step: Step, until: datetime, reason: str, *, at_gate: bool = False) -> None:
    """Try again when the provider said; no attempt of ours, unless it has been saying so for too long."""
    if until > step.message.created_at + _LONGEST_DELAY:
        _again(uow, work, reason, at_least=until - now())
    else:
        waits_for = delivery.waits_for(*step.account) if at_gate else None
        outbox.postpone(uow.session, work, until, waits_for=waits_for)


def _again(uow: UnitOfWork, work: Work, reason: str, *, at_least: timedelta = timedelta(0)) -> None:
    """Try again after a pause, or give up after too many attempts."""
    if work.attempts >= outbox.MAX_ATTEMPTS:
        _give_up(uow, work, reason)
    else:
        outbox.fail(uow.session, work, reason, pause=max(at_least, delivery.pause(work.attempts, str(work.id))))


def _give_up(uow: UnitOfWork, work: Work, reason: str) -> None:
    delivery.give_up(uow, work.merchant_id, str(work.payload["outbound_id"]), reason)
    outbox.finish(uow.session, work)
    log.error("message given up", message=work.payload["outbound_id"], error=reason)


def _check_resends(step: Step | None) -> None:
    """Let a part go out that the provider may have already, if it did not go out too often.

    Raises:
        Refused: it did.
    """
    if step is not None and step.doubt is not None and step.doubt.unanswered > MOST_RESENDS:
        problem = f"nobody knows whether it arrived: {step.doubt.error}"
        raise Refused(problem)


def _looked_up(step: Step) -> Found | None:
    if not isinstance(step.channel, LooksUp) or step.doubt is None:
        return None
    return step.channel.look_up(step.conversation, step.part, step.ref, step.doubt.started_at)


def _is_taken(sending: Sending, number: int) -> bool:
    part = sending.part(number)
    return part is not None and is_taken(part.state)


def _fingerprint(channel: Channel, account: str) -> str:
    return channel.fingerprint(account) if isinstance(channel, HasCredentials) else ""


def _reason(error: SendError) -> str:
    return str(mask(f"{type(error).__name__}: {error}"))
