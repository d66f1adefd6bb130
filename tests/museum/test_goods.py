"""Histories of goods: what was promised twice, lost, or put on a shelf by a minus sign."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core import inventory, messaging, orders
from core.inventory.models import StockLevelRow
from core.kernel.clock import now
from core.kernel.errors import OutOfStock
from core.messaging import Envelope
from core.orders import Choice, Line
from tests.orders.checkout import faults
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.catalogue import Menu, RecipeBook
    from core.db.session import Database
    from tests.orders.shop import Shop

NO_DILL = Line("roll", 2, modifiers=(Choice("build", "dill", "no"),))


@pytest.fixture
def shop(database: Database) -> Shop:
    """A shop with three rolls."""
    made = open_shop(database)
    made.stock("roll", 3)
    return made


def test_control_looking_at_each_line_alone_sells_too_much(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Medusa 16502 with a demand that is the largest line's instead of the sum: four of three are sold."""

    def largest(_: Menu, lines: Iterable[Line], __: RecipeBook) -> Mapping[str, int]:
        return {"roll": max(line.quantity for line in lines)}

    monkeypatch.setattr("core.orders.rules.demand", largest)
    placed = shop.order(Line("roll", 2), NO_DILL)
    assert sum(line.line.quantity for line in placed.lines) == 4
    assert shop.level("roll") == (3, 2)


def _both(shop: Shop, reserve: str, gate: Barrier) -> list[bool]:
    """Two orders of two rolls each at the same moment; whether each got them."""

    def guarded(order_id: str) -> None:
        gate.wait()
        with shop.database.begin() as uow:
            inventory.reserve(uow, shop.merchant_id, shop.location_id, order_id, {"roll": 2})

    def read_first(_: str) -> None:
        with shop.database.read() as session:
            level = inventory.level(session, shop.merchant_id, shop.location_id, "roll")
        gate.wait()
        assert level is not None
        if level.available < 2:
            raise OutOfStock(item="roll", left=level.available, wanted=2)
        with shop.database.begin() as uow:
            mine = update(StockLevelRow).where(StockLevelRow.merchant_id == shop.merchant_id)
            uow.session.execute(mine.values(reserved=level.reserved + 2))

    how = {"guarded": guarded, "read first": read_first}[reserve]

    def got(order_id: str) -> bool:
        try:
            how(order_id)
        except OutOfStock:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(got, ("one", "two")))


def test_what_is_reserved_is_counted_where_it_is_locked(shop: Shop) -> None:
    """Medusa 16569: what was left was read before the lock, and written after it."""
    assert sorted(_both(shop, "guarded", Barrier(2))) == [False, True]
    assert shop.level("roll") == (3, 2)


def test_control_reading_before_the_lock_promises_it_twice(shop: Shop) -> None:
    """Both read three, both take two, and one of the promises is lost in the number."""
    assert _both(shop, "read first", Barrier(2)) == [True, True]
    assert shop.level("roll") == (3, 2)


def test_control_a_step_in_a_transaction_of_its_own_leaves_a_part(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Medusa 16825 with a reservation that commits by itself: what follows fails, and it is left without an order."""
    cart = shop.cart("talk", (Line("roll"),))
    with shop.database.begin() as uow:
        inventory.reserve(uow, shop.merchant_id, shop.location_id, "order that never was", {"roll": 1})

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no payment today")

    monkeypatch.setattr("core.payments.open_payment", broken)
    with pytest.raises(RuntimeError, match="no payment today"):
        shop.place(cart.id)
    assert shop.level("roll") == (3, 1)
    assert faults(shop.database) != []


def test_control_giving_back_without_a_guard_goes_below_zero(shop: Shop) -> None:
    """Medusa 12401: an order given back twice; the guard refuses the second time, the constraint the number."""
    shop.order(Line("roll", 2))
    mine = update(StockLevelRow).where(StockLevelRow.merchant_id == shop.merchant_id)

    def give_back() -> None:
        with shop.database.begin() as uow:
            uow.session.execute(mine.values(reserved=StockLevelRow.reserved - 2))

    give_back()
    with pytest.raises(IntegrityError):
        give_back()


def _sent(shop: Shop, name: str) -> bool:
    """A till is in touch again and sends what it took meanwhile, under its own name for it; whether that was new."""
    said = Envelope(
        channel="web", account="till", external_id=name, sender="sailor", kind="text", text="a crab roll", sent_at=now()
    )
    with shop.database.begin() as uow:
        received = messaging.receive(uow, shop.merchant_id, said)
        if received.duplicate:
            return False
        cart = orders.open_cart(
            uow, shop.merchant_id, shop.location_id, shop.customer_id, f"{received.conversation_id[:20]}-{received.seq}"
        )
        orders.set_lines(uow, shop.merchant_id, cart.id, (Line("roll", 1),))
        orders.place_order(uow, shop.merchant_id, cart.id)
    return True


def _placed(shop: Shop) -> int:
    with shop.database.read() as session:
        return len(orders.list_orders(session, shop.merchant_id))


def test_an_order_that_a_till_took_offline_is_one_however_often_it_is_sent(shop: Shop) -> None:
    """Odoo 152259: orders that were synchronised twice, also at once, were booked twice."""
    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(lambda _: _sent(shop, "till-7-0042"), range(3))) == [False, False, True]
    assert (_placed(shop), shop.level("roll")) == (1, (3, 1))


def test_control_sent_under_another_name_it_is_two_orders(shop: Shop) -> None:
    """A till that makes up a new name at every try is not recognised."""
    assert [_sent(shop, f"try-{n}") for n in range(2)] == [True, True]
    assert (_placed(shop), shop.level("roll")) == (2, (3, 2))


def test_control_lines_known_by_their_item_alone_become_one(shop: Shop) -> None:
    """Wallace 83: a cart that knows lines by their item loses one of the two."""
    lines = {line.item: line for line in (Line("roll"), Line("roll", 1, modifiers=(Choice("build", "capers"),)))}
    placed = shop.order(*lines.values())
    assert [line.line.modifiers for line in placed.lines if line.line.item == "roll"] != [
        (),
        (Choice("build", "capers"),),
    ]
    assert len(placed.lines) == 1


def test_control_a_quantity_that_nobody_looks_at_changes_the_shelf(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Brot 61 without the look at the quantity: minus one is taken off the shelf by a receipt."""
    receipts = import_module("core.inventory.service.levels")  # a function there has the same name
    monkeypatch.setattr(receipts, "check_quantity", lambda *_, **__: None)
    with shop.database.begin() as uow:
        inventory.receive(uow, shop.merchant_id, shop.location_id, "roll", -1, reason="delivery")
    assert shop.level("roll") == (2, 0)
