"""SQL of reservations. The rows of one order are locked together, by location and item id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, update

from core.db.base import Base
from core.db.insert import insert_rows
from core.inventory.models import ReservationRow
from core.inventory.views import Held
from core.kernel.clock import now
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_TABLE = Base.metadata.tables[ReservationRow.__tablename__]
_C = _TABLE.c
_HELD = (_C.id, _C.location_id, _C.stock_item_id, _C.quantity, _C.state, _C.expires_at, _C.expired_at)


def add_reservations(
    session: Session,
    merchant_id: str,
    location_id: str,
    order_id: str,
    units: Mapping[str, int],
    *,
    expires_at: datetime | None = None,
) -> None:
    """Write down what an order holds, by item id."""
    moment = now()
    rows = [
        {
            "id": new_id(),
            "merchant_id": merchant_id,
            "location_id": location_id,
            "order_id": order_id,
            "stock_item_id": item_id,
            "quantity": quantity,
            "state": "held",
            "created_at": moment,
            "expires_at": expires_at,
        }
        for item_id, quantity in units.items()
    ]
    insert_rows(session, ReservationRow, rows)


def lock_reservations(session: Session, merchant_id: str, order_id: str) -> tuple[Held, ...]:
    """Everything an order holds or held, kept from others until the transaction ends."""
    return _found(session, _of(merchant_id, order_id).with_for_update())


def reservations(session: Session, merchant_id: str, order_id: str) -> tuple[Held, ...]:
    """Everything an order holds or held."""
    return _found(session, _of(merchant_id, order_id))


def lock_held(session: Session, merchant_id: str, order_id: str) -> tuple[Held, ...]:
    """What an order still holds, kept from others until the transaction ends."""
    return _found(session, _of(merchant_id, order_id).where(_C.state == "held").with_for_update())


def held_at(session: Session, merchant_id: str, location_id: str, item_id: str) -> dict[str, int]:
    """Who holds an item at a location: units by order id."""
    mine = (_C.merchant_id == merchant_id, _C.location_id == location_id, _C.stock_item_id == item_id)
    rows = session.execute(select(_C.order_id, _C.quantity).where(*mine, _C.state == "held").order_by(_C.order_id))
    return {order_id: quantity for order_id, quantity in rows}  # noqa: C416 - rows are not plain tuples


def settle(
    session: Session, merchant_id: str, reservation_id: str, *, state: str, expired_at: datetime | None = None
) -> bool:
    """End a reservation that is held."""
    values = {"state": state, "settled_at": now(), "expired_at": expired_at}
    return change_reservation(session, merchant_id, reservation_id, values=values)


def change_reservation(
    session: Session, merchant_id: str, reservation_id: str, *, values: Mapping[str, object], was: str = "held"
) -> bool:
    """Change a reservation that is in the state it `was` in."""
    mine = and_(_C.merchant_id == merchant_id, _C.id == reservation_id, _C.state == was)
    changed = update(_TABLE).where(mine).values(dict(values)).returning(_C.id)
    return session.execute(changed).first() is not None


def sums_of_reservations(session: Session, merchant_id: str) -> dict[tuple[str, str], int]:
    """What held reservations add up to, by location and item."""
    key = (_C.location_id, _C.stock_item_id)
    rows = select(*key, func.sum(_C.quantity)).where(_C.merchant_id == merchant_id, _C.state == "held").group_by(*key)
    return {(place, item): int(total) for place, item, total in session.execute(rows)}


def _of(merchant_id: str, order_id: str) -> Select[str, str, str, int, str, datetime | None, datetime | None]:
    mine = (_C.merchant_id == merchant_id, _C.order_id == order_id)
    return select(*_HELD).where(*mine).order_by(_C.location_id, _C.stock_item_id)


def _found(
    session: Session, query: Select[str, str, str, int, str, datetime | None, datetime | None]
) -> tuple[Held, ...]:
    return tuple(Held(*row) for row in session.execute(query))
