"""Work that falls due by itself: done by the drain when its moment comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.media_files import delete
from core import inventory, orders, privacy
from core.db import outbox
from core.settings import settings

if TYPE_CHECKING:
    from core.db.outbox import Work
    from core.db.session import Database
    from core.settings import Settings


def expire_reservation(database: Database, work: Work) -> None:
    """Give back what an order held too long, unless it was confirmed, shipped or prolonged since; end its hold."""
    order_id = str(work.payload["order_id"])
    with database.begin() as uow:
        inventory.expire(uow, work.merchant_id, order_id)
        orders.end_hold(uow, work.merchant_id, order_id)
        outbox.finish(uow.session, work)


def expire_lot(database: Database, work: Work) -> None:
    """Set a lot aside the day after its last, so that nothing of it is sold any more."""
    with database.begin() as uow:
        inventory.expire_lot(uow, work.merchant_id, str(work.payload["lot_id"]))
        outbox.finish(uow.session, work)


def erase_customer(database: Database, work: Work) -> None:
    """Forget a customer who asked for it, now that the last words to them are out."""
    with database.begin() as uow:
        privacy.erase(uow, work.merchant_id, str(work.payload["customer_id"]))
        outbox.finish(uow.session, work)


def compact_now(database: Database, files: tuple[str, ...], current: Settings | None = None) -> None:
    """Delete files below the data folder, and write the database's own anew without what was deleted.

    Raises:
        Conflict: the database is being read all the time; try again later.
    """
    delete(current or settings(), files)
    database.compact()


def compact_store(database: Database, work: Work, current: Settings | None = None) -> None:
    """Take what was deleted out of the data folder and out of the file of the database, too."""
    compact_now(database, tuple(map(str, work.payload.get("files", ()))), current)
    with database.begin() as uow:
        outbox.finish(uow.session, work)


UPKEEP = {
    inventory.EXPIRY: expire_reservation,
    inventory.LOT_EXPIRY: expire_lot,
    privacy.ERASE: erase_customer,
    privacy.COMPACT: compact_store,
}
