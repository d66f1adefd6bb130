"""A message as words: what the phrase patterns of a language are matched against, with the way back to the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from assistant.understanding.scripts import elision, endings, language_of_script, plain, unelided

_INCH = '"\u2033\u201d'
_WORD = re.compile(rf"\$?-?\d+(?:[.,:]\d+)*[%{_INCH}]?|[^\W_]+(?:['\u2019\-][^\W_]+)*|\.{{2,}}|[^\w\s]|\n", re.UNICODE)
_MARKS = {
    "\u2019": "'",
    "...": "…",
    "..": "…",
    "\u2014": ",",
    "\u2013": ",",
    "\n": ".",
    "¿": "",
    "¡": "",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "、": ",",
    "。": ".",
    "(": ",",
    ")": ",",
}
_KEPT = frozenset(",.;:!?…")


@dataclass(frozen=True, slots=True)
class Word:
    """One word or punctuation mark: `key` is what patterns see; `start` and `end` are offsets into the message."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words of one message. `keys` is the words, each followed by one space."""

    text: str
    words: tuple[Word, ...]

    @property
    def keys(self) -> str:
        """What phrase patterns are matched against."""
        return "".join(f"{w.key} " for w in self.words)

    @property
    def said(self) -> str:
        """The run as the customer wrote it."""
        return self.text[self.words[0].start : self.words[-1].end] if self.words else ""

    def __bool__(self) -> bool:
        return bool(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def part(self, start: int, end: int) -> Words:
        """The words from position `start` up to, not including, `end`."""
        return Words(self.text, self.words[start:end])

    def at(self, span: tuple[int, int]) -> Words:
        """The words that a span of `keys` covers."""
        first = self.keys[: span[0]].count(" ")
        count = self.keys[span[0] : span[1]].count(" ")
        return self.part(first, first + count)

    def without(self, span: tuple[int, int]) -> Words:
        """The words that a span of `keys` does not cover, as a text of their own."""
        first = self.keys[: span[0]].count(" ")
        count = self.keys[span[0] : span[1]].count(" ")
        before, after = self.part(0, first), self.part(first + count, len(self))
        return words_of(f"{before.said} {after.said}") if before and after else (before or after)


def words_of(text: str) -> Words:
    """Split a cleaned message into words. Emoji and other signs are left to the understanding of the order."""
    words = []
    for match in _WORD.finditer(text):
        start, raw = match.start(), match.group()
        cut = elision(raw)
        if cut:
            words.append(Word(unelided(raw[:cut]), start, start + cut))
        elif cut := endings(raw):
            inner = endings(raw[:cut]) if _is_korean(raw) else 0
            ends = (inner, cut) if inner else (cut,)
            words += [Word(plain(raw[a:b]), start + a, start + b) for a, b in pairwise((0, *ends))]
        start, raw = start + cut, raw[cut:]
        key = _MARKS.get(
            raw, "…" if raw.startswith("..") else plain(raw).replace("\u2019", "'").replace(" ", "").rstrip(_INCH)
        )
        if key and (key in _KEPT or key[-1].isalnum() or key[-1] == "%"):
            words.append(Word(key, start, match.end()))
    return Words(text, tuple(words))


def _is_korean(word: str) -> bool:
    """Whether endings may stand one after another: "너겟에만" is "너겟", "에", "만"."""
    return language_of_script(word) == "ko"
