"""Saying something at another address that a customer named: a receipt by mail.

Naming an address proves nothing, so it becomes no identity of the customer's: whoever reads there is not let into their
conversations. What is said there is the customer's all the same, and is exported and erased with what is theirs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from core.access import requires
from core.db.insert import insert_once
from core.kernel.clock import now
from core.kernel.errors import InvalidInput, NotFound, TooMany
from core.kernel.ids import new_id
from core.messaging import repository, rules, service
from core.messaging.models import Conversation

if TYPE_CHECKING:
    from core.db.uow import UnitOfWork
    from core.messaging.content import Content
    from core.messaging.views import ConversationView, OutboundView

ACCOUNT: Final = "mail"
_LONGEST: Final = 254
# Nobody needs more receipts than this; whoever writes to strangers through us does.
MOST_ADDRESSES: Final = 5
_WITHIN: Final = timedelta(days=1)


@requires("conversations.answer")
def say_elsewhere(
    uow: UnitOfWork, conversation_id: str, address: str, content: Content, *, ref: str, channel: str = "email"
) -> OutboundView:
    """Say something at an address that the customer of a conversation named, once for each `ref` and address.

    The channel checks the address when it sends.

    Raises:
        InvalidInput: this can be no address.
        NotFound: there is no such conversation.
        TooMany: the customer has named too many addresses on one day.
    """
    address = address.strip()
    if not 0 < len(address) <= _LONGEST:
        raise InvalidInput(field="address", problem=f"must have 1 to {_LONGEST} characters.")
    row = repository.find(uow.session, conversation_id)
    if row is None:
        raise NotFound(what="conversation", key=conversation_id)
    return service.say(uow, _opened(uow, row, channel, address), content, ref=ref)


def _opened(uow: UnitOfWork, asked: ConversationView, channel: str, address: str) -> str:
    """The conversation at the address; each customer has one of their own there."""
    key = {"channel": channel, "account": ACCOUNT, "sender": address, "thread": asked.customer_id}
    known = repository.of_sender(uow.session, asked.merchant_id, **key)
    if known is not None:
        return known.id
    _check_number(uow, asked, channel)
    made, moment = new_id(), now()
    inserted = insert_once(
        uow.session,
        Conversation,
        id=made,
        merchant_id=asked.merchant_id,
        customer_id=asked.customer_id,
        location_id=asked.location_id,
        locale=asked.locale,
        pushes=True,
        **rules.begun(moment),
        **key,
    )
    if not inserted:  # it was made at the same moment
        known = repository.of_sender(uow.session, asked.merchant_id, **key)
    if not inserted and known is None:
        raise NotFound(what="conversation", key="at this address")
    return known.id if known is not None else made


def _check_number(uow: UnitOfWork, asked: ConversationView, channel: str) -> None:
    statement = select(func.count()).where(
        Conversation.merchant_id == asked.merchant_id,
        Conversation.customer_id == asked.customer_id,
        Conversation.channel == channel,
        Conversation.created_at > now() - _WITHIN,
    )
    if (uow.session.scalar(statement) or 0) >= MOST_ADDRESSES:
        raise TooMany(problem=f"Receipts go to {MOST_ADDRESSES} addresses a day at most.")
