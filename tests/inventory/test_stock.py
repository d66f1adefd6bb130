"""Stock: what comes and goes is written down, and adds up."""

from __future__ import annotations

import ast
import inspect
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from core import inventory
from core.inventory import repository
from core.inventory.models import MovementRow, StockLevelRow
from core.kernel.errors import ComandaError, Conflict, InvalidInput, NotFound, OutOfStock
from core.kernel.ids import new_id
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from core.db.uow import UnitOfWork
    from tests.orders.shop import Shop


def test_an_item_is_tracked_from_its_first_receipt_or_count(database: Database) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    with database.begin() as uow:
        assert inventory.level(uow.session, me, at, "roll") is None
        received = inventory.receive(uow, me, at, "roll", 12, reason="delivery")
        counted = inventory.count(uow, me, at, "scone", 0)
        assert inventory.level(uow.session, me, at, "roll") == received
        assert inventory.levels(uow.session, me, at) == (received, counted)
    assert (received.item_id, received.location_id, received.on_hand, received.reserved) == ("roll", at, 12, 0)
    assert (counted.on_hand, counted.available) == (0, 0)


def test_every_change_has_a_movement_and_a_reason(database: Database) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    with database.begin() as uow:
        inventory.receive(uow, me, at, "roll", 12, reason="delivery 7")
        inventory.write_off(uow, me, at, "roll", 2, reason="dropped")
        inventory.count(uow, me, at, "roll", 9)
        inventory.count(uow, me, at, "roll", 11, reason="found two")
        inventory.count(uow, me, at, "roll", 11)
        moved = inventory.movements(uow.session, me, at, "roll")
    assert [(m.kind, m.quantity, m.reason) for m in moved] == [
        ("receive", 12, "delivery 7"),
        ("write_off", -2, "dropped"),
        ("count", -1, "count"),
        ("count", 2, "found two"),
        ("count", 0, "count"),
    ]
    assert sum(m.quantity for m in moved) == 11
    assert shop.level("roll") == (11, 0)


def test_what_is_promised_can_neither_be_written_off_nor_counted_away(database: Database) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    shop.stock("roll", 10)
    with database.begin() as uow:
        inventory.reserve(uow, me, at, "o1", {"roll": 6})
    before = ledger(database)
    with database.begin() as uow, pytest.raises(Conflict) as refused:
        inventory.write_off(uow, me, at, "roll", 5, reason="spoilt")
    assert refused.value.text == (
        "5 of roll would be left, but 6 are promised to open orders: cancel one of those first."
    )
    with database.begin() as uow, pytest.raises(Conflict):
        inventory.count(uow, me, at, "roll", 5)
    assert differing(before, ledger(database)) == set()
    with database.begin() as uow:
        inventory.write_off(uow, me, at, "roll", 4, reason="spoilt")
    assert shop.level("roll") == (6, 6)


def test_reserving_is_all_or_none_of_what_is_left(database: Database) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    shop.stock("roll", 3)
    shop.stock("scone", 1)
    with pytest.raises(OutOfStock) as short, database.begin() as uow:
        inventory.reserve(uow, me, at, "o1", {"scone": 2, "roll": 3, "water": 50})
    assert short.value.values == {"item": "scone", "left": 1, "wanted": 2}
    assert (shop.level("roll"), shop.level("scone")) == ((3, 0), (1, 0))
    with database.begin() as uow:
        inventory.reserve(uow, me, at, "o1", {"scone": 1, "roll": 3, "water": 50})
        inventory.reserve(uow, me, at, "o2", {})
    assert (shop.level("roll"), shop.level("scone")) == ((3, 3), (1, 1))
    with database.read() as session:
        assert inventory.level(session, me, at, "water") is None


