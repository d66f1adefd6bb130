"""An order is wanted at another time: slot, promise and tickets move with it, or nothing does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core import inventory, kitchen, merchants, orders
from core.access import of_customer
from core.db import audit
from core.db.session import Database
from core.kernel import clock
from core.kernel.errors import ComandaError, InvalidInput, ShopClosed, SlotTaken, StaleOrder, TooLate
from core.merchants import Policy
from core.orders import Line, repository_times
from tests.orders.ledger import differing, ledger
from tests.orders.test_handover import NOON, ROLL, _order, shop_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from core.access import Actor
    from core.orders import OrderView
    from tests.orders.shop import Shop

THREE, FOUR = NOON.replace(hour=15), NOON.replace(hour=16)


@pytest.fixture
def lite(sqlite_url: str) -> Iterator[Database]:
    """One database is enough for what is decided before anything is written."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def _move(shop: Shop, order: OrderView, wanted: datetime | None, actor: Actor | None = None) -> OrderView:
    begun = shop.database.begin(actor) if actor else shop.database.begin()
    with begun as uow:
        return orders.change_time(uow, shop.merchant_id, order.id, wanted, expected_version=order.version)


def _taken(shop: Shop) -> dict[datetime, int]:
    with shop.database.read() as session:
        end = NOON + timedelta(days=9)
        found = repository_times.taken_slots(session, shop.merchant_id, shop.location_id, NOON, end)
    return {at: count for at, count in found.items() if count}


def test_slot_promise_and_tickets_move_with_the_order(database: Database) -> None:
    shop = shop_with(database, slot_minutes=60, slot_orders=1)
    with clock.at(NOON):
        order = _order(shop, requested_for=THREE)
        later = _move(shop, order, FOUR + timedelta(minutes=20))
        assert (later.version, later.requested_for, later.slot_at) == (2, FOUR + timedelta(minutes=20), FOUR)
        assert later.promised is not None
        assert later.promised.start == FOUR + timedelta(minutes=20)
        assert _taken(shop) == {FOUR: 1}
        assert _move(shop, later, later.requested_for) == later
        soon = _move(shop, later, None)
        assert (soon.version, soon.requested_for, soon.slot_at) == (3, None, None)
        assert _taken(shop) == {}
        with database.read() as session:
            assert orders.order(session, shop.merchant_id, order.id) == soon
            (ticket,) = kitchen.tickets_of_order(session, shop.merchant_id, order.id)
            told = [e.event for e in audit.entries(session, shop.merchant_id, limit=2)]
        assert soon.promised is not None
        assert ticket.due_at == soon.promised.start == NOON + timedelta(minutes=15)
        assert told == ["OrderRetimed", "OrderRetimed"]


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (THREE, SlotTaken),
        (NOON + timedelta(minutes=5), SlotTaken),
        (NOON + timedelta(days=30), SlotTaken),
        (NOON.replace(hour=20), ShopClosed),
        (datetime(2026, 11, 19, 15), InvalidInput),  # noqa: DTZ001 - that is the point
    ],
)
def test_a_time_that_cannot_be_had_leaves_the_order_as_it_was(
    lite: Database, wanted: datetime, error: type[ComandaError]
) -> None:
    shop = shop_with(lite, slot_minutes=60, slot_orders=1)
    with clock.at(NOON):
        _order(shop, "other", requested_for=THREE)
        order = _order(shop, requested_for=FOUR)
        before = ledger(lite)
        with pytest.raises(error):
            _move(shop, order, wanted)
        assert differing(before, ledger(lite)) == set()


def test_as_soon_as_possible_needs_an_open_door(lite: Database) -> None:
    shop = shop_with(lite, when_closed="preorder")
    with clock.at(NOON):
        order = _order(shop, requested_for=NOON + timedelta(days=1))
    with clock.at(NOON.replace(hour=20)), pytest.raises(ShopClosed):
        _move(shop, order, None)


def test_customers_may_by_policy_and_nobody_once_it_is_ready(lite: Database) -> None:
    shop = shop_with(lite, customer_changes="before_acceptance")
    guest = of_customer(shop.merchant_id, shop.customer_id)
    with clock.at(NOON):
        order = _move(shop, _order(shop, requested_for=THREE), FOUR, guest)
        with pytest.raises(StaleOrder), lite.begin() as uow:
            orders.change_time(uow, shop.merchant_id, order.id, THREE, expected_version=1)
        with lite.begin() as uow:
            orders.accept(uow, shop.merchant_id, order.id)
        with pytest.raises(TooLate, match="has been accepted"):
            _move(shop, order, THREE, guest)
        order = _move(shop, order, THREE)
        with lite.begin() as uow:
            orders.mark_ready(uow, shop.merchant_id, order.id)
        with pytest.raises(TooLate, match="is ready"):
            _move(shop, order, FOUR)
    assert _taken(shop) == {THREE: 1}


def test_a_held_order_keeps_its_stock_until_its_new_time(lite: Database) -> None:
    shop = shop_with(lite, hold_units=1, hold_minutes=60)
    shop.stock("roll", 2)
    with clock.at(NOON):
        order = _order(shop, lines=(Line("roll", 2),), requested_for=THREE)
        assert order.state == "held"
        _move(shop, order, FOUR + timedelta(hours=1))
    with clock.at(FOUR + timedelta(minutes=59)), lite.begin() as uow:
        assert not inventory.expire(uow, shop.merchant_id, order.id)
    assert shop.level("roll") == (2, 2)
    with clock.at(FOUR + timedelta(hours=1, minutes=1)), lite.begin() as uow:
        assert inventory.expire(uow, shop.merchant_id, order.id)
    assert shop.level("roll") == (2, 0)


def _rush(shop: Shop, number: int) -> int:
    """So many orders are moved to the same time at once; how many got there."""
    with shop.database.begin() as uow:
        policy = Policy(slot_minutes=60, slot_orders=3)
        merchants.set_policy(uow, shop.merchant_id, shop.location_id, policy)
    with clock.at(NOON):
        placed = [_order(shop, f"talk{n}", ROLL) for n in range(number)]

    def move(order: OrderView) -> int:
        with clock.at(NOON):
            try:
                _move(shop, order, THREE)
            except SlotTaken:
                return 0
            return 1

    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(move, placed))


def test_orders_that_move_never_share_the_last_place(database: Database) -> None:
    shop = shop_with(database)
    assert _rush(shop, 6) == 3
    assert _taken(shop) == {THREE: 3}


def test_control_without_the_guard_a_slot_is_overbooked(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = repository_times.take_slot

    def unguarded(session: Session, merchant_id: str, place: str, starts_at: datetime, _capacity: int | None) -> bool:
        return guarded(session, merchant_id, place, starts_at, None)

    monkeypatch.setattr(repository_times, "take_slot", unguarded)
    shop = shop_with(database)
    assert _rush(shop, 6) == 6


def test_two_orders_that_swap_their_times_do_not_wait_for_each_other(database: Database) -> None:
    shop = shop_with(database, slot_minutes=60)
    with clock.at(NOON):
        pair = [_order(shop, "one", requested_for=THREE), _order(shop, "two", requested_for=FOUR)]

    def swap(n: int) -> OrderView:
        with clock.at(NOON):
            order = pair[n]
            for wanted in (FOUR, THREE) * 3 if n == 0 else (THREE, FOUR) * 3:
                order = _move(shop, order, wanted)
            return order

    with ThreadPoolExecutor(2) as pool:
        assert [order.version for order in pool.map(swap, range(2))] == [7, 7]
    assert _taken(shop) == {THREE: 1, FOUR: 1}
