"""Whether a customer says, in whatever words, that they want to be written to no more.

Every language has a file of kinds of words (ceasing, contacting, messages, lists, the number…) and of which kinds near
each other mean it. All are listened to, whatever the conversation is held in, and slips of the pen are read over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.dialogue.phrases import compile_pattern
from assistant.understanding.scripts import language_of_script, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

LATIN: Final = ("en", "es", "fr", "de")
_FEW: Final = "(?:[^ .,;:?]+ ){0,5}?"
_FEW_TIGHT: Final = "[^.,;:?]{0,8}?"
_AT_WORD: Final = "(?:^|(?<= ))"
_DRAWN_OUT: Final = re.compile(r"([^\W\d_])\1{2,}")
# A slip in a shorter word makes another word too often; in a long one there may be two.
_SHORTEST, _LONG = 5, 8
_REMEMBERED: Final = 4096


@dataclass(frozen=True, slots=True)
class _Language:
    name: str
    means: re.Pattern[str]
    near: re.Pattern[str]
    unless: re.Pattern[str]
    vocabulary: frozenset[str]
    tight: bool


def leaving(keys: str) -> str:
    """The language in which it is said, or nothing. `keys`: folded words, each followed by one space."""
    script = language_of_script(keys)
    for name in (script,) if script else LATIN:
        language = _language(name)
        seen = keys.replace(" ", "") if language.tight else _spelt(language, keys)
        if language.means.search(seen) or (language.near.search(seen) and not language.unless.search(seen)):
            return name
    return ""


def _spelt(language: _Language, keys: str) -> str:
    return "".join(f"{_as_known(language, word)} " for word in _DRAWN_OUT.sub(r"\1\1", keys).split())


def _as_known(language: _Language, word: str) -> str:
    """The word of the language's lists that this one is but for a slip, if there is one; else the word as it is."""
    known = language.vocabulary
    if word in known or len(word) < _SHORTEST or not word.isalpha():
        return word
    return _nearest(language.name, word)


@cache
def _by_initial(name: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word in sorted(_language(name).vocabulary):
        if len(word) >= _SHORTEST:
            found.setdefault(word[0], []).append(word)
    return {initial: tuple(words) for initial, words in found.items()}


def _nearest(name: str, word: str) -> str:
    most = 1 if len(word) < _LONG else 2
    near = process.extractOne(word, _by_initial(name).get(word[0], ()), scorer=OSA.distance, score_cutoff=most)
    return str(near[0]) if near is not None else word


@cache
def _language(name: str) -> _Language:
    file = resources.files(__package__).joinpath(f"{name}.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    tight = bool(data.get("tight"))
    words = {kind: [str(word) for word in said] for kind, said in data["words"].items()}
    means, near, unless = (_any_of(data[part], words, tight=tight) for part in ("means", "near", "unless"))
    return _Language(name, means, near, unless, frozenset() if tight else _vocabulary(data, words), tight)


def _vocabulary(data: Mapping[str, Any], words: Mapping[str, list[str]]) -> frozenset[str]:
    of_kinds = (word for kind in words.values() for word in kind)
    said = " ".join([*data["means"], *data["near"], *data["unless"], *data["left_alone"], *of_kinds])
    return frozenset(plain(word) for word in re.findall(r"[^\W\d_]+(?!\w*>)", re.sub(r"<[a-z]+>", " ", said)))


def _any_of(patterns: list[str], words: Mapping[str, list[str]], *, tight: bool) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_tight(p, words) if tight else _spaced(p, words)})" for p in patterns))


def _spaced(pattern: str, words: Mapping[str, list[str]]) -> str:
    """A pattern's regular expression. Beside the usual signs, `…` is a few words and `*` the rest of a word."""
    at = "^" if pattern.startswith("^ ") else _AT_WORD
    parts = (compile_pattern(part, dict(words)) for part in pattern.removeprefix("^ ").split("…"))
    return at + _FEW.join(parts).replace(r"\*\ ", "[^ ]* ").replace(r"\* ", "[^ ]* ")


def _tight(pattern: str, words: Mapping[str, list[str]]) -> str:
    """The same for a language whose endings are written onto its words: looked at without any spaces.

    Here patterns are regular expressions; `<kind>` is any word of a kind and `…` a few syllables.
    """
    source = pattern.replace(" ", "").replace("…", _FEW_TIGHT)
    return re.sub(r"<([a-z]+)>", lambda kind: f"(?:{'|'.join(_tight(w, words) for w in words[kind[1]])})", source)
