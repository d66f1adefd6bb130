"""Recounting what is recorded from the rows behind it: movements make what is on hand, reservations the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires
from core.inventory import repository, rules
from core.inventory.events import StockRecounted
from core.inventory.views import Fault, StockLevelView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork


def verify(session: Session, merchant_id: str) -> tuple[Fault, ...]:
    """Every recorded number of a shop's stock that is not what its rows add up to, by location and item."""
    moved = repository.sums_of_movements(session, merchant_id)
    held = repository.sums_of_reservations(session, merchant_id)
    by_lot = repository.sums_of_lots(session, merchant_id)
    in_lots: dict[tuple[str, str], int] = {}
    aside: dict[tuple[str, str], int] = {}
    faults: list[Fault] = []
    for lot in repository.lots(session, merchant_id, left=False, limit=None):
        right = by_lot.get(lot.id, 0)
        key = (lot.location_id, lot.item_id)
        in_lots[key] = in_lots.get(key, 0) + right
        aside[key] = aside.get(key, 0) + (right if lot.set_aside_at else 0)
        if lot.on_hand != right:
            faults.append(Fault("lot", lot.location_id, lot.item_id, lot.on_hand, right, lot.id))
    for level in repository.levels(session, merchant_id):
        key = (level.location_id, level.item_id)
        faults += _of_level(level, moved.get(key, 0), held.get(key, 0), in_lots.get(key, 0), aside.get(key, 0))
    return tuple(faults)


@requires("stock.change")
def repair(uow: UnitOfWork, merchant_id: str) -> tuple[Fault, ...]:
    """Set recorded numbers to what their rows add up to; answers what was wrong, also what only a person can settle.

    Each level is held before it is counted again, so orders may go on meanwhile.
    """
    found = verify(uow.session, merchant_id)
    for place, item in sorted({(f.location_id, f.item_id) for f in found}):
        repository.lock_level(uow.session, merchant_id, place, item)
    found = verify(uow.session, merchant_id)
    # The database itself refuses a level that promises more than it has: that one waits for a person.
    stuck = {(f.location_id, f.item_id) for f in found if f.what == "promised"}
    mended = [f for f in found if f.mendable and (f.location_id, f.item_id) not in stuck]
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for fault in mended:
        if fault.what == "lot":
            repository.recount_lot(uow.session, merchant_id, fault.id, fault.right)
        else:
            sums.setdefault((fault.location_id, fault.item_id), {})[fault.what] = fault.right
    for (place, item), values in sorted(sums.items()):
        repository.recount(uow.session, merchant_id, place, item, values)
    for fault in mended:
        _tell(uow, merchant_id, fault)
    return found


def _of_level(level: StockLevelView, moved: int, held: int, in_lots: int, aside: int) -> Iterator[Fault]:
    where = (level.location_id, level.item_id)
    if level.on_hand != moved:
        yield Fault("on_hand", *where, level.on_hand, moved)
    if level.reserved != held:
        yield Fault("reserved", *where, level.reserved, held)
    if level.expired != aside:
        yield Fault("expired", *where, level.expired, aside)
    if held > moved:
        yield Fault("promised", *where, held, moved)
    if in_lots > moved:
        yield Fault("lots", *where, in_lots, moved)
    low = rules.is_low(moved - held - aside, level.reorder_point)
    if level.low != low:
        yield Fault("low", *where, int(level.low), int(low))


def _tell(uow: UnitOfWork, merchant_id: str, fault: Fault) -> None:
    uow.record(
        StockRecounted(
            merchant_id=merchant_id,
            location_id=fault.location_id,
            item_id=fault.item_id,
            what=fault.what,
            recorded=fault.recorded,
            right=fault.right,
        )
    )
