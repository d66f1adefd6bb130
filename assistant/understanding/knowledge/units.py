"""Amounts by weight and volume: what each language calls its units, and halves, quarters and more of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Stems = tuple[str, ...]
HOLE = "_"
_SIZES = {"g": 1, "kg": 1000, "ml": 1, "cl": 10, "dl": 100, "l": 1000, "oz": 1, "lb": 16, "pint": 16, "quart": 32,
          "gal": 128}  # fmt: skip
_KINDS = ({"g", "kg"}, {"ml", "cl", "dl", "l"}, {"oz", "lb"}, {"oz", "pint", "quart", "gal"})
_CLOSE = 1e-9
_SAYABLE = 4  # quarters of a unit are said, eighths are not


@dataclass(frozen=True)
class Units:
    """The units of one language: `called` has the names of each, `shares` how a number of one is said.

    `named` are words for whole amounts: "Pfund" for 500 g.
    """

    called: dict[str, tuple[Stems, ...]]
    shares: tuple[tuple[float, Stems], ...]
    named: dict[tuple[float, str], tuple[Stems, ...]]


def units_of(data: Mapping[str, Any], stems_of: Callable[[str], Stems]) -> Units:
    """Read the units of a language's file."""
    shares = ((float(n), _pattern(p, stems_of)) for n, patterns in data.get("shares_of_units", {}).items()
              for p in patterns)  # fmt: skip
    amounts = {tuple(k.split()): v for k, v in data.get("named_amounts", {}).items()}
    return Units(
        {unit: tuple(map(stems_of, names)) for unit, names in data.get("units", {}).items()},
        tuple(shares),
        {(float(number), unit): tuple(map(stems_of, names)) for (number, unit), names in amounts.items()},
    )


def basic(unit: str) -> int:
    """How many of the smallest unit of its kind are in one unit; 1 for a word that is none."""
    return _SIZES.get(unit, 1)


def amount_in(stems: Stems, languages: tuple[Units, ...]) -> tuple[float, str, Stems] | None:
    """The number and the unit in a name such as "sack 5 kg", and the other words of it; None where there is none.

    A share of a unit is a number of it: "half pint".
    """
    for at, word in enumerate(stems[:-1]):
        try:
            number = float(word.replace(",", "."))
        except ValueError:
            continue
        for unit, names in ((u, n) for known in languages for u, n in known.called.items()):
            for name in names:
                if stems[at + 1 : at + 1 + len(name)] == name and number > 0:
                    return number, unit, (*stems[:at], *stems[at + 1 + len(name) :])
    return next((found for known in languages for found in _shares_in(stems, known)), None)


def _shares_in(stems: Stems, units: Units) -> Iterator[tuple[float, str, Stems]]:
    for share, pattern in units.shares:
        if share < 1 and len(pattern) <= len(stems):
            for unit, name in ((u, n) for u, names in units.called.items() for n in names):
                said = _filled(pattern, name)
                for at in range(len(stems) - len(said) + 1):
                    if stems[at : at + len(said)] == said:
                        yield share, unit, (*stems[:at], *stems[at + len(said) :])


def said(number: float, unit: str, units: Units) -> list[Stems]:
    """How a language says so much of a unit: 500 g are "medio kilo" too, 1.5 l "litro y medio"."""
    kind = {other for k in _KINDS if unit in k for other in k}
    found: list[Stems] = []
    for other in kind & units.called.keys():
        value = number * _SIZES[unit] / _SIZES[other]
        if other != unit and value < 1 and value * _SAYABLE % 1:
            continue
        found += [names for (n, u), all_names in units.named.items() for names in all_names
                  if u == other and abs(n - value) < _CLOSE]  # fmt: skip
        patterns = [p for share, p in units.shares if abs(share - value) < _CLOSE]
        for name in units.called[other]:
            found += [_filled(p, name) for p in patterns]
            if abs(value - 1) < _CLOSE:
                found.append(name)  # "one kilo": the number counts kilos
                continue
            found += [(figure, *name) for figure in dict.fromkeys((f"{value:g}", f"{value:g}".replace(".", ",")))]
    return list(dict.fromkeys(found))


def _pattern(pattern: str, stems_of: Callable[[str], Stems]) -> Stems:
    before, _, after = pattern.partition(HOLE)
    return (*stems_of(before), HOLE, *stems_of(after))


def _filled(pattern: Stems, name: Stems) -> Stems:
    hole = pattern.index(HOLE)
    return (*pattern[:hole], *name, *pattern[hole + 1 :])
