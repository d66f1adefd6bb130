"""Money, time, identifiers, text and errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel import clock, errors, events, ids
from core.kernel.money import Money
from core.kernel.text import clean, fold


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("3.80", "USD", 380), ("3.8", "USD", 380), ("-0.05", "EUR", -5), ("500", "JPY", 500), ("1.234", "KWD", 1234)],
)
def test_money_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("3.805", "USD"),
        ("1.5", "JPY"),
        ("1.2345", "KWD"),
        ("", "USD"),
        ("NaN", "USD"),
        ("1e999", "USD"),
        ("3,80", "EUR"),
    ],
)
def test_money_that_the_currency_cannot_hold_is_refused(text: str, currency: str) -> None:
    with pytest.raises(errors.InvalidAmount) as refused:
        Money.parse(text, currency)
    assert currency in refused.value.text


@pytest.mark.parametrize("money", [Money(380, "USD"), Money(-5, "EUR"), Money(500, "JPY"), Money(1234, "KWD")])
def test_money_is_written_as_it_is_read(money: Money) -> None:
    assert Money.parse(str(money.decimal()), money.currency) == money


def test_two_currencies_do_not_mix() -> None:
    with pytest.raises(errors.CurrencyMismatch):
        Money(1, "USD") + Money(1, "EUR")
    with pytest.raises(errors.CurrencyMismatch):
        _ = Money(1, "USD") < Money(1, "EUR")


@given(st.integers(-(10**12), 10**12), st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_share_is_rounded_half_away_from_zero(amount: int, numerator: int, denominator: int) -> None:
    exact = Fraction(amount * numerator, denominator)
    got = Money(amount, "USD").share(numerator, denominator).amount
    assert abs(got - exact) <= Fraction(1, 2)
    if abs(got - exact) == Fraction(1, 2):
        assert abs(got) > abs(exact)


def test_the_clock_is_set_for_a_block_only() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with clock.at(noon):
        assert clock.now() == noon
    assert clock.now() > noon


def test_identifiers_are_of_version_seven_and_unique() -> None:
    made = [ids.new_id() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert {(len(i), i[12], i[16] in "89ab") for i in made} == {(32, "7", True)}
    assert made[0][:12] <= made[-1][:12]


def test_text_from_outside_loses_what_nobody_sees() -> None:
    assert clean("two\x00 la\u200bttes\u202e\r\nplease \ufeff") == "two lattes\nplease"
    assert clean("Cafe\u0301") == "Café"
    assert clean("x" * 5000) == "x" * 4096
    assert clean("a\ud800b") == "ab"
    assert clean("\U0001f469\u200d\U0001f373") == "\U0001f469\u200d\U0001f373"


def test_folding_ignores_case_and_accents() -> None:
    assert fold("CAFÉ") == fold("cafe") == "cafe"


def test_an_event_comes_back_from_its_payload() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class TeaSpilt(events.Event):
        cups: int

    event = TeaSpilt(merchant_id="m", cups=2)
    assert events.known()["TeaSpilt"].of(event.payload()) == event
    del events._registry["TeaSpilt"]


def _tree(root: type[errors.ComandaError]) -> list[type[errors.ComandaError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in _tree(child))]


def test_every_error_has_a_code_of_its_own_and_stands_in_the_tree_of_the_docstring() -> None:
    kinds = [k for k in _tree(errors.ComandaError) if k.__module__ == errors.__name__]
    codes = [k.code for k in kinds]
    assert len(set(codes)) == len(codes) > 10
    assert [k.__name__ for k in kinds if k.__name__ not in (errors.__doc__ or "")] == []
