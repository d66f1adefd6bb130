"""SQL of stock levels. The statements that orders need are built once: they run for every line."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, String, bindparam, select, update

from core.db.base import Base
from core.db.insert import insert_once
from core.db.prepared import Prepared, together
from core.inventory.models import StockLevelRow
from core.inventory.views import StockLevelView
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

_TABLE = Base.metadata.tables[StockLevelRow.__tablename__]
_C = _TABLE.c
_LEVEL = (
    _C.stock_item_id,
    _C.location_id,
    _C.on_hand,
    _C.reserved,
    _C.reorder_point,
    _C.reorder_up_to,
    _C.low,
    _C.expired,
)
_HERE = (
    _C.merchant_id == bindparam("mine"),
    _C.location_id == bindparam("place"),
    _C.stock_item_id == bindparam("item"),
)
_BY: ColumnElement[int] = bindparam("by", type_=BigInteger)
_READ = Prepared(select(*_LEVEL).where(*_HERE))
_LOCK = Prepared(select(*_LEVEL).where(*_HERE).with_for_update())
_CHANGE = update(_TABLE).where(*_HERE)
_MORE = _CHANGE.where(_C.on_hand - _C.reserved - _C.expired >= _BY).values(reserved=_C.reserved + _BY)
_TAKE = Prepared(_MORE.returning(*_LEVEL))
_TAKE_EACH = Prepared(_MORE)
_TAKE_OFF = Prepared(_CHANGE.where(_C.reserved >= _BY).values(reserved=_C.reserved - _BY).returning(*_LEVEL))
_HAND_OVER = Prepared(
    _CHANGE.where(_C.reserved >= _BY).values(on_hand=_C.on_hand - _BY, reserved=_C.reserved - _BY).returning(*_LEVEL)
)
_ADJUST = Prepared(_CHANGE.where(_C.on_hand + _BY >= _C.reserved).values(on_hand=_C.on_hand + _BY).returning(*_LEVEL))
_SET_ASIDE = Prepared(_CHANGE.values(expired=_C.expired + _BY).returning(*_LEVEL))
_TRACKED = select(_C.stock_item_id).where(
    _C.merchant_id == bindparam("mine"),
    _C.location_id == bindparam("place"),
    _C.stock_item_id.in_(bindparam("items", expanding=True)),
)


def level(session: Session, merchant_id: str, location_id: str, item_id: str) -> StockLevelView | None:
    """The level as it is now."""
    return _one(session, _READ, merchant_id, location_id, item_id)


def lock_level(session: Session, merchant_id: str, location_id: str, item_id: str) -> StockLevelView:
    """The level, held until the transaction ends; an item that was not tracked is from now on, with nothing on hand."""
    found = _one(session, _LOCK, merchant_id, location_id, item_id)
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
            low=False,
            expired=0,
        )
        found = _one(session, _LOCK, merchant_id, location_id, item_id)
    return found or StockLevelView(item_id, location_id, 0, 0)


def levels(session: Session, merchant_id: str, location_id: str | None = None) -> tuple[StockLevelView, ...]:
    """Every tracked item of a location (of all of them, when none is named), by item id."""
    mine = select(*_LEVEL).where(_C.merchant_id == merchant_id)
    if location_id is not None:
        mine = mine.where(_C.location_id == location_id)
    rows = session.execute(mine.order_by(_C.location_id, _C.stock_item_id))
    return tuple(StockLevelView(*row) for row in rows)


def tracked(session: Session, merchant_id: str, location_id: str, item_ids: Collection[str]) -> list[str]:
    """Those of the items that a location tracks, in the order in which levels are locked."""
    key = {"mine": merchant_id, "place": location_id, "items": list(item_ids)}
    return sorted(session.scalars(_TRACKED, key)) if item_ids else []


def take_all(
    session: Session, merchant_id: str, location_id: str, units: Mapping[str, int]
) -> tuple[tuple[StockLevelView, bool], ...]:
    """Promise units of every item that the location tracks, of each if as many are left, in the order of their ids.

    Answers each level as it is now, and whether its units were taken; who goes on without all of them undoes the rest.
    All of it is one round trip, so that others wait for these levels no longer than they must.
    """
    if not units:
        return ()
    here = {"mine": merchant_id, "place": location_id}
    asked = [(_TAKE_EACH, {**here, "item": item, "by": units[item]}) for item in sorted(units)]
    read = _several(len(units)), {**here, **{f"item{n}": item for n, item in enumerate(units)}}
    *changes, (rows, _) = together(session, *asked, read)
    taken = {key["item"] for (_, key), (_, changed) in zip(asked, changes, strict=True) if changed}
    return tuple((StockLevelView(*row), row.stock_item_id in taken) for row in rows)


def availability(session: Session, merchant_id: str, item_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Units that can be promised, by location and item, wherever these items are tracked."""
    mine = (_C.merchant_id == merchant_id, _C.stock_item_id.in_(item_ids))
    found: dict[str, dict[str, int]] = {}
    for place, item, left in session.execute(
        select(_C.location_id, _C.stock_item_id, _C.on_hand - _C.reserved - _C.expired).where(*mine)
    ):
        found.setdefault(place, {})[item] = left
    return found


