"""Many at once on stock that they share: never too much, all or nothing, one alert a crossing, no ring of locks."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from core import catalogue, inventory, merchants
from core.db.outbox import WorkRow
from core.db.session import Database
from core.inventory import repository
from core.inventory.models import ReservationRow
from core.inventory.service import changes
from core.kernel import clock
from core.kernel.errors import ComandaError, Conflict, OutOfStock
from core.orders import Line
from core.orders.models import OrderRow
from tests.orders.shop import open_shop
from tests.races.crowd import rush

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from core.inventory import StockLevelView
    from core.orders import OrderView
    from tests.orders.shop import Shop

# Both the roll and the tart are made with dill, the roll and the scone with butter.
RECIPES: dict[str, Any] = {
    "ingredients": [
        {"id": "dill", "name": "Dill", "unit": "g"},
        {"id": "butter", "name": "Butter", "unit": "g"},
        {"id": "flour", "name": "Flour", "unit": "g"},
    ],
    "recipes": [
        {"item": "roll", "uses": [{"of": "dill", "amount": "2 g"}, {"of": "butter", "amount": "10 g"}]},
        {"item": "scone", "uses": [{"of": "butter", "amount": "15 g"}, {"of": "flour", "amount": "40 g"}]},
        {"item": "water", "uses": [{"of": "dill", "amount": "1 g"}]},
    ],
}
GRAM = 1000


def _kitchen(database: Database, **grams: int) -> Shop:
    shop = open_shop(database)
    with database.begin() as uow:
        catalogue.import_recipes(uow, shop.merchant_id, RECIPES)
    for item, quantity in grams.items():
        shop.stock(item, quantity * GRAM)
    return shop


def _held(shop: Shop) -> dict[str, Counter[str]]:
    """What each order holds, by item."""
    with shop.database.read() as session:
        mine = (ReservationRow.merchant_id == shop.merchant_id, ReservationRow.state == "held")
        held: dict[str, Counter[str]] = {}
        for row in session.scalars(select(ReservationRow).where(*mine)):
            held.setdefault(row.order_id, Counter())[row.stock_item_id] += row.quantity
        return held


def _orders(shop: Shop) -> int:
    with shop.database.read() as session:
        mine = select(func.count()).select_from(OrderRow).where(OrderRow.merchant_id == shop.merchant_id)
        return int(session.scalar(mine) or 0)


def test_two_lines_that_share_an_ingredient_are_never_both_sold_when_it_is_there_for_one(database: Database) -> None:
    shop = _kitchen(database, dill=2, butter=100)
    both = shop.cart("both", (Line("roll"), Line("water")))
    with pytest.raises(OutOfStock):
        shop.place(both.id)
    assert (_orders(shop), _held(shop), shop.level("butter")) == (0, {}, (100 * GRAM, 0))
    carts = [shop.cart(f"buyer {n}", (Line("roll"),) if n % 2 else (Line("water", 2),)).id for n in range(8)]
    placed, refused = rush(carts, shop.place)
    assert (len(placed), len(refused)) == (1, 7)
    assert {type(r) for r in refused} == {OutOfStock}
    assert shop.level("dill") == (2 * GRAM, 2 * GRAM)


def _need(lines: tuple[Line, ...]) -> Counter[str]:
    """Grams that lines take, by hand."""
    takes = {"roll": {"dill": 2, "butter": 10}, "scone": {"butter": 15, "flour": 40}, "water": {"dill": 1}}
    need: Counter[str] = Counter()
    for line in lines:
        for item, grams in takes[line.item].items():
            need[item] += grams * line.quantity * GRAM
    return need


def test_random_carts_that_share_ingredients_are_all_or_nothing_and_no_deadlock_is_seen(database_url: str) -> None:
    database = Database(database_url, pool_size=32)
    shop = _kitchen(database, dill=60, butter=600, flour=900)
    chance = Random(5)
    wanted = [
        tuple(Line(i, chance.randint(1, 3)) for i in chance.sample(("roll", "scone", "water"), chance.randint(2, 3)))
        for _ in range(64)
    ]
    carts = [(shop.cart(f"buyer {n}", lines).id, lines) for n, lines in enumerate(wanted)]
    placed, refused = rush(carts, lambda cart: (shop.place(cart[0]), cart[1]), workers=32)
    assert {type(r) for r in refused} == {OutOfStock}
    assert len(placed) + len(refused) == 64
    assert _held(shop) == {order.id: _need(lines) for order, lines in placed}
    total: Counter[str] = Counter()
    for _, lines in placed:
        total.update(_need(lines))
    for item, there in (("dill", 60), ("butter", 600), ("flour", 900)):
        assert shop.level(item) == (there * GRAM, total[item])
        assert total[item] <= there * GRAM
    assert _orders(shop) == len(placed)
    database.close()


def test_control_locks_in_another_order_wait_in_a_ring(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two orders that each hold what the other wants next: PostgreSQL ends one. On SQLite there is one writer."""
    database = Database(postgres_url)
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    shop.stock("roll", 9)
    shop.stock("scone", 9)
    met, took, first = threading.Barrier(2), repository.take, threading.local()

    def take(session: Session, merchant_id: str, location_id: str, item_id: str, units: int) -> StockLevelView | None:
        del item_id  # the order of the caller, not that of the ids
        mine = first.order.pop(0)
        taken = took(session, merchant_id, location_id, mine, units)
        if first.order:
            met.wait(60)
        return taken

    def reserve(order: list[str]) -> str:
        first.order = list(order)
        try:
            with database.begin() as uow:
                inventory.reserve(uow, me, at, order[0], {"roll": 1, "scone": 1})
        except OperationalError as error:
            return type(error.orig).__name__
        return "reserved"

    monkeypatch.setattr(repository, "take", take)
    said, _ = rush((["roll", "scone"], ["scone", "roll"]), reserve)
    assert sorted(said) == ["DeadlockDetected", "reserved"]
    database.close()


