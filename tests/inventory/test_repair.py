"""Recorded numbers that went wrong are found and set right from the rows behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from core import inventory
from core.inventory.models import LotRow, MovementRow, StockLevelRow
from core.inventory.views import ReceivedLot
from core.orders import Line
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from core.inventory import Fault
    from tests.orders.shop import Shop


def _verify(shop: Shop) -> tuple[Fault, ...]:
    with shop.database.read() as session:
        return inventory.verify(session, shop.merchant_id)


def _repair(shop: Shop) -> tuple[Fault, ...]:
    with shop.database.begin() as uow:
        return inventory.repair(uow, shop.merchant_id)


def _force(database: Database, shop: Shop, **values: int) -> None:
    """Write into a level what its checks forbid, as a hand or another program might."""
    mine = update(StockLevelRow).where(StockLevelRow.merchant_id == shop.merchant_id).values(**values)
    if database.sqlite:
        with database.engine.connect() as connection:
            connection.execute(text("PRAGMA ignore_check_constraints=ON"))
            connection.commit()
            connection.execute(mine)
            connection.commit()
            connection.execute(text("PRAGMA ignore_check_constraints=OFF"))
            connection.commit()
        return
    with database.begin() as uow:
        for name in ("on_hand", "reserved"):
            uow.session.execute(text(f"ALTER TABLE stock_levels DROP CONSTRAINT IF EXISTS ck_stock_levels_{name}"))
        uow.session.execute(mine)


def test_a_negative_reserved_quantity_is_refused_and_if_forced_in_can_be_repaired(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 5)
    shop.order(Line("roll", 2))
    with pytest.raises(IntegrityError), database.begin() as uow:
        mine = update(StockLevelRow).where(StockLevelRow.merchant_id == shop.merchant_id)
        uow.session.execute(mine.values(reserved=-3))
    assert shop.level("roll") == (5, 2)
    _force(database, shop, reserved=-3)
    assert shop.level("roll") == (5, -3)
    (fault,) = _repair(shop)
    assert (fault.what, fault.item_id, fault.recorded, fault.right) == ("reserved", "roll", -3, 2)
    assert shop.level("roll") == (5, 2)
    assert _verify(shop) == _repair(shop) == ()


def test_everything_that_can_drift_is_found_and_mended_at_once(database: Database) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    with database.begin() as uow:
        inventory.receive(uow, me, at, "roll", 6, reason="delivery", lot=ReceivedLot("A"))
        inventory.set_reorder_point(uow, me, at, "roll", 3)
        inventory.reserve(uow, me, at, "o1", {"roll": 4})
    assert _verify(shop) == ()
    with database.begin() as uow:
        uow.session.execute(
            update(StockLevelRow).where(StockLevelRow.merchant_id == me).values(on_hand=40, reserved=30, low=False)
        )
        uow.session.execute(update(LotRow).where(LotRow.merchant_id == me).values(on_hand=1))
    found = _repair(shop)
    assert sorted((f.what, f.recorded, f.right) for f in found) == [
        ("lot", 1, 6),
        ("low", 0, 1),
        ("on_hand", 40, 6),
        ("reserved", 30, 4),
    ]
    assert _verify(shop) == ()
    assert shop.level("roll") == (6, 4)


def test_more_promised_than_there_is_waits_for_a_person(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 6)
    shop.order(Line("roll", 4))
    with database.begin() as uow:
        uow.session.execute(update(MovementRow).where(MovementRow.merchant_id == shop.merchant_id).values(quantity=3))
    found = _repair(shop)
    assert {(f.what, f.mendable) for f in found} == {("on_hand", True), ("promised", False)}
    assert shop.level("roll") == (6, 4), "nothing is guessed"


def test_another_shop_is_neither_seen_nor_touched(database: Database) -> None:
    mine, other = open_shop(database, "mine"), open_shop(database, "other")
    other.stock("roll", 5)
    with database.begin() as uow:
        rows = update(StockLevelRow).where(StockLevelRow.merchant_id == other.merchant_id)
        uow.session.execute(rows.values(on_hand=9))
    assert _repair(mine) == ()
    assert other.level("roll") == (9, 0)
    assert len(_verify(other)) == 1
