"""Noise in messages: typos, lost spaces, "2x", capitals, punctuation, emoji, fillers.

Deterministic: the same text, seed and dials give the same noise. The meaning never changes, so the gold stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from random import Random

from core.kernel.text import clean

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_EMOJI = ("🙂", "🙏", "😋", "👍", "❤️", "🔥", "😊")
_ENDINGS = ("!", "!!", "...", " .", "??!")
_FILLERS = {
    "en": ("uh", "um", "like", "please", "er", "so", "well"),
    "es": ("eh", "pues", "este", "por favor", "bueno"),
    "fr": ("euh", "bah", "alors", "s'il vous plaît", "du coup"),
    "de": ("äh", "ähm", "also", "bitte", "halt"),
    "ko": ("음", "어", "저기", "그"),
    "ar": ("يعني", "لو سمحت", "من فضلك", "طيب"),
}
_SHORTEST = 5  # letters; a slip in a shorter word often makes another word
_MARK = re.compile(r"(?<=[\w)])[,.!?;:…]+(?=\s|$)|[¿¡]")


@dataclass(frozen=True, slots=True)
class Dials:
    """How much of each kind of noise, as probabilities from 0 to 1.

    `typos`, `joined` and `multiplied` are for each word that could have it, the others for the message.
    """

    typos: float = 0.0
    joined: float = 0.0
    multiplied: float = 0.0
    capitals: float = 0.0
    punctuation: float = 0.0
    emoji: float = 0.0
    fillers: float = 0.0


USUAL = Dials(typos=0.08, joined=0.03, multiplied=0.5, capitals=0.3, punctuation=0.4, emoji=0.2, fillers=0.3)


def each_kind(dials: Dials) -> dict[str, Dials]:
    """The dials one by one, the others at zero."""
    return {f.name: replace(Dials(), **{f.name: getattr(dials, f.name)}) for f in fields(dials)}


def noisy(
    text: str, seed: str, dials: Dials = USUAL, *, locale: str = "en", sized: frozenset[str] = frozenset()
) -> str:
    """The text with noise. `sized` are words that name a variation ("six" pieces): they never become "6x"."""
    chance = Random(f"{seed} {text}")
    words = clean(text, len(text)).split()
    words = _multiplied(words, chance, dials.multiplied, sized) if locale == "en" else words
    words = [typo(w, chance) if chance.random() < dials.typos and _may_slip(w) else w for w in words]
    if chance.random() < dials.fillers:
        words = _filled(words, chance, _FILLERS.get(locale, ()))
    said = _joined(words, chance, dials.joined)
    if chance.random() < dials.punctuation:
        said = _punctuated(said, chance)
    if chance.random() < dials.capitals:
        said = chance.choice((str.upper, str.lower, str.title))(said)
    return f"{said} {chance.choice(_EMOJI)}" if chance.random() < dials.emoji else said


def typo(word: str, chance: Random) -> str:
    """The word with one slip after its first letter: two swapped, one dropped, doubled, or a neighbour hit."""
    places = [n for n in range(1, len(word)) if word[n].isalpha()]
    place = chance.choice(places)
    kind = chance.choice(("swap", "drop", "double", "neighbour"))
    if kind == "swap" and place + 1 < len(word) and word[place + 1].isalpha() and word[place] != word[place + 1]:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == "drop":
        return word[:place] + word[place + 1 :]
    if kind == "neighbour":
        beside = _neighbours(word[place].casefold())
        if beside:
            return word[:place] + chance.choice(beside) + word[place + 1 :]
    return word[:place] + word[place] + word[place:]


def _may_slip(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return len(letters) >= _SHORTEST and not any(c.isdigit() for c in word) and all(c < "\u0250" for c in letters)


def _neighbours(letter: str) -> str:
    for row in _KEYS:
        place = row.find(letter)
        if place >= 0:
            return row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
    return ""


def _multiplied(words: list[str], chance: Random, much: float, sized: frozenset[str]) -> list[str]:
    """Write “two lattes” as “2x lattes”: before plurals only, where the number can only be how many."""
    found = []
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else ""
        count = _NUMBERS.get(word.casefold(), 0) if word.casefold() not in sized else 0
        plural = following.isalpha() and following.endswith("s") and len(following) >= _SHORTEST
        found.append(f"{count}x" if count and plural and chance.random() < much else word)
    return found


def _filled(words: list[str], chance: Random, fillers: tuple[str, ...]) -> list[str]:
    """One or two fillers between words, never behind a number or a word of two letters ("no", "a", "un")."""
    filled = list(words)
    for _ in range(chance.choice((1, 1, 2)) if fillers else 0):
        places = [n for n in range(len(filled) + 1) if n == 0 or (len(filled[n - 1]) > 2 and filled[n - 1].isalpha())]  # noqa: PLR2004 - letters
        filled.insert(chance.choice(places), chance.choice(fillers))
    return filled


def _joined(words: list[str], chance: Random, much: float) -> str:
    said = words[0] if words else ""
    for before, word in pairwise(words):
        lost = before.isalpha() and word[0].isalpha() and chance.random() < much
        said += word if lost else f" {word}"
    return said


def _punctuated(said: str, chance: Random) -> str:
    """Stripped of commas and stops, or with some more at the end."""
    return _MARK.sub("", said) if chance.random() < 0.6 else said + chance.choice(_ENDINGS)  # noqa: PLR2004 - mostly
