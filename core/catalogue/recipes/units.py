"""Units of what recipes use, and exact conversion between them. Pure."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Unit = Literal["piece", "g", "ml"]
UNITS: Final[tuple[Unit, ...]] = ("piece", "g", "ml")
# Stock is counted in whole steps: pieces, milligrams, microlitres.
STEPS: Final[dict[str, int]] = {"piece": 1, "g": 1000, "ml": 1000}
# What each unit is, in one of the three. The customary ones are those of the United States, exact by definition.
_KNOWN: Final[dict[str, tuple[Unit, Fraction]]] = {
    "piece": ("piece", Fraction(1)),
    "dozen": ("piece", Fraction(12)),
    "mg": ("g", Fraction(1, 1000)),
    "g": ("g", Fraction(1)),
    "kg": ("g", Fraction(1000)),
    "oz": ("g", Fraction("28.349523125")),
    "lb": ("g", Fraction("453.59237")),
    "ml": ("ml", Fraction(1)),
    "cl": ("ml", Fraction(10)),
    "dl": ("ml", Fraction(100)),
    "l": ("ml", Fraction(1000)),
    "tsp": ("ml", Fraction("4.92892159375")),
    "tbsp": ("ml", Fraction("14.78676478125")),
    "fl_oz": ("ml", Fraction("29.5735295625")),
    "cup": ("ml", Fraction("236.5882365")),
    "pint": ("ml", Fraction("473.176473")),
    "quart": ("ml", Fraction("946.352946")),
    "gallon": ("ml", Fraction("3785.411784")),
}
KNOWN_UNITS: Final = tuple(_KNOWN)
_AMOUNT = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?|[0-9]+/[0-9]+|[0-9]+ [0-9]+/[0-9]+)(?: *(?P<unit>[^\W\d][\w-]*))?\Z"
)
_LONGEST = 40


class NoAmount(ValueError):
    """Text that is no amount; says why."""


class NoConversion(ValueError):
    """Two units that nothing ties together."""


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of a unit; the unit may be one of an ingredient's own, like `slice`."""

    quantity: Fraction
    unit: str

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit}"


def amount(text: str) -> Amount:
    """The amount that a text such as "18 g", "1/2 cup", "1.5 l" or "2" (pieces) says.

    Raises:
        NoAmount: it says none.
    """
    match = _AMOUNT.match(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        message = f"“{text[:_LONGEST]}” is no amount"
        raise NoAmount(message)
    return Amount(number(match["number"]), match["unit"] or "piece")


def number(text: str) -> Fraction:
    """The exact number that "2", "0.5", "1/3" or "1 1/2" says.

    Raises:
        NoAmount: it says none.
    """
    try:
        return sum((Fraction(part) for part in text.split(" ")), Fraction())
    except (ValueError, ZeroDivisionError):
        message = f"“{text[:_LONGEST]}” is no number"
        raise NoAmount(message) from None


def steps(wanted: Amount, unit: Unit, measures: Mapping[str, Amount] | None = None) -> Fraction:
    """An amount in steps of `unit`; `measures` says what one of a further unit is ("piece": 50 g, "ml": 1.03 g).

    Raises:
        NoConversion: nothing leads from one unit to the other.
    """
    known = _ratios(measures or {})
    start, factor = _known(wanted.unit)
    reached = {start: wanted.quantity * factor}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for there, ratio in known.get(here, ()):
            if there not in reached:
                reached[there] = reached[here] * ratio
                queue.append(there)
    if unit not in reached:
        message = f"nothing says how much {unit} one {wanted.unit} is"
        raise NoConversion(message)
    return reached[unit] * STEPS[unit]


def written(count: int | Fraction, unit: Unit) -> str:
    """Steps for people: 4200000 of g is "4.2 kg", 3 of piece "3"; at most three digits after the point."""
    quantity = Fraction(count) / STEPS[unit]
    if unit == "piece":
        return _decimal(quantity)
    large = {"g": "kg", "ml": "l"}[unit]
    return f"{_decimal(quantity / 1000)} {large}" if abs(quantity) >= 1000 else f"{_decimal(quantity)} {unit}"  # noqa: PLR2004 - a thousand grams


def _decimal(quantity: Fraction) -> str:
    return f"{float(quantity):.3f}".rstrip("0").rstrip(".")


def _known(unit: str) -> tuple[str, Fraction]:
    return _KNOWN.get(unit, (unit, Fraction(1)))


def _ratios(measures: Mapping[str, Amount]) -> dict[str, list[tuple[str, Fraction]]]:
    """How much of another unit one of a unit is, both ways."""
    found: dict[str, list[tuple[str, Fraction]]] = {}
    for name, worth in measures.items():
        left, of_left = _known(name)
        right, of_right = _known(worth.unit)
        ratio = worth.quantity * of_right / of_left
        found.setdefault(left, []).append((right, ratio))
        found.setdefault(right, []).append((left, 1 / ratio))
    return found
