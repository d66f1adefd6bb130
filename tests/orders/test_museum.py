"""Histories in which well-known shop systems lost goods or money, lived through here.

Each names the report it is rebuilt from. Their like for stock alone and for payments alone are tested beside those.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from core import inventory, kitchen, ledger, orders, payments
from core.kernel.errors import InvalidInput, OutOfStock
from core.kernel.money import Money
from core.orders import Choice, Line
from core.orders.discounts import Discount
from core.payments import ProviderFact
from tests.orders.checkout import Broken, breaking, faults
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from tests.orders.shop import Shop


def _last_unit(shop: Shop) -> list[str]:
    """Two customers order the last roll at the same moment; the ids of what was placed."""
    shop.stock("roll", 1)
    carts = [shop.cart(f"talk{n}", (Line("roll"),)).id for n in range(2)]
    gate = Barrier(2)

    def place(cart_id: str) -> str:
        gate.wait()
        try:
            return shop.place(cart_id).id
        except OutOfStock:
            return ""

    with ThreadPoolExecutor(2) as pool:
        return [order for order in pool.map(place, carts) if order]


def test_the_last_unit_is_sold_once_and_nobody_pays_for_nothing(database: Database) -> None:
    """Vendure 3508 and 3065: both orders went through; one was paid and could not be fulfilled."""
    shop = open_shop(database)
    assert len(_last_unit(shop)) == 1
    assert shop.level("roll") == (1, 1)
    assert faults(database) == []


def test_two_lines_of_one_item_are_one_demand(database: Database) -> None:
    """Medusa 16502: each line was checked against the whole stock."""
    shop = open_shop(database)
    shop.stock("roll", 3)
    no_dill = Line("roll", 2, modifiers=(Choice("build", "dill", "no"),))
    with pytest.raises(OutOfStock):
        shop.order(Line("roll", 2), no_dill)
    assert shop.level("roll") == (3, 0)
    shop.order(Line("roll", 1), no_dill)
    assert shop.level("roll") == (3, 3)


@pytest.mark.parametrize("step", ["reserve", "open_payment"])
def test_no_order_is_left_without_stock_or_payment(database: Database, step: str) -> None:
    """Medusa 16825: steps ran beside each other, and one that failed left the others' work."""
    shop = open_shop(database)
    shop.stock("roll", 3)
    cart = shop.cart("talk", (Line("roll"),))
    module = "core.inventory" if step == "reserve" else "core.payments"
    with breaking(module, step), pytest.raises(Broken):
        shop.place(cart.id)
    assert (shop.level("roll"), faults(database)) == ((3, 0), [])


def test_a_refund_leaves_the_discount_of_what_remains(database: Database) -> None:
    """Vendure 4811: the discount of the order moved onto the lines that were left."""
    shop = open_shop(database)
    cart = shop.cart("talk", (Line("roll", 2), Line("scone", 3)))
    with database.begin() as uow:
        ten = Discount("ten", "Ten off", Money(1000, "EUR"), reason="sorry")
        orders.give_discount(uow, shop.merchant_id, cart.id, ten)
        placed = orders.place_order(uow, shop.merchant_id, cart.id)
        due = payments.of_order(uow.session, shop.merchant_id, placed.id)
        assert due is not None
        payments.take_at_counter(uow, shop.merchant_id, due.id)
        back = orders.refund_order(
            uow, shop.merchant_id, placed.id, lines={placed.lines[1].id: 3}, reason="dry", ref="a"
        )
        after = orders.order(uow.session, shop.merchant_id, placed.id)
    assert (placed.total.amount, back.total) == (1815, placed.lines[1].net)
    assert after.lines == placed.lines
    assert sum(line.discount.amount for line in after.lines) == 1000


def test_the_same_item_with_and_without_a_modifier_stays_two_lines(database: Database) -> None:
    """Wallace 83: the second line took the first one's place, and its modifiers."""
    shop = open_shop(database)
    with_capers = Line("roll", 1, modifiers=(Choice("build", "capers"),))
    placed = shop.order(Line("roll"), with_capers)
    assert [(line.line, line.total.amount) for line in placed.lines] == [(Line("roll"), 995), (with_capers, 1075)]
    with database.begin() as uow:
        orders.change_order(uow, shop.merchant_id, placed.id, (with_capers,), expected_version=1)
        (ticket,) = kitchen.tickets_of_order(uow.session, shop.merchant_id, placed.id)
    assert ticket.lines == ("1 × Crab roll", "  capers")


@pytest.mark.parametrize("units", [0, -1, -99])
def test_a_negative_quantity_raises_no_stock_and_pays_nothing_out(database: Database, units: int) -> None:
    """Brot 61: minus three loaves put three on the shelf."""
    shop = open_shop(database)
    shop.stock("roll", 5)
    placed = shop.order(Line("roll", 2))
    cart = shop.cart()
    for wrong in (
        lambda uow: orders.set_lines(uow, shop.merchant_id, cart.id, (Line("roll", units),)),
        lambda uow: orders.change_order(uow, shop.merchant_id, placed.id, (Line("roll", units),), expected_version=1),
        lambda uow: orders.refund_order(
            uow, shop.merchant_id, placed.id, lines={placed.lines[0].id: units}, reason="x", ref="a", restock=True
        ),
        lambda uow: orders.refund_order(
            uow, shop.merchant_id, placed.id, amount=Money(units, "EUR"), reason="x", ref="b"
        ),
        lambda uow: inventory.receive(uow, shop.merchant_id, shop.location_id, "roll", units, reason="x"),
    ):
        with pytest.raises(InvalidInput), database.begin() as uow:
            wrong(uow)
    assert shop.level("roll") == (5, 2)
    with database.read() as session:
        assert ledger.balance(session, shop.merchant_id, "refunds") == Money(0, "EUR")


def test_an_order_sent_again_from_a_till_that_was_offline_is_one_order(database: Database) -> None:
    """Odoo 152259: orders that were synchronised twice were booked twice."""
    shop = open_shop(database)
    shop.stock("roll", 5)
    cart = shop.cart("talk", (Line("roll", 2),))
    with ThreadPoolExecutor(4) as pool:
        placed = list(pool.map(lambda _: shop.place(cart.id).id, range(4)))
    assert len(set(placed)) == 1
    assert (shop.level("roll"), faults(database)) == ((5, 2), [])


def test_a_webhook_beside_the_change_of_its_order_charges_once(database: Database) -> None:
    """Saleor 12652 and Open Food Network 3925: completing raced the webhook; three cards were charged."""
    shop = open_shop(database)
    placed = shop.order(Line("roll", 2))
    with database.begin() as uow:
        asked = payments.pay_by_link(uow, shop.merchant_id, placed.id)
    said = ProviderFact("test", "evt", "captured", shop.merchant_id, asked.id, charge_ref="ch", amount=asked.amount)
    gate = Barrier(3)

    def act(number: int) -> None:
        gate.wait()
        with database.begin() as uow:
            if number:
                payments.apply(uow, said)
            else:
                orders.accept(uow, shop.merchant_id, placed.id)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(act, range(3)))
    with database.read() as session:
        paid = payments.all_of_order(session, shop.merchant_id, placed.id)
        assert sum(p.captured.amount for p in paid) == placed.total.amount
        assert ledger.balance(session, shop.merchant_id, "receivable") == Money(0, "EUR")
        assert orders.order(session, shop.merchant_id, placed.id).state == "accepted"
