"""The total that is told is the total that is charged: else nobody could ever agree to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.shop import Shop
from core.kernel.money import Money
from core.merchants import Charging, LocationView, ServiceCharge, TaxRate
from core.orders import CartView, Discount, Line, Tip, pricing
from tests.orders.shop import small_menu

MENU = small_menu()
PLACE = LocationView(
    id="pier",
    merchant_id="shop",
    name="Pier",
    address="",
    phone="",
    time_zone="UTC",
    tax_rate_basis_points=1900,
    prices_include_tax=False,
    charging=Charging(
        tax_rates=(TaxRate("bakery", 700, ("pickup",)),),
        service_charge=ServiceCharge(basis_points=1000, fulfilments=("dine_in",)),
    ),
)
CART = CartView(
    id="cart",
    merchant_id="shop",
    location_id="pier",
    customer_id="guest",
    conversation_id="talk",
    status="open",
    order_id=None,
    version=1,
    lines=(Line("scone", 3), Line("water")),
    causes=((), ()),
    fulfilment=None,
    customer_name=None,
    note="",
    tip=Tip(Money(100, "EUR")),
    discounts=(Discount("d", "d", Money(200, "EUR")),),
)


@pytest.mark.parametrize(("fulfilment", "total"), [("pickup", 944), ("dine_in", 1115), (None, 1022)])
def test_what_is_told_is_what_is_charged(fulfilment: str | None, total: int) -> None:
    cart = replace(CART, fulfilment=fulfilment)
    told = Shop(MENU, location=PLACE, stored=cart).quote(cart.lines, fulfilment)
    assert told == pricing.quote_at(MENU, PLACE, cart)
    assert told.total == Money(total, "EUR")


def test_a_total_without_what_the_place_adds_would_be_another() -> None:
    cart = replace(CART, fulfilment="dine_in")
    bare = pricing.quote(MENU, cart.lines, tax=pricing.TaxRule(1900, inclusive=False)).total
    assert bare != pricing.quote_at(MENU, PLACE, cart).total
