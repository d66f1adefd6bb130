"""Forgetting a person: what is theirs goes, what the books need stays without them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from core import customers
from core.access import mine, requires
from core.customers.events import CustomerErased
from core.kernel.clock import now
from core.kernel.errors import Conflict
from core.messaging import media, send_lane
from core.privacy import repository
from core.privacy.holdings import HOLDINGS
from core.privacy.views import Erased

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork

# The kind of work that erases: {"customer_id"}.
ERASE: Final = "privacy.erase"
# The kind of work that deletes {"files"} below the data folder and takes what was deleted out of the database's own.
COMPACT: Final = "store.compact"
_STORE: Final = "store"
# A page of ours that shows the last words has fetched them by then.
A_MOMENT: Final = timedelta(seconds=10)
_UNDER_WAY: Final = ("held", "new", "accepted", "preparing", "ready", "out_for_delivery")


def may_erase(session: Session, merchant_id: str, customer_id: str) -> bool:
    """Whether no order of a customer is under way."""
    return not repository.open_orders(session, merchant_id, customer_id, _UNDER_WAY)


@requires("customers.erase")
def ask_to_erase(uow: UnitOfWork, merchant_id: str, customer_id: str, conversation_id: str) -> None:
    """Erase a customer once what was said in a conversation until now has been sent.

    Raises:
        Conflict: an order of theirs is still under way; names its code.
    """
    mine(uow, customer_id)
    _check_nothing_open(uow, merchant_id, customer_id)
    payload = {"customer_id": customer_id}
    uow.enqueue(send_lane(conversation_id), ERASE, payload, merchant_id=merchant_id, at=now() + A_MOMENT)


@requires("customers.erase")
def erase(uow: UnitOfWork, merchant_id: str, customer_id: str) -> Erased:
    """Wipe all that is kept of a person. Doing it again finds nothing more, and is harmless.

    What stays: codes, amounts, taxes and times of orders, what was allowed and when, and the audit log, which has no
    personal data. Work is left behind that rewrites a SQLite file, because deleted content lingers in it.

    Raises:
        Conflict: an order of theirs is still under way.
        NotFound: no such customer of this shop.
    """
    mine(uow, customer_id)
    customers.customer(uow.session, merchant_id, customer_id)
    _check_nothing_open(uow, merchant_id, customer_id)
    ids = repository.person(uow.session, merchant_id, customer_id)
    repository.lock_conversations(uow.session, merchant_id, ids["conversation"])
    uow.session.flush()
    repository.drop_rates(uow.session, repository.senders(uow.session, merchant_id, ids))
    files = media.remove(uow, merchant_id, ids["inbound"])
    rows: dict[str, int] = {}
    # From the outside in: a row is wiped before those that lead to it.
    for holding in reversed(HOLDINGS):
        rows[holding.table] = repository.wipe(uow.session, merchant_id, holding, ids)
    repository.drop_links(uow.session, merchant_id, ids["customer"])
    rows["work"] = repository.wipe_work(uow.session, merchant_id, ids)
    repository.mark_erased(uow.session, merchant_id, ids["customer"])
    uow.session.expire_all()
    uow.record(CustomerErased(merchant_id=merchant_id, customer_id=customer_id, rows=sum(rows.values())))
    uow.enqueue(_STORE, COMPACT, {"files": list(files)}, merchant_id=merchant_id)
    for conversation_id in ids["conversation"]:
        uow.notify(f"conversation:{conversation_id}")
    return Erased(rows, files)


def _check_nothing_open(uow: UnitOfWork, merchant_id: str, customer_id: str) -> None:
    for found in repository.open_orders(uow.session, merchant_id, customer_id, _UNDER_WAY):
        raise Conflict(problem=f"Order {found} is still under way: finish or cancel it first.")
