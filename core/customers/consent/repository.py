"""All SQL of consent. Entries are inserted and read, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from core.customers.consent.models import ConsentRow
from core.customers.consent.views import ConsentView
from core.db.insert import insert_once
from core.db.prepared import Prepared
from core.kernel.clock import now
from core.kernel.errors import Conflict
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.customers.views import KnownIdentity

_C = ConsentRow.__table__.c
_SHOWN = (_C.identity_id, _C.number, _C.purpose, _C.allowed, _C.how, _C.words, _C.channel, _C.language, _C.at)
# Asked before each message that is sent, and so prepared.
_ENTRIES = Prepared(
    select(*_SHOWN)
    .where(_C.merchant_id == bindparam("merchant"), _C.identity_id == bindparam("identity"))
    .order_by(_C.number)
)
_CAUSED = Prepared(
    select(_C.id)
    .where(_C.merchant_id == bindparam("merchant"), _C.identity_id == bindparam("identity"), _C.ref == bindparam("by"))
    .limit(1)
)


def entries(session: Session, merchant_id: str, identity_id: str) -> tuple[ConsentView, ...]:
    """The ledger of an identity, the oldest entry first."""
    found = _ENTRIES.all(session, {"merchant": merchant_id, "identity": identity_id})
    return tuple(ConsentView(*row) for row in found)


def is_recorded(session: Session, merchant_id: str, identity_id: str, ref: str) -> bool:
    """Whether this cause is in the ledger already."""
    key = {"merchant": merchant_id, "identity": identity_id, "by": ref}
    return _CAUSED.first(session, key) is not None


def add(session: Session, merchant_id: str, of: KnownIdentity, entry: ConsentView, ref: str) -> None:
    """Write an entry.

    Raises:
        Conflict: somebody has just written another one of this number.
    """
    added = insert_once(
        session,
        ConsentRow,
        id=new_id(),
        merchant_id=merchant_id,
        identity_id=of.id,
        number=entry.number,
        purpose=entry.purpose,
        allowed=entry.allowed,
        how=entry.how,
        words=entry.words,
        channel=entry.channel,
        language=entry.language,
        ref=ref,
        at=now(),
    )
    if not added:
        raise Conflict(problem="What they allow was changed at the same moment: try again.")
