"""SQL of movements. Rows are only ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.db.insert import insert_rows
from core.inventory.models import MovementRow
from core.inventory.views import LotUse, MovementView
from core.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from core.inventory.views import MovementCause, MovementKind

_MOVED = (
    MovementRow.id,
    MovementRow.stock_item_id,
    MovementRow.location_id,
    MovementRow.kind,
    MovementRow.quantity,
    MovementRow.reason,
    MovementRow.order_id,
    MovementRow.at,
    MovementRow.cause,
    MovementRow.lot_id,
    MovementRow.ref,
)


def add_movement(
    session: Session,
    merchant_id: str,
    location_id: str,
    item_id: str,
    *,
    kind: MovementKind,
    parts: Collection[tuple[str | None, int]],
    reason: str,
    cause: MovementCause | None = None,
    order_id: str | None = None,
    ref: str | None = None,
) -> None:
    """Write down what came or went, signed, by lot (None: without one)."""
    moment = now()
    rows = [
        {
            "merchant_id": merchant_id,
            "location_id": location_id,
            "stock_item_id": item_id,
            "kind": kind,
            "cause": cause,
            "quantity": quantity,
            "reason": reason,
            "order_id": order_id,
            "lot_id": lot_id,
            "ref": ref,
            "at": moment,
        }
        for lot_id, quantity in parts
    ]
    insert_rows(session, MovementRow, rows)


def movements(
    session: Session,
    merchant_id: str,
    location_id: str,
    item_id: str,
    *,
    latest: int | None = None,
    order_id: str | None = None,
) -> tuple[MovementView, ...]:
    """Everything that came and went, oldest first; or only the `latest` so many, or those of one order."""
    rows = select(*_MOVED).where(
        MovementRow.merchant_id == merchant_id,
        MovementRow.location_id == location_id,
        MovementRow.stock_item_id == item_id,
    )
    if order_id is not None:
        rows = rows.where(MovementRow.order_id == order_id)
    if latest is None:
        return tuple(MovementView(*row) for row in session.execute(rows.order_by(MovementRow.id)))
    found = session.execute(rows.order_by(MovementRow.id.desc()).limit(latest)).all()
    return tuple(MovementView(*row) for row in reversed(found))


def lot_uses(
    session: Session, merchant_id: str, *, lot_ids: Collection[str] | None = None, order_id: str | None = None
) -> tuple[LotUse, ...]:
    """How much of which lot went out with which order, by lots or by order; what came back whole is left out."""
    net = -func.sum(MovementRow.quantity)
    keys = (MovementRow.lot_id, MovementRow.order_id, MovementRow.stock_item_id, MovementRow.location_id)
    query = select(*keys, net).where(
        MovementRow.merchant_id == merchant_id, MovementRow.order_id.is_not(None), MovementRow.lot_id.is_not(None)
    )
    if lot_ids is not None:
        query = query.where(MovementRow.lot_id.in_(lot_ids))
    if order_id is not None:
        query = query.where(MovementRow.order_id == order_id)
    rows = session.execute(query.group_by(*keys).having(net > 0).order_by(func.min(MovementRow.id)))
    return tuple(LotUse(lot or "", order or "", item, place, int(units)) for lot, order, item, place, units in rows)


def sums_of_movements(session: Session, merchant_id: str) -> dict[tuple[str, str], int]:
    """What movements add up to, by location and item."""
    key = (MovementRow.location_id, MovementRow.stock_item_id)
    rows = select(*key, func.sum(MovementRow.quantity)).where(MovementRow.merchant_id == merchant_id).group_by(*key)
    return {(place, item): int(total) for place, item, total in session.execute(rows)}


def sums_of_lots(session: Session, merchant_id: str) -> dict[str, int]:
    """What the movements of each lot add up to."""
    mine = (MovementRow.merchant_id == merchant_id, MovementRow.lot_id.is_not(None))
    rows = select(MovementRow.lot_id, func.sum(MovementRow.quantity)).where(*mine).group_by(MovementRow.lot_id)
    return {lot or "": int(total) for lot, total in session.execute(rows)}
