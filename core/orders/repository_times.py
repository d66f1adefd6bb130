"""All SQL of slots, and of what a location's and a customer's last orders tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from core.db.insert import insert_once
from core.db.prepared import Prepared
from core.kernel.ids import new_id
from core.orders.models import OrderRow, SlotRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

# Asked with every order, and so built once.
_ORDERS = OrderRow.__table__.c
_READY = Prepared(
    select(_ORDERS.ready_at, _ORDERS.promised_from)
    .where(
        _ORDERS.merchant_id == bindparam("mine"),
        _ORDERS.location_id == bindparam("place"),
        _ORDERS.ready_at.is_not(None),
        _ORDERS.promised_from.is_not(None),
    )
    .order_by(_ORDERS.ready_at.desc())
    .limit(bindparam("most"))
)


def lateness(session: Session, merchant_id: str, location_id: str, *, limit: int) -> tuple[int, ...]:
    """By how many minutes the location's last orders were ready after the time promised; negative: before."""
    found = _READY.all(session, {"mine": merchant_id, "place": location_id, "most": limit})
    return tuple(round((ready - promised).total_seconds() / 60) for ready, promised in found if ready and promised)


def question(merchant_id: str, location_id: str, *, limit: int) -> tuple[Prepared, dict[str, object]]:
    """What `lateness` asks, for `read_ahead`."""
    return _READY, {"mine": merchant_id, "place": location_id, "most": limit}


def placed_since(session: Session, merchant_id: str, customer_id: str, since: datetime) -> int:
    """How many orders a customer has placed since a moment."""
    rows = select(func.count()).where(
        OrderRow.merchant_id == merchant_id, OrderRow.customer_id == customer_id, OrderRow.placed_at > since
    )
    return session.scalar(rows) or 0


def taken_slots(
    session: Session, merchant_id: str, location_id: str, since: datetime, until: datetime
) -> dict[datetime, int]:
    """How many orders each time of a location has taken."""
    rows = select(SlotRow.starts_at, SlotRow.taken).where(
        SlotRow.merchant_id == merchant_id,
        SlotRow.location_id == location_id,
        SlotRow.starts_at >= since,
        SlotRow.starts_at < until,
    )
    return dict(session.execute(rows).all())


def take_slot(session: Session, merchant_id: str, location_id: str, starts_at: datetime, capacity: int | None) -> bool:
    """Take a place in a slot if one is left: the check and the change are one statement, which others wait for."""
    insert_once(
        session,
        SlotRow,
        id=new_id(),
        merchant_id=merchant_id,
        location_id=location_id,
        starts_at=starts_at,
        taken=0,
    )
    mine = [
        SlotRow.merchant_id == merchant_id,
        SlotRow.location_id == location_id,
        SlotRow.starts_at == starts_at,
    ]
    if capacity is not None:
        mine.append(SlotRow.taken < capacity)
    taken = update(SlotRow).where(*mine).values(taken=SlotRow.taken + 1).returning(SlotRow.id)
    return session.execute(taken.execution_options(synchronize_session=False)).first() is not None


def leave_slot(session: Session, merchant_id: str, location_id: str, starts_at: datetime) -> None:
    """Give a place in a slot back."""
    mine = update(SlotRow).where(
        SlotRow.merchant_id == merchant_id,
        SlotRow.location_id == location_id,
        SlotRow.starts_at == starts_at,
        SlotRow.taken > 0,
    )
    session.execute(mine.values(taken=SlotRow.taken - 1).execution_options(synchronize_session=False))
