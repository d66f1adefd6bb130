"""What has expired is on the shelf until somebody writes it off, and is sold to nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from comanda.drain import Drain
from comanda.upkeep import UPKEEP
from core import inventory, merchants
from core.db import audit
from core.db.session import Database
from core.inventory import repository
from core.inventory import rules as stock_rules
from core.inventory.views import ReceivedLot
from core.kernel import clock
from core.kernel.errors import OutOfStock
from core.orders import Line
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.inventory import StockLevelView
    from tests.orders.shop import Shop

# The shop's clock shows UTC; the lot is good all of the tenth.
LAST = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
AFTER = datetime(2026, 3, 11, 0, 0, 1, tzinfo=UTC)


@pytest.fixture
def lite(sqlite_url: str) -> Iterator[Database]:
    """One database is enough for what both do alike in `test_what_expired_is_not_sold…`."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def _lot(shop: Shop, quantity: int, last: date | None = LAST, *, at: datetime = NOON) -> str:
    known = ReceivedLot(f"L{quantity}", last)
    with clock.at(at), shop.database.begin() as uow:
        inventory.receive(uow, shop.merchant_id, shop.location_id, "roll", quantity, reason="delivery", lot=known)
        return next(x.id for x in inventory.lots(uow.session, shop.merchant_id) if x.code == known.code)


def _level(shop: Shop, place: str = "") -> StockLevelView:
    with shop.database.read() as session:
        found = inventory.level(session, shop.merchant_id, place or shop.location_id, "roll")
        assert found is not None
        assert inventory.verify(session, shop.merchant_id) == ()
    return found


def _counts(shop: Shop) -> tuple[int, int, int, int]:
    level = _level(shop)
    return level.on_hand, level.reserved, level.expired, level.available


def _drain(shop: Shop, at: datetime) -> None:
    with clock.at(at):
        Drain(shop.database, dict(UPKEEP)).all(20)


def test_what_expired_is_not_sold_from_the_day_after_its_last(database: Database) -> None:
    shop = open_shop(database)
    lot = _lot(shop, 3)
    shop.stock("roll", 2)
    _drain(shop, NOON + timedelta(hours=11, minutes=59))
    assert _counts(shop) == (5, 0, 0, 5)
    _drain(shop, AFTER)
    assert _counts(shop) == (5, 0, 3, 2)
    with pytest.raises(OutOfStock, match="Only 2 of Crab roll left, 3 asked for"):
        shop.order(Line("roll", 3))
    with clock.at(AFTER):
        shop.order(Line("roll", 2))
    assert _counts(shop) == (5, 2, 3, 0)
    with database.read() as session:
        told = [e.event for e in audit.entries(session, shop.merchant_id, event="LotExpired")]
        (over,) = inventory.expired_lots(session, shop.merchant_id, shop.location_id)
    assert told == ["LotExpired"]
    assert (over.id, over.on_hand) == (lot, 3)
    with database.begin() as uow:
        assert not inventory.expire_lot(uow, shop.merchant_id, lot)
        inventory.write_off(uow, shop.merchant_id, shop.location_id, "roll", 3, cause="expired", lot_id=lot)
    assert _counts(shop) == (2, 2, 0, 0)


def test_control_when_nothing_is_set_aside_the_expired_is_sold(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_rules, "is_expired", lambda *_: False)
    shop = open_shop(database)
    _lot(shop, 3)
    _drain(shop, AFTER)
    with clock.at(AFTER):
        shop.order(Line("roll", 3))
    assert _counts(shop) == (3, 3, 0, 0)


def test_orders_of_before_keep_what_they_were_promised(database: Database) -> None:
    shop = open_shop(database)
    _lot(shop, 4)
    with clock.at(NOON), database.begin() as uow:
        inventory.reserve(uow, shop.merchant_id, shop.location_id, "early", {"roll": 3})
    _drain(shop, AFTER)
    assert _counts(shop) == (4, 3, 4, 0)
    with clock.at(AFTER), database.begin() as uow:
        inventory.ship(uow, shop.merchant_id, "early")
    assert _counts(shop) == (1, 0, 1, 0)
    with clock.at(AFTER), database.begin() as uow:
        assert inventory.take_back(uow, shop.merchant_id, "early", {"roll": 2}, reason="back") == {"roll": 2}
    assert _counts(shop) == (3, 0, 3, 0)


def test_the_alert_names_what_is_left_to_sell(lite: Database) -> None:
    shop = open_shop(lite)
    shop.stock("roll", 2)
    _lot(shop, 5)
    with lite.begin() as uow:
        inventory.set_reorder_point(uow, shop.merchant_id, shop.location_id, "roll", 3)
    assert not _level(shop).low
    _drain(shop, AFTER)
    assert _level(shop).low
    with lite.read() as session:
        assert [e.event for e in audit.entries(session, shop.merchant_id, limit=2)] == ["StockLow", "LotExpired"]


def test_what_comes_in_expired_is_set_aside_at_once_here_and_after_a_transfer(lite: Database) -> None:
    shop = open_shop(lite)
    _lot(shop, 3, at=AFTER)
    assert _counts(shop) == (3, 0, 3, 0)
    _lot(shop, 2, date(2026, 3, 12), at=AFTER)
    with clock.at(AFTER), lite.begin() as uow:
        quay = merchants.add_location(uow, shop.merchant_id, name="Quay").id
        sent = inventory.send_transfer(uow, shop.merchant_id, shop.location_id, quay, {"roll": 4})
    assert _counts(shop) == (1, 0, 1, 0)
    with clock.at(AFTER), lite.begin() as uow:
        inventory.receive_transfer(uow, shop.merchant_id, sent.id, {line.id: line.in_transit for line in sent.lines})
    there = _level(shop, quay)
    assert (there.on_hand, there.expired, there.available) == (4, 2, 2)
    _drain(shop, AFTER + timedelta(days=3))
    assert _level(shop, quay).available == 0


def test_the_day_ends_by_the_clock_of_the_place(lite: Database) -> None:
    shop = open_shop(lite)
    with lite.begin() as uow:
        merchants.edit_location(uow, shop.merchant_id, shop.location_id, time_zone="Pacific/Auckland")
    _lot(shop, 3, at=NOON - timedelta(days=3))
    # Midnight in Auckland is 11:00 in UTC.
    _drain(shop, NOON.replace(hour=10, minute=59))
    assert _counts(shop) == (3, 0, 0, 3)
    with lite.begin() as uow:
        merchants.edit_location(uow, shop.merchant_id, shop.location_id, time_zone="UTC")
    _drain(shop, NOON.replace(hour=11, minute=1))
    assert _counts(shop) == (3, 0, 0, 3)
    _drain(shop, AFTER)
    assert _counts(shop) == (3, 0, 3, 0)


def test_a_count_that_drifted_is_found_and_mended(lite: Database) -> None:
    shop = open_shop(lite)
    _lot(shop, 3)
    _drain(shop, AFTER)
    with lite.begin() as uow:
        repository.set_aside(uow.session, shop.merchant_id, shop.location_id, "roll", 2)
    with lite.begin() as uow:
        (fault,) = inventory.repair(uow, shop.merchant_id)
    assert (fault.what, fault.recorded, fault.right) == ("expired", 5, 3)
    assert _counts(shop) == (3, 0, 3, 0)