def _alerts(database: Database) -> int:
    with database.read() as session:
        rows = select(func.count()).select_from(WorkRow).where(WorkRow.kind == "event:StockLow")
        return int(session.scalar(rows) or 0)


def _low_shop(database: Database) -> Shop:
    shop = open_shop(database)
    shop.stock("roll", 30)
    with database.begin() as uow:
        inventory.set_reorder_point(uow, shop.merchant_id, shop.location_id, "roll", 20)
    return shop


def _take_one(shop: Shop, order_id: str) -> None:
    with shop.database.begin() as uow:
        inventory.reserve(uow, shop.merchant_id, shop.location_id, order_id, {"roll": 1})


def test_however_many_cross_the_reorder_point_at_once_there_is_one_alert(database: Database) -> None:
    shop = _low_shop(database)
    names = [f"o{n}" for n in range(24)]
    for crossing in (1, 2):
        rush(names, lambda name: _take_one(shop, name))
        assert _alerts(database) == crossing
        rush(names, lambda name: _release(shop, name))
        assert shop.level("roll") == (30, 0)
        assert _alerts(database) == crossing


def _release(shop: Shop, order_id: str) -> None:
    with shop.database.begin() as uow:
        inventory.release(uow, shop.merchant_id, order_id)


def test_control_whoever_decides_by_what_was_read_before_repeats_the_alert(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = _low_shop(database)
    watch, seen = changes.watch, threading.local()
    together = threading.Barrier(4)

    def naive(uow: Any, merchant_id: str, changed: Collection[StockLevelView]) -> None:  # noqa: ANN401
        remembered = [type(v)(v.item_id, v.location_id, v.on_hand, v.reserved, 20, 40, seen.low) for v in changed]
        watch(uow, merchant_id, remembered)

    def take(name: str) -> None:
        with database.read() as session:
            level = inventory.level(session, shop.merchant_id, shop.location_id, "roll")
            seen.low = level is not None and level.low
        together.wait(60)
        _take_one(shop, name)

    for n in range(9):
        _take_one(shop, f"before {n}")
    monkeypatch.setattr("core.inventory.service.reserving.watch", naive)
    rush([f"o{n}" for n in range(4)], take, workers=4)
    assert _alerts(database) == 4


def test_paying_expiring_shipping_and_cancelling_at_once_end_each_order_once(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 40)
    me = shop.merchant_id
    moment = datetime(2026, 3, 10, 12, tzinfo=UTC)
    with clock.at(moment), database.begin() as uow:
        for n in range(10):
            due = moment + timedelta(minutes=1)
            inventory.reserve(uow, me, shop.location_id, f"o{n}", {"roll": 2}, expires_at=due)
    jobs = [(act, f"o{n}") for n in range(10) for act in (inventory.keep, inventory.expire, inventory.ship)]
    Random(3).shuffle(jobs)

    def do(job: tuple[Any, str]) -> None:
        with clock.at(moment + timedelta(minutes=2)), database.begin() as uow:
            job[0](uow, me, job[1])

    _, refused = rush(jobs, do)
    assert refused == []
    with database.read() as session:
        states = Counter(session.scalars(select(ReservationRow.state).where(ReservationRow.merchant_id == me)))
        assert inventory.verify(session, me) == ()
    assert shop.level("roll") == (40 - 2 * states["shipped"], 2 * states["held"])
    assert sum(states.values()) == 10


@pytest.fixture
def transfer(database: Database) -> tuple[Shop, str, str, str]:
    shop = open_shop(database)
    shop.stock("roll", 9)
    with database.begin() as uow:
        quay = merchants.add_location(uow, shop.merchant_id, name="Quay", tax_rate_basis_points=0).id
        sent = inventory.send_transfer(uow, shop.merchant_id, shop.location_id, quay, {"roll": 5})
    return shop, quay, sent.id, sent.lines[0].id


def test_a_transfer_that_many_receive_arrives_once(transfer: tuple[Shop, str, str, str]) -> None:
    shop, quay, transfer_id, line_id = transfer

    def receive(_: int) -> None:
        with shop.database.begin() as uow:
            inventory.receive_transfer(uow, shop.merchant_id, transfer_id, {line_id: 5})

    done, refused = rush(range(12), receive, workers=12)
    assert (len(done), {type(r) for r in refused}) == (1, {Conflict})
    with shop.database.read() as session:
        arrived = inventory.level(session, shop.merchant_id, quay, "roll")
    assert arrived is not None
    assert arrived.on_hand == 5


def test_orders_transfers_and_counts_at_once_leave_stock_that_adds_up(database: Database) -> None:
    """Both locations, both items, both directions: whoever is refused is told why, and nobody waits for ever."""
    shop = open_shop(database)
    me, pier = shop.merchant_id, shop.location_id
    with database.begin() as uow:
        quay = merchants.add_location(uow, me, name="Quay", tax_rate_basis_points=0).id
        for place in (pier, quay):
            for item in ("roll", "scone"):
                inventory.receive(uow, me, place, item, 12, reason="delivery", lot=inventory.ReceivedLot("A"))
    both = {"roll": 1, "scone": 1}

    def do(n: int) -> OrderView | None:
        here, there = (pier, quay) if n % 2 else (quay, pier)
        with database.begin() as uow:
            if n % 4 == 0:
                sent = inventory.send_transfer(uow, me, here, there, dict(reversed(both.items())))
                inventory.receive_transfer(uow, me, sent.id, {line.id: line.sent for line in sent.lines})
            elif n % 4 == 1:
                found = inventory.allocate(uow.session, me, {"roll": 3, "scone": 2}, here)
                inventory.reserve_parts(uow, me, f"o{n}", found.parts)
            elif n % 4 == 2:
                inventory.reserve(uow, me, here, f"o{n}", both)
                inventory.ship(uow, me, f"o{n}")
            else:
                inventory.count(uow, me, here, "scone", 9)
        return None

    _, refused = rush(range(40), do)
    assert {type(r) for r in refused} <= {OutOfStock, Conflict}
    assert all(isinstance(r, ComandaError) for r in refused)
    with database.read() as session:
        assert inventory.verify(session, me) == ()
