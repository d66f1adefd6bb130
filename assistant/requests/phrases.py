"""The phrases of requests as data: assistant/requests/<language>.yaml, compiled once a language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from assistant.dialogue.phrases import compile_pattern, load
from assistant.requests.times import Times, compiled
from assistant.understanding.scripts import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.dialogue.words import Words


@dataclass(frozen=True, slots=True)
class Match:
    """An act that a run of words asks for, what its slots took, and the spans of keys, of all and of each slot."""

    act: str
    slots: Mapping[str, Words]
    span: tuple[int, int]
    spans: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Requests:
    """Everything that one language's file says, compiled."""

    acts: Mapping[str, tuple[re.Pattern[str], ...]]
    times: Times
    numbers: Mapping[str, int]

    def find(self, act: str, words: Words) -> Match | None:
        """The first pattern of an act that occurs in a run of words."""
        keys = words.keys
        for pattern in self.acts[act]:
            if match := pattern.search(keys):
                spans = {n: match.span(n) for n, value in match.groupdict().items() if value}
                return Match(act, {n: words.at(span) for n, span in spans.items()}, match.span(), spans)
        return None


@cache
def requests(language: str) -> Requests:
    """A language's requests."""
    data = _data(language)
    numbers = {**load(language).numbers, **{plain(str(w)): int(n) for w, n in data["numbers"].items()}}
    acts = {
        act: tuple(re.compile("(?:^|(?<= ))" + _source(p, data["lists"])) for p in patterns)
        for act, patterns in data["acts"].items()
    }
    return Requests(acts, compiled(data["times"], numbers), numbers)


def _source(pattern: str, lists: dict[str, list[str]]) -> str:
    """A pattern's regular expression; `$` at its end is the end of what is said, commas aside."""
    bare = pattern.removesuffix("$")
    return compile_pattern(bare, lists) + (r"(?:[,.!;] )*$" if bare != pattern else "")


@cache
def _data(language: str) -> dict[str, Any]:
    file = resources.files("assistant.requests").joinpath(f"{language}.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    return loaded
