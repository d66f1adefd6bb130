"""All SQL of customers. Every query names the merchant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from core.customers.models import CustomerRow, IdentityRow
from core.customers.views import CustomerView, IdentityView
from core.db.insert import insert_once, insert_rows
from core.kernel.clock import now
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_VIEW = (CustomerRow.id, CustomerRow.merchant_id, CustomerRow.name, CustomerRow.locale)


def by_id(session: Session, merchant_id: str, customer_id: str) -> CustomerView | None:
    """The customer of this id."""
    return _one(session, select(*_VIEW).where(CustomerRow.merchant_id == merchant_id, CustomerRow.id == customer_id))


def by_identity(session: Session, merchant_id: str, identity: IdentityView) -> CustomerView | None:
    """The customer whom a channel knows under this identity."""
    return _one(
        session,
        select(*_VIEW)
        .join(IdentityRow, IdentityRow.customer_id == CustomerRow.id)
        .where(
            IdentityRow.merchant_id == merchant_id,
            CustomerRow.merchant_id == merchant_id,
            IdentityRow.channel == identity.channel,
            IdentityRow.account == identity.account,
            IdentityRow.external_id == identity.external_id,
        ),
    )


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
        .where(IdentityRow.merchant_id == merchant_id, IdentityRow.customer_id == customer_id)
        .order_by(IdentityRow.first_seen_at, IdentityRow.id)
    )
    return tuple(IdentityView(*row) for row in session.execute(rows))


def _one(session: Session, query: Select[str, str, str, str]) -> CustomerView | None:
    row = session.execute(query).one_or_none()
    return CustomerView(*row) if row else None
