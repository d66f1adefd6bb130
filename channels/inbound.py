"""From a channel's envelope to a row and its work, in one short transaction; the answer 2xx comes after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from channels import degrade
from core import messaging
from core.access import of_provider
from core.db.outbox import LEASE
from core.kernel.errors import InvalidInput
from core.logs import logger, mask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from channels.base import Abilities, DeliveryReport
    from core.db.outbox import Work
    from core.db.session import Database
    from core.messaging import Content, Envelope, Received

log = logger(__name__)


def accept(database: Database, merchant_id: str, envelope: Envelope, *, abilities: Abilities | None = None) -> Received:
    """Keep a message, once. With the channel's `abilities`, a number typed below numbered answers becomes the answer.

    Raises:
        InvalidInput: an id that no provider gives.
        NotFound: no such shop, or it has no location.
    """
    return accept_and_claim(database, merchant_id, envelope, abilities=abilities, lease=None)[0]


def accept_all(
    database: Database, deliveries: Sequence[tuple[str, Envelope]], *, abilities: Abilities | None = None
) -> tuple[Received, ...]:
    """Keep all messages of one delivery (shop, message), each once, in one transaction.

    A message with an id that no provider gives is left out, and so is its answer: the others are none the worse.

    Raises:
        NotFound: no such shop, or it has no location.
    """
    usable = [(shop, envelope) for shop, envelope in deliveries if _is_usable(envelope)]
    if not usable:
        return ()
    found: dict[int, Received] = {}
    shops = {shop for shop, _ in usable}
    # Conversations are locked in one order, so that two deliveries at once do not wait for each other in a circle.
    order = sorted(range(len(usable)), key=lambda n: _conversation_key(*usable[n]))
    answering = {n: _answering(database, *usable[n], abilities) for n in order}
    with database.begin(of_provider(usable[0][1].channel, shops.pop() if len(shops) == 1 else None)) as uow:
        for n in order:
            found[n] = messaging.receive(uow, usable[n][0], answering[n])
    return tuple(found[n] for n in range(len(usable)))


def reported(database: Database, merchant_id: str, report: DeliveryReport) -> bool:
    """Note what a provider says of a message of ours; answers whether we know more now than before."""
    return reported_all(database, [(merchant_id, report)])[0]


def reported_all(database: Database, reports: Sequence[tuple[str, DeliveryReport]]) -> tuple[bool, ...]:
    """Note all that one delivery says of messages of ours; answers of each whether we know more now than before."""
    return tuple(_reported(database, shop, report) for shop, report in reports)


def _reported(database: Database, merchant_id: str, report: DeliveryReport) -> bool:
    with database.begin(of_provider(report.channel, merchant_id)) as uow:
        return messaging.report_delivery(
            uow,
            merchant_id,
            channel=report.channel,
            account=report.account,
            provider_id=report.provider_id,
            ref=report.ref,
            status=report.status,
            error=str(mask(report.error)),
            at=report.at,
        )


def _is_usable(envelope: Envelope) -> bool:
    try:
        messaging.check_keys(envelope)
    except InvalidInput as error:
        log.warning("message left out", channel=envelope.channel, error=error.text)
        return False
    return True


def _conversation_key(merchant_id: str, envelope: Envelope) -> tuple[str, ...]:
    return (merchant_id, envelope.channel, envelope.account, envelope.sender, envelope.thread)


def accept_and_claim(
    database: Database,
    merchant_id: str,
    envelope: Envelope,
    *,
    abilities: Abilities | None = None,
    lease: timedelta | None = LEASE,
) -> tuple[Received, Work | None]:
    """Keep a message, once, and in the same transaction claim the answering of it for the caller, who does it at once.

    No work when another worker is at the conversation already, or without a `lease`.

    Raises:
        InvalidInput: an id that no provider gives.
        NotFound: no such shop, or it has no location.
    """
    envelope = _answering(database, merchant_id, envelope, abilities)
    with database.begin(of_provider(envelope.channel, merchant_id)) as uow:
        received = messaging.receive(uow, merchant_id, envelope)
        if lease is not None:
            uow.claim(received.lane, lease)
    return received, uow.claimed


def _answering(database: Database, merchant_id: str, envelope: Envelope, abilities: Abilities | None) -> Envelope:
    """The envelope with what it answers spelled out: a pressed button gets its label, a typed number its button."""
    typed = envelope.kind == "text" and abilities is not None and envelope.text.strip()[:1].isdigit()
    pressed = envelope.kind == "choice"
    if not (typed or pressed) or (asked := _asked(database, merchant_id, envelope)) is None:
        return envelope
    if pressed:
        chosen = next((o for o in asked.options if o.id == envelope.payload.get("choice")), None)
        return envelope if chosen is None else replace(envelope, text=chosen.label)
    option = degrade.picked(asked, envelope.text, abilities) if abilities is not None else None
    if option is None:
        return envelope
    payload = {**envelope.payload, "choice": option.id, "typed": envelope.text}
    return replace(envelope, kind="choice", text=option.label, payload=payload)


def _asked(database: Database, merchant_id: str, envelope: Envelope) -> Content | None:
    """What we said last to the sender."""
    with database.read() as session:
        conversation = messaging.find_conversation(
            session,
            merchant_id,
            channel=envelope.channel,
            account=envelope.account,
            sender=envelope.sender,
            thread=envelope.thread,
        )
        said = messaging.last_said(session, conversation.id) if conversation is not None else None
    return said.content if said is not None else None
