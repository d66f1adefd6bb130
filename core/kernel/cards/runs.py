"""Runs of digits in a text, however they are written: in any script, apart, or in words."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.kernel.cards.numbers import LEAST, MOST
from core.kernel.cards.words import FILLERS, REPEATS, digits_of, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\ufe0e\ufe0f\ufeff\u20e3"
)
_BETWEEN = frozenset(
    " \t\r\n\u00a0\u2007\u2009\u200a\u202f\u3000-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"
    "./\\_,;|*·•()\u060c\u066b\u066c\uff0e\uff0f"
)
_LONGEST_GAP = 5
_MOST_DOUBTS = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """Digits that stand together, or that a word says."""

    start: int
    end: int
    digits: str
    spoken: bool = False
    apart: str = ""  # the digits if two words were not meant as one number: "forty one", 40 1


def runs(text: str) -> list[list[Piece]]:
    """Digits and number words that follow each other with nothing but separators between."""
    found: list[list[Piece]] = []
    for piece in _joined_words(text, list(_pieces(text))):
        if found and _near(text, found[-1][-1], piece):
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def _near(text: str, left: Piece, right: Piece) -> bool:
    between = text[left.end : right.start]
    shown = "".join(c for c in between if c not in _INVISIBLE)
    words = _WORD.findall(shown)
    if any(w.casefold() not in FILLERS for w in words):
        return False
    rest = _WORD.sub("", shown)
    return all(c in _BETWEEN for c in rest) and len(rest) <= _LONGEST_GAP


def _pieces(text: str) -> Iterator[Piece]:
    """Groups of digits, in whatever script, and words that say digits."""
    start, end, digits = 0, 0, ""
    at = 0
    while at < len(text):
        char = text[at]
        digit = unicodedata.digit(char, None)
        if digit is not None:
            start = start if digits else at
            digits, end = digits + str(digit), at + 1
        elif digits and char in _INVISIBLE:
            pass
        else:
            if digits:
                yield Piece(start, end, digits)
                digits = ""
            if (word := _WORD.match(text, at)) is not None:
                said = digits_of(word[0].casefold())
                if said:
                    yield Piece(word.start(), word.end(), said, spoken=True)
                elif word[0].casefold() in REPEATS:
                    yield Piece(word.start(), word.end(), "", spoken=True)
                at = word.end()
                continue
        at += 1
    if digits:
        yield Piece(start, end, digits)


def _joined_words(text: str, pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces with "double four" and "forty one" as one each."""
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        if not piece.digits:  # a word like "double"
            times = REPEATS[text[piece.start : piece.end].casefold()]
            if after is not None and len(after.digits) == 1 and after.start - piece.end <= _LONGEST_GAP:
                yield Piece(piece.start, after.end, after.digits * times, spoken=True)
                at += 1
        elif after is not None and piece.spoken and after.spoken and _near(text, piece, after):
            both = joined(piece.digits, after.digits) or (
                joined(after.digits, piece.digits) if text[after.start] == "و" else ""
            )
            if both:
                yield Piece(piece.start, after.end, both, spoken=True, apart=piece.digits + after.digits)
                at += 1
            else:
                yield piece
        else:
            yield piece
        at += 1


def readings(pieces: Sequence[Piece]) -> Iterator[str]:
    """The digits of the pieces, and what else they may have been said for; none when that is no card's length."""
    if not LEAST <= len(digits(pieces)) <= MOST:
        return
    ambiguous = sum(1 for p in pieces if p.apart)
    choices = [(p.digits, p.apart) if p.apart and ambiguous <= _MOST_DOUBTS else (p.digits,) for p in pieces]
    for parts in itertools.product(*choices):
        yield "".join(parts)


def digits(pieces: Sequence[Piece]) -> str:
    """All their digits."""
    return "".join(p.digits for p in pieces)
