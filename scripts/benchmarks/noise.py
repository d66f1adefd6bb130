"""Noise in messages: typos, lost spaces, "2x", capitals, punctuation, emoji, fillers; what a phone or a hurry does.

Deterministic: the same text, seed and dials give the same noise. The meaning never changes, so the gold stays as it is.
`USUAL` is careful: it slips only where a person can still tell what was meant. `ROUGH` slips in short words and first
letters too, cuts and merges words, drops vowels and all punctuation, and writes what a dictation hears.
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
_HEARD = {"one": "won", "two": "too", "four": "for", "eight": "ate"}  # dictated, before what is counted
_TEXTED = {
    "please": "pls", "thanks": "thx", "you": "u", "are": "r", "with": "w", "without": "w/o", "and": "n", "for": "4",
    "to": "2", "large": "lg", "medium": "med", "small": "sm", "because": "cuz", "could": "cld", "tomorrow": "tmrw",
}  # fmt: skip
_OPEN = frozenset({"", "get", "have", "add", "take", "and", "like", "want"})
_WIDE = 6  # letters of the shortest words that lose their vowels or are cut in two
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
_SHORTEST_ROUGH = 4
_MARK = re.compile(r"(?<=[\w)])[,.!?;:…]+(?=\s|$)|[¿¡]")


@dataclass(frozen=True, slots=True)
class Dials:
    """How much of each kind of noise, as probabilities from 0 to 1.

    The kinds down to `cut` are for each word that could have it, the others for the message. English alone is
    `multiplied`, `counted`, `heard` and `texted`.
    """

    typos: float = 0.0
    joined: float = 0.0
    multiplied: float = 0.0
    slips: float = 0.0  # like typos, in words of four letters and in first letters too
    vowels: float = 0.0  # "chckn"
    cut: float = 0.0  # "chick en"
    merged: float = 0.0  # also beside numbers and signs: "2lattes"
    counted: float = 0.0  # "lattes x2"
    heard: float = 0.0  # "for lattes"
    texted: float = 0.0  # "pls", "w/o"
    unpointed: float = 0.0  # no punctuation at all
    pictured: float = 0.0  # an emoji between words
    capitals: float = 0.0
    punctuation: float = 0.0
    emoji: float = 0.0
    fillers: float = 0.0


USUAL = Dials(typos=0.08, joined=0.03, multiplied=0.5, capitals=0.3, punctuation=0.4, emoji=0.2, fillers=0.3)
ROUGH = Dials(
    slips=0.08, vowels=0.02, cut=0.02, merged=0.03, multiplied=0.3, counted=0.2, heard=0.3, texted=0.3,
    capitals=0.3, unpointed=0.3, punctuation=0.2, emoji=0.1, pictured=0.15, fillers=0.3,
)  # fmt: skip


def each_kind(dials: Dials) -> dict[str, Dials]:
    """The dials one by one, the others at zero."""
    used = {f.name: getattr(dials, f.name) for f in fields(dials)}
    return {name: replace(Dials(), **{name: much}) for name, much in used.items() if much}


def noisy(
    text: str, seed: str, dials: Dials = USUAL, *, locale: str = "en", sized: frozenset[str] = frozenset()
) -> str:
    """The text with noise. `sized` are words that name a variation ("six" pieces): they never become "6x"."""
    chance = Random(f"{seed} {text}")
    words = clean(text, len(text)).split()
    if dials.unpointed and chance.random() < dials.unpointed:
        words = [w for w in (_MARK.sub("", w) for w in words) if w]
    words = _multiplied(words, chance, dials.multiplied, sized) if locale == "en" else words
    words = [typo(w, chance) if chance.random() < dials.typos and _may_slip(w) else w for w in words]
    words = _roughened(words, chance, dials, locale, sized)
    if chance.random() < dials.fillers:
        words = _filled(words, chance, _FILLERS.get(locale, ()))
    if dials.pictured and chance.random() < dials.pictured:
        words.insert(chance.choice(range(1, len(words) + 1)), chance.choice(_EMOJI))
    said = _joined(words, chance, dials.joined)
    said = _merged(said, chance, dials.merged) if dials.merged else said
    if chance.random() < dials.punctuation:
        said = _punctuated(said, chance)
    if chance.random() < dials.capitals:
        said = chance.choice((str.upper, str.lower, str.title))(said)
    return f"{said} {chance.choice(_EMOJI)}" if chance.random() < dials.emoji else said


def typo(word: str, chance: Random, *, first: int = 1) -> str:
    """The word with one slip from the letter `first` on: two swapped, one dropped, doubled, or a neighbour hit."""
    places = [n for n in range(first, len(word)) if word[n].isalpha()]
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


def _roughened(words: list[str], chance: Random, dials: Dials, locale: str, sized: frozenset[str]) -> list[str]:
    """What a hurry, a phone's keyboard or a dictation makes of the words."""
    found: list[str] = []
    for number, word in enumerate(words):
        other = _rewritten(words, number, chance, dials, sized) if locale == "en" else ""
        found += [other] if other else _mangled(word, chance, dials)
    return _shuffled(found, chance, dials.counted, sized) if locale == "en" and dials.counted else found


def _rewritten(words: list[str], number: int, chance: Random, dials: Dials, sized: frozenset[str]) -> str:
    """Another English word for this one, as it is dictated before what is counted, or texted; empty if none."""
    word = words[number]
    if word in _HEARD and word not in sized and chance.random() < dials.heard:
        plural = any(w.rstrip(",.!?").endswith("s") for w in words[number + 1 : number + 3])
        opens = (words[number - 1].casefold() if number else "") in _OPEN
        return _HEARD[word] if (opens if word == "one" else plural) else ""
    return _TEXTED[word] if word in _TEXTED and chance.random() < dials.texted else ""


def _mangled(word: str, chance: Random, dials: Dials) -> list[str]:
    if dials.vowels and _may_slip(word, _WIDE) and chance.random() < dials.vowels:
        return [word[0] + re.sub("[aeiou]", "", word[1:])]
    if dials.cut and _may_slip(word, _WIDE) and chance.random() < dials.cut:
        place = chance.choice(range(2, len(word) - 2))
        return [word[:place], word[place:]]
    if dials.slips and _may_slip(word, _SHORTEST_ROUGH) and chance.random() < dials.slips:
        return [typo(word, chance, first=chance.choice((0, 1, 1, 1)))]
    return [word]


def _shuffled(words: list[str], chance: Random, much: float, sized: frozenset[str]) -> list[str]:
    """Write "two lattes, …" as "lattes x2, …": where nothing but the plural follows the number before a pause."""
    found = list(words)
    for n in range(len(words) - 1):
        count = _NUMBERS.get(words[n].casefold(), 0) if words[n].casefold() not in sized else 0
        after = words[n + 1]
        closes = n + 2 == len(words) or after[-1] in ",." or words[n + 2].casefold() == "and"
        plain = after.rstrip(",.")
        if count and closes and plain.isalpha() and plain.endswith("s") and chance.random() < much:
            found[n], found[n + 1] = plain, f"x{count}{after[len(plain) :]}"
    return found


def _merged(said: str, chance: Random, much: float) -> str:
    """Lose spaces also beside numbers and after commas."""
    return "".join("" if c == " " and chance.random() < much else c for c in said)


def _may_slip(word: str, shortest: int = _SHORTEST) -> bool:
    letters = [c for c in word if c.isalpha()]
    return len(letters) >= shortest and not any(c.isdigit() for c in word) and all(c < "\u0250" for c in letters)


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
