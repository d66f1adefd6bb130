"""Work that falls due by itself: done by the drain when its moment comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import inventory
from core.db import outbox

if TYPE_CHECKING:
    from core.db.outbox import Work
    from core.db.session import Database


def expire_reservation(database: Database, work: Work) -> None:
    """Give back what an order held too long, unless it was confirmed, shipped or prolonged since."""
    with database.begin() as uow:
        inventory.expire(uow, work.merchant_id, str(work.payload["order_id"]))
        outbox.finish(uow.session, work)


def expire_lot(database: Database, work: Work) -> None:
    """Set a lot aside the day after its last, so that nothing of it is sold any more."""
    with database.begin() as uow:
        inventory.expire_lot(uow, work.merchant_id, str(work.payload["lot_id"]))
        outbox.finish(uow.session, work)


UPKEEP = {inventory.EXPIRY: expire_reservation, inventory.LOT_EXPIRY: expire_lot}
