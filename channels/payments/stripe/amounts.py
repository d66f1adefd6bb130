"""Stripe's amounts: minor units, with its own idea of some currencies."""

from __future__ import annotations

from typing import Final

from core.kernel.money import Money

# Kept with two digits by Stripe though they have none, and sold in whole units only.
_TWO_DIGITS: Final = {"ISK": 100, "UGX": 100}


def to_stripe(money: Money) -> int:
    """The number that Stripe is told."""
    return money.amount * _TWO_DIGITS.get(money.currency, 1)


def from_stripe(amount: int, currency: str) -> Money:
    """The amount that Stripe tells; a fraction of a unit that the currency does not have is rounded up, to be seen."""
    code = currency.upper()
    return Money(-(-amount // _TWO_DIGITS.get(code, 1)), code)
