"""One reply to several open choices: "medium and the jasmine", "half gallon and crunchy", "one lamb, one veg"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.dialogue.clauses import trim, without_lead, without_tail
from assistant.dialogue.draft import Target
from assistant.dialogue.fitting import Parts, Place, applied
from assistant.dialogue.options import choose, close, modifier_options, names_of, roots, variation_options
from assistant.dialogue.saying import hear
from core.orders import rules
from core.orders.lines import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.dialogue.draft import Draft
    from assistant.dialogue.words import Words
    from core.orders.rules import Missing

_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words between commas and "and": how many units they speak of, if they say so, and the words that name."""

    words: Words
    count: int | None

    @property
    def units(self) -> int:
        return self.count or 1


def spread(draft: Draft, words: Words) -> bool:
    """Take the words as answers to several open choices, or to one for several units; all of them or none."""
    question = draft.question
    if question is None or question.kind not in {"variation", "modifier"}:
        return False
    bare = without_tail(draft.phrases, without_lead(draft.phrases, words))
    missing = [m for m in rules.missing_choices(draft.menu, draft.cart.lines) if m.kind != "slot"]
    pieces = _pieces(draft, bare, missing)
    asked = [
        m for m in missing if (m.line_index, m.slot_index, m.id) == (question.line, question.slot, question.subject)
    ]
    if not asked or not pieces:
        return False
    for piece in pieces:
        hear(draft, piece.words)  # what is put into the cart has to have been read
    return _among_units(draft, asked[0], pieces, words.said) or _among_choices(draft, missing, pieces, words.said)


def _among_choices(draft: Draft, missing: Sequence[Missing], pieces: Sequence[_Piece], said: str) -> bool:
    """Each piece is the answer to a choice of its own, the one that was asked about first."""
    left, found = list(missing), []
    for piece in pieces:
        fitting = ((m, option) for m in left if _may_be(draft, m, piece) and (option := _option(draft, m, piece.words)))
        first = next(fitting, None)
        if first is None:
            return False
        found.append(first)
        if first[0].count == 1 or sum(m == first[0] for m, _ in found) == first[0].count:
            left.remove(first[0])
    if len(found) < _SEVERAL or missing[0] not in (m for m, _ in found):
        return False
    draft.question = None
    for place in dict.fromkeys(_place(m) for m, _ in found):
        options = [(m, option) for m, option in found if _place(m) == place]
        _choose(draft, Target(place), options, said)
    return True


def _among_units(draft: Draft, asked: Missing, pieces: Sequence[_Piece], said: str) -> bool:
    """“One lamb, one veg” of two: units of the line that was asked about, each with a choice of its own."""
    units = draft.cart.lines[asked.line_index].quantity
    options = [_option(draft, asked, piece.words) for piece in pieces]
    told = sum(piece.units for piece in pieces)
    counted = any(piece.count for piece in pieces)
    if units < _SEVERAL or asked.slot_index is not None or None in options or told > units:
        return False
    if (told < units and not counted) or (len(pieces) < _SEVERAL and told == units):
        return False
    draft.question = None
    for piece, option in reversed(list(zip(pieces, options, strict=True))):  # what is split off comes after the rest
        _choose(draft, Target(Place(asked.line_index), piece.units), [(asked, option or "")], said)
    return True


def _place(choice: Missing) -> Place:
    return Place(choice.line_index, choice.slot_index)


def _choose(draft: Draft, target: Target, options: Sequence[tuple[Missing, str]], said: str) -> None:
    variation = next((option for choice, option in options if choice.kind == "variation"), None)
    choices = tuple(Choice(choice.id, option) for choice, option in options if choice.kind == "modifier")
    serving = applied(draft.menu, draft.serving(target.place), Parts(variation, choices))
    draft.change(target, serving, (said,))


def _may_be(draft: Draft, choice: Missing, piece: _Piece) -> bool:
    return piece.count in {None, 1, draft.cart.lines[choice.line_index].quantity}


def _option(draft: Draft, choice: Missing, words: Words) -> str | None:
    """The one option that the words name, when they say nothing besides it but what the dish is called."""
    item = draft.serving(_place(choice)).item
    names = _names(draft, choice, item)
    said = [w for w in roots(words.said) if w not in draft.phrases.everyday]
    exact = [key for key, called in names.items() if any(roots(name) == tuple(said) for name in called)]
    found = exact or choose(said, names)
    if not said or len(found) != 1:
        return None
    known = [r for name in (*names[found[0]], *names_of(draft.menu, item)) for r in roots(name)]
    return found[0] if all(any(close(w, k) for k in known) for w in said) else None


def _names(draft: Draft, choice: Missing, item: str) -> dict[str, tuple[str, ...]]:
    if choice.kind == "variation":
        return {k: v for k, v in variation_options(draft.menu, item).items() if k in choice.options}
    found = modifier_options(draft.menu, item)
    return {option: found[key] for option in choice.options if (key := f"{choice.id}/{option}") in found}


def _pieces(draft: Draft, words: Words, missing: Sequence[Missing]) -> list[_Piece]:
    """The words between commas and joining words; a number begins a piece too."""
    cuts, begun = [0], False
    for position, word in enumerate(words.words):
        joins = word.key == "," or word.key in draft.phrases.joiners
        if joins or (begun and _number(draft, words, position) is not None):
            cuts.append(position)
        begun = not joins
    parts = (words.part(start, end) for start, end in zip(cuts, [*cuts[1:], len(words)], strict=True))
    return [_piece(draft, bare, missing) for part in parts if (bare := trim(draft.phrases, part))]


def _piece(draft: Draft, words: Words, missing: Sequence[Missing]) -> _Piece:
    number = _number(draft, words, 0) if len(words) > 1 else None
    named = number is not None and any(_option(draft, m, words) for m in missing)  # "12 pack" is a size, not 12 of it
    return _Piece(words, None) if number is None or named else _Piece(words.part(1, len(words)), number)


def _number(draft: Draft, words: Words, position: int) -> int | None:
    """The number at a position; an article counts nothing."""
    phrases, word = draft.phrases, words.part(position, position + 1)
    if phrases.is_in("glue", word) and word.words[0].key not in phrases.one_words:
        return None
    return phrases.number(word.words[0].key)
