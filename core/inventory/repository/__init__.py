"""All SQL of stock, and its locks, taken in one order.

What belongs to one order, transfer or purchase order is locked first, then levels by location and item id, then lots.
Levels change by guarded statements only; a lot changes only while its level is held.
"""

from core.inventory.repository.coming import coming
from core.inventory.repository.levels import (
    adjust,
    availability,
    hand_over,
    level,
    levels,
    lock_level,
    lock_levels,
    recount,
    set_low,
    set_reorder_point,
    take,
    take_all,
    take_off,
    tracked,
)
from core.inventory.repository.lots import (
    add_lot,
    change_lot,
    derived_lots,
    lock_lots,
    lot,
    lots,
    lots_by_id,
    recount_lot,
)
from core.inventory.repository.movements import (
    add_movement,
    lot_uses,
    movements,
    sums_of_lots,
    sums_of_movements,
)
from core.inventory.repository.reservations import (
    add_reservations,
    change_reservation,
    held_at,
    lock_held,
    lock_reservations,
    reservations,
    settle,
    sums_of_reservations,
)
from core.inventory.repository.transfers import (
    add_transfer,
    change_line,
    change_transfer,
    transfer,
    transfers,
)

__all__ = [
    "add_lot",
    "add_movement",
    "add_reservations",
    "add_transfer",
    "adjust",
    "availability",
    "change_line",
    "change_lot",
    "change_reservation",
    "change_transfer",
    "coming",
    "derived_lots",
    "hand_over",
    "held_at",
    "level",
    "levels",
    "lock_held",
    "lock_level",
    "lock_levels",
    "lock_lots",
    "lock_reservations",
    "lot",
    "lot_uses",
    "lots",
    "lots_by_id",
    "movements",
    "recount",
    "recount_lot",
    "reservations",
    "set_low",
    "set_reorder_point",
    "settle",
    "sums_of_lots",
    "sums_of_movements",
    "sums_of_reservations",
    "take",
    "take_all",
    "take_off",
    "tracked",
    "transfer",
    "transfers",
]
