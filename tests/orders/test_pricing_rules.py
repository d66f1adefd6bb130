"""What is charged, rule by rule, with amounts worked out by hand."""

from __future__ import annotations

import pytest

from core.kernel.errors import InvalidInput
from core.kernel.money import Money
from core.merchants import ServiceCharge, TaxRate
from core.orders import Choice, Discount, Line, Slot, TaxRule, Tip, pricing
from core.orders.pricing import Reason
from tests.orders.shop import small_menu

MENU = small_menu()
NO_TAX = TaxRule(0, inclusive=False)
SCONES = Line("scone", 3)  # 3 × 2.75
WATER = Line("water")  # 1.50


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


def off(amount: int, *items: str, each: bool = False, limit: int | None = None, name: str = "off") -> Discount:
    most = None if limit is None else eur(limit)
    return Discount(name, name, eur(amount), items=items, each=each, limit=most)


def per_cent(basis_points: int, *items: str, limit: int | None = None, name: str = "part") -> Discount:
    return Discount(name, name, None, basis_points, items, limit=None if limit is None else eur(limit))


def taken(*discounts: Discount) -> list[int]:
    quote = pricing.quote(MENU, [SCONES, WATER], tax=NO_TAX, discounts=discounts)
    assert quote.total.amount == 975 - sum(line.discount.amount for line in quote.lines)
    return [line.discount.amount for line in quote.lines]


def test_a_fixed_discount_that_does_not_divide_is_shared_to_the_cent() -> None:
    assert taken(off(100)) == [85, 15]  # 84.6 and 15.4
    quote = pricing.quote(MENU, [Line("scone", 3)], tax=NO_TAX, discounts=[off(100, "scone")])
    (line,) = quote.lines
    assert (line.discount, line.net) == (eur(100), eur(725))
    units = [line.net.first(n + 1, 3) - line.net.first(n, 3) for n in range(3)]
    assert [unit.amount for unit in units] == [241, 242, 242]


@pytest.mark.parametrize("discounts", [(off(2000),), (off(900, "scone"), off(900)), (per_cent(10_000), off(1))])
def test_no_discount_takes_a_price_below_zero(discounts: tuple[Discount, ...]) -> None:
    quote = pricing.quote(MENU, [SCONES, WATER], tax=TaxRule(1000, inclusive=False), discounts=discounts)
    assert [line.net.amount for line in quote.lines] == [0, 0]
    assert (quote.total, quote.tax, quote.charges.discount) == (eur(0), eur(0), eur(975))


def test_discounts_apply_items_first_and_each_to_what_is_left() -> None:
    assert taken(per_cent(1000), off(50, "scone", each=True)) == [218, 15]  # 150, then 10 % of 825, 8.25 - 1.50
    assert taken(per_cent(5000, limit=100)) == [85, 15]
    assert taken(off(100, "roll")) == [0, 0]
    assert taken() == [0, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        Discount("d", "d"),
        Discount("d", "d", eur(1), 5),
        Discount("d", "d", eur(-1)),
        Discount("d", "d", Money(1, "USD")),
        Discount("d", "d", None, 10_001),
        Discount("d", "d", None, 100, each=True),
    ],
)
def test_a_discount_that_cannot_be_meant_is_refused(wrong: Discount) -> None:
    with pytest.raises(InvalidInput):
        taken(wrong)


FOOD_OUT = TaxRule(1900, inclusive=True, rates=(TaxRate("food", 700, ("pickup", "delivery")), TaxRate("bakery", 700)))
LUNCH = [Line("roll"), WATER, Line("scone")]


def test_eating_in_and_taking_away_are_taxed_by_what_is_eaten() -> None:
    away = pricing.quote(MENU, LUNCH, tax=FOOD_OUT, fulfilment="pickup")
    assert [(t.basis_points, t.base.amount, t.tax.amount) for t in away.charges.taxes] == [
        (700, 1270, 83),
        (1900, 150, 24),
    ]
    inside = pricing.quote(MENU, LUNCH, tax=FOOD_OUT, fulfilment="dine_in")
    assert [(t.basis_points, t.tax.amount) for t in inside.charges.taxes] == [(700, 18), (1900, 183)]
    assert away.total == inside.total == eur(1420)
    assert [line.tax.amount for line in away.lines] == [65, 24, 18]


def test_a_combo_is_taxed_as_what_all_of_it_has_in_common() -> None:
    fish = Line("pier", slots=(Slot("main", "roll", None, (Choice("sauce", "aioli"),)), Slot("sweet", "scone")))
    assert pricing.quote(MENU, [fish], tax=FOOD_OUT, fulfilment="pickup").charges.taxes[0].basis_points == 1900
    coffees = Line("pair", slots=(Slot("coffee", "flat_white"), Slot("coffee", "flat_white")))
    drinks = TaxRule(1900, inclusive=True, rates=(TaxRate("drinks", 500),))
    assert pricing.quote(MENU, [coffees], tax=drinks).charges.taxes[0].basis_points == 500
    named = TaxRule(1900, inclusive=True, rates=(TaxRate("pair", 0),))
    assert pricing.quote(MENU, [coffees], tax=named).tax == eur(0)


