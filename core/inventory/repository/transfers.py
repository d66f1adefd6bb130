"""SQL of transfers between locations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update

from core.db.base import Base
from core.db.insert import insert_rows
from core.inventory.models import TransferLineRow, TransferRow
from core.inventory.views import TransferLineView, TransferView
from core.kernel.clock import now
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_TABLE = Base.metadata.tables[TransferRow.__tablename__]
_C = _TABLE.c
_LINES = Base.metadata.tables[TransferLineRow.__tablename__]
_L = _LINES.c


def add_transfer(
    session: Session,
    merchant_id: str,
    transfer_id: str,
    places: tuple[str, str],
    lines: Sequence[tuple[str, str | None, int]],
    *,
    note: str,
) -> None:
    """Write down a transfer: its lines are (item id, lot id, units)."""
    row = {
        "id": transfer_id,
        "merchant_id": merchant_id,
        "from_location_id": places[0],
        "to_location_id": places[1],
        "state": "in_transit",
        "note": note,
        "sent_at": now(),
    }
    insert_rows(session, TransferRow, [row])
    insert_rows(
        session,
        TransferLineRow,
        [
            {
                "id": new_id(),
                "merchant_id": merchant_id,
                "transfer_id": transfer_id,
                "position": position,
                "stock_item_id": item_id,
                "lot_id": lot_id,
                "sent": units,
                "received": 0,
                "returned": 0,
                "lost": 0,
            }
            for position, (item_id, lot_id, units) in enumerate(lines)
        ],
    )


def transfer(session: Session, merchant_id: str, transfer_id: str, *, lock: bool = False) -> TransferView | None:
    """A transfer; with `lock`, held until the transaction ends."""
    query = select(*_C).where(_C.merchant_id == merchant_id, _C.id == transfer_id)
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    return _view(row, _lines(session, merchant_id, [row.id])[row.id]) if row else None


def transfers(session: Session, merchant_id: str, limit: int) -> tuple[TransferView, ...]:
    """The latest transfers, those under way first."""
    query = select(*_C).where(_C.merchant_id == merchant_id)
    rows = session.execute(query.order_by(_C.state != "in_transit", _C.sent_at.desc(), _C.id.desc()).limit(limit)).all()
    lines = _lines(session, merchant_id, [row.id for row in rows])
    return tuple(_view(row, lines[row.id]) for row in rows)


def change_transfer(session: Session, merchant_id: str, transfer_id: str, *, state: str) -> None:
    """End a transfer that is held."""
    mine = and_(_C.merchant_id == merchant_id, _C.id == transfer_id)
    session.execute(update(_TABLE).where(mine).values(state=state, closed_at=now()))


def change_line(session: Session, merchant_id: str, line_id: str, **by: int) -> None:
    """Add to `received`, `returned` or `lost` of a line whose transfer is held."""
    mine = and_(_L.merchant_id == merchant_id, _L.id == line_id)
    session.execute(update(_LINES).where(mine).values({name: _L[name] + units for name, units in by.items()}))


def _lines(session: Session, merchant_id: str, transfer_ids: Sequence[str]) -> dict[str, list[TransferLineView]]:
    found: dict[str, list[TransferLineView]] = {transfer_id: [] for transfer_id in transfer_ids}
    mine = (_L.merchant_id == merchant_id, _L.transfer_id.in_(transfer_ids))
    for row in session.execute(select(*_L).where(*mine).order_by(_L.transfer_id, _L.position)):
        view = TransferLineView(row.id, row.stock_item_id, row.lot_id, row.sent, row.received, row.returned, row.lost)
        found[row.transfer_id].append(view)
    return found


def _view(row: Row[*tuple[Any, ...]], lines: Sequence[TransferLineView]) -> TransferView:
    return TransferView(
        id=row.id,
        from_location_id=row.from_location_id,
        to_location_id=row.to_location_id,
        state=row.state,
        note=row.note,
        sent_at=row.sent_at,
        closed_at=row.closed_at,
        lines=tuple(lines),
    )
