"""A failure at each step of a checkout leaves no half of an order, and the next try succeeds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core import orders
from core.kernel.clock import now
from core.orders import Line
from tests.orders.checkout import STEPS, Broken, breaking, faults
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from core.orders import CartView
    from tests.orders.shop import Shop


def _cart(shop: Shop, talk: str) -> CartView:
    cart = shop.cart(talk, (Line("roll", 2), Line("scone")))
    with shop.database.begin() as uow:
        return orders.set_details(uow, shop.merchant_id, cart.id, requested_for=now() + timedelta(hours=2))


def test_whatever_step_fails_there_is_no_half_of_an_order(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 1000)
    shop.stock("scone", 1000)
    for number, (module, name) in enumerate(STEPS):
        cart = _cart(shop, f"talk{number}")
        before = ledger(database)
        for early in (False, True):
            with breaking(module, name, before=early), pytest.raises(Broken, match=name):
                shop.place(cart.id)
        assert differing(before, ledger(database)) == set(), name
        assert faults(database) == [], name
        assert shop.place(cart.id).state == "new"
        assert faults(database) == [], name
    assert shop.level("roll") == (1000, 2 * len(STEPS))


def test_a_failure_that_the_caller_survives_leaves_nothing_either(database: Database) -> None:
    assert _survived(database) == []


def test_control_without_one_transaction_a_failure_leaves_half_an_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.db.wire.Savepoint.undo", lambda _savepoint: None)
    found = _survived(database)
    assert any("without payment" in fault for fault in found)
    assert any(fault.startswith("order") and "cart" in fault for fault in found)


def _survived(database: Database) -> list[str]:
    """What does not agree when the step that asks for the money fails, and the caller commits the rest."""
    shop = open_shop(database)
    shop.stock("roll", 10)
    shop.stock("scone", 10)
    cart = _cart(shop, "talk")
    with database.begin() as uow, breaking("core.payments", "open_payment", before=True), pytest.raises(Broken):
        orders.place_order(uow, shop.merchant_id, cart.id)
    return faults(database)
