"""Taking messages in: each is kept once, with the work of answering it, in the order of its conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core import customers, merchants
from core.access import requires, within
from core.db.insert import insert_once
from core.kernel.clock import now
from core.kernel.errors import NotFound
from core.kernel.ids import new_id
from core.messaging import arriving, loops, media, redaction, rules, views
from core.messaging import repository_inbound as rows
from core.messaging.events import MessageReceived
from core.messaging.models import Conversation
from core.messaging.views import Received
from core.settings import settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from core.db.uow import UnitOfWork
    from core.messaging.envelope import Envelope
    from core.messaging.repository_inbound import Held, Kept

_LOCALE_LENGTH = 35


@requires("conversations.receive")
def receive(uow: UnitOfWork, merchant_id: str, envelope: Envelope) -> Received:
    """Keep a message and the work of answering it, once; delivered again, it changes nothing.

    Card numbers are taken out before anything is stored.

    Raises:
        Conflict: another transaction has just kept it; tried again, it is a duplicate.
        InvalidInput: an id that is empty or longer than any provider's.
        NotFound: the shop has no location to order at.
    """
    received = receive_all(uow, [(merchant_id, envelope)])[0]
    assert received is not None  # noqa: S101 - the shop was named
    return received


@requires("conversations.receive")
def receive_all(uow: UnitOfWork, messages: Sequence[tuple[str | None, Envelope]]) -> tuple[Received | None, ...]:
    """Keep messages of shops, each as `receive` does, in their order. A shop None is the one whose account it is.

    None is answered for a message on an account that is nobody's.

    Raises:
        Conflict, InvalidInput, NotFound: as `receive`; nothing of any message may be committed then.
    """
    for _, envelope in messages:
        rules.check_keys(envelope)
    heard = [_heard(uow, *message) for message in messages]
    intake = _Intake(uow)
    conversations, kept = rows.hold(uow.session, heard)
    received = tuple(
        intake.take(shop, envelope, conversations.get(rows.place_of(shop, envelope)), before)
        for (shop, envelope), before in zip(heard, kept, strict=True)
    )
    intake.write()
    return received


def _heard(uow: UnitOfWork, merchant_id: str | None, envelope: Envelope) -> tuple[str | None, Envelope]:
    """A message that says more than its words, once that is written down; any other as it is."""
    if not arriving.says_more(envelope):
        return merchant_id, envelope
    shop = _shop(uow, merchant_id, envelope)
    return (shop, arriving.heard(uow, shop, envelope)) if shop is not None else (None, envelope)


def _shop(uow: UnitOfWork, merchant_id: str | None, envelope: Envelope) -> str | None:
    if merchant_id is not None:
        return merchant_id
    account = merchants.account_of(uow.session, envelope.channel, envelope.account)
    return account.merchant_id if account is not None else None


class _Intake:
    """Messages on their way into one transaction: they are written together, when all are there or one must be seen."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._messages: list[dict[str, Any]] = []
        self._held: dict[str, Held] = {}
        self._received: dict[tuple[str, ...], Received] = {}

    def take(self, shop: str | None, envelope: Envelope, held: Held | None, kept: Kept | None) -> Received | None:
        """Take one in; `held` and `kept` as they were before the first was."""
        if held is not None and arriving.may_be_another(envelope, held.heard_at):
            held = None
        if held is None:
            self.write()
            shop = _shop(self._uow, shop, envelope)
            if shop is None:
                return None
            held, kept = self._met(shop, envelope)
        within(self._uow, held.merchant_id)
        key = (held.merchant_id, envelope.channel, envelope.account, envelope.external_id)
        if (again := self._received.get(key)) is not None:
            return Received(again.conversation_id, again.inbound_id, again.seq, duplicate=True)
        if kept is not None:
            return Received(kept.conversation_id, kept.id, kept.seq, duplicate=True)
        if held.id in self._held:
            # What was said before is in its table when the next is looked at: a card number may be in both.
            self.write()
        self._received[key] = received = self._add(envelope, held)
        return received

    def write(self) -> None:
        """Write what is there by now."""
        rows.keep(self._uow.session, self._messages, tuple(self._held.values()))
        self._messages, self._held = [], {}

    def _add(self, envelope: Envelope, held: Held) -> Received:
        uow, shop, inbound_id, moment = self._uow, held.merchant_id, new_id(), now()
        cleaned = redaction.cleaned(uow.session, held, envelope, moment)
        envelope = rules.stamped(cleaned, moment, settings().late_minutes)
        held.last_seq += 1
        self._held[held.id] = held
        self._messages.append(_row(held, envelope, inbound_id, moment))
        loops.watch(uow, held, envelope, moment)
        held.heard_at = moment
        if envelope.kind == "media":
            self.write()
            media.expect(uow, shop, held.id, inbound_id, envelope)
        uow.enqueue(views.turn_lane(held.id), "turn", {"conversation_id": held.id}, merchant_id=shop)
        taken = int(envelope.payload.get(redaction.MARK, 0))
        uow.record(MessageReceived(merchant_id=shop, conversation_id=held.id, seq=held.last_seq, redacted=taken))
        uow.notify(views.topic(held.id))
        uow.notify(f"conversations:{shop}")
        return Received(held.id, inbound_id, held.last_seq, duplicate=False)

    def _met(self, shop: str, envelope: Envelope) -> tuple[Held, Kept | None]:
        """The conversation of somebody who is new, or who may be another than before."""
        if not arriving.says_more(envelope):
            arriving.meet(self._uow, shop, envelope)
        _open(self._uow, shop, envelope)
        conversations, kept = rows.hold(self._uow.session, [(shop, envelope)])
        if (held := conversations.get(rows.place_of(shop, envelope))) is None:
            raise NotFound(what="conversation", key="of this sender")
        return held, kept[0]


def _row(held: Held, envelope: Envelope, inbound_id: str, moment: datetime) -> dict[str, Any]:
    return {
        "id": inbound_id,
        "merchant_id": held.merchant_id,
        "conversation_id": held.id,
        "seq": held.last_seq,
        "channel": envelope.channel,
        "account": envelope.account,
        "external_id": envelope.external_id,
        "kind": envelope.kind,
        "text": envelope.text,
        "payload": envelope.payload,
        "sent_at": envelope.sent_at,
        "received_at": moment,
    }


def _open(uow: UnitOfWork, merchant_id: str, envelope: Envelope) -> None:
    """Have a conversation of the sender, made once however many first messages come at once."""
    if rows.known(uow.session, merchant_id, envelope) is not None:
        return
    account = merchants.account_of(uow.session, envelope.channel, envelope.account)
    place = account.location_id if account is not None and account.merchant_id == merchant_id else None
    if place is None:
        place = merchants.default_location(uow.session, merchant_id).id
    customer = customers.identify(
        uow,
        merchant_id,
        envelope.channel,
        envelope.account,
        envelope.sender,
        profile_name=envelope.profile_name,
        locale=envelope.locale,
    )
    moment = now()
    insert_once(
        uow.session,
        Conversation,
        id=new_id(),
        merchant_id=merchant_id,
        customer_id=customer.id,
        location_id=place,
        channel=envelope.channel,
        account=envelope.account,
        sender=envelope.sender,
        thread=envelope.thread,
        locale=(envelope.locale or customer.locale)[:_LOCALE_LENGTH],
        pushes=envelope.pushes,
        **rules.begun(moment),
    )
