"""SQL of lots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select, update

from core.catalogue import LotFacts
from core.db.base import Base
from core.db.insert import insert_rows
from core.db.prepared import Prepared
from core.inventory.models import LotRow
from core.inventory.views import LotView
from core.kernel.clock import now
from core.kernel.ids import new_id
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date
    from typing import Any

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from core.inventory.views import ReceivedLot

_TABLE = Base.metadata.tables[LotRow.__tablename__]
_C = _TABLE.c
_LEFT_HERE = select(*_C).where(
    _C.merchant_id == bindparam("mine"),
    _C.location_id == bindparam("place"),
    _C.stock_item_id == bindparam("item"),
    _C.on_hand > 0,
)
_FIRST_TO_EXPIRE = (_C.expires_on.is_(None), _C.expires_on, _C.received_at, _C.id)
# Read in every turn.
_DECLARED = Prepared(
    select(_C.id, _C.stock_item_id, _C.contains, _C.may_contain)
    .where(_C.merchant_id == bindparam("mine"), _C.location_id == bindparam("place"), _C.on_hand > 0)
    .order_by(*_FIRST_TO_EXPIRE)
)
_LEFT_HERE_LOCKED = _LEFT_HERE.order_by(_C.id).with_for_update()


def add_lot(
    session: Session,
    merchant_id: str,
    location_id: str,
    item_id: str,
    *,
    quantity: int,
    known: ReceivedLot,
    expired: bool = False,
) -> str:
    """Write down a lot of `quantity` units, none of them on hand yet; answers its id."""
    made = new_id()
    row = {
        "id": made,
        "merchant_id": merchant_id,
        "location_id": location_id,
        "stock_item_id": item_id,
        "code": known.code,
        "expires_on": known.expires_on,
        "received_at": now(),
        "received": quantity,
        "on_hand": 0,
        "cost_amount": known.cost.amount if known.cost else None,
        "currency": known.cost.currency if known.cost else None,
        "supplier_id": known.supplier_id,
        "purchase_order_id": known.purchase_order_id,
        "origin_id": known.origin_id,
        "contains": list(known.contains),
        "may_contain": list(known.may_contain),
        "set_aside_at": now() if expired else None,
    }
    insert_rows(session, LotRow, [row])
    return made


def lot(session: Session, merchant_id: str, lot_id: str) -> LotView | None:
    """A lot of the shop."""
    row = session.execute(select(*_C).where(_C.merchant_id == merchant_id, _C.id == lot_id)).one_or_none()
    return _view(row) if row else None


def lots_by_id(session: Session, merchant_id: str, lot_ids: Collection[str]) -> dict[str, LotView]:
    """Lots of the shop by id."""
    rows = session.execute(select(*_C).where(_C.merchant_id == merchant_id, _C.id.in_(lot_ids)))
    return {row.id: _view(row) for row in rows}


def lock_lots(session: Session, merchant_id: str, location_id: str, item_id: str) -> list[LotView]:
    """The lots of an item that have something left, held. Its level is held already."""
    key = {"mine": merchant_id, "place": location_id, "item": item_id}
    return [_view(row) for row in session.execute(_LEFT_HERE_LOCKED, key)]


def lots(
    session: Session,
    merchant_id: str,
    *,
    location_id: str | None = None,
    item_id: str | None = None,
    code: str | None = None,
    expires_before: date | None = None,
    left: bool = True,
    limit: int | None = 500,
) -> tuple[LotView, ...]:
    """Lots, the first to expire first; only those that have something left, unless `left` is False."""
    query = select(*_C).where(_C.merchant_id == merchant_id)
    if left:
        query = query.where(_C.on_hand > 0)
    if location_id is not None:
        query = query.where(_C.location_id == location_id)
    if item_id is not None:
        query = query.where(_C.stock_item_id == item_id)
    if code is not None:
        query = query.where(_C.code == code)
    if expires_before is not None:
        query = query.where(_C.expires_on < expires_before)
    rows = session.execute(query.order_by(*_FIRST_TO_EXPIRE).limit(limit))
    return tuple(_view(row) for row in rows)


def declared(session: Session, merchant_id: str, location_id: str) -> list[tuple[str, LotFacts]]:
    """What suppliers declared of the lots that a location has left, each with its item; the first to expire first."""
    rows = _DECLARED.all(session, {"mine": merchant_id, "place": location_id})
    return [(item, LotFacts(key, frozenset(does), frozenset(may))) for key, item, does, may in rows if does or may]


def derived_lots(session: Session, merchant_id: str, lot_ids: Iterable[str]) -> list[str]:
    """Ids of the lots that came about by transfers from these."""
    mine = (_C.merchant_id == merchant_id, _C.origin_id.in_(list(lot_ids)))
    return list(session.scalars(select(_C.id).where(*mine).order_by(_C.id)))


def change_lot(session: Session, merchant_id: str, lot_id: str, by: int) -> LotView | None:
    """Add to or take from a lot; None when it has less."""
    mine = and_(_C.merchant_id == merchant_id, _C.id == lot_id, _C.on_hand + by >= 0)
    row = session.execute(update(_TABLE).where(mine).values(on_hand=_C.on_hand + by).returning(*_C)).first()
    return _view(row) if row else None


def set_lot_aside(session: Session, merchant_id: str, lot_id: str) -> LotView | None:
    """Its last day has passed; None when that was written down before. Its level is held."""
    mine = and_(_C.merchant_id == merchant_id, _C.id == lot_id, _C.set_aside_at.is_(None))
    row = session.execute(update(_TABLE).where(mine).values(set_aside_at=now()).returning(*_C)).first()
    return _view(row) if row else None


def recount_lot(session: Session, merchant_id: str, lot_id: str, on_hand: int) -> None:
    """Set what is recorded of a lot to what its movements add up to."""
    mine = and_(_C.merchant_id == merchant_id, _C.id == lot_id)
    session.execute(update(_TABLE).where(mine).values(on_hand=on_hand))


def _view(row: Row[*tuple[Any, ...]]) -> LotView:
    return LotView(
        id=row.id,
        item_id=row.stock_item_id,
        location_id=row.location_id,
        code=row.code,
        expires_on=row.expires_on,
        received_at=row.received_at,
        received=row.received,
        on_hand=row.on_hand,
        cost=Money(row.cost_amount, row.currency) if row.cost_amount is not None else None,
        supplier_id=row.supplier_id,
        purchase_order_id=row.purchase_order_id,
        origin_id=row.origin_id,
        contains=tuple(row.contains),
        may_contain=tuple(row.may_contain),
        set_aside_at=row.set_aside_at,
    )
