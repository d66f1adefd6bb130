"""What lines cost, to the cent: by example, and against a second opinion."""

from __future__ import annotations

from random import Random

import pytest

from core.catalogue.format import menu_from_json
from core.kernel.errors import InvalidLine
from core.kernel.money import Money
from core.orders import Choice, Line, Slot, TaxRule, pricing, rules
from tests.orders.oracle import exact_total, random_cart, random_menu
from tests.orders.shop import small_menu

NO_TAX = TaxRule(0, inclusive=False)
MENU = small_menu()


def _unit(line: Line) -> int:
    return pricing.quote(MENU, [line], tax=NO_TAX).lines[0].unit.amount


def _roll(*choices: Choice) -> int:
    return _unit(Line("roll", modifiers=choices))


def test_a_variation_replaces_the_price_of_the_item() -> None:
    assert _unit(Line("scone")) == 275
    assert _unit(Line("flat_white")) == 350
    assert _unit(Line("flat_white", variation="big")) == 410
    assert _unit(Line("chowder")) == 600  # still to be chosen: shown at the item's own price
    assert _unit(Line("chowder", variation="bowl")) == 850


@pytest.mark.parametrize(
    ("choice", "cents"),
    [
        (Choice("build", "capers"), 80),
        (Choice("build", "capers", "light"), 80),
        (Choice("build", "capers", "regular"), 80),
        (Choice("build", "capers", "side"), 80),
        (Choice("build", "capers", "extra"), 160),
        (Choice("build", "capers", "no"), 0),
        (Choice("build", "radish"), 0),
        (Choice("build", "radish", "light"), 0),
        (Choice("build", "radish", "regular"), 0),
        (Choice("build", "radish", "side"), 0),
        (Choice("build", "radish", "extra"), 60),
        (Choice("build", "radish", "no"), 0),
        (Choice("build", "radish", None, 3), 120),
        (Choice("build", "capers", None, 3), 240),
        (Choice("build", "capers", "extra", 2), 240),
        (Choice("build", "capers", "no", 2), 0),
    ],
)
def test_a_modifier_costs_its_price_for_each_portion_beyond_what_is_included(choice: Choice, cents: int) -> None:
    assert _roll(choice) == 995 + cents


def test_a_removed_default_gives_nothing_back_and_a_replaced_one_neither() -> None:
    assert _roll(Choice("build", "dill", "no"), Choice("build", "radish", "no")) == 995
    assert _unit(Line("flat_white", modifiers=(Choice("milk", "oat"),))) == 350 + 45


def test_a_combo_costs_its_price_and_the_surcharges_of_what_is_in_it() -> None:
    rye = (Choice("bread", "rye"),)
    cup = Line("pier", slots=(Slot("main", "chowder", "cup", rye), Slot("sweet", "scone")))
    bowl = Line("pier", slots=(Slot("main", "chowder", "bowl", rye), Slot("sweet", "scone")))
    assert _unit(cup) == 1200 + 30
    assert _unit(bowl) == 1200 + 30 + 250
    assert _unit(Line("pier", slots=(Slot("main", "roll"),))) == 1200
    assert _unit(Line("pair", slots=(Slot("coffee", "flat_white", "big"), Slot("coffee", "flat_white", "big")))) == 740


def test_every_part_of_a_price_names_the_menu_entry_it_came_from() -> None:
    line = Line("pier", 2, slots=(Slot("main", "chowder", "bowl", (Choice("bread", "rye"),)),))
    (quoted,) = pricing.quote(MENU, [line], tax=NO_TAX).lines
    assert [(p.kind, p.of, p.id, p.slot_index, p.amount.amount, p.label) for p in quoted.parts] == [
        ("combo", "", "pier", None, 1200, "Pier lunch"),
        ("item", "main", "chowder", 0, 0, "Chowder"),
        ("variation", "chowder", "bowl", 0, 250, "bowl"),
        ("modifier", "bread", "rye", 0, 30, "rye bread"),
        ("item", "sweet", "scone", 1, 0, "Scone"),
    ]
    assert (quoted.unit, quoted.total) == (Money(1480, "EUR"), Money(2960, "EUR"))
    assert [pricing.PricePart.from_json(p.to_json(), "EUR") for p in quoted.parts] == list(quoted.parts)


def test_exclusive_tax_comes_on_top_and_is_rounded_once_an_order() -> None:
    # 13.5 % of 16.50 is 2.2275. Rounded line by line it would be twice 1.11.
    quote = pricing.quote(MENU, [Line("scone", 3), Line("scone", 3)], tax=TaxRule(1350, inclusive=False))
    assert (quote.subtotal.amount, quote.tax.amount, quote.total.amount) == (1650, 223, 1873)
    assert not quote.tax_inclusive


def test_inclusive_tax_is_the_part_of_the_price_that_is_tax() -> None:
    quote = pricing.quote(MENU, [Line("roll", 2)], tax=TaxRule(900, inclusive=True))
    assert (quote.subtotal.amount, quote.tax.amount, quote.total.amount) == (1990, 164, 1990)  # 1990 x 9 / 109 = 164.3
    assert quote.tax_inclusive


@pytest.mark.parametrize(
    ("basis_points", "tax"), [(0, 0), (1, 0), (181, 5), (182, 5), (199, 5), (200, 6), (10_000, 275)]
)
def test_half_a_cent_of_tax_is_rounded_up(basis_points: int, tax: int) -> None:
    assert pricing.quote(MENU, [Line("scone")], tax=TaxRule(basis_points, inclusive=False)).tax.amount == tax


def test_an_empty_cart_costs_nothing() -> None:
    quote = pricing.quote(MENU, [], tax=TaxRule(900, inclusive=False))
    assert (quote.lines, quote.total) == ((), Money(0, "EUR"))


@pytest.mark.parametrize(
    "line",
    [
        Line("lobster"),
        Line("flat_white", variation="huge"),
        Line("roll", modifiers=(Choice("build", "gold"),)),
        Line("pier", slots=(Slot("main", "lobster"),)),
    ],
)
def test_what_is_not_on_the_menu_has_no_price(line: Line) -> None:
    with pytest.raises(InvalidLine):
        pricing.quote(MENU, [line], tax=NO_TAX)


@pytest.mark.parametrize("seed", range(8))
def test_random_carts_cost_what_exact_fractions_say(seed: int) -> None:
    random = Random(seed)
    looked_at = 0
    for _ in range(25):
        file = random_menu(random)
        menu = menu_from_json(file)
        for _ in range(20):
            cart = random_cart(random, file)
            lines = [Line.from_json(line) for line in cart]
            rules.check_lines(menu, lines)
            assert rules.missing_choices(menu, lines) == ()
            tax = TaxRule(random.randint(0, 2500), inclusive=random.random() < 0.5)
            quote = pricing.quote(menu, lines, tax=tax)
            told = (quote.subtotal.amount, quote.tax.amount, quote.total.amount)
            assert told == exact_total(file, cart, tax.basis_points, inclusive=tax.inclusive)
            for quoted in quote.lines:
                assert sum(p.amount.amount for p in quoted.parts) == quoted.unit.amount
                assert quoted.unit.amount * quoted.line.quantity == quoted.total.amount
            looked_at += 1
    assert looked_at == 500
