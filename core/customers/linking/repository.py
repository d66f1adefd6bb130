"""All SQL of links and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from core.customers.linking.models import LinkCodeRow, LinkRow
from core.customers.linking.views import LinkView
from core.db.insert import insert_rows
from core.kernel.clock import now
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

_CODE = LinkCodeRow
_LINK = LinkRow
_SHOWN: tuple[Any, ...] = (
    LinkRow.id,
    LinkRow.identity_id,
    LinkRow.customer_id,
    LinkRow.own_customer_id,
    LinkRow.proof,
    LinkRow.from_conversation_id,
    LinkRow.to_conversation_id,
    LinkRow.cart_id,
    LinkRow.linked_at,
    LinkRow.parted_at,
)


def add_code(session: Session, values: Mapping[str, object]) -> None:
    """Keep a code."""
    insert_rows(session, _CODE, [values])


def codes_since(session: Session, merchant_id: str, conversation_id: str, since: datetime) -> int:
    """How many codes a conversation was given."""
    mine = (_CODE.merchant_id == merchant_id, _CODE.conversation_id == conversation_id, _CODE.made_at >= since)
    return session.scalar(select(func.count()).select_from(_CODE).where(*mine)) or 0


def end_codes(session: Session, merchant_id: str, conversation_id: str) -> None:
    """Let no code of a conversation hold any longer: the next one is the only one."""
    mine = (
        _CODE.merchant_id == merchant_id,
        _CODE.conversation_id == conversation_id,
        _CODE.used_at.is_(None),
        _CODE.expires_at > now(),
    )
    session.execute(update(_CODE).where(*mine).values(expires_at=now()).execution_options(synchronize_session=False))


def code(session: Session, merchant_id: str, digest: str) -> tuple[str, str, str, str] | None:
    """The code that holds now: its id, customer, conversation and channel."""
    found = session.execute(
        select(_CODE.id, _CODE.customer_id, _CODE.conversation_id, _CODE.channel).where(
            _CODE.merchant_id == merchant_id,
            _CODE.digest == digest,
            _CODE.used_at.is_(None),
            _CODE.expires_at > now(),
        )
    ).one_or_none()
    return (found[0], found[1], found[2], found[3]) if found is not None else None


def take_code(session: Session, merchant_id: str, code_id: str, conversation_id: str) -> bool:
    """Use a code up; False when somebody else has, or its time is over."""
    moment = now()
    taken = (
        update(_CODE)
        .where(
            _CODE.merchant_id == merchant_id,
            _CODE.id == code_id,
            _CODE.used_at.is_(None),
            _CODE.expires_at > moment,
        )
        .values(used_at=moment, used_in=conversation_id)
        .returning(_CODE.id)
    )
    return session.execute(taken.execution_options(synchronize_session=False)).first() is not None


def add_link(session: Session, values: Mapping[str, object]) -> str:
    """Keep a link; answers its id."""
    link_id = new_id()
    insert_rows(session, _LINK, [{"id": link_id, **values, "linked_at": now(), "parted_at": None}])
    return link_id


def in_force(session: Session, merchant_id: str, identity_id: str) -> LinkView | None:
    """The link that an identity is under."""
    mine = (_LINK.merchant_id == merchant_id, _LINK.identity_id == identity_id, _LINK.parted_at.is_(None))
    found = session.execute(select(*_SHOWN).where(*mine)).one_or_none()
    return LinkView(*found) if found is not None else None


def of_customer(session: Session, merchant_id: str, customer_id: str) -> tuple[LinkView, ...]:
    """The links in force to a customer, in order."""
    mine = (_LINK.merchant_id == merchant_id, _LINK.customer_id == customer_id, _LINK.parted_at.is_(None))
    rows = session.execute(select(*_SHOWN).where(*mine).order_by(_LINK.linked_at, _LINK.id))
    return tuple(LinkView(*row) for row in rows)


def end_link(session: Session, merchant_id: str, link_id: str) -> bool:
    """Part a link; False when it was parted already."""
    ended = (
        update(_LINK)
        .where(_LINK.merchant_id == merchant_id, _LINK.id == link_id, _LINK.parted_at.is_(None))
        .values(parted_at=now())
        .returning(_LINK.id)
    )
    return session.execute(ended.execution_options(synchronize_session=False)).first() is not None
