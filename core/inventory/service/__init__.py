"""Use cases of stock. An item nobody ever received or counted is not tracked and never runs out."""

from core.inventory.service.allocation import allocate, availability, reserve_parts
from core.inventory.service.expiry import expire_lot, expired_lots
from core.inventory.service.levels import (
    count,
    level,
    levels,
    movements,
    receive,
    set_reorder_point,
    write_off,
)
from core.inventory.service.lots import count_lot, lot, lot_facts, lots, lots_of_order, orders_of_lot
from core.inventory.service.repair import repair, verify
from core.inventory.service.reserving import (
    expire,
    expired,
    held_of,
    holds_nothing,
    keep,
    rearrange,
    release,
    reserve,
    reserved,
    ship,
    take_back,
)
from core.inventory.service.transfers import close_transfer, receive_transfer, send_transfer, transfer, transfers

__all__ = [
    "allocate",
    "availability",
    "close_transfer",
    "count",
    "count_lot",
    "expire",
    "expire_lot",
    "expired",
    "expired_lots",
    "held_of",
    "holds_nothing",
    "keep",
    "level",
    "levels",
    "lot",
    "lot_facts",
    "lots",
    "lots_of_order",
    "movements",
    "orders_of_lot",
    "rearrange",
    "receive",
    "receive_transfer",
    "release",
    "repair",
    "reserve",
    "reserve_parts",
    "reserved",
    "send_transfer",
    "set_reorder_point",
    "ship",
    "take_back",
    "transfer",
    "transfers",
    "verify",
    "write_off",
]
