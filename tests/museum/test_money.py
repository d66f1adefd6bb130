"""Histories of money: discounts, and who was charged for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import ledger, orders, payments
from core.kernel.money import Money
from core.orders import Line
from core.orders.discounts import Discount
from core.payments import ProviderFact
from core.settings import settings
from tests.orders.shop import open_shop
from tests.payments.world import configure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.session import Database
    from core.orders import OrderView
    from core.payments import PaymentView
    from tests.orders.shop import Shop


def open_with_links(database: Database, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop that takes money by links."""
    configure(monkeypatch)
    return open_shop(database, tax=2300, inclusive=True)


@pytest.fixture
def shop(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    yield open_with_links(database, monkeypatch)
    settings.cache_clear()


def _discounted(shop: Shop, off: Discount, *lines: Line) -> OrderView:
    cart = shop.cart("talk", lines)
    with shop.database.begin() as uow:
        orders.give_discount(uow, shop.merchant_id, cart.id, off)
        return orders.place_order(uow, shop.merchant_id, cart.id)


def _fifty(*items: str) -> Discount:
    return Discount("fifty", "Fifty off", Money(5000, "EUR"), items=items, reason="sorry")


@pytest.mark.parametrize("items", [(), ("roll",)])
def test_a_discount_never_takes_more_than_there_is(shop: Shop, items: tuple[str, ...]) -> None:
    """Vendure 2385: a discount larger than the price made the price negative, and the shop owed the customer."""
    placed = _discounted(shop, _fifty(*items), Line("roll"), Line("scone"))
    assert [line.net.amount for line in placed.lines] == ([0, 0] if not items else [0, 275])
    assert placed.total.amount == (0 if not items else 275)
    assert placed.tax.amount >= 0
    with shop.database.read() as session:
        due = payments.of_order(session, shop.merchant_id, placed.id)
        assert due is not None
        assert (due.amount, due.state) == (placed.total, "pending" if items else "captured")
        assert orders.check_books(session, shop.merchant_id) == ()


def _off_each_third(units: int) -> Discount:
    return Discount("one", "One off", Money(100, "EUR"), items=("scone",), reason=f"{units}")


@pytest.mark.parametrize("units", [3, 7])
def test_a_discount_that_does_not_divide_is_given_to_the_cent(shop: Shop, units: int) -> None:
    """Vendure 2995: one euro off three units became 0.99 or 1.02; whoever sends back unit by unit finds out."""
    placed = _discounted(shop, _off_each_third(units), Line("scone", units), Line("water"))
    scones = placed.lines[0]
    assert (scones.discount.amount, placed.total.amount) == (100, 275 * units + 150 - 100)
    with shop.database.begin() as uow:
        due = payments.of_order(uow.session, shop.merchant_id, placed.id)
        assert due is not None
        payments.take_at_counter(uow, shop.merchant_id, due.id)
        back = [
            orders.refund_order(uow, shop.merchant_id, placed.id, lines={scones.id: 1}, reason="dry", ref=f"{n}").total
            for n in range(units)
        ]
        assert orders.check_books(uow.session, shop.merchant_id) == ()
    amounts = [money.amount for money in back if money is not None]
    assert (sum(amounts), max(amounts) - min(amounts)) == (scones.net.amount, 1)


def _linked(shop: Shop) -> PaymentView:
    placed = shop.order(Line("roll"))
    with shop.database.begin() as uow:
        return orders.pay_by_link(uow, shop.merchant_id, placed.id)


def _charge(shop: Shop, asked: PaymentView, event: str, charge: str) -> None:
    said = ProviderFact("test", event, "captured", shop.merchant_id, asked.id, charge_ref=charge, amount=asked.amount)
    with shop.database.begin() as uow:
        payments.apply(uow, said)


def _kept(shop: Shop, order_id: str) -> int:
    """What came in for an order less what goes back, in cents."""
    with shop.database.read() as session:
        every = payments.all_of_order(session, shop.merchant_id, order_id)
    return sum(p.captured.amount - p.refunded.amount - p.refunding.amount for p in every)


def test_of_three_cards_one_pays_and_the_others_get_their_money_back(shop: Shop) -> None:
    """Open Food Network 3925: a customer tried three cards, and all three were charged."""
    asked = _linked(shop)
    for n in range(3):
        _charge(shop, asked, f"evt{n}", f"card{n}")
        _charge(shop, asked, f"evt{n}", f"card{n}")
    with shop.database.read() as session:
        every = payments.all_of_order(session, shop.merchant_id, asked.order_id)
        refunds = payments.refunds_of_order(session, shop.merchant_id, asked.order_id)
        assert ledger.verify(session, shop.merchant_id).good
    assert [p.captured.amount for p in every if p.captured.amount] == [995, 995, 995]
    assert sum(p.live for p in every) == 1
    assert [r.amount.amount for r in refunds] == [995, 995]
    assert _kept(shop, asked.order_id) == 995
