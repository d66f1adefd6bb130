"""Writing: how words of any script are compared, and where words written as one are cut. Knows no menu."""

# ruff: noqa: RUF001  (Arabic letters look like Latin ones)

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ARABIC_LETTERS = {"ى": "ي", "ة": "ه", "ـ": "", "ٱ": "ا", "ک": "ك", "ی": "ي", "گ": "ك", "ڤ": "ف", "پ": "ب", "چ": "ج"}
_DIGITS = {chr(zero + n): str(n) for zero in (0x660, 0x6F0) for n in range(10)}
_SAME = str.maketrans({**_ARABIC_LETTERS, **_DIGITS, "œ": "oe", "æ": "ae"})
_HANGUL = re.compile("[가-힣]")
_ARABIC = re.compile("[\u0621-\u064a]")
# French words that lose their vowel before another one: "d'orange" is "de orange".
ELIDED = re.compile("(?i)(d|l|qu|j|n|s|c|m|t)['\u2019](?=[aeiouyhâàäéèêëîïôöûüœæ])")
_WHOLE = {"d": "de", "l": "le", "qu": "que", "j": "je", "n": "ne", "s": "se", "c": "ce", "m": "me", "t": "te"}
_SHORTEST_DUAL = 5
_LONGEST_PIECES = 6
_ARABIC_PREFIXES = ("و", "ف", "ب", "ل", "ك")
_ON_THE = "عال"
DUAL = "اثنين"  # what the ending of a dual is read as
_AND_WITH = 4
_ONE_ON = frozenset({"عالجنب", "عالجانب", "عالسريع", "عالماشي", "عالبيت", "عالمحل"})  # said as one word
_SHORTEST_HEAD = 2


@lru_cache(maxsize=16384)
def plain(word: str) -> str:
    """A word as it is compared, in any script: case, accents, vowel signs and kinds of digits and letters made one."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_SAME))


def language_of_script(word: str) -> str:
    """The language that a word's letters alone give away; empty for the Latin script."""
    if _HANGUL.search(word):
        return "ko"
    return "ar" if _ARABIC.search(word) else ""


def elision(word: str) -> int:
    """How many characters at the start of a word are an elided French one, with its apostrophe."""
    match = ELIDED.match(word)
    return match.end() if match else 0


def unelided(word: str) -> str:
    """The whole word that an elided one ("d'") stands for."""
    return _WHOLE[word.rstrip("'\u2019").casefold()]


def without_article(word: str) -> str:
    """A folded Arabic word without "the" before it."""
    return word[2:] if word.startswith("ال") and len(word) > 4 else word  # noqa: PLR2004


_KOREAN_ENDINGS = re.compile(
    "(.{2,}?|[잔개병줄둘셋넷것거물밥빵판])(이랑|랑|하고|으로|로|은|는|을|를|만|에서|에|도)$"
    "|(.+?)(주세요|주실래요|주시겠어요|주시고|주시구요|주실|줘요|줘|이에요|예요|입니다|이요)$"
    "|(.*?[더만개잔병줄판로나둘셋넷지])(요)$"
)
_KOREAN_NUMBERS = frozenset("한두세네둘셋넷")
_KOREAN_COUNTED = re.compile("[일이삼사오육칠팔구십](인분|조각|리터|호|번|구|입|단계)")
_KOREAN_PARTICLES = re.compile("(이랑|랑|하고|으로|로|에|은|는|을|를|이|가|만|도|이요|요|인데)(요)?")
_KOREAN_PARTICLE_AFTER = re.compile("(.+?)(이랑|랑|하고|으로|로|에|은|는|을|를|만|도)(요)?")
_KOREAN_JOINS = re.compile("이랑|랑|하고")
_ARABIC_WAW = frozenset(
    [
        "واحد",
        "واحده",
        "وحده",
        "وسط",
        "ورق",
        "وجبه",
        "وقت",
        "وين",
        "واي",
        "والله",
        "وصل",
        "ولا",
        "وايد",
        "وردي",
        "واو",
        "وافل",
        "وش",
        "وضع",
        "واتس",
        "وايت",
    ]
)


def endings(word: str) -> int:
    """Where an unfolded, unknown word is cut: before a Korean ending, after an Arabic "and", "on"; else 0."""
    if word.isascii():
        return 0
    script = language_of_script(word)
    if script == "ar" and word.startswith("و") and len(word) >= _AND_WITH and plain(word) not in _ARABIC_WAW:
        return 1
    if script == "ar" and word.startswith(_ON_THE) and len(word) > _SHORTEST_DUAL and plain(word) not in _ONE_ON:
        return 1
    match = _KOREAN_ENDINGS.fullmatch(word) if script == "ko" else None
    return len(match.group(1) or match.group(3) or match.group(5)) if match else 0


