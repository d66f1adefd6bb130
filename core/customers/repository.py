"""All SQL of customers. Every query names the merchant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from core.customers.models import AliasRow, CustomerRow, IdentityRow
from core.customers.views import CustomerView, IdentityView, KnownIdentity
from core.db.insert import insert_once, insert_rows
from core.db.prepared import Prepared
from core.kernel.clock import now
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_THEIRS = IdentityRow.ended_at.is_(None)
_I, _A = IdentityRow.__table__.c, AliasRow.__table__.c
_OF_KEY = (
    _I.merchant_id == bindparam("merchant"),
    _I.channel == bindparam("on"),
    _I.account == bindparam("at"),
    _I.external_id == bindparam("key"),
)
_FOUND = (_I.id, _I.customer_id, _I.channel, _I.account, _I.external_id, _I.first_seen_at, _I.ended_at)
_KNOWN = Prepared(select(*_FOUND).where(*_OF_KEY, _I.ended_at.is_(None)))
_BY_ALIAS = Prepared(
    select(*_FOUND)
    .join(AliasRow.__table__, _A.identity_id == _I.id)
    .where(
        _I.merchant_id == bindparam("merchant"),
        _I.ended_at.is_(None),
        _A.merchant_id == bindparam("merchant"),
        _A.channel == bindparam("on"),
        _A.account == bindparam("at"),
        _A.external_id == bindparam("key"),
    )
)
_P = CustomerRow.__table__.c
_VIEW = (_P.id, _P.merchant_id, _P.name, _P.locale)
_BY_ID = Prepared(select(*_VIEW).where(_P.merchant_id == bindparam("merchant"), _P.id == bindparam("key")))
_BY_IDENTITY = Prepared(
    select(*_VIEW)
    .join(IdentityRow.__table__, _I.customer_id == _P.id)
    .where(_P.merchant_id == bindparam("merchant"), *_OF_KEY, _I.ended_at.is_(None))
)


def by_id(session: Session, merchant_id: str, customer_id: str) -> CustomerView | None:
    """The customer of this id."""
    row = _BY_ID.first(session, {"merchant": merchant_id, "key": customer_id})
    return CustomerView(*row) if row is not None else None


def by_identity(session: Session, merchant_id: str, identity: IdentityView) -> CustomerView | None:
    """The customer whom a channel knows under this identity."""
    row = _BY_IDENTITY.first(session, _key(merchant_id, identity))
    return CustomerView(*row) if row is not None else None


def known(session: Session, merchant_id: str, identity: IdentityView) -> KnownIdentity | None:
    """The identity whose id, or whose alias, this is."""
    key = _key(merchant_id, identity)
    row = _KNOWN.first(session, key) or _BY_ALIAS.first(session, key)
    return KnownIdentity(*row) if row is not None else None


def aliases(session: Session, merchant_id: str, identity_id: str) -> tuple[str, ...]:
    """The other ids of an identity, in order."""
    rows = select(AliasRow.external_id).where(AliasRow.merchant_id == merchant_id, AliasRow.identity_id == identity_id)
    return tuple(session.scalars(rows.order_by(AliasRow.external_id)))


def add_alias(session: Session, merchant_id: str, of: KnownIdentity, external_id: str) -> None:
    """Note another id of an identity; one that was another's is this one's from now on."""
    mine = (
        AliasRow.merchant_id == merchant_id,
        AliasRow.channel == of.channel,
        AliasRow.account == of.account,
        AliasRow.external_id == external_id,
    )
    moved = update(AliasRow).where(*mine).values(identity_id=of.id, seen_at=now()).returning(AliasRow.id)
    if session.execute(moved.execution_options(synchronize_session=False)).first() is None:
        insert_once(
            session,
            AliasRow,
            id=new_id(),
            merchant_id=merchant_id,
            identity_id=of.id,
            channel=of.channel,
            account=of.account,
            external_id=external_id,
            seen_at=now(),
        )


def drop_alias(session: Session, merchant_id: str, identity_id: str, external_id: str) -> None:
    """Forget that an id was an identity's."""
    gone = (
        AliasRow.merchant_id == merchant_id,
        AliasRow.identity_id == identity_id,
        AliasRow.external_id == external_id,
    )
    session.execute(delete(AliasRow).where(*gone).execution_options(synchronize_session=False))


def change_identity(session: Session, merchant_id: str, identity_id: str, **values: str | datetime) -> None:
    """Set columns of an identity."""
    mine = (IdentityRow.merchant_id == merchant_id, IdentityRow.id == identity_id)
    session.execute(update(IdentityRow).where(*mine).values(**values).execution_options(synchronize_session=False))


def known_of(session: Session, merchant_id: str, customer_id: str) -> tuple[KnownIdentity, ...]:
    """Every identity that a customer has or had, the first seen first."""
    rows = session.execute(
        select(*_FOUND)
        .where(_I.merchant_id == merchant_id, _I.customer_id == customer_id)
        .order_by(_I.first_seen_at, _I.id)
    )
    return tuple(KnownIdentity(*row, aliases(session, merchant_id, row[0])) for row in rows)


def add_customer(session: Session, merchant_id: str, *, locale: str) -> str:
    """A customer of whom nothing is known; answers the id."""
    made = {"id": new_id(), "merchant_id": merchant_id, "name": "", "locale": locale, "created_at": now()}
    insert_rows(session, CustomerRow, [made])
    return str(made["id"])


def add(session: Session, merchant_id: str, identity: IdentityView, *, name: str, locale: str) -> bool:
    """Make a customer with an identity; False, and nothing made, when somebody else has just done so."""
    moment = now()
    customer_id = new_id()
    made = {"id": customer_id, "merchant_id": merchant_id, "name": name, "locale": locale, "created_at": moment}
    insert_rows(session, CustomerRow, [made])
    first = insert_once(
        session,
        IdentityRow,
        id=new_id(),
        merchant_id=merchant_id,
        customer_id=customer_id,
        channel=identity.channel,
        account=identity.account,
        external_id=identity.external_id,
        first_seen_at=moment,
    )
    if not first:
        mine = (CustomerRow.merchant_id == merchant_id, CustomerRow.id == customer_id)
        session.execute(delete(CustomerRow).where(*mine).execution_options(synchronize_session=False))
    return first


def change(session: Session, merchant_id: str, customer_id: str, **values: str) -> bool:
    """Set columns of a customer; False when there is no such customer."""
    mine = (CustomerRow.merchant_id == merchant_id, CustomerRow.id == customer_id)
    changed = update(CustomerRow).where(*mine).values(**values).returning(CustomerRow.id)
    return session.execute(changed.execution_options(synchronize_session=False)).first() is not None


def identities(session: Session, merchant_id: str, customer_id: str) -> tuple[IdentityView, ...]:
    """The identities of a customer, the first seen first."""
    rows = (
        select(IdentityRow.channel, IdentityRow.account, IdentityRow.external_id)
        .where(IdentityRow.merchant_id == merchant_id, IdentityRow.customer_id == customer_id, _THEIRS)
        .order_by(IdentityRow.first_seen_at, IdentityRow.id)
    )
    return tuple(IdentityView(*row) for row in session.execute(rows))


def _key(merchant_id: str, identity: IdentityView) -> dict[str, str]:
    return {"merchant": merchant_id, "on": identity.channel, "at": identity.account, "key": identity.external_id}
