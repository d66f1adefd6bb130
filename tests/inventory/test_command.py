"""`comanda stock`: what a person at a terminal sees of a fault, and how it is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from comanda.cli import stock
from core.db.session import Database
from core.inventory.models import StockLevelRow
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.orders.shop import Shop


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    database = Database(sqlite_url)
    monkeypatch.setattr("comanda.wiring.open_database", lambda: database)
    made = open_shop(database)
    made.stock("roll", 7)
    yield made
    database.close()


def test_a_fault_is_named_and_mended(shop: Shop) -> None:
    run = CliRunner()
    assert run.invoke(stock.app, ["list"]).output == "Pier\troll\t7\t0\n"
    right = "1 levels are what their movements and reservations add up to.\n"
    assert run.invoke(stock.app, ["verify"]).output == right
    with shop.database.begin() as uow:
        mine = update(StockLevelRow).where(StockLevelRow.merchant_id == shop.merchant_id)
        uow.session.execute(mine.values(on_hand=9, reserved=2, expired=1))
    assert run.invoke(stock.app, ["list"]).output == "Pier\troll\t9\t2\t1 expired\n"
    found = run.invoke(stock.app, ["verify"])
    assert found.exit_code == 1
    assert found.output.splitlines() == [
        "Wrong:",
        "  roll: 9 recorded on hand, its movements add up to 7",
        "  roll: 2 recorded as reserved, orders hold 0",
        "  roll: 1 recorded as expired, the lots that are have 0",
        "comanda stock verify --fix sets right what can be.",
    ]
    assert shop.level("roll") == (9, 2), "looking changes nothing"
    mended = run.invoke(stock.app, ["verify", "--fix"])
    assert (mended.exit_code, mended.output.splitlines()[-1] + "\n") == (0, right)
    assert shop.level("roll") == (7, 0)
