"""Money: an integer of minor units and an ISO 4217 code. Rounding happens here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from core.kernel.errors import CurrencyMismatch, InvalidAmount

if TYPE_CHECKING:
    from collections.abc import Sequence

# ISO 4217 minor units that are not two. Source: ISO 4217 list one, 2026.
_EXPONENTS: Final = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


# The smallest coin, in minor units, where it is larger than one. Sources: the central banks, 2026. The euro's one and
# two cent coins are legal tender; where they are rounded all the same (BE, FI, IE, IT, NL, SK), a location says so.
_CASH: Final = {
    "AUD": 5,
    "CAD": 5,
    "CHF": 5,
    "CZK": 100,
    "DKK": 50,
    "HUF": 500,
    "KRW": 10,
    "MYR": 5,
    "NOK": 100,
    "NZD": 10,
    "SEK": 100,
    "SGD": 5,
    "ZAR": 10,
}


def exponent(currency: str) -> int:
    """Digits after the decimal point of a currency: 0, 2 or 3."""
    return _EXPONENTS.get(currency, 2)


def cash_increment(currency: str) -> int:
    """The smallest amount that can be paid in coins, in minor units; 1 where every amount can."""
    return _CASH.get(currency, 1)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents, yen, fils) of one currency."""

    amount: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read a decimal string such as "3.80"; refuse what the currency cannot hold exactly.

        Raises:
            InvalidAmount: not a plain decimal number, or finer than the currency's minor unit.
        """
        try:
            scaled = Decimal(text).scaleb(exponent(currency))
        except InvalidOperation:
            raise InvalidAmount(text=text, currency=currency) from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) >= 10**15:
            raise InvalidAmount(text=text, currency=currency)
        return cls(int(scaled), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in a currency."""
        return cls(0, currency)

    def decimal(self) -> Decimal:
        """The amount in major units, with exactly the currency's digits."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.decimal()} {self.currency}"

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def share(self, numerator: int, denominator: int) -> Money:
        """The part numerator/denominator, rounded half away from zero to the minor unit."""
        part = (2 * abs(self.amount) * numerator + denominator) // (2 * denominator)
        return Money(part if self.amount >= 0 else -part, self.currency)

    def rounded_to(self, increment: int) -> Money:
        """The nearest multiple of so many minor units; half goes away from zero."""
        steps = (2 * abs(self.amount) + increment) // (2 * increment)
        return Money(steps * increment if self.amount >= 0 else -steps * increment, self.currency)

    def allocate(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Shares in proportion to weights of zero or more that add up to the amount, to the minor unit.

        By largest remainder: every share is rounded towards zero, and the units left over go one each to the shares
        that lost most; among equals to the earlier. With no weight at all, everybody weighs the same. A share never
        exceeds its weight when the amount does not exceed their sum.
        """
        if not weights:
            return ()
        heavy = weights if any(weights) else [1] * len(weights)
        whole = sum(heavy)
        sign = 1 if self.amount >= 0 else -1
        parts = [divmod(abs(self.amount) * weight, whole) for weight in heavy]
        left = abs(self.amount) - sum(share for share, _ in parts)
        lucky = set(sorted(range(len(parts)), key=lambda n: (-parts[n][1], n))[:left])
        return tuple(Money(sign * (share + (n in lucky)), self.currency) for n, (share, _) in enumerate(parts))

    def first(self, count: int, of: int) -> Money:
        """What the first `count` of `of` equal units have of the amount; all of them have all, none has nothing.

        Unit n has `first(n) - first(n - 1)`: units differ by one minor unit at most, and always in the same way.
        """
        return Money(self.amount * count // of, self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(left=self.currency, right=other.currency)
        return other.amount
