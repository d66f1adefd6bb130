"""Words of a message: how it is cut, folded and stemmed. Knows no menu and no language."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.understanding.reading import Token
from assistant.understanding.scripts import elision, plain, unelided, without_article

# A number with its decimals; a word with its inner apostrophes; a symbol that means a word; any emoji or other sign.
# Accents and vowel signs may be letters of their own.
_LETTERS = r"[^\W\d_][^\W\d_\u0300-\u036f\u064b-\u065f\u0670]*(?:[\u0300-\u036f\u064b-\u065f\u0670]+[^\W\d_]*)*"
_WORD = re.compile(
    rf"\d{{2,}}/\d{{2,}}(?![\d/])|\d+(?:[.,]\d+)*(?: ?%|['\u2019]?[sS](?![^\W\d_]))?|[wW]/(?:[oO](?![^\W\d_]))?"
    rf"|{_LETTERS}(?:['\u2019]{_LETTERS})*|[&+]|(?<=\d)[\"\u2033\u201d]"
    r"|[\U0001F000-\U0001FAFF\u2600-\u27BF]"
)
_SIGNS = {"&": "and", "+": "plus", "w/o": "without", "W/O": "without", "W/o": "without", "w/": "with", "W/": "with"}
_SIGNS |= dict.fromkeys('"\u2033\u201d', "inch")
_SHORT_WORD = 3
ACCENTED = "\u00b4"  # ends a stem that is only meant when it was written with an accent
_IRREGULAR = {"loaves": "loaf", "leaves": "leaf", "halves": "half", "knives": "knife"}
_IRREGULAR |= {f"{before}men": f"{before}man" for before in ("", "wo", "gingerbread", "snow")}


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """A word as it is compared: lower case, without accents and apostrophes; "160s" is 160."""
    if word[:1].isdigit():
        word = word.rstrip("%sS'\u2019 ")
    return _SIGNS.get(word, plain(word)).replace("'", "").replace("\u2019", "")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:  # noqa: PLR0911  # one rule, one line
    """A folded word without its plural ending: the same for "cookie" and "cookies"; not always a word itself."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= _SHORT_WORD or word[0].isdigit():
        return word
    if not word.isascii():
        return without_article(word)
    if len(word) > _SHORT_WORD + 1 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > _SHORT_WORD + 1 and word.endswith("ie"):
        return word[:-2] + "y"
    if word.endswith(("oes", "ches", "shes", "sses", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def is_plural(word: str) -> bool:
    """Whether a folded word has a plural ending; an Arabic article is none."""
    return word.isascii() and word != stem(word)


def tokenize(text: str) -> tuple[Token, ...]:
    """The words, numbers, signs and emoji of a text in order, with their offsets; punctuation is left out."""
    tokens: list[Token] = []
    for match in _WORD.finditer(text):
        word, start = match.group(), match.start()
        cut = elision(word) if "'" in word or "\u2019" in word else 0
        if cut:
            tokens.append(Token(word[:cut], unelided(word[:cut]), start, start + cut))
            word, start = word[cut:], start + cut
        folded = fold(word)
        if folded == "x" and _beside_digit(text, start):
            folded = "times"  # "2x" and "x2" count; "x large" is a size
        tokens.append(Token(word, folded, start, start + len(word)))
    return tuple(tokens)


def _beside_digit(text: str, at: int) -> bool:
    apart = text[at + 1 : at + 2].isspace()  # "3 x fries", but "x-large"
    return (text[:at].rstrip() if apart else text[:at])[-1:].isdigit() or text[at + 1 :].lstrip()[:1].isdigit()


@lru_cache(maxsize=8192)
def words_of(phrase: str) -> tuple[str, ...]:
    """The folded words of a name or phrase."""
    return tuple(t.folded for t in tokenize(phrase))
