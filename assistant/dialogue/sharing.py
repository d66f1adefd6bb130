"""Units of one line, each with what is said of so many: "two ripe and one green", "one on rye, the other on white"."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.dialogue import edits
from assistant.dialogue.clauses import trim
from assistant.dialogue.draft import Target
from assistant.dialogue.fitting import Place, applied
from assistant.dialogue.saying import hear, parts_of

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.fitting import Parts
    from assistant.dialogue.words import Words

_SEVERAL = 2
_REST = 0  # the count of "the other", "the rest": so many as are left


@dataclass(frozen=True, slots=True)
class _Share:
    """How many units, and the words that say what they shall be."""

    count: int
    words: Words


def shared_out(draft: Draft, words: Words) -> bool:
    """Put each share on units of the line that has enough of them, the one mentioned last first; all or nothing."""
    shares = _shares(draft, words)
    if len(shares) < _SEVERAL:
        return False
    held = next((i for i in draft.recent() if draft.cart.lines[i].quantity > 1), None)
    counts = _counts(shares, draft.cart.lines[held].quantity) if held is not None else []
    if held is None or not counts:
        return False
    item = draft.cart.lines[held].item
    said = [hear(draft, share.words) for share in shares]
    made = [parts_of(draft, item, s) for s in said]
    if not all(m.choices or m.variation for m in made) or any(
        s.strays or edits.names_other(draft, item, s) for s in said
    ):
        return False
    for count, part, words_of_it in reversed(list(zip(counts, made, said, strict=True))):
        _put(draft, Target(Place(held), count), part, words_of_it.causes)
    return True


def _put(draft: Draft, target: Target, part: Parts, causes: tuple[str, ...]) -> None:
    line = draft.cart.lines[target.place.line]
    units = target.units if target.units is not None and target.units < line.quantity else None
    draft.change(Target(target.place, units), applied(draft.menu, line, part), causes)


def _shares(draft: Draft, words: Words) -> list[_Share]:
    """The shares that the words list from their first to their last; none when they begin with something else."""
    starts = [n for n in range(len(words)) if (not n or _joins(draft, words, n)) and _begins(draft, words, n)]
    if len(starts) < _SEVERAL or starts[0]:
        return []
    parts = (trim(draft.phrases, words.part(a, b)) for a, b in pairwise([*starts, len(words)]))
    return [share for part in parts if (share := _share(draft, part))]


def _counts(shares: list[_Share], held: int) -> list[int]:
    """How many units each share has, of those held; none when they are too many or some have none."""
    named = sum(s.count for s in shares)
    rest = [s for s in shares if s.count == _REST]
    if named > held or len(rest) > 1 or (rest and named == held):
        return []
    return [s.count or held - named for s in shares]


def _begins(draft: Draft, words: Words, position: int) -> bool:
    number = draft.phrases.number(words.words[position].key)
    return number is not None or bool(_rest(draft, words.part(position, len(words))))


def _share(draft: Draft, words: Words) -> _Share | None:
    rest = _rest(draft, words)
    if rest:
        return _Share(_REST, words.part(rest, len(words)))
    number = draft.phrases.number(words.words[0].key)
    return _Share(number, words.part(1, len(words))) if number else None


def _rest(draft: Draft, words: Words) -> int:
    return draft.phrases.prefix("rest", words) if words and "rest" in draft.phrases.lists else 0


def _joins(draft: Draft, words: Words, position: int) -> bool:
    before = words.words[position - 1].key
    return before == "," or before in draft.phrases.joiners
