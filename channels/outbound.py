"""Sending what we said to channels that push: in order, never twice what was sent, and patient with providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.base import Refused, TryLater, Unanswered
from core import messaging
from core.access import SYSTEM
from core.db import outbox
from core.kernel.clock import now
from core.logs import logger, mask

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from channels.base import Channel
    from core.db.outbox import Work
    from core.db.session import Database
    from core.messaging import ConversationView, OutboundView
    from core.messaging.states import DeliveryState

log = logger(__name__)


class Outbound:
    """The handler of "send" work. `channels` by name."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = dict(channels)

    def deliver(self, database: Database, work: Work) -> None:
        """Send one message of ours, part by part; what the provider took already is not sent again."""
        outbound_id = str(work.payload["outbound_id"])
        with database.begin(SYSTEM) as uow:
            message = messaging.start_sending(uow, work.merchant_id, outbound_id)
            conversation = messaging.conversation(uow.session, work.merchant_id, message.conversation_id)
            channel = self._channels.get(conversation.channel)
            if message.state != "sending":
                outbox.finish(uow.session, work)
                if message.state == "ambiguous":
                    log.error("nobody knows whether a message arrived", message=message.id)
                return
            if channel is None:
                problem = f"there is no channel {conversation.channel} to send by"
                messaging.settle(uow, work.merchant_id, message.id, "dead", error=problem)
                outbox.finish(uow.session, work)
                log.error("message given up", message=message.id, error=problem)
                return
        _send(database, work, channel, conversation, message)


def _send(
    database: Database, work: Work, channel: Channel, conversation: ConversationView, message: OutboundView
) -> None:
    parts = channel.render(message.content, conversation)
    try:
        for number in range(message.parts_sent, len(parts)):
            provider_id = channel.send(conversation, parts[number], f"{message.id}.{number}")
            with database.begin(SYSTEM) as uow:
                messaging.part_sent(uow, work.merchant_id, message.id, provider_id)
    except Refused as error:
        _fail(database, work, message, "dead", error)
    except Unanswered as error:
        _fail(database, work, message, "ambiguous", error)
    except TryLater as error:
        _fail(database, work, message, "dead" if work.attempts >= outbox.MAX_ATTEMPTS else "failed", error)
    else:
        with database.begin(SYSTEM) as uow:
            messaging.settle(uow, work.merchant_id, message.id, "sent")
            outbox.finish(uow.session, work)


def _wait(database: Database, work: Work, message: OutboundView, pause: timedelta) -> None:
    """Leave the rest for later, because the channel's limits say so; it counts as no attempt."""
    with database.begin(SYSTEM) as uow:
        messaging.settle(uow, work.merchant_id, message.id, "pending")
        outbox.postpone(uow.session, work, now() + pause)


def _fail(
    database: Database, work: Work, message: OutboundView, state: DeliveryState, error: TryLater | Refused | Unanswered
) -> None:
    """Note what became of an attempt, and when the next one is."""
    reason = str(mask(f"{type(error).__name__}: {error}"))
    with database.begin(SYSTEM) as uow:
        messaging.settle(uow, work.merchant_id, message.id, state, error=reason)
        if state == "dead":
            outbox.finish(uow.session, work)
        else:
            outbox.fail(uow.session, work, reason, pause=None if isinstance(error, Refused) else error.after)
    (log.error if state == "dead" else log.warning)("message not sent", message=message.id, error=reason)
