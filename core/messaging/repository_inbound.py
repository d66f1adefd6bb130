"""The SQL of taking messages in: conversations held by whose they are, messages kept once. Plain rows, not objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, select, update

from core import merchants
from core.db.base import Base
from core.db.insert import insert_new
from core.db.prepared import Prepared, together
from core.kernel.errors import Conflict
from core.messaging.content import Content
from core.messaging.models import Conversation, InboundMessage, OutboundMessage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from core.messaging.envelope import Envelope


class Place(NamedTuple):
    """Where a message belongs: a shop (None: the one whose account it is), its account, a customer and a thread."""

    merchant_id: str | None
    channel: str
    account: str
    sender: str
    thread: str


@dataclass(slots=True)
class Held:
    """What a message may change of its conversation, which is held until the transaction ends."""

    id: str
    merchant_id: str
    owner: str
    pushes: bool
    last_seq: int
    heard_at: datetime
    said_at: datetime | None
    heard_digest: str
    echoes: int
    rally: int
    rally_since: datetime | None
    waiting_since: datetime | None


class Kept(NamedTuple):
    """A message that is there already."""

    id: str
    conversation_id: str
    seq: int


_C, _IN, _OUT = Conversation.__table__.c, InboundMessage.__table__.c, OutboundMessage.__table__.c
_HELD = (
    _C.id,
    _C.merchant_id,
    _C.owner,
    _C.pushes,
    _C.last_seq,
    _C.heard_at,
    _C.said_at,
    _C.heard_digest,
    _C.echoes,
    _C.rally,
    _C.rally_since,
    _C.waiting_since,
)
_THEIRS = (
    _C.channel == bindparam("on"),
    _C.account == bindparam("account"),
    _C.sender == bindparam("sender"),
    _C.thread == bindparam("thread"),
)
_SAME = (
    _IN.channel == bindparam("on"),
    _IN.account == bindparam("account"),
    _IN.external_id == bindparam("external"),
)
_SHOP: BindParameter[str] = bindparam("merchant")
_OWNER = merchants.owner_of(bindparam("on"), bindparam("account"))
# Not the strongest lock: rows of others that refer to the conversation (carts) need not wait for us.
_HOLD_OF_SHOP = Prepared(select(*_HELD).where(_C.merchant_id == _SHOP, *_THEIRS).with_for_update(key_share=True))
_HOLD_ON_ACCOUNT = Prepared(select(*_HELD).where(_C.merchant_id == _OWNER, *_THEIRS).with_for_update(key_share=True))
_KEPT = select(_IN.id, _IN.conversation_id, _IN.seq)
_KEPT_OF_SHOP = Prepared(_KEPT.where(_IN.merchant_id == _SHOP, *_SAME))
_KEPT_ON_ACCOUNT = Prepared(_KEPT.where(_IN.merchant_id == _OWNER, *_SAME))
_KNOWN = Prepared(select(_C.id, _C.heard_at).where(_C.merchant_id == _SHOP, *_THEIRS))
_TO_THEM = (
    select(_OUT.content)
    .join(Conversation.__table__, _OUT.conversation_id == _C.id)
    .where(_OUT.merchant_id == _C.merchant_id, *_THEIRS)
    .order_by(_OUT.seq.desc())
    .limit(1)
)
_TO_THEM_OF_SHOP = Prepared(_TO_THEM.where(_C.merchant_id == _SHOP))
_TO_THEM_ON_ACCOUNT = Prepared(_TO_THEM.where(_C.merchant_id == _OWNER))
_HEARD = Prepared(
    update(Base.metadata.tables[Conversation.__tablename__])
    .where(_C.merchant_id == _SHOP, _C.id == bindparam("key"))
    .values(
        last_seq=bindparam("seq"),
        heard_at=bindparam("at"),
        updated_at=bindparam("at"),
        heard_digest=bindparam("digest"),
        echoes=bindparam("times"),
        rally=bindparam("turns_at_once"),
        rally_since=bindparam("since"),
        owner=bindparam("whose"),
        waiting_since=bindparam("waits"),
    )
)


def place_of(merchant_id: str | None, envelope: Envelope) -> Place:
    """Where a message belongs."""
    return Place(merchant_id, envelope.channel, envelope.account, envelope.sender, envelope.thread)


def hold(
    session: Session, messages: Sequence[tuple[str | None, Envelope]]
) -> tuple[dict[Place, Held], list[Kept | None]]:
    """Hold the conversations of messages, those that there are; and tell of each message whether it is kept already.

    They are held in one order, so that two transactions do not wait for each other in a circle. A delivery that comes
    again waits here for the first one.
    """
    places = sorted({place_of(*message) for message in messages}, key=lambda place: place[1:])
    held = [(_HOLD_ON_ACCOUNT if place.merchant_id is None else _HOLD_OF_SHOP, _sender(place)) for place in places]
    kept = [(_KEPT_ON_ACCOUNT if shop is None else _KEPT_OF_SHOP, _message(shop, e)) for shop, e in messages]
    found = [rows[0] if rows else None for rows, _ in together(session, *held, *kept)]
    conversations = {place: Held(*row) for place, row in zip(places, found, strict=False) if row is not None}
    return conversations, [Kept(*row) if row is not None else None for row in found[len(places) :]]


def known(session: Session, merchant_id: str, envelope: Envelope) -> tuple[str, datetime] | None:
    """The id of a sender's conversation, and when they wrote last; nothing is held."""
    row = _KNOWN.first(session, _sender(place_of(merchant_id, envelope)))
    return (row[0], row[1]) if row is not None else None


def last_said_to(session: Session, merchant_id: str | None, envelope: Envelope) -> Content | None:
    """What we said last to the sender of a message: what a bare number or a pressed button answers."""
    statement = _TO_THEM_ON_ACCOUNT if merchant_id is None else _TO_THEM_OF_SHOP
    row = statement.first(session, _sender(place_of(merchant_id, envelope)))
    return Content.from_json(row[0]) if row is not None else None


def keep(session: Session, messages: Sequence[Mapping[str, object]], held: Sequence[Held]) -> None:
    """Keep messages that are not there yet, and what they change of their conversations: now or before the commit.

    Raises:
        Conflict: one of them has been kept by another transaction meanwhile.
    """
    insert_new(session, InboundMessage, _kept_meanwhile, messages)
    if held:
        _HEARD.send(session, [_changed(one) for one in held])


def _kept_meanwhile() -> Exception:
    return Conflict(problem="The message was delivered twice at the same moment: it is kept, or will be when it comes.")


def _changed(held: Held) -> dict[str, Any]:
    return {
        "merchant": held.merchant_id,
        "key": held.id,
        "seq": held.last_seq,
        "at": held.heard_at,
        "digest": held.heard_digest,
        "times": held.echoes,
        "turns_at_once": held.rally,
        "since": held.rally_since,
        "whose": held.owner,
        "waits": held.waiting_since,
    }


def _sender(place: Place) -> dict[str, Any]:
    key = {"on": place.channel, "account": place.account, "sender": place.sender, "thread": place.thread}
    return key if place.merchant_id is None else {**key, "merchant": place.merchant_id}


def _message(merchant_id: str | None, envelope: Envelope) -> dict[str, Any]:
    key = {"on": envelope.channel, "account": envelope.account, "external": envelope.external_id}
    return key if merchant_id is None else {**key, "merchant": merchant_id}
