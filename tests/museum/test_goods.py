"""Histories of goods: what was promised twice, lost, or put on a shelf by a minus sign."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from core import inventory, messaging, orders
from core.kernel.clock import now
from core.kernel.errors import OutOfStock
from core.messaging import Envelope
from core.orders import Line
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from tests.orders.shop import Shop


def open_with_rolls(database: Database, _: pytest.MonkeyPatch | None = None) -> Shop:
    """A shop with three rolls."""
    made = open_shop(database)
    made.stock("roll", 3)
    return made


@pytest.fixture
def shop(database: Database) -> Shop:
    return open_with_rolls(database)


def _both(shop: Shop) -> list[bool]:
    """Two orders of two rolls each at the same moment; whether each got them."""
    gate = Barrier(2)

    def got(order_id: str) -> bool:
        gate.wait()
        try:
            with shop.database.begin() as uow:
                inventory.reserve(uow, shop.merchant_id, shop.location_id, order_id, {"roll": 2})
        except OutOfStock:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(got, ("one", "two")))


def test_what_is_reserved_is_counted_where_it_is_locked(shop: Shop) -> None:
    """Medusa 16569: what was left was read before the lock, and written after it."""
    assert sorted(_both(shop)) == [False, True]
    assert shop.level("roll") == (3, 2)


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
