"""All SQL of kitchen tickets. Every query names the merchant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from core.db.insert import insert_rows
from core.kitchen.models import TicketRow
from core.kitchen.views import TicketView

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from core.kitchen.views import TicketState


def add(session: Session, view: TicketView) -> None:
    """Insert a ticket."""
    row = {
        "id": view.id,
        "merchant_id": view.merchant_id,
        "location_id": view.location_id,
        "order_id": view.order_id,
        "code": view.code,
        "station": view.station,
        "state": view.state,
        "lines": list(view.lines),
        "customer_name": view.customer_name,
        "fulfilment": view.fulfilment,
        "note": view.note,
        "placed_at": view.placed_at,
    }
    insert_rows(session, TicketRow, [row])


def tickets(session: Session, merchant_id: str, *, state: TicketState, limit: int) -> tuple[TicketView, ...]:
    """Tickets of a state: open ones oldest first, the others latest first."""
    order = TicketRow.placed_at.asc() if state == "open" else TicketRow.placed_at.desc()
    rows = select(TicketRow).where(TicketRow.merchant_id == merchant_id, TicketRow.state == state)
    return _views(session, rows.order_by(order, TicketRow.id).limit(limit))


def lock(session: Session, merchant_id: str, ticket_id: str) -> TicketView | None:
    """A ticket, held until the transaction ends."""
    mine = select(TicketRow).where(TicketRow.merchant_id == merchant_id, TicketRow.id == ticket_id).with_for_update()
    return next(iter(_views(session, mine)), None)


def of_order(session: Session, merchant_id: str, order_id: str) -> tuple[TicketView, ...]:
    """The tickets of an order, by station."""
    rows = select(TicketRow).where(TicketRow.merchant_id == merchant_id, TicketRow.order_id == order_id)
    return _views(session, rows.order_by(TicketRow.station))


def set_state(
    session: Session, merchant_id: str, ticket_ids: Collection[str], state: TicketState, done_at: datetime | None
) -> None:
    """Move tickets to a state."""
    mine = update(TicketRow).where(TicketRow.merchant_id == merchant_id, TicketRow.id.in_(ticket_ids))
    session.execute(mine.values(state=state, done_at=done_at).execution_options(synchronize_session=False))


def _views(session: Session, rows: Select[TicketRow]) -> tuple[TicketView, ...]:
    # Rows change by statements, not through the session: what it remembers of them may be old.
    return tuple(_view(row) for row in session.scalars(rows.execution_options(populate_existing=True)))


def _view(row: TicketRow) -> TicketView:
    return TicketView(
        id=row.id,
        merchant_id=row.merchant_id,
        location_id=row.location_id,
        order_id=row.order_id,
        code=row.code,
        station=row.station,
        state=row.state,
        lines=tuple(str(line) for line in row.lines),
        placed_at=row.placed_at,
        customer_name=row.customer_name,
        fulfilment=row.fulfilment,
        note=row.note,
        done_at=row.done_at,
    )
