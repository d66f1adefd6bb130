"""From a channel's envelope to a row and its work, in one short transaction; the answer 2xx comes after it."""

from __future__ import annotations

import weakref
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeAlias

from channels import degrade
from channels.together import Together
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

_Delivery: TypeAlias = "Sequence[tuple[str, Envelope]]"
_COUNTERS: Final[weakref.WeakKeyDictionary[Database, Together[_Delivery, tuple[Received, ...]]]] = (
    weakref.WeakKeyDictionary()
)
_LOCK: Final = Lock()


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

    Deliveries that come at the same time share it. A message with an id that no provider gives is left out, and so is
    its answer: the others are none the worse.

    Raises:
        NotFound: no such shop, or it has no location.
    """
    usable = [(shop, envelope) for shop, envelope in deliveries if _is_usable(envelope)]
    if not usable:
        return ()
    answering = [(shop, _answering(database, shop, envelope, abilities)) for shop, envelope in usable]
    shops = {shop for shop, _ in usable}
    whose = (usable[0][1].channel, shops.pop() if len(shops) == 1 else None)
    return _counter(database).submit(whose, answering)


def _counter(database: Database) -> Together[_Delivery, tuple[Received, ...]]:
    with _LOCK:
        if (found := _COUNTERS.get(database)) is None:
            # The counter must not keep its database alive.
            whose = weakref.ref(database)
            found = _COUNTERS[database] = Together(lambda jobs: _keep(whose(), jobs))
    return found


def _keep(database: Database | None, deliveries: Sequence[_Delivery]) -> list[tuple[Received, ...]]:
    """Keep the messages of several deliveries of one channel, in one transaction."""
    if database is None:
        return []
    places = [(d, n) for d, delivery in enumerate(deliveries) for n in range(len(delivery))]
    # Conversations are locked in one order, so that two transactions do not wait for each other in a circle.
    order = sorted(places, key=lambda place: _conversation_key(*deliveries[place[0]][place[1]]))
    shops = {shop for delivery in deliveries for shop, _ in delivery}
    actor = of_provider(deliveries[0][0][1].channel, shops.pop() if len(shops) == 1 else None)
    found: dict[tuple[int, int], Received] = {}
    with database.begin(actor) as uow:
        for d, n in order:
            found[d, n] = messaging.receive(uow, *deliveries[d][n])
    return [tuple(found[d, n] for n in range(len(delivery))) for d, delivery in enumerate(deliveries)]


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