def take(session: Session, merchant_id: str, location_id: str, item_id: str, quantity: int) -> StockLevelView | None:
    """Promise units if as many are left: the check and the change are one statement. None: they are not."""
    return _one(session, _TAKE, merchant_id, location_id, item_id, by=quantity)


def take_off(
    session: Session, merchant_id: str, location_id: str, item_id: str, quantity: int
) -> StockLevelView | None:
    """Units that were promised can be sold again; None when fewer are promised."""
    return _one(session, _TAKE_OFF, merchant_id, location_id, item_id, by=quantity)


def hand_over(
    session: Session, merchant_id: str, location_id: str, item_id: str, quantity: int
) -> StockLevelView | None:
    """Units that were promised leave the shop; None when fewer are promised."""
    return _one(session, _HAND_OVER, merchant_id, location_id, item_id, by=quantity)


def adjust(session: Session, merchant_id: str, location_id: str, item_id: str, by: int) -> StockLevelView | None:
    """Change what is on hand; None when less would be left than is promised."""
    return _one(session, _ADJUST, merchant_id, location_id, item_id, by=by)


def set_aside(session: Session, merchant_id: str, location_id: str, item_id: str, by: int) -> StockLevelView | None:
    """Units of expired lots more, or fewer, that nobody is promised. For a level that is held."""
    return _one(session, _SET_ASIDE, merchant_id, location_id, item_id, by=by)


def set_low(session: Session, merchant_id: str, location_id: str, item_id: str, *, low: bool) -> None:
    """Remember whether an alert was given. For a level that this transaction has changed, and so holds."""
    _set(session, merchant_id, location_id, item_id, low=low)


def set_reorder_point(
    session: Session, merchant_id: str, location_id: str, item_id: str, *, point: int | None, up_to: int | None
) -> None:
    """From how few on an item is low, and how far it is filled."""
    _set(session, merchant_id, location_id, item_id, reorder_point=point, reorder_up_to=up_to)


def recount(session: Session, merchant_id: str, location_id: str, item_id: str, values: Mapping[str, int]) -> None:
    """Set numbers of a level that is held, in one statement, to what they should be."""
    right = {name: bool(value) if name == "low" else value for name, value in values.items()}
    _set(session, merchant_id, location_id, item_id, **right)


def _set(session: Session, merchant_id: str, location_id: str, item_id: str, **values: object) -> None:
    key = {"mine": merchant_id, "place": location_id, "item": item_id}
    session.execute(_CHANGE.values(**values), key)


@lru_cache(maxsize=64)
def _several(count: int) -> Prepared:
    """Statement that reads so many levels, in the order in which levels are taken."""
    items = _C.stock_item_id.in_([bindparam(f"item{n}", type_=String) for n in range(count)])
    mine = (_C.merchant_id == bindparam("mine"), _C.location_id == bindparam("place"), items)
    return Prepared(select(*_LEVEL).where(*mine).order_by(_C.stock_item_id))


def _one(
    session: Session,
    statement: Prepared,
    merchant_id: str,
    location_id: str,
    item_id: str,
    **more: Any,  # noqa: ANN401
) -> StockLevelView | None:
    key = {"mine": merchant_id, "place": location_id, "item": item_id, **more}
    row = statement.first(session, key)
    return StockLevelView(*row) if row else None
