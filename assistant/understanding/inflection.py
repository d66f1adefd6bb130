"""One word with other endings: "doppelt" and "doppelten", "asado" and "asadas". Which endings is a language's data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

_SHORTEST = 4

Stocks = Mapping[str, frozenset[str]]


def stock(words: Iterable[str], endings: tuple[str, ...]) -> Stocks:
    """The words by what they are without an ending; a word stands with every ending that it may have."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        for base in _bases(word, endings):
            found[base].add(word)
    return {base: frozenset(kin) for base, kin in found.items()}


def kin_of(word: str, stocks: Stocks, endings: tuple[str, ...]) -> frozenset[str]:
    """The words in stock that differ from this one by their ending alone."""
    kin: set[str] = set()
    for base in _bases(word, endings):
        kin |= stocks.get(base, frozenset())
    kin.discard(word)
    return frozenset(kin)


def _bases(word: str, endings: tuple[str, ...]) -> list[str]:
    if not word.isalpha():
        return []
    longest = len(word) - _SHORTEST
    return [word[: len(word) - len(e)] for e in endings if len(e) <= longest and word.endswith(e)]
