"""What customers say about privacy, as data: assistant/privacy/<language>.yaml, compiled once.

All six languages are listened to, whatever the conversation is held in: a customer who wants to be left alone should
not have to say so in ours. Most messages have none of the triggers and cost one search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Literal

import yaml

from assistant.dialogue.phrases import compile_pattern
from assistant.dialogue.words import words_of
from assistant.privacy.leaving import leaving
from assistant.understanding.scripts import plain
from core.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Act = Literal["opt_out", "opt_in", "move", "unlink", "export", "erase"]
# The first that fits is meant: "delete my data" is more than "delete my number".
ACTS: Final[tuple[Act, ...]] = ("erase", "export", "opt_out", "opt_in", "unlink", "move")
# Leaving is said in more ways than there are patterns for: see assistant/privacy/leaving.
_PHRASED: Final[tuple[Act, ...]] = tuple(act for act in ACTS if act != "opt_out")
LANGUAGES: Final = ("en", "es", "fr", "de", "ar", "ko")
_LONGEST: Final = 400  # characters: whoever asks for one of these things says little else
_AT_WORD: Final = "(?:^|(?<= ))"
_FEW: Final = "(?:[^ .,;:?]+ ){0,5}?"
_LOUD: Final = re.compile(r"(?:[!\"“”«»*…] )+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message asks for; `channel` where it is to go on, when it says where."""

    act: Act
    language: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class _Language:
    name: str
    acts: Mapping[Act, re.Pattern[str]]
    channels: tuple[tuple[str, re.Pattern[str]], ...]
    yes: re.Pattern[str]
    tight: bool = False

    def sees(self, keys: str) -> str:
        """Words as the patterns of the language take them."""
        return keys.replace(" ", "") if self.tight else keys


def heard(text: str) -> Asked | None:
    """What a message asks for, in any of our languages; None: it is about something else."""
    if len(text) > _LONGEST:
        return None
    keys = _keys(text)
    found = [Asked("opt_out", name)] if (name := leaving(keys)) else []
    if _triggers().search(keys) is not None:
        found += [asked for language in _languages() for asked in _asked(language, language.sees(keys))]
    return min(found, key=lambda asked: ACTS.index(asked.act), default=None)


def is_yes(text: str) -> bool:
    """Whether a message agrees, and says nothing else."""
    keys = re.sub(r"[.,;:?] ", "", _keys(text))
    return any(language.yes.fullmatch(language.sees(keys)) for language in _languages())


def names_machine(language: str, text: str) -> bool:
    """Whether a text in a language says that a machine speaks."""
    return language in LANGUAGES and _machine(language).search(fold(text)) is not None


@cache
def receipt_words() -> tuple[str, ...]:
    """Words that a message with a mail address has in it when a receipt is asked for, in any of our languages."""
    return tuple(fold(str(word)) for name in LANGUAGES for word in _data(name)["receipt"])


@cache
def _machine(language: str) -> re.Pattern[str]:
    """The words for a machine, whole; `*` is the rest of a word."""
    words = (re.escape(fold(str(word))).replace(r"\*", r"\w*") for word in _data(language)["machine"])
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


def _asked(language: _Language, keys: str) -> Iterator[Asked]:
    for act, pattern in language.acts.items():
        if (match := pattern.search(keys)) is None:
            continue
        channel = ""
        if act in ("move", "unlink"):
            said = match.group() + keys[match.end() :]
            channel = next((name for name, words in language.channels if words.search(said)), "")
        if act != "move" or channel:
            yield Asked(act, language.name, channel)


def _keys(text: str) -> str:
    return _LOUD.sub("", words_of(text).keys)


@cache
def _triggers() -> re.Pattern[str]:
    words = {str(plain(str(word))).strip() for name in LANGUAGES for word in _data(name)["triggers"]}
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


@cache
def _languages() -> tuple[_Language, ...]:
    return tuple(_compiled(name) for name in LANGUAGES)


def _compiled(name: str) -> _Language:
    data = _data(name)
    channels = {channel: [str(word) for word in words] for channel, words in data["channels"].items()}
    if data.get("regex"):
        return _squeezed(name, data["acts"], channels)
    lists = {**data["lists"], "channel": [word for words in channels.values() for word in words]}
    compiled: dict[Act, re.Pattern[str]] = {act: _any_of(data["acts"][act], lists) for act in _PHRASED}
    named = tuple((channel, _any_of(words, lists)) for channel, words in channels.items())
    return _Language(name, compiled, named, _any_of(data["acts"]["agree"], lists, at=""))


def _squeezed(name: str, acts: dict[str, list[str]], channels: dict[str, list[str]]) -> _Language:
    """A language whose particles and endings are written onto its words: looked at without any spaces."""
    named = {channel: "|".join(re.escape(_tight(plain(word))) for word in words) for channel, words in channels.items()}
    anywhere = f"(?:{'|'.join(named.values())})"

    def of(act: str) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{_tight(p)})" for p in acts[act]).replace("{channel}", anywhere))

    found = tuple((channel, re.compile(words)) for channel, words in named.items())
    return _Language(name, {act: of(act) for act in _PHRASED}, found, of("agree"), tight=True)


def _tight(text: str) -> str:
    return text.replace(" ?", "").replace(" ", "")


def _any_of(patterns: list[str], lists: dict[str, list[str]], at: str = _AT_WORD) -> re.Pattern[str]:
    return re.compile(at + "(?:" + "|".join(_source(p, lists) for p in patterns) + ")")


def _source(pattern: str, lists: dict[str, list[str]]) -> str:
    """A pattern's regular expression. Beside the usual signs, `…` is a few words and `*` the rest of a word."""
    parts = (compile_pattern(part, lists) for part in pattern.split("…"))
    return _FEW.join(parts).replace(r"\*\ ", "[^ ]* ").replace(r"\* ", "[^ ]* ")


@cache
def _data(language: str) -> dict[str, Any]:
    file = resources.files("assistant.privacy").joinpath(f"{language}.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    loaded.setdefault("lists", {})
    return loaded
