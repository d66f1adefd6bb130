"""An order that was placed is wanted at another time: its slot, its promise and its tickets move with it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from core import inventory, kitchen, merchants, payments
from core.access import requires
from core.kernel.clock import now
from core.orders import repository, repository_times, timing
from core.orders.events import OrderRetimed
from core.orders.service import handover, holding, splitting
from core.orders.service.carts import menu_now
from core.orders.service.changing import check_changeable
from core.orders.service.placing import reserve
from core.orders.service.progress import announce, held, promised_anew

if TYPE_CHECKING:
    from datetime import datetime

    from core.db.uow import UnitOfWork
    from core.merchants import LocationView
    from core.orders.timing import Slot
    from core.orders.views import OrderView


@requires("orders.place")
def change_time(
    uow: UnitOfWork, merchant_id: str, order_id: str, requested_for: datetime | None, *, expected_version: int
) -> OrderView:
    """Make an order one for this time; None is as soon as possible. The same time again changes nothing.

    Customers may as long as the location's policy lets them change an order, staff until it is ready.

    Raises:
        StaleOrder: somebody changed it meanwhile; nothing of this is done.
        TooLate: it is ready or over; or a customer asks and the policy or the kitchen does not allow it any more.
        InvalidInput: a moment without a time zone.
        ShopClosed, SlotTaken: as for placing, at each location that makes a part; the order keeps the time that it had.
        Conflict: several locations make it, and one of them has begun.
        OutOfStock: it had kept its stock too long, and others have it now.
        NotFound: no such order of this shop.
    """
    with uow.nested():
        before = held(uow, merchant_id, order_id)
        check_changeable(uow, before, expected_version)
        if kitchen.cooking(uow.session, merchant_id, order_id) != "waiting":
            splitting.check_whole(before)
        if requested_for == before.requested_for:
            return before
        location = merchants.location(uow.session, merchant_id, before.location_id)
        slot = _slot(location, requested_for)
        at = slot.start if slot else None
        after = replace(before, requested_for=requested_for, slot_at=at, version=before.version + 1)
        splitting.check_then(uow.session, after)
        repository.change_order(
            uow.session, merchant_id, order_id, requested_for=requested_for, slot_at=at, version=after.version
        )
        _move(uow, location, before.slot_at, slot)
        _keep_as_long(uow, location, after)
        after = promised_anew(uow, after)
        said = requested_for.isoformat() if requested_for else ""
        announce(uow, after, OrderRetimed, version=after.version, requested_for=said, by=uow.actor.kind)
    return after


def _slot(location: LocationView, wanted: datetime | None) -> Slot | None:
    if wanted is None:
        timing.check_open(location, now())
        return None
    handover.moment_of(location, wanted)
    return timing.slot_for(location, wanted, now=now(), lead=location.policy.lead_minutes)


def _move(uow: UnitOfWork, location: LocationView, before: datetime | None, slot: Slot | None) -> None:
    """Leave one slot and take the other, the earlier first: two orders that swap theirs do not wait for each other."""
    if slot is not None and slot.start == before:
        return
    leave = partial(repository_times.leave_slot, uow.session, location.merchant_id, location.id)
    if before is not None and (slot is None or before < slot.start):
        leave(before)
    if slot is not None:
        handover.take_slot(uow, location, slot)
        if before is not None and before > slot.start:
            leave(before)


def _keep_as_long(uow: UnitOfWork, location: LocationView, after: OrderView) -> None:
    """An order that is not certain keeps its stock until its new time."""
    pay_by = payments.pay_by(after.total) if holding.awaited(uow, after) else None
    ends = holding.until(location, after, pay_by=pay_by)
    if ends is not None:
        menu = menu_now(uow.session, after.merchant_id, after.location_id)
        if after.split:
            splitting.rearrange(uow, menu, after, after, ends)
        else:
            reserve(uow, menu, after, partial(inventory.rearrange, expires_at=ends))
