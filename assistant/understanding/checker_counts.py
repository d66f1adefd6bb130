"""What the words of a certificate count: how many a line has, what is left of a number, what is for all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from assistant.understanding.checker_words import ALL, EACH, FIRSTS, FOR_ALL, FOR_TWO, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.understanding.certificate import Certificate, CertifiedLine
    from assistant.understanding.reading import Cause
    from core.catalogue.menu import Menu

_HALVES = frozenset({"half", "media", "medio", "mitad", "halfte", "moitie"})
_TEN = 10
_TWO = 2


def says(words: tuple[str, ...], cause: Cause, quantity: int) -> bool:
    """Whether the words of a cause give this number: said, multiplied ("two dozen"), or what is left of one."""
    said = [words[t] for t in cause.tokens if 0 <= t < len(words)]
    numbers = [int(w) if w.isdigit() else NUMBERS[w] for w in said if w.isdigit() or w in NUMBERS]
    numbers += [1] * len(FIRSTS.intersection(said))
    if _HALVES & set(said) and quantity in (n // 2 for n in numbers if not n % 2):
        return True
    if _HALVES & set(said) and 12 in numbers:  # noqa: PLR2004  # half a dozen
        numbers.append(6)
    if quantity in numbers:
        return True
    product = 1
    for number in numbers:
        product *= number
    if len(numbers) > 1 and quantity == product:
        return True
    tens, units = max(numbers, default=0), [n for n in numbers if n < _TEN]
    if len(numbers) == _TWO and not tens % _TEN and units and quantity == tens + units[0]:
        return True  # "twenty five"
    largest = max(numbers, default=0)
    rest = [n for n in numbers if n != largest]
    return bool(rest) and 0 < quantity == largest - sum(rest)


def divides(words: tuple[str, ...], cause: Cause) -> bool:
    """Whether a cause holds more than one number, or a half of one."""
    said = [words[t] for t in cause.tokens if 0 <= t < len(words)]
    return len([w for w in said if w.isdigit() or w in NUMBERS or w in _HALVES or w in FIRSTS]) > 1


def each(words: tuple[str, ...], cause: Cause) -> bool:
    """Whether a cause says "each" of something."""
    return any(words[t] in EACH for t in cause.tokens if 0 <= t < len(words))


def divided_otherwise(certificate: Certificate) -> Iterator[tuple[int, str]]:
    """What is left of a number when other lines have taken their shares of it is that and no more."""
    words = certificate.words
    for number, certified in enumerate(certificate.lines):
        others = {t for n, c in enumerate(certificate.lines) if n != number for x in c.causes for t in x.tokens}
        for cause in (c for c in certified.causes if c.part == "quantity"):
            said = {t: _number(words[t]) for t in cause.tokens if 0 <= t < len(words)}
            counted = {t: n for t, n in said.items() if n}
            whole = max(counted, key=lambda t: (counted[t], -t), default=-1)
            taken = sum(n for t, n in counted.items() if t in others and t != whole)
            apart = len(counted) > 1 and not _HALVES.intersection(words[t] for t in said) and 0 < taken < counted[whole]
            if apart and certified.line.quantity != counted[whole] - taken:
                yield number, cause.value


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS.get(word, 0)


def not_for_all(menu: Menu, certificate: Certificate) -> Iterator[tuple[int, str]]:
    """What was said of "both" or of "all" is in the units that can have it and were named before."""
    if certificate.unexplained:
        return  # where words are unexplained anyway, the other one may be among what is asked about
    having: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for certified in certificate.lines:
        having.update(dict.fromkeys(_said_of_all(certificate, certified, FOR_ALL), certified.line.quantity))
    items = Counter(c.line.item for c in certificate.lines)
    for number, certified in enumerate(certificate.lines):
        for modifier, tokens in _said_of_all(certificate, certified, FOR_ALL):
            alone = items[certified.line.item] > 1 or FOR_TWO & _words(certificate, tokens)
            if alone and having[modifier, tokens] == 1:
                yield number, modifier
        for modifier, tokens in _said_of_all(certificate, certified, ALL):
            yield from ((n, modifier) for n in _without(menu, certificate, modifier, tokens))


def _said_of_all(
    certificate: Certificate, certified: CertifiedLine, words: frozenset[str]
) -> set[tuple[str, tuple[int, ...]]]:
    """The modifiers that rest on one of these words, each with where those stand."""
    found: set[tuple[str, tuple[int, ...]]] = set()
    for cause in (c for c in certified.causes if c.part == "modifier"):
        at = tuple(t for t in cause.tokens if words & _words(certificate, (t,)))
        found |= {(cause.value.rpartition("/")[2], at)} if at else set()
    return found


def _without(menu: Menu, certificate: Certificate, modifier: str, tokens: tuple[int, ...]) -> Iterator[int]:
    """The lines before these words that could have the modifier, and do not."""
    for number, certified in enumerate(certificate.lines):
        line = certified.line
        named = [t for c in certified.causes if c.part == "item" for t in c.tokens]
        able = not line.slots and line.item in menu.items_by_id and bool(named) and max(named) < min(tokens)
        groups = menu.groups_of(line.item) if able else ()
        full = {g.id for g in groups if g.max == 1 and any(c.group == g.id for c in line.modifiers)}
        own = {c.modifier for c in line.modifiers}
        if any(m.id == modifier for g in groups if g.id not in full for m in g.modifiers) and modifier not in own:
            yield number


def _words(certificate: Certificate, tokens: tuple[int, ...]) -> set[str]:
    return {certificate.words[t] for t in tokens if 0 <= t < len(certificate.words)}
