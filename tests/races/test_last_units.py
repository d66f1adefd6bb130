"""Two hundred buyers, sixty units: sixty orders. With a control: reading first and writing later sells too many."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from core import inventory, orders
from core.inventory import repository
from core.inventory.models import MovementRow, ReservationRow, StockLevelRow
from core.kernel.errors import OutOfStock
from core.orders import Choice, Line
from core.orders.models import OrderLineRow, OrderRow
from tests.orders.shop import open_shop
from tests.races.crowd import rush

if TYPE_CHECKING:
    import pytest
    from sqlalchemy.orm import Session

    from core.db.session import Database
    from core.inventory import StockLevelView
    from core.kernel.errors import ComandaError
    from core.orders import OrderView
    from tests.orders.shop import Shop

BUYERS = 200
UNITS = 60


def _carts(shop: Shop) -> list[str]:
    """A cart of one crab roll for each buyer, every other one without dill."""
    plain, without = Line("roll"), Line("roll", modifiers=(Choice("build", "dill", "no"),))
    ids = []
    with shop.database.begin() as uow:
        for buyer in range(BUYERS):
            cart = orders.open_cart(uow, shop.merchant_id, shop.location_id, shop.customer_id, f"buyer {buyer}")
            orders.set_lines(uow, shop.merchant_id, cart.id, [plain if buyer % 2 else without])
            ids.append(cart.id)
    return ids


def _sold(shop: Shop) -> int:
    """Units in order rows."""
    with shop.database.read() as session:
        units = (
            select(func.sum(OrderLineRow.quantity))
            .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
            .where(OrderLineRow.merchant_id == shop.merchant_id, OrderRow.merchant_id == shop.merchant_id)
            .where(OrderRow.state != "cancelled", OrderLineRow.item_code == "roll")
        )
        return int(session.scalar(units) or 0)


def _faults(shop: Shop, placed: list[OrderView], refused: list[ComandaError]) -> list[str]:
    """What is wrong after the rush; empty when every unit was sold once and every refusal was clean."""
    level = _level(shop)
    faults = []
    if len({o.id for o in placed}) != UNITS:
        faults.append(f"{len(placed)} orders for {UNITS} units")
    if len(refused) != BUYERS - UNITS or any(type(r) is not OutOfStock for r in refused):
        faults.append(f"{len(refused)} refusals")
    if _sold(shop) != UNITS - level.available:
        faults.append(f"{_sold(shop)} sold, {level.available} of {UNITS} left")
    if _rows(shop) != (len(placed), len(placed)):
        faults.append("orders and reservations do not match")
    return faults


def _level(shop: Shop) -> StockLevelView:
    with shop.database.read() as session:
        found = inventory.level(session, shop.merchant_id, shop.location_id, "roll")
    assert found is not None
    return found


def _rows(shop: Shop) -> tuple[int, int]:
    with shop.database.read() as session:
        mine = select(func.count()).select_from(OrderRow).where(OrderRow.merchant_id == shop.merchant_id)
        held = select(func.count()).select_from(ReservationRow).where(ReservationRow.merchant_id == shop.merchant_id)
        return int(session.scalar(mine) or 0), int(session.scalar(held) or 0)


def test_the_last_units_are_sold_once_each(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", UNITS)
    placed, refused = rush(_carts(shop), shop.place)
    assert _faults(shop, placed, refused) == []
    assert shop.level("roll") == (UNITS, UNITS)
    assert {r.text for r in refused} == {"Only 0 of Crab roll left, 1 asked for."}
    assert len({o.code for o in placed}) == UNITS


def test_control_a_reservation_that_reads_first_and_writes_later_sells_too_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(database)
    shop.stock("roll", UNITS)
    seen = threading.local()

    def naive(
        session: Session, merchant_id: str, location_id: str, units: dict[str, int]
    ) -> tuple[tuple[StockLevelView, bool], ...]:
        level: StockLevelView = seen.level
        session.execute(
            update(StockLevelRow)
            .where(StockLevelRow.merchant_id == merchant_id, StockLevelRow.location_id == location_id)
            .where(StockLevelRow.stock_item_id == level.item_id)
            .values(reserved=level.reserved + units[level.item_id])
        )
        return ((level, level.available >= units[level.item_id]),)

    def place(cart_id: str) -> OrderView:
        # On SQLite a writer is alone: the race is between what was read before and what is written now.
        seen.level = _level(shop)
        return shop.place(cart_id)

    monkeypatch.setattr(repository, "take_all", naive)
    placed, refused = rush(_carts(shop), place)
    assert len(placed) > UNITS
    assert _sold(shop) > UNITS
    assert _faults(shop, placed, refused) != []


def test_buyers_of_several_items_in_any_order_neither_block_nor_oversell(database: Database) -> None:
    """Orders of two items each, listed in opposite order: locks are taken in one order, so nobody waits in a ring."""
    shop = open_shop(database)
    shop.stock("roll", 20)
    shop.stock("scone", 30)
    both = (Line("roll"), Line("scone"))
    carts = [shop.cart(f"buyer {n}", both if n % 2 else both[::-1]).id for n in range(48)]
    placed, refused = rush(carts, shop.place)
    assert (len(placed), len(refused)) == (20, 28)
    assert {r.values["item_id"] for r in refused} == {"roll"}
    assert (shop.level("roll"), shop.level("scone")) == ((20, 20), (30, 20))


def test_buyers_cancellers_and_the_counter_leave_stock_that_adds_up(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 30)
    carts = [shop.cart(f"buyer {n}", (Line("roll"),)).id for n in range(48)]

    def live(cart_id: str) -> str:
        placed = shop.place(cart_id)
        with shop.database.begin() as uow:
            orders.accept(uow, shop.merchant_id, placed.id)
        if int(placed.id[-1], 16) % 2:
            with shop.database.begin() as uow:
                return orders.cancel(uow, shop.merchant_id, placed.id, reason="changed mind").state
        with shop.database.begin() as uow:
            orders.mark_ready(uow, shop.merchant_id, placed.id)
        with shop.database.begin() as uow:
            return orders.complete(uow, shop.merchant_id, placed.id).state

    states, refused = rush(carts, live)
    completed = states.count("completed")
    assert len(states) + len(refused) == len(carts)
    assert {type(r) for r in refused} <= {OutOfStock}
    assert shop.level("roll") == (30 - completed, 0)
    with database.read() as session:
        total = session.scalar(
            select(func.sum(MovementRow.quantity)).where(MovementRow.merchant_id == shop.merchant_id)
        )
    assert total == 30 - completed
