"""Stock: what comes and goes is written down, and adds up."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core import inventory
from core.inventory.models import StockLevelRow
from core.kernel.errors import Conflict, InvalidInput, NotFound, OutOfStock
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database


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


def _touched(source: str) -> set[str]:
    """The verbs of statements that name movements."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            named = {n.id for a in node.args for n in ast.walk(a) if isinstance(n, ast.Name)}
            if "MovementRow" in named:
                found.add(ast.unparse(node.func).rpartition(".")[2])
    return found


def test_movements_are_only_ever_added() -> None:
    files = sorted(Path(inventory.__file__).parent.rglob("*.py"))
    verbs = {verb for file in files for verb in _touched(file.read_text(encoding="utf-8"))}
    assert "insert_rows" in verbs
    assert verbs & {"update", "delete", "merge", "insert_once"} == set()
    assert "update" in _touched("update(MovementRow).values(quantity=0)"), "the control is seen"
