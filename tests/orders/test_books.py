"""Orders and the ledger: what is sold is posted in the same transaction, what is cancelled leaves nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from core import ledger, merchants, orders
from core.access import of_staff
from core.kernel.errors import CartClosed, InvalidInput, NotAllowed, NotFound, OutOfStock
from core.kernel.money import Money
from core.ledger.models import EntryRow, PostingRow
from core.merchants import Charging, ServiceCharge, TaxRate
from core.orders import Discount, Line, Tip, pricing
from core.orders.models import OrderLineRow, OrderRow
from core.orders.service import books
from tests.orders.shop import Shop, open_shop

if TYPE_CHECKING:
    from core.access import Actor, Role
    from core.db.session import Database
    from core.orders import OrderView

FIVE_OFF = Discount("d1", "regular guest", Money(500, "EUR"), reason="waited long")
CHARGING = Charging(tax_rates=(TaxRate("bakery", 700),), service_charge=ServiceCharge(basis_points=1000))


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


def placed(shop: Shop, talk: str = "talk") -> OrderView:
    """Scones and a roll, discounted, charged, tipped: subtotal 18.20, total 16.36."""
    cart = shop.cart(talk, [Line("scone", 3), Line("roll", modifiers=(orders.Choice("sauce", "aioli"),))])
    with shop.database.begin() as uow:
        merchants.set_charging(uow, shop.merchant_id, shop.location_id, CHARGING)
        orders.give_discount(uow, shop.merchant_id, cart.id, FIVE_OFF)
        orders.set_tip(uow, shop.merchant_id, cart.id, Tip(eur(184)))
    return shop.place(cart.id)


def balances(shop: Shop, order_id: str) -> dict[str, int]:
    with shop.database.read() as session:
        return {a: m.amount for a, m in ledger.order_balances(session, shop.merchant_id, order_id).items()}


def test_a_sale_is_posted_with_its_order_and_its_money_is_kept_line_by_line(database: Database) -> None:
    shop = open_shop(database, tax=1900, inclusive=True)
    order = placed(shop)
    assert (order.subtotal, order.charges.discount, order.charges.tip, order.total) == (
        eur(1820),
        eur(500),
        eur(184),
        eur(1636),
    )
    assert [(line.discount.amount, line.basis_points, line.tax.amount) for line in order.lines] == [
        (227, 700, 39),
        (273, 1900, 115),
    ]
    assert balances(shop, order.id) == {
        "receivable": 1636,
        "sales": -(1820 - 39 - 115),
        "discounts": 500,
        "service_charge": -(132 - 21),
        "tax:700": -39,
        "tax:1900": -136,
        "tips": -184,
    }
    with database.read() as session:
        read = orders.order(session, shop.merchant_id, order.id)
        assert read == order
        assert sum(r.amount.amount for r in read.explain() if r.counts) == 1636
        assert orders.check_books(session, shop.merchant_id) == ()
        assert ledger.verify(session, shop.merchant_id).good


def test_placing_again_posts_nothing_and_a_refusal_leaves_no_posting(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("scone", 1)
    cart = shop.cart(lines=[Line("water")])
    assert shop.place(cart.id) == shop.place(cart.id)
    refused = shop.cart("other", [Line("scone", 2)])
    with database.begin() as uow, pytest.raises(OutOfStock):
        orders.place_order(uow, shop.merchant_id, refused.id)
    with database.read() as session:
        assert ledger.verify(session, shop.merchant_id).postings == 1
        assert ledger.balance(session, shop.merchant_id, "sales") == eur(-150)


def test_a_cancelled_order_leaves_nothing_behind_but_what_was_paid(database: Database) -> None:
    shop = open_shop(database, tax=1900, inclusive=True)
    order = placed(shop)
    with database.begin() as uow:
        parts = pricing.refund_of(order, lines={order.lines[0].id: 1})
        books.refunded(uow, order, parts, ref="one scone")
        books.refunded(uow, order, parts, ref="one scone")
    assert balances(shop, order.id)["receivable"] == 1636 - parts.total.amount
    with database.begin() as uow:
        orders.cancel(uow, shop.merchant_id, order.id, reason="rain")
        orders.cancel(uow, shop.merchant_id, order.id, reason="rain")
    assert balances(shop, order.id) == {}
    with database.read() as session:
        assert orders.check_books(session, shop.merchant_id) == ()
        assert [p.kind for p in ledger.of_order(session, shop.merchant_id, order.id)] == [
            "sale",
            "refund",
            "cancellation",
        ]


def test_a_change_is_posted_as_the_difference(database: Database) -> None:
    shop = open_shop(database, tax=1000)
    before = shop.order(Line("scone", 2), conversation_id="a")
    after = replace(shop.order(Line("scone", 3), conversation_id="b"), id=before.id)
    with database.begin() as uow:
        books.changed(uow, before, after, ref="2")
    assert balances(shop, before.id) == {"receivable": 908, "sales": -825, "tax:1000": -83}


def test_check_books_finds_what_was_tampered_with(database: Database) -> None:
    shop = open_shop(database)
    ids = [shop.order(Line("scone", 2), Line("water"), conversation_id=f"t{n}").id for n in range(4)]
    mine = OrderRow.merchant_id == shop.merchant_id
    with database.begin() as uow:
        lines = (OrderLineRow.merchant_id == shop.merchant_id, OrderLineRow.order_id == ids[0])
        uow.session.execute(update(OrderLineRow).where(*lines, OrderLineRow.position == 0).values(discount_amount=5))
        cheaper = {"subtotal_amount": 100, "total_amount": 100}
        uow.session.execute(update(OrderRow).where(mine, OrderRow.id == ids[1]).values(**cheaper))
        posting = ledger.find(uow.session, shop.merchant_id, f"sale:{ids[2]}")
        assert posting is not None
        uow.session.execute(
            delete(EntryRow).where(EntryRow.merchant_id == shop.merchant_id, EntryRow.posting_id == posting.id)
        )
        uow.session.execute(
            delete(PostingRow).where(PostingRow.merchant_id == shop.merchant_id, PostingRow.id == posting.id)
        )
    with database.read() as session:
        found = {(p.code, p.order_id) for p in orders.check_books(session, shop.merchant_id)}
        # A posting that is gone with all its entries leaves a ledger that looks whole: only the order misses it.
        assert ledger.verify(session, shop.merchant_id).good
    assert found == {("lines", ids[0]), ("lines", ids[1]), ("posted", ids[1]), ("unposted", ids[2])}


def test_the_database_refuses_amounts_that_do_not_add_up(database: Database) -> None:
    shop = open_shop(database)
    order = shop.order(Line("water"))
    one = (OrderRow.merchant_id == shop.merchant_id, OrderRow.id == order.id)
    wrongs: list[dict[str, int]] = [
        {"discount_amount": 151},
        {"discount_amount": -1},
        {"tip_amount": 1},
        {"rounding_amount": 5},
        {"delivery_fee_amount": -5, "tip_amount": 5},
        {"total_amount": 149},
    ]
    for wrong in wrongs:
        with pytest.raises(IntegrityError), database.begin() as uow:
            uow.session.execute(update(OrderRow).where(*one).values(**wrong))
    with database.begin() as uow:  # the control: what adds up is taken
        uow.session.execute(update(OrderRow).where(*one).values(tip_amount=5, total_amount=155))


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("manager", True), ("staff", False), ("kitchen", False)])
def test_discounts_by_hand_need_a_permission_and_a_reason(sqlite_shop: Shop, role: Role, may: bool) -> None:
    cart = sqlite_shop.cart(lines=[Line("scone", 3)])
    actor: Actor = of_staff(sqlite_shop.merchant_id, "mia", role)
    with sqlite_shop.database.begin(actor) as uow:
        if not may:
            with pytest.raises(NotAllowed):
                orders.give_discount(uow, sqlite_shop.merchant_id, cart.id, FIVE_OFF)
            return
        with pytest.raises(InvalidInput, match="reason"):
            orders.give_discount(uow, sqlite_shop.merchant_id, cart.id, replace(FIVE_OFF, reason=" "))
        given = orders.give_discount(uow, sqlite_shop.merchant_id, cart.id, FIVE_OFF)
        assert [(d.id, d.by) for d in given.discounts] == [("d1", "mia")]
        again = orders.give_discount(uow, sqlite_shop.merchant_id, cart.id, replace(FIVE_OFF, amount=eur(100)))
        assert [d.amount for d in again.discounts] == [eur(100)]
        with pytest.raises(NotFound):
            orders.take_discount_back(uow, sqlite_shop.merchant_id, cart.id, "d2")
        assert orders.take_discount_back(uow, sqlite_shop.merchant_id, cart.id, "d1").discounts == ()
    sqlite_shop.place(cart.id)
    with sqlite_shop.database.begin() as uow, pytest.raises(CartClosed):
        orders.give_discount(uow, sqlite_shop.merchant_id, cart.id, FIVE_OFF)


def test_a_location_refuses_charging_that_cannot_be_meant(sqlite_shop: Shop) -> None:
    wrong = [
        Charging(tax_rates=(TaxRate("food", 10_001),)),
        Charging(tax_rates=(TaxRate("food", 700, ("flight",)),)),
        Charging(tax_rounding="never"),  # type: ignore[arg-type] # the point
        Charging(service_charge=ServiceCharge()),
        Charging(service_charge=ServiceCharge(basis_points=500, amount=5)),
        Charging(cash_increment=0),
    ]
    for charging in wrong:
        with sqlite_shop.database.begin() as uow, pytest.raises(InvalidInput):
            merchants.set_charging(uow, sqlite_shop.merchant_id, sqlite_shop.location_id, charging)
    with sqlite_shop.database.begin() as uow:
        kept = merchants.set_charging(uow, sqlite_shop.merchant_id, sqlite_shop.location_id, CHARGING)
    assert kept.charging == CHARGING
