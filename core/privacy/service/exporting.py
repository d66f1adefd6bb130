"""Handing out all that is kept of a person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from core import customers
from core.access import mine, requires
from core.customers.events import CustomerExported
from core.kernel.clock import now
from core.privacy import repository
from core.privacy.holdings import HOLDINGS
from core.privacy.views import Counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.customers import CustomerView
    from core.db.uow import UnitOfWork

_SHOWN = 50
# What a code for downloading stands for, in place of a channel.
DOWNLOAD: Final = "download"


@requires("customers.erase")
def export(uow: UnitOfWork, merchant_id: str, customer_id: str) -> dict[str, Any]:
    """Every row of a person as JSON, by table; secrets of ours are left out. That it was handed out is noted.

    Raises:
        NotFound: no such customer of this shop.
    """
    mine(uow, customer_id)
    customers.customer(uow.session, merchant_id, customer_id)
    ids = repository.person(uow.session, merchant_id, customer_id)
    tables: dict[str, list[dict[str, Any]]] = {}
    for holding in HOLDINGS:
        found = [_plain(row) for row in repository.rows(uow.session, merchant_id, holding, ids)]
        tables.setdefault(holding.table, []).extend(found)
    uow.record(CustomerExported(merchant_id=merchant_id, customer_id=customer_id))
    return {"customer": customer_id, "exported_at": now().isoformat(), "tables": tables}


def count(session: Session, merchant_id: str, customer_id: str) -> Counted:
    """How much is kept of a person.

    Raises:
        NotFound: no such customer of this shop.
    """
    about = customers.customer(session, merchant_id, customer_id)
    ids = repository.person(session, merchant_id, customer_id)
    known = [x for of in ids["customer"] for x in customers.known_identities(session, merchant_id, of)]
    channels = tuple(dict.fromkeys(x.channel for x in known if x.ended_at is None))
    messages = repository.messages(session, merchant_id, ids["conversation"])
    return Counted(about.name, channels, messages, len(ids["order"]))


def find(session: Session, merchant_id: str, words: str = "", limit: int = _SHOWN) -> tuple[CustomerView, ...]:
    """Customers whose name or id has these words, the latest first; all of them without words."""
    found = repository.find(session, merchant_id, words.strip()[:200], limit)
    return tuple(customers.customer(session, merchant_id, customer_id) for customer_id in found)


def _plain(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of any table
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
