"""Lots whose last day has passed: they stay on the shelf until somebody writes them off, and are sold to nobody."""

from __future__ import annotations

from datetime import MAXYEAR, UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core import merchants
from core.access import requires
from core.inventory import repository, rules
from core.inventory.events import LotExpired
from core.inventory.service.changes import today_at, watch

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.inventory.views import LotView, ReceivedLot

LOT_EXPIRY = "stock:lot"


def keep_apart(
    uow: UnitOfWork, merchant_id: str, location_id: str, item_id: str, *, quantity: int, known: ReceivedLot
) -> str:
    """Write down a lot, none of it on hand yet, that is set aside the day after its last; answers its id.

    The level of the item is held.
    """
    today = today_at(uow.session, merchant_id, location_id)
    over = known.expires_on is not None and known.expires_on < today
    lot_id = repository.add_lot(
        uow.session, merchant_id, location_id, item_id, quantity=quantity, known=known, expired=over
    )
    if known.expires_on is not None and not over:
        _look_again(uow, merchant_id, location_id, lot_id, known.expires_on)
    return lot_id


@requires("stock.change")
def expire_lot(uow: UnitOfWork, merchant_id: str, lot_id: str) -> bool:
    """Set a lot aside if its last day has passed where it is; True when it was. Doing so again changes nothing."""
    found = repository.lot(uow.session, merchant_id, lot_id)
    if found is None or found.expires_on is None or found.set_aside_at is not None:
        return False
    if not rules.is_expired(found, today_at(uow.session, merchant_id, found.location_id)):
        _look_again(uow, merchant_id, found.location_id, lot_id, found.expires_on)  # the clock there was changed
        return False
    repository.lock_level(uow.session, merchant_id, found.location_id, found.item_id)
    over = repository.set_lot_aside(uow.session, merchant_id, lot_id)
    if over is None:
        return False
    if over.on_hand:
        _tell(uow, merchant_id, over, found.expires_on)
    return True


def expired_lots(session: Session, merchant_id: str, location_id: str) -> tuple[LotView, ...]:
    """What a location has left of lots that were set aside, the longest expired first."""
    found = repository.lots(session, merchant_id, location_id=location_id, limit=None)
    return tuple(lot for lot in found if lot.set_aside_at is not None)


def _tell(uow: UnitOfWork, merchant_id: str, over: LotView, last_day: date) -> None:
    after = repository.set_aside(uow.session, merchant_id, over.location_id, over.item_id, over.on_hand)
    uow.record(
        LotExpired(
            merchant_id=merchant_id,
            location_id=over.location_id,
            item_id=over.item_id,
            lot_id=over.id,
            code=over.code,
            quantity=over.on_hand,
            expires_on=last_day.isoformat(),
        )
    )
    watch(uow, merchant_id, (after,) if after else ())


def _look_again(uow: UnitOfWork, merchant_id: str, location_id: str, lot_id: str, last_day: date) -> None:
    """When the day after begins at the location."""
    if last_day.year == MAXYEAR:  # as good as never
        return
    zone = ZoneInfo(merchants.location(uow.session, merchant_id, location_id).time_zone)
    at = datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
    uow.enqueue(f"stock:lot:{lot_id}", LOT_EXPIRY, {"lot_id": lot_id}, merchant_id=merchant_id, at=at)