def test_tax_is_rounded_once_an_order_or_line_by_line() -> None:
    lines = [WATER, WATER, WATER]  # 8.25 % of 1.50 is 12.375 cents
    once = pricing.quote(MENU, lines, tax=TaxRule(825, inclusive=False))
    each = pricing.quote(MENU, lines, tax=TaxRule(825, inclusive=False, rounding="line"))
    assert (once.tax.amount, [line.tax.amount for line in once.lines]) == (37, [13, 12, 12])
    assert (each.tax.amount, [line.tax.amount for line in each.lines]) == (36, [12, 12, 12])


@pytest.mark.parametrize(("taxable", "tax"), [(True, 117), (False, 98)])
def test_a_service_charge_is_taxed_or_not(taxable: bool, tax: int) -> None:
    charge = ServiceCharge(basis_points=2000, taxable=taxable)
    quote = pricing.quote(MENU, [SCONES, WATER], tax=TaxRule(1000, inclusive=False), service_charge=charge)
    assert (quote.charges.service_charge, quote.tax.amount) == (eur(195), tax)
    assert quote.total.amount == 975 + 195 + tax


def test_a_service_charge_can_be_for_eating_in_only() -> None:
    charge = ServiceCharge(amount=250, fulfilments=("dine_in",))
    totals = [
        pricing.quote(MENU, [WATER], tax=NO_TAX, service_charge=charge, fulfilment=way).total.amount
        for way in ("dine_in", "pickup", None)
    ]
    assert totals == [400, 150, 150]


def test_a_tip_is_on_what_is_left_after_discounts_and_is_never_taxed() -> None:
    quote = pricing.quote(
        MENU, [SCONES], tax=TaxRule(1000, inclusive=False), discounts=[off(25)], tip=Tip(basis_points=1500)
    )
    assert (quote.charges.tip.amount, quote.tax.amount, quote.total.amount) == (120, 80, 1000)
    for wrong in (Tip(eur(-1)), Tip(Money(1, "USD")), Tip(basis_points=10_001)):
        with pytest.raises(InvalidInput, match="tip"):
            pricing.quote(MENU, [SCONES], tax=NO_TAX, tip=wrong)


@pytest.mark.parametrize(
    ("currency", "due", "paid"),
    [
        ("CHF", 1002, 1000),
        ("CHF", 1003, 1005),
        ("SEK", 1049, 1000),
        ("SEK", 1050, 1100),
        ("KRW", 5505, 5510),
        ("KWD", 1234, 1234),
        ("EUR", 999, 999),
    ],
)
def test_cash_is_rounded_to_the_coins_that_there_are(currency: str, due: int, paid: int) -> None:
    from core.kernel.money import cash_increment  # noqa: PLC0415 - what is looked at here

    assert Money(due, currency).rounded_to(cash_increment(currency)) == Money(paid, currency)
    assert Money(-due, currency).rounded_to(cash_increment(currency)) == Money(-paid, currency)


def test_every_cent_is_explained() -> None:
    lines = [Line("flat_white", 2, "big", (Choice("milk", "oat"),)), WATER]
    quote = pricing.quote(
        MENU,
        lines,
        tax=TaxRule(1000, inclusive=False),
        discounts=[per_cent(5000, "water", limit=50), off(100, name="regular")],
        tip=Tip(eur(97)),
        service_charge=ServiceCharge(basis_points=1000),
        delivery_fee=eur(250),
        cash=5,
    )
    told = quote.explain()
    assert [(r.kind, r.amount.amount, r.label, r.line) for r in told] == [
        ("line", 910, "Flat white, big", 0),
        ("part", 410, "Flat white, big", 0),
        ("part", 45, "oat milk", 0),
        ("line", 150, "Still water", 1),
        ("part", 150, "Still water", 1),
        ("item_discount", -50, "part", 1),
        ("discount_limited", 50, "part", None),
        ("order_discount", -90, "regular", 0),
        ("order_discount", -10, "regular", 1),
        ("service_charge", 91, "", None),
        ("delivery_fee", 250, "", None),
        ("tax_added", 125, "", None),
        ("tip", 97, "", None),
        ("cash_rounding", 2, "", None),
        ("total", 1475, "", None),
    ]
    assert told[6] == Reason("discount_limited", eur(50), "part", whole=eur(75))
    assert sum(r.amount.amount for r in told if r.counts) == 1475
