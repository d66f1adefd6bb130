"""Codes: told in one conversation, said in another one within ten minutes, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.access import mine, requires
from core.customers.linking import repository, rules
from core.kernel.clock import now
from core.kernel.errors import TooMany
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork

_MOST = 5  # codes of one conversation within their life


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code as it is told to the customer; only a digest of it is kept."""

    id: str
    code: str
    channel: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What a code that holds stands for: the customer and the conversation in which it was told."""

    id: str
    customer_id: str
    conversation_id: str
    channel: str


@requires("customers.change")
def make_code(uow: UnitOfWork, merchant_id: str, customer_id: str, conversation_id: str, *, channel: str) -> NewCode:
    """A code for going on with a conversation on another channel; the earlier ones of this conversation are void.

    Raises:
        TooMany: the conversation has asked for five already within ten minutes.
    """
    mine(uow, customer_id)
    moment = now()
    if repository.codes_since(uow.session, merchant_id, conversation_id, moment - rules.LIFE) >= _MOST:
        raise TooMany(problem="Too many codes were asked for: wait a while.", retry_after=rules.LIFE.total_seconds())
    repository.end_codes(uow.session, merchant_id, conversation_id)
    made = NewCode(new_id(), rules.fresh_code(), channel, moment + rules.LIFE)
    repository.add_code(
        uow.session,
        {
            "id": made.id,
            "merchant_id": merchant_id,
            "customer_id": customer_id,
            "conversation_id": conversation_id,
            "digest": rules.digest(made.code),
            "channel": channel,
            "made_at": moment,
            "expires_at": made.expires_at,
        },
    )
    return made


def known_code(session: Session, merchant_id: str, code: str, *, channel: str) -> Offer | None:
    """What a code stands for when it is said on this channel; None when it does not hold, whatever the reason."""
    found = repository.code(session, merchant_id, rules.digest(code))
    return Offer(*found) if found is not None and found[3] == channel else None


@requires("customers.change")
def use_code(uow: UnitOfWork, merchant_id: str, offer: Offer, conversation_id: str) -> bool:
    """Use a code up; False when somebody else was quicker, or its time is over."""
    return repository.take_code(uow.session, merchant_id, offer.id, conversation_id)
