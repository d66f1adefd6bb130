"""What providers report of our messages: in any order, more than once, and sometimes before we know the message."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core.access import requires
from core.db import outbox
from core.kernel.clock import now
from core.messaging import repository as messages
from core.messaging import states, views
from core.messaging.delivery import repository

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from core.db.uow import UnitOfWork
    from core.messaging.delivery.models import OutboundPart
    from core.messaging.models import OutboundMessage

_KEPT = timedelta(days=1)
_LONGEST_ID = 255
_LONGEST_ERROR = 500


@requires("conversations.send")
def report_delivery(
    uow: UnitOfWork,
    merchant_id: str,
    *,
    channel: str,
    account: str,
    provider_id: str,
    ref: str = "",
    status: states.ReportStatus,
    error: str = "",
    at: datetime | None = None,
) -> bool:
    """Note what a provider says of a message of ours; answers whether we know more now than before.

    Found by the provider's id of it, or by `ref` where the provider hands that back: so a message of which nobody
    knew whether it was taken turns out to have been. A message only ever gets further: reports that come late, twice
    or in another order change nothing. A report of an id that is not known yet is kept until it is. `error` is for
    operators, without personal data; `at` is when it happened, by the provider's clock.
    """
    if not 0 < len(provider_id) <= _LONGEST_ID:
        return False
    key = (merchant_id, channel, account)
    found = repository.outbound_of(uow.session, *key, provider_id=provider_id, ref=ref)
    if found is None:
        # Whoever keeps the id of a message enters the same way: neither can miss the other.
        outbox.enter(uow.session, [_name(*key, provider_id)])
        found = repository.outbound_of(uow.session, *key, provider_id=provider_id, ref=ref)
    moment = at or now()
    if found is None:
        return _keep(uow, (*key, provider_id), status, error[:_LONGEST_ERROR], moment)
    message = messages.lock_outbound(uow.session, merchant_id, found[0])
    parts = repository.parts(uow.session, message)
    part = next(p for p in parts if p.number == found[1])
    if not _advance(part, provider_id, status, error[:_LONGEST_ERROR], moment):
        return False
    raise_message(uow, message, parts)
    return True


@requires("conversations.send")
def tidy(uow: UnitOfWork, merchant_id: str) -> None:
    """Forget reports of messages that turned out not to be ours, and limits that nobody comes near."""
    before = now() - _KEPT
    repository.forget_early(uow.session, merchant_id, before)
    repository.forget_rates(uow.session, before)


def keep_provider_id(uow: UnitOfWork, part: OutboundPart, provider_id: str) -> None:
    """Note what a provider calls a part of ours, and what it may have said of it already."""
    key = (part.merchant_id, part.channel, part.account, provider_id)
    outbox.enter(uow.session, [_name(*key)])
    _call(part, provider_id)
    early = repository.take_early(uow.session, *key)
    if early is not None:
        _advance(part, provider_id, early.status, early.error, early.at)  # type: ignore[arg-type] # only reports are kept


def raise_message(uow: UnitOfWork, message: OutboundMessage, parts: Sequence[OutboundPart]) -> None:
    """Let a message be as far as its parts are, once all of them are with the provider."""
    found = [part.state for part in parts]
    state = states.of_parts(found) if len(found) == message.parts else None  # type: ignore[arg-type] # the table checks
    if state is None or not states.may_become(message.state, state):  # type: ignore[arg-type] # the table checks it
        return
    message.state = state
    if state == "dead":
        message.given_up_at = now()
        message.error = next((part.error for part in parts if part.state == "failed"), None)
    else:
        message.error = None
        message.sent_at = message.sent_at or now()
    uow.notify(views.topic(message.conversation_id))
    uow.notify(views.deliveries_topic(message.merchant_id))


def _advance(part: OutboundPart, provider_id: str, status: states.ReportStatus, error: str, moment: datetime) -> bool:
    _call(part, provider_id)
    if not states.is_further(status, part.state):  # type: ignore[arg-type] # the table checks it
        return False
    part.state = status
    part.error = error or None
    part.reported_at = moment
    return True


def _call(part: OutboundPart, provider_id: str) -> None:
    """Keep the provider's name of a part, and those of copies that went out because nobody knew of the first."""
    if part.provider_id is None:
        part.provider_id = provider_id
    elif part.provider_id != provider_id and provider_id not in part.also:
        part.also = [*part.also, provider_id]


def _keep(
    uow: UnitOfWork, key: tuple[str, str, str, str], status: states.ReportStatus, error: str, moment: datetime
) -> bool:
    before = repository.keep_early(uow.session, key, status=status, error=error, at=moment)
    if before is not None and states.is_further(status, before.status):  # type: ignore[arg-type] # only reports
        before.status, before.error, before.at = status, error, moment
    return False


def _name(merchant_id: str, channel: str, account: str, provider_id: str) -> str:
    return f"report:{merchant_id}:{channel}:{account}:{provider_id}"