def test_a_reservation_is_shipped_or_released_once(database: Database) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    shop.stock("roll", 10)
    with database.begin() as uow:
        inventory.reserve(uow, me, at, "o1", {"roll": 2})
        inventory.reserve(uow, me, at, "o2", {"roll": 3})
    with database.begin() as uow:
        inventory.ship(uow, me, "o1")
        inventory.release(uow, me, "o2")
    assert shop.level("roll") == (8, 0)
    settled = ledger(database)
    with database.begin() as uow:
        for order_id in ("o1", "o2", "unknown"):
            inventory.ship(uow, me, order_id)
            inventory.release(uow, me, order_id)
    assert differing(settled, ledger(database)) == set()


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000_001, True])
def test_a_quantity_that_cannot_be_meant_is_refused(database: Database, quantity: int) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    with database.begin() as uow:
        for change in (inventory.receive, inventory.write_off):
            with pytest.raises(InvalidInput, match="is not a whole number of 1 or more"):
                change(uow, me, at, "roll", quantity, reason="delivery")
        with pytest.raises(InvalidInput, match="say why the stock changes"):
            inventory.receive(uow, me, at, "roll", 1, reason=" ")
        with pytest.raises(NotFound):
            inventory.write_off(uow, me, at, "roll", 1, reason="never seen")
    with database.read() as session:
        assert inventory.levels(session, me, at) == ()


@pytest.mark.parametrize("values", [{"on_hand": -1}, {"reserved": -1}, {"reserved": 4}])
def test_the_database_itself_refuses_stock_that_cannot_be(database: Database, values: dict[str, int]) -> None:
    shop = open_shop(database)
    shop.stock("roll", 3)
    with pytest.raises(IntegrityError), database.begin() as uow:
        mine = update(StockLevelRow).where(StockLevelRow.merchant_id == shop.merchant_id)
        uow.session.execute(mine.values(**values))
    assert shop.level("roll") == (3, 0)


def test_movements_are_only_ever_added() -> None:
    changed = []
    for node in ast.walk(ast.parse(inspect.getsource(repository))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            changed += [(node.func.id, ast.unparse(a)) for a in node.args if isinstance(a, ast.Name)]
    reading = {"select", "tuple", "_views"}
    written = {verb for verb, table in changed if table == "MovementRow" and verb not in reading}
    assert written == {"insert_rows"}


@pytest.mark.parametrize("seed", range(3))
def test_after_any_history_movements_add_up_to_what_is_on_hand(database: Database, seed: int) -> None:
    shop = open_shop(database)
    random = Random(seed)
    orders: list[str] = []
    refused = 0
    for _ in range(60):
        try:
            with database.begin() as uow:
                _act(uow, shop, random, orders)
        except ComandaError:
            refused += 1
    with database.read() as session:
        mine = StockLevelRow.merchant_id == shop.merchant_id
        levels = {r.stock_item_id: r for r in session.scalars(select(StockLevelRow).where(mine))}
        sums = dict(
            session.execute(
                select(MovementRow.stock_item_id, func.sum(MovementRow.quantity))
                .where(MovementRow.merchant_id == shop.merchant_id)
                .group_by(MovementRow.stock_item_id)
            ).all()
        )
    assert levels
    assert 0 < refused < 60
    assert {item: row.on_hand for item, row in levels.items()} == {item: int(total) for item, total in sums.items()}


def _act(uow: UnitOfWork, shop: Shop, random: Random, orders: list[str]) -> None:
    me, at = shop.merchant_id, shop.location_id
    item = random.choice(["roll", "scone"])
    action = random.randrange(6)
    if action == 0:
        inventory.receive(uow, me, at, item, random.randint(1, 9), reason="delivery")
    elif action == 1:
        inventory.write_off(uow, me, at, item, random.randint(1, 9), reason="spoilt")
    elif action == 2:
        inventory.count(uow, me, at, item, random.randint(0, 9))
    elif action == 3:
        order_id = new_id()
        inventory.reserve(uow, me, at, order_id, {item: random.randint(1, 5), "water": 1})
        orders.append(order_id)
    elif orders:
        settle = inventory.ship if action == 4 else inventory.release
        settle(uow, me, random.choice(orders))
