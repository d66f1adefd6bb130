"""Other readings of the whole message that are nearly as good as the best: where they say more, nothing is certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from assistant.understanding.outcome import Outcome
from assistant.understanding.reading import ReadLine

_NEAR = 0.1  # a reading that says more, of whatever items
_SAME_ITEMS = 0.3  # one that says more of the same items
_SIZED = 0.55  # one that gives a size to words that count for nothing in the best
FARTHEST = max(_NEAR, _SAME_ITEMS, _SIZED)
_VALUES = frozenset({"variation", "modifier", "pre_modifier", "negation", "quantity"})


def fuller(best: Outcome, others: Iterable[Outcome]) -> Outcome | None:
    """The other reading, if any, in which words that the best has no use for name sizes of the same items.

    "Una botella de coca cola" is a bottle where it comes in bottles, though every language knows it as a vessel.
    """
    for other in others:
        if other.cost - best.cost > _SIZED or len(best.lines) != len(other.lines):
            continue
        if not _sure(best, other) or _items(best) != _items(other):
            continue
        more = _spoken(other) - _spoken(best)
        causes = [set(c.tokens) for line in other.lines for c in line.causes if c.part == "variation"]
        sizes = {t for tokens in causes if tokens <= more for t in tokens}
        if more and more <= sizes and _spoken(best) < _spoken(other):
            return other
    return None


def rivalled(best: Outcome, others: Iterable[Outcome]) -> Iterator[ReadLine]:
    """The lines of the best reading that another one, which says more, has differently."""
    for other in others:
        far = other.cost - best.cost
        if far > _SAME_ITEMS or not _sure(best, other) or _combos(best) or _combos(other):
            continue
        named = {t for line in best.lines for c in line.causes if c.part == "item" for t in c.tokens}
        if _counts_apart(best, other):
            continue
        same = _items(other) == _items(best)
        if not same and _spoken(other) - _spoken(best) <= named:
            continue  # garlic naan is no naan with garlic
        if _told(other) > _told(best) and far <= (_SAME_ITEMS if same else _NEAR):
            kept = Counter(line.line for line in other.lines)
            for line in best.lines:
                if kept[line.line]:
                    kept[line.line] -= 1
                else:
                    yield line
            return


def _sure(best: Outcome, other: Outcome) -> bool:
    """Whether the other leaves no word unexplained that the best explains."""
    return set(other.left) <= set(best.left) and len(other.loose) <= len(best.loose) and not other.unclear


def _counts_apart(best: Outcome, other: Outcome) -> bool:
    """Whether the other only counts with a word that is part of a size: of "three pounds" there are three of one."""
    sized = {t for line in best.lines for c in line.causes if c.part == "variation" for t in c.tokens}
    counted = {t for line in other.lines for c in line.causes if c.part == "quantity" for t in c.tokens}
    return bool(sized & counted) and _spoken(other) <= _spoken(best)


def _items(outcome: Outcome) -> Counter[str]:
    return Counter(line.line.item for line in outcome.lines)


def _combos(outcome: Outcome) -> bool:
    return any(line.line.slots for line in outcome.lines)


def _spoken(outcome: Outcome) -> set[int]:
    """The words that say something about an item, rather than which one it is."""
    return {t for line in outcome.lines for c in line.causes if c.part in _VALUES for t in c.tokens}


def _told(outcome: Outcome) -> int:
    """How much is said about the items."""
    return sum(
        (line.line.variation is not None) + (line.line.quantity > 1)
        + sum(1 + (c.pre_modifier is not None) + (c.quantity > 1) for c in line.line.modifiers)
        for line in outcome.lines
    )  # fmt: skip
