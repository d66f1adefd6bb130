"""All SQL of stock. Levels are locked in the order of their item ids, and change by guarded statements only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select, update

from core.db.insert import insert_once, insert_rows
from core.inventory.models import MovementRow, ReservationRow, StockLevelRow
from core.inventory.views import Held, MovementView, StockLevelView
from core.kernel.clock import now
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Select, Update
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

    from core.inventory.views import MovementKind

_LEVEL = (StockLevelRow.stock_item_id, StockLevelRow.location_id, StockLevelRow.on_hand, StockLevelRow.reserved)


def _at(merchant_id: str, location_id: str, item_id: str) -> ColumnElement[bool]:
    return and_(
        StockLevelRow.merchant_id == merchant_id,
        StockLevelRow.location_id == location_id,
        StockLevelRow.stock_item_id == item_id,
    )


def level(session: Session, merchant_id: str, location_id: str, item_id: str) -> StockLevelView | None:
    """The level as it is now."""
    return _one(session, select(*_LEVEL).where(_at(merchant_id, location_id, item_id)))


def lock_level(session: Session, merchant_id: str, location_id: str, item_id: str) -> StockLevelView:
    """The level, held until the transaction ends; an item that was not tracked is from now on, with nothing on hand."""
    held = select(*_LEVEL).where(_at(merchant_id, location_id, item_id)).with_for_update()
    found = _one(session, held)
    if found is None:
        insert_once(
            session,
            StockLevelRow,
            id=new_id(),
            merchant_id=merchant_id,
            location_id=location_id,
            stock_item_id=item_id,
            on_hand=0,
            reserved=0,
        )
        found = _one(session, held)
    return found or StockLevelView(item_id, location_id, 0, 0)


def levels(session: Session, merchant_id: str, location_id: str) -> tuple[StockLevelView, ...]:
    """Every tracked item of a location, by item id."""
    mine = (StockLevelRow.merchant_id == merchant_id, StockLevelRow.location_id == location_id)
    rows = session.execute(select(*_LEVEL).where(*mine).order_by(StockLevelRow.stock_item_id))
    return tuple(StockLevelView(*row) for row in rows)


def tracked(session: Session, merchant_id: str, location_id: str, item_ids: Collection[str]) -> list[str]:
    """Those of the items that a location tracks, in the order in which levels are locked."""
    mine = (
        StockLevelRow.merchant_id == merchant_id,
        StockLevelRow.location_id == location_id,
        StockLevelRow.stock_item_id.in_(item_ids),
    )
    return sorted(session.scalars(select(StockLevelRow.stock_item_id).where(*mine)))


def take(session: Session, merchant_id: str, location_id: str, item_id: str, quantity: int) -> bool:
    """Promise units if as many are left: the check and the change are one statement."""
    guard = StockLevelRow.on_hand - StockLevelRow.reserved >= quantity
    taken = update(StockLevelRow).where(_at(merchant_id, location_id, item_id), guard)
    return _changed(session, taken.values(reserved=StockLevelRow.reserved + quantity))


def give_back(session: Session, merchant_id: str, held: Held) -> bool:
    """Units that were promised can be sold again."""
    guard = StockLevelRow.reserved >= held.quantity
    freed = update(StockLevelRow).where(_at(merchant_id, held.location_id, held.item_id), guard)
    return _changed(session, freed.values(reserved=StockLevelRow.reserved - held.quantity))


def hand_over(session: Session, merchant_id: str, held: Held) -> bool:
    """Units that were promised leave the shop."""
    guard = StockLevelRow.reserved >= held.quantity
    gone = update(StockLevelRow).where(_at(merchant_id, held.location_id, held.item_id), guard)
    return _changed(
        session,
        gone.values(on_hand=StockLevelRow.on_hand - held.quantity, reserved=StockLevelRow.reserved - held.quantity),
    )


def adjust(session: Session, merchant_id: str, location_id: str, item_id: str, by: int) -> bool:
    """Change what is on hand; False when less would be left than is promised."""
    guard = StockLevelRow.on_hand + by >= StockLevelRow.reserved
    changed = update(StockLevelRow).where(_at(merchant_id, location_id, item_id), guard)
    return _changed(session, changed.values(on_hand=StockLevelRow.on_hand + by))


def add_movement(
    session: Session,
    merchant_id: str,
    location_id: str,
    item_id: str,
    *,
    kind: MovementKind,
    quantity: int,
    reason: str,
    order_id: str | None = None,
) -> None:
    """Write down what came or went."""
    row = {
        "merchant_id": merchant_id,
        "location_id": location_id,
        "stock_item_id": item_id,
        "kind": kind,
        "quantity": quantity,
        "reason": reason,
        "order_id": order_id,
        "at": now(),
    }
    insert_rows(session, MovementRow, [row])


def movements(session: Session, merchant_id: str, location_id: str, item_id: str) -> tuple[MovementView, ...]:
    """Everything that came and went, oldest first."""
    rows = (
        select(
            MovementRow.id,
            MovementRow.stock_item_id,
            MovementRow.location_id,
            MovementRow.kind,
            MovementRow.quantity,
            MovementRow.reason,
            MovementRow.order_id,
            MovementRow.at,
        )
        .where(
            MovementRow.merchant_id == merchant_id,
            MovementRow.location_id == location_id,
            MovementRow.stock_item_id == item_id,
        )
        .order_by(MovementRow.id)
    )
    return tuple(MovementView(*row) for row in session.execute(rows))


def add_reservations(
    session: Session, merchant_id: str, location_id: str, order_id: str, units: Mapping[str, int]
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
        }
        for item_id, quantity in units.items()
    ]
    insert_rows(session, ReservationRow, rows)


def lock_held(session: Session, merchant_id: str, order_id: str) -> tuple[Held, ...]:
    """What an order still holds, by item id, kept from others until the transaction ends."""
    rows = (
        select(ReservationRow.id, ReservationRow.location_id, ReservationRow.stock_item_id, ReservationRow.quantity)
        .where(
            ReservationRow.merchant_id == merchant_id,
            ReservationRow.order_id == order_id,
            ReservationRow.state == "held",
        )
        .order_by(ReservationRow.stock_item_id)
        .with_for_update()
    )
    return tuple(Held(*row) for row in session.execute(rows))


def settle(session: Session, merchant_id: str, reservation_id: str, *, state: str) -> bool:
    """End a reservation that is held."""
    mine = and_(
        ReservationRow.merchant_id == merchant_id, ReservationRow.id == reservation_id, ReservationRow.state == "held"
    )
    ended = update(ReservationRow).where(mine).values(state=state, settled_at=now()).returning(ReservationRow.id)
    return session.execute(ended.execution_options(synchronize_session=False)).first() is not None


def _changed(session: Session, statement: Update) -> bool:
    answered = statement.returning(StockLevelRow.id).execution_options(synchronize_session=False)
    return session.execute(answered).first() is not None


def _one(session: Session, query: Select[str, str, int, int]) -> StockLevelView | None:
    row = session.execute(query).one_or_none()
    return StockLevelView(*row) if row else None
