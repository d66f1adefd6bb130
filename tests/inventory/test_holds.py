"""What an order holds: it ends by itself when nobody confirms it, and follows when the order is changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from comanda.drain import Drain
from comanda.upkeep import UPKEEP
from core import inventory
from core.db.outbox import WorkRow
from core.inventory.models import ReservationRow
from core.kernel import clock
from core.kernel.errors import Conflict, InvalidInput, OutOfStock
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from tests.orders.shop import Shop

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=15)
LATER = UNTIL + timedelta(seconds=1)


def _hold(shop: Shop, order_id: str, quantity: int, until: datetime | None = UNTIL) -> None:
    with clock.at(NOW), shop.database.begin() as uow:
        inventory.reserve(uow, shop.merchant_id, shop.location_id, order_id, {"roll": quantity}, expires_at=until)


def _events(database: Database) -> list[str]:
    with database.read() as session:
        kinds = session.scalars(select(WorkRow.kind).order_by(WorkRow.id))
        return [k for k in kinds if k == "event:ReservationExpired"]


def test_the_drain_gives_back_what_was_held_too_long_once(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 5)
    _hold(shop, "o1", 3)
    drain = Drain(database, UPKEEP)
    with clock.at(UNTIL - timedelta(seconds=1)):
        drain.all()
    assert shop.level("roll") == (5, 3)
    with clock.at(LATER):
        drain.all()
        assert shop.level("roll") == (5, 0)
        drain.all()
        with database.begin() as uow:
            assert inventory.expire(uow, shop.merchant_id, "o1") is False
            inventory.release(uow, shop.merchant_id, "o1")
            inventory.ship(uow, shop.merchant_id, "o1")
    assert shop.level("roll") == (5, 0)
    assert len(_events(database)) == 1


def test_what_is_kept_shipped_or_prolonged_does_not_expire(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 9)
    for order_id in ("kept", "shipped", "prolonged"):
        _hold(shop, order_id, 3)
    _hold(shop, "prolonged", 3, UNTIL + timedelta(hours=1))
    with clock.at(NOW), database.begin() as uow:
        inventory.keep(uow, shop.merchant_id, "kept")
        inventory.ship(uow, shop.merchant_id, "shipped")
    with clock.at(LATER):
        Drain(database, UPKEEP).all()
    assert shop.level("roll") == (6, 6)
    with clock.at(UNTIL + timedelta(hours=1, seconds=1)):
        Drain(database, UPKEEP).all()
    assert shop.level("roll") == (6, 3)
    assert len(_events(database)) == 1


def test_control_a_hold_without_an_end_stays(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 5)
    _hold(shop, "o1", 3, None)
    with clock.at(NOW + timedelta(days=400)):
        Drain(database, UPKEEP).all()
        with database.begin() as uow:
            assert inventory.expire(uow, shop.merchant_id, "o1") is False
    assert shop.level("roll") == (5, 3)


def test_what_expired_is_taken_again_when_it_is_paid_after_all_or_the_order_hears_that_it_is_gone(
    database: Database,
) -> None:
    shop = open_shop(database)
    shop.stock("roll", 5)
    _hold(shop, "late", 3)
    _hold(shop, "too late", 2)
    with clock.at(LATER):
        Drain(database, UPKEEP).all()
    assert shop.level("roll") == (5, 0)
    with database.begin() as uow:
        inventory.keep(uow, shop.merchant_id, "late")
        inventory.keep(uow, shop.merchant_id, "late")
    assert shop.level("roll") == (5, 3)
    _hold(shop, "quick", 1, None)
    with pytest.raises(OutOfStock) as gone, database.begin() as uow:
        inventory.keep(uow, shop.merchant_id, "too late")
    assert gone.value.values == {"item": "roll", "left": 1, "wanted": 2}
    assert shop.level("roll") == (5, 4)
    with database.begin() as uow:
        inventory.release(uow, shop.merchant_id, "late")
        inventory.keep(uow, shop.merchant_id, "late")
    assert shop.level("roll") == (5, 1), "what was cancelled stays cancelled"


def test_reserving_twice_is_reserving_once(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 5)
    _hold(shop, "o1", 3, None)
    before = ledger(database)
    _hold(shop, "o1", 3, None)
    assert differing(before, ledger(database)) == set()


def test_an_edited_order_takes_more_gives_back_or_changes_nothing(database: Database) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    shop.stock("roll", 5)
    shop.stock("scone", 4)
    with database.begin() as uow:
        inventory.reserve(uow, me, at, "o1", {"roll": 3, "water": 2})
        inventory.reserve(uow, me, at, "o2", {"scone": 3})
    steps: tuple[tuple[dict[str, int], tuple[int, int]], ...] = (
        ({"roll": 1, "scone": 1}, (1, 4)),
        ({"scone": 1}, (0, 4)),
        ({"roll": 5}, (5, 3)),
        ({"roll": 5, "scone": 1}, (5, 4)),
        ({}, (0, 3)),
        ({"roll": 2}, (2, 3)),
    )
    for demand, held in steps:
        with database.begin() as uow:
            inventory.rearrange(uow, me, at, "o1", demand)
        assert (shop.level("roll")[1], shop.level("scone")[1]) == held
    before = ledger(database)
    with pytest.raises(OutOfStock) as short, database.begin() as uow:
        inventory.rearrange(uow, me, at, "o1", {"roll": 4, "scone": 2})
    assert short.value.values == {"item": "scone", "left": 1, "wanted": 2}
    assert differing(before, ledger(database)) == set()
    with database.begin() as uow:
        inventory.ship(uow, me, "o1")
    with pytest.raises(Conflict, match="2 of roll have left"), database.begin() as uow:
        inventory.rearrange(uow, me, at, "o1", {"roll": 1})
    assert shop.level("roll") == (3, 0)


def test_a_negative_quantity_never_raises_stock(database: Database) -> None:
    """A demand below zero would free what others were promised: it is refused before anything is touched."""
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    shop.stock("roll", 5)
    _hold(shop, "o1", 3, None)
    before = ledger(database)
    for demand in ({"roll": -2}, {"roll": 1, "scone": -1}, {"roll": True}):
        with pytest.raises(InvalidInput, match="is not a whole number of zero or more"), database.begin() as uow:
            inventory.rearrange(uow, me, at, "o1", demand)
    for quantity in (-1, 0):
        with pytest.raises(InvalidInput), database.begin() as uow:
            inventory.receive(uow, me, at, "roll", quantity, reason="delivery")
        with pytest.raises(InvalidInput), database.begin() as uow:
            inventory.write_off(uow, me, at, "roll", quantity, cause="lost")
    with database.begin() as uow:
        assert inventory.take_back(uow, me, "o1", {"roll": -3}, reason="odd") == {}
    assert differing(before, ledger(database)) == set()


def test_who_holds_an_item_can_be_told(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 9)
    _hold(shop, "o2", 3, None)
    _hold(shop, "o1", 2, None)
    with database.read() as session:
        assert inventory.reserved(session, shop.merchant_id, shop.location_id, "roll") == {"o1": 2, "o2": 3}
        rows = session.scalars(select(ReservationRow).where(ReservationRow.merchant_id == shop.merchant_id)).all()
        assert {r.expires_at for r in rows} == {None}
