"""Every row of the tables that placing an order touches: to show that nothing was left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.db.outbox import WorkRow
from core.inventory.models import MovementRow, ReservationRow, StockLevelRow
from core.kitchen.models import TicketRow
from core.orders.models import CartRow, OrderLineRow, OrderRow

if TYPE_CHECKING:
    from core.db.session import Database

TABLES = (CartRow, OrderRow, OrderLineRow, StockLevelRow, ReservationRow, MovementRow, TicketRow, WorkRow)

Ledger = dict[str, list[tuple[Any, ...]]]


def ledger(database: Database) -> Ledger:
    """All rows, by table."""
    with database.read() as session:
        return {
            model.__tablename__: [
                tuple(row) for row in session.execute(select(*model.__table__.columns).order_by("id"))
            ]
            for model in TABLES
        }


def differing(before: Ledger, after: Ledger) -> set[str]:
    """The tables in which anything changed."""
    return {table for table in before if before[table] != after[table]}
