"""The last place of a slot and the same refund, wanted by several at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from core import orders
from core.kernel import clock
from core.kernel.errors import SlotTaken
from core.kernel.money import Money
from core.orders import Line, repository_times
from tests.orders.shop import open_shop
from tests.orders.test_handover import NOON, ROLL, shop_with
from tests.orders.test_returns import back, done, refund

if TYPE_CHECKING:
    from datetime import datetime

    from core.db.session import Database
    from tests.orders.shop import Shop


def _rush(shop: Shop, number: int) -> int:
    """So many customers want the same time at once; how many got it."""
    carts = []
    for n in range(number):
        cart = shop.cart(f"talk{n}", ROLL)
        with shop.database.begin() as uow:
            orders.set_details(uow, shop.merchant_id, cart.id, requested_for=NOON.replace(hour=15))
        carts.append(cart.id)

    def place(cart_id: str) -> int:
        with clock.at(NOON):
            try:
                shop.place(cart_id)
            except SlotTaken:
                return 0
            return 1

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(place, carts))


def test_orders_never_share_the_last_place_of_a_slot(database: Database) -> None:
    shop = shop_with(database, slot_orders=3)
    with clock.at(NOON):
        assert _rush(shop, 12) == 3


def test_control_counting_first_and_taking_later_overbooks(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two customers look before either takes: what a count without a lock comes to."""
    shop = shop_with(database, slot_orders=1)
    guarded = repository_times.take_slot

    def unguarded(session: Any, merchant_id: str, location_id: str, starts_at: datetime, _: int | None) -> bool:  # noqa: ANN401 - a session
        # The count that this customer saw was made before the other one took the place.
        return guarded(session, merchant_id, location_id, starts_at, None)

    monkeypatch.setattr(repository_times, "take_slot", unguarded)
    with clock.at(NOON):
        assert _rush(shop, 3) == 3


def test_the_same_refund_at_once_is_made_once(database: Database) -> None:
    shop = open_shop(database)
    order = done(shop, Line("roll", 2))
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: refund(shop, order, "a", amount=Money(1000, "EUR")).id, range(4)))
    assert len(set(made)) == 1
    assert back(shop, order) == 1000
