"""Whole orders against exact fractions: discounts, rates, charges, tips and coins, drawn at random."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from core.kernel.money import Money
from core.orders import postings
from tests.orders.money_cases import plain, quoted
from tests.orders.money_oracle import exact, random_case
from tests.orders.sold import sold

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_random_orders_cost_what_exact_fractions_say_and_every_cent_is_explained() -> None:
    random = Random(20)
    for number in range(1200):
        case = random_case(random)
        quote = quoted(case)
        assert plain(quote) == exact(case), f"case {number}"
        assert sum(r.amount.amount for r in quote.explain() if r.counts) == quote.total.amount
        assert all(0 <= line.discount.amount <= line.total.amount for line in quote.lines)
        for line in quote.lines:
            assert sum(s.amount.amount for s in line.discounts) == line.discount.amount
        assert sum(entry.amount.amount for entry in postings.sale(sold(quote))) == 0


def _each_rounded(money: Money, weights: Sequence[int]) -> tuple[Money, ...]:
    """Every share rounded by itself, as shops do that are a cent out."""
    whole = sum(weights) or 1
    return tuple(money.share(weight, whole) for weight in weights)


def _cut_off(money: Money, numerator: int, denominator: int) -> Money:
    return Money(money.amount * numerator // denominator, money.currency)


@pytest.mark.parametrize(("name", "broken"), [("allocate", _each_rounded), ("share", _cut_off)])
def test_the_oracle_notices_shares_that_do_not_add_up_and_taxes_cut_off(
    monkeypatch: pytest.MonkeyPatch, name: str, broken: object
) -> None:
    monkeypatch.setattr(Money, name, broken)
    random = Random(20)
    cases = [random_case(random) for _ in range(60)]
    assert any(plain(quoted(case)) != exact(case) for case in cases)
