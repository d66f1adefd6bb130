"""From a channel's envelope to a row and its work, in one short transaction; the answer 2xx comes after it."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, replace
from itertools import islice
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
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from channels.base import Abilities, DeliveryReport
    from core.db.outbox import Work
    from core.db.session import Database
    from core.db.uow import UnitOfWork
    from core.messaging import Envelope, Received

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """Messages with their shops; a shop None is the one whose account it is."""

    messages: Sequence[tuple[str | None, Envelope]]
    abilities: Abilities | None

    @property
    def key(self) -> tuple[str, str | None]:
        """What deliveries have in common that are kept together: the channel, and the shop if there is but one."""
        shops = {shop for shop, _ in self.messages}
        return self.messages[0][1].channel, shops.pop() if len(shops) == 1 else None


_Kept: TypeAlias = "tuple[Received | None, ...]"
_COUNTERS: Final[weakref.WeakKeyDictionary[Database, Together[_Delivery, _Kept]]] = weakref.WeakKeyDictionary()
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
    delivery = _Delivery([(shop, envelope) for shop, envelope in deliveries if _is_usable(envelope)], abilities)
    if not delivery.messages:
        return ()
    return tuple(one for one in _counter(database).submit(delivery.key, delivery) if one is not None)


async def take_in(database: Database, envelopes: Sequence[Envelope], *, abilities: Abilities | None = None) -> bool:
    """Keep all messages of one delivery as `accept_all` does, each for the shop whose account it came in on.

    Those for nobody are left out; answers whether there was one for somebody, or none at all.

    Raises:
        NotFound: the shop has no location.
    """
    delivery = _Delivery([(None, envelope) for envelope in envelopes if _is_usable(envelope)], abilities)
    if not delivery.messages:
        return True
    received = await _counter(database).ask(delivery.key, delivery)
    for (_, envelope), one in zip(delivery.messages, received, strict=True):
        if one is None:
            at = {"channel": envelope.channel, "account": envelope.account}
            log.warning("a message for an account that no shop has connected", **at)
    return any(one is not None for one in received)


def _counter(database: Database) -> Together[_Delivery, _Kept]:
    with _LOCK:
        if (found := _COUNTERS.get(database)) is None:
            # The counter must not keep its database alive.
            whose = weakref.ref(database)
            found = _COUNTERS[database] = Together(lambda jobs: _keep(whose(), jobs))
    return found


def _keep(database: Database | None, deliveries: Sequence[_Delivery]) -> list[_Kept]:
    """Keep the messages of several deliveries of one key, in one transaction."""
    assert database is not None  # noqa: S101 - whoever waits for the answer holds it
    channel, shop = deliveries[0].key
    with database.begin(of_provider(channel, shop)) as uow:
        messages = [
            (whose, _answering(uow, whose, envelope, delivery.abilities))
            for delivery in deliveries
            for whose, envelope in delivery.messages
        ]
        received = iter(messaging.receive_all(uow, messages))
    return [tuple(islice(received, len(delivery.messages))) for delivery in deliveries]


def reported(database: Database, merchant_id: str, report: DeliveryReport) -> bool:
    """Note what a provider says of a message of ours; answers whether we know more now than before."""
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


def told(
    database: Database, shop_of: Callable[[str, str], str | None], reports: Sequence[DeliveryReport]
) -> tuple[bool, ...]:
    """Note all that one delivery says of messages of ours; answers of each whether we know more now than before."""
    shops = {key: shop_of(*key) for key in {(report.channel, report.account) for report in reports}}
    return tuple(_told(database, shops[report.channel, report.account], report) for report in reports)


def _told(database: Database, shop: str | None, report: DeliveryReport) -> bool:
    if shop is None:
        at = {"channel": report.channel, "account": report.account}
        log.warning("a report for an account that no shop has connected", **at)
        return False
    return reported(database, shop, report)


def _is_usable(envelope: Envelope) -> bool:
    try:
        messaging.check_keys(envelope)
    except InvalidInput as error:
        log.warning("message left out", channel=envelope.channel, error=error.text)
        return False
    return True


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
    with database.begin(of_provider(envelope.channel, merchant_id)) as uow:
        received = messaging.receive(uow, merchant_id, _answering(uow, merchant_id, envelope, abilities))
        if lease is not None:
            uow.claim(received.lane, lease)
    return received, uow.claimed


def _answering(uow: UnitOfWork, merchant_id: str | None, envelope: Envelope, abilities: Abilities | None) -> Envelope:
    """The envelope with what it answers spelled out: a pressed button gets its label, a typed number its button."""
    typed = envelope.kind == "text" and abilities is not None and envelope.text.strip()[:1].isdigit()
    pressed = envelope.kind == "choice"
    if not (typed or pressed) or (asked := messaging.last_said_to(uow.session, merchant_id, envelope)) is None:
        return envelope
    if pressed:
        chosen = next((o for o in asked.options if o.id == envelope.payload.get("choice")), None)
        return envelope if chosen is None else replace(envelope, text=chosen.label)
    option = degrade.picked(asked, envelope.text, abilities) if abilities is not None else None
    if option is None:
        return envelope
    payload = {**envelope.payload, "choice": option.id, "typed": envelope.text}
    return replace(envelope, kind="choice", text=option.label, payload=payload)
