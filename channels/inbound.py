"""From a channel's envelope to a row and its work, in one short transaction; the answer 2xx comes after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from channels import degrade
from core import messaging
from core.access import of_provider
from core.db.outbox import LEASE

if TYPE_CHECKING:
    from datetime import timedelta

    from channels.base import Abilities
    from core.db.outbox import Work
    from core.db.session import Database
    from core.messaging import Content, Envelope, Received


def accept(database: Database, merchant_id: str, envelope: Envelope, *, abilities: Abilities | None = None) -> Received:
    """Keep a message, once. With the channel's `abilities`, a number typed below numbered answers becomes the answer.

    Raises:
        InvalidInput: an id that no provider gives.
        NotFound: no such shop, or it has no location.
    """
    return accept_and_claim(database, merchant_id, envelope, abilities=abilities, lease=None)[0]


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