def with_particle(word: str, names: Callable[[str], bool]) -> tuple[tuple[int, str], ...]:
    """Cut a folded Korean word that is a name of the menu with a particle after it, whatever else it is known as."""
    match = _KOREAN_PARTICLE_AFTER.fullmatch(word) if language_of_script(word) == "ko" else None
    if match is None or not names(match.group(1)):
        return ()
    return tuple((len(p), p) for p in match.groups() if p)


def pieces(word: str, knows: Callable[[str], bool]) -> tuple[tuple[int, str], ...]:
    """Cut a folded word that is not known as a whole: (length, what it is read as) of each piece; empty if it is one.

    Korean: words without a space and the particles and endings after them. Arabic: "and", "with", "for", "on" and
    the article written onto the next word, the dual ("two sandwiches" in one word) and plurals.
    """
    script = language_of_script(word)
    if script == "ko":
        return _korean(word, knows)
    return _arabic(word, knows) if script == "ar" else ()


def _may_stand_alone(word: str) -> bool:
    """Whether the first syllable is a word: a number before its counter, or anything before a particle."""
    if word[0] in _KOREAN_NUMBERS or _KOREAN_COUNTED.match(word):
        return True
    return bool(_KOREAN_PARTICLES.fullmatch(word[1:]) or _KOREAN_JOINS.match(word[1:]))


def _korean(word: str, knows: Callable[[str], bool]) -> tuple[tuple[int, str], ...]:
    """The fewest known pieces, the first of two syllables or more; else what is unknown and the endings after it."""
    size = len(word)
    nothing: tuple[str, ...] = ()
    best = [(0.0, nothing), *([(99.0, nothing)] * size)]
    for end in range(1, size + 1):
        for start in range(max(0, end - _LONGEST_PIECES * 2), end):
            piece = word[start:end]
            short = not start and end == 1 < size and not _may_stand_alone(word)
            if best[start][0] > _LONGEST_PIECES or short or not knows(piece):
                continue
            cost = best[start][0] + (1.0 if end - start > 1 else 1.4)
            if cost <= best[end][0]:  # of equals the one that starts with the longer word
                best[end] = (cost, (*best[start][1], piece))
    if best[size][0] <= _LONGEST_PIECES:
        return tuple((len(p), p) for p in best[size][1])
    return ()


def compound(word: str, knows: Callable[[str], bool]) -> tuple[str, ...]:
    """The parts of a name written as one Korean word, of which the last is known: "참치김밥" is "참치 김밥"."""
    if language_of_script(word) != "ko":
        return ()
    for cut in range(1, len(word) - 1):
        before, head = word[:cut], word[cut:]
        if knows(head) and (cut > 1 or len(head) > _SHORTEST_HEAD):
            return (*(compound(before, knows) or (before,)), head)
    return ()


def _arabic(word: str, knows: Callable[[str], bool]) -> tuple[tuple[int, str], ...]:
    for prefix in _ARABIC_PREFIXES:
        if not word.startswith(prefix) or len(word) <= len(prefix) + 1:
            continue
        rest = word[len(prefix) :]
        if prefix == "ل" and rest.startswith("ل"):
            rest = f"ا{rest}"  # "for the" drops a letter of the article
            if knows(without_article(rest)):
                return ((1, "ل"), (len(word) - 1, rest))
            continue
        if knows(without_article(rest)):
            return ((1, prefix), (len(rest), rest))
        inner = _arabic(rest, knows) if prefix == "و" and len(rest) >= _AND_WITH else ()
        if inner:
            return ((1, prefix), *inner)
    if word.startswith(_ON_THE) and len(word) > _SHORTEST_DUAL and knows(word[len(_ON_THE) :]):
        return ((1, "على"), (len(word) - 1, word[len(_ON_THE) :]))
    return _dual(word, knows) or _plural(word, knows)


def _plural(word: str, knows: Callable[[str], bool]) -> tuple[tuple[int, str], ...]:
    """A loan word in its plural: "burgers" are read as the one they are many of."""
    if len(word) < _SHORTEST_DUAL or not word.endswith("ات"):
        return ()
    rest = word[:-2]
    return next((((len(word), base),) for base in (rest, f"{rest}ه", f"{rest}ا") if knows(without_article(base))), ())


def _dual(word: str, knows: Callable[[str], bool]) -> tuple[tuple[int, str], ...]:
    if len(word) < _SHORTEST_DUAL or not word.endswith("ين"):
        return ()
    rest = word[:-2]
    for base in (rest, *((f"{rest[:-1]}ه", f"{rest[:-1]}ا") if rest.endswith("ت") else ())):
        if knows(without_article(base)):
            return ((len(rest), base), (2, DUAL))
    return ()
