"""The frame of a conversation as data: phrase patterns of a language, from assistant/intents/<language>.yaml.

A pattern is words and these signs: `[x]` may be left out, `(a|b c)` is a choice, `<name>` is a list of the file,
`{slot}` takes one word or more and `{slot?}` none or more; `~` is where a phrase may end inside a sentence. Patterns
are matched against folded words, each followed by one space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from assistant.understanding.scripts import elision, language_of_script, plain, unelided

if TYPE_CHECKING:
    from assistant.dialogue.words import Words

_SIGN = re.compile(r"\[|\]|\(|\)|\||<[a-z_]+>|\{[a-z_]+\??\}|[^\s\[\]()|<>{}]+")
_UNNAMED = frozenset({"x", "who", "why", "place"})  # slots that nobody reads; they may occur twice
_Named = tuple[tuple[str, re.Pattern[str]], ...]
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern that fits: its act and what its slots took."""

    act: str
    pattern: str
    slots: dict[str, Words]
    span: tuple[int, int]


@dataclass(frozen=True)
class Phrases:
    """Everything that one language's file says, compiled."""

    language: str
    frames: tuple[tuple[str, _Named], ...]
    anywhere: dict[str, _Named]
    lists: dict[str, re.Pattern[str]]
    drops: dict[str, re.Pattern[str]]
    one_words: frozenset[str]
    clock: frozenset[str]
    halves: frozenset[str]
    beyond: frozenset[str]
    joiners: frozenset[str]
    breaks: re.Pattern[str]
    lead: re.Pattern[str]
    lead_parts: tuple[re.Pattern[str], ...]
    tail: re.Pattern[str]
    starts: re.Pattern[str]
    numbers: dict[str, int]
    ordinals: dict[str, int]
    everyday: frozenset[str]
    topics: tuple[tuple[str, _Named], ...]
    diets: dict[str, tuple[str, ...]]
    allergens: dict[str, tuple[str, ...]]
    courses: frozenset[str]

    def frames_of(self, words: Words) -> list[Found]:
        """Every frame that fits the whole run, in the order of the file: the handler of each may still decline it."""
        keys = words.keys
        spans = [(start, end) for start in self._leads(keys) for end in self._tails(keys) if start < end]
        found = []
        for act, patterns in self.frames:
            for name, pattern in patterns:
                match = next((m for start, end in spans if (m := pattern.fullmatch(keys, start, end))), None)
                if match:
                    found.append(Found(act, name, _slots(words, match), match.span()))
        return found

    def _leads(self, keys: str) -> list[int]:
        """Where a clause may begin after the talk before it, the most talk first."""
        reached, new = {0}, [0]
        while new:
            start = new.pop()
            for pattern in self.lead_parts:
                match = pattern.match(keys, start)
                if match and match.end() > start and match.end() not in reached:
                    reached.add(match.end())
                    new.append(match.end())
        return sorted(reached, reverse=True)

    def _tails(self, keys: str) -> list[int]:
        """Where a clause may end before the talk after it, the most talk first."""
        starts = [0, *(i + 1 for i, c in enumerate(keys) if c == " ")]
        return [p for p in starts if p == len(keys) or self.tail.fullmatch(keys, p)]

    def find(self, act: str, words: Words) -> Found | None:
        """The first pattern of `anywhere.<act>` that occurs in the run."""
        keys = words.keys
        for name, pattern in self.anywhere.get(act, ()):
            if match := pattern.search(keys):
                return Found(act, name, _slots(words, match), match.span())
        return None

    def topic_of(self, words: Words) -> Found | None:
        """The first topic with a pattern in the run."""
        keys = words.keys
        for topic, patterns in self.topics:
            for name, pattern in patterns:
                if match := pattern.search(keys):
                    return Found(topic, name, _slots(words, match), match.span())
        return None

    def begins(self, act: str, words: Words) -> bool:
        """Whether the run begins with a pattern of `anywhere.<act>`."""
        return any(pattern.match(words.keys) for _, pattern in self.anywhere.get(act, ()))

    def is_in(self, name: str, words: Words) -> bool:
        """Whether the run is one of the phrases of a list."""
        return bool(self.lists[name].fullmatch(words.keys))

    def prefix(self, name: str, words: Words) -> int:
        """How many words at the start of the run are the longest phrase of a list; 0 when there is none."""
        pattern = self.lists[name]
        if not pattern.match(words.keys):
            return 0
        return next(n for n in range(len(words), 0, -1) if pattern.fullmatch(words.part(0, n).keys))

    def number(self, key: str) -> int | None:
        """The number that a word stands for."""
        return int(key) if key.isascii() and key.isdigit() and len(key) < 7 else self.numbers.get(key)  # noqa: PLR2004


def _slots(words: Words, match: re.Match[str]) -> dict[str, Words]:
    return {name: words.at(match.span(name)) for name, value in match.groupdict().items() if value is not None}


def compile_pattern(source: str, lists: dict[str, list[str]]) -> str:
    """The regular expression of a pattern, over words each followed by one space."""
    out: list[str] = []
    for sign in _SIGN.findall(str(source)):
        if sign in {"[", "("}:
            out.append("(?:")
        elif sign == "]":
            out.append(")?")
        elif sign in {")", "|"}:
            out.append(sign)
        elif sign == "~":
            out.append("(?=, |[.;…] |and |so |but |or |y |pero |et |mais |und |aber |و |그리고 |$)")
        elif sign.startswith("<"):
            out.append(f"(?:{'|'.join(compile_pattern(p, lists) for p in lists[sign[1:-1]])})")
        elif sign.startswith("{"):
            name = sign.strip("{}")
            label = "" if name.rstrip("?") in _UNNAMED else f"?P<{name.rstrip('?')}>"
            out.append(f"({label or '?:'}(?:[^ ]+ ){'*' if name.endswith('?') else '+'}?)")
        else:
            cut = elision(sign)
            out += [re.escape(unelided(sign[:cut])) + " "] if cut else []
            out.append(re.escape(plain(sign[cut:])) + " ")
    return "".join(out)


def _patterns(data: list[str], lists: dict[str, list[str]], *, prefix: str = "") -> _Named:
    return tuple((p, re.compile(f"{prefix}{compile_pattern(p, lists)}")) for p in data)


@cache
def _data(language: str) -> dict[str, Any]:
    file = resources.files("assistant.intents").joinpath(f"{language}.yaml")
    loaded: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    return loaded


def _words(said: str) -> frozenset[str]:
    return frozenset(plain(w) for w in said.split())


@cache
def _hints(language: str) -> frozenset[str]:
    return _words(_data(language)["hints"])


@cache
def load(language: str) -> Phrases:
    """Compile a language's file once."""
    data = _data(language)
    lists: dict[str, list[str]] = data["lists"]
    lead = f"(?:{'|'.join(compile_pattern(p, lists) for p in lists['lead'])}|, |: )*"
    tail = f"(?:{'|'.join(compile_pattern(p, lists) for p in lists['tail'])}|, |: )*"
    return Phrases(
        language=language,
        frames=tuple((act, _patterns(found, lists)) for act, found in data["frames"].items()),
        anywhere={act: _patterns(found, lists, prefix="(?:^|(?<= ))") for act, found in data["anywhere"].items()},
        lists={
            n: re.compile("|".join(f"(?:{compile_pattern(p, lists)})" for p in found)) for n, found in lists.items()
        },
        drops={
            name: re.compile("(?:^|(?<= ))(?:" + "|".join(compile_pattern(p, lists) for p in found) + ")")
            for name, found in data["drops"].items()
        },
        clock=frozenset(data["clock"].split()),
        halves=_words(data["halves"]),
        beyond=_words(data["beyond"]),
        joiners=_words(data["joiners"]),
        breaks=re.compile("|".join(compile_pattern(p, lists) for p in data["breaks"])),
        one_words=_words(data["one_words"]),
        lead=re.compile(lead),
        lead_parts=tuple(re.compile(compile_pattern(p, lists)) for p in [*lists["lead"], ",", ":"]),
        tail=re.compile(tail),
        starts=re.compile("|".join(compile_pattern(p, lists) for p in [*data["starts"], *data["anywhere"]["order"]])),
        numbers={plain(str(word)): int(value) for word, value in data["numbers"].items()},
        ordinals={plain(str(word)): int(value) for word, value in data["ordinals"].items()},
        everyday=_words(data["everyday"]),
        topics=tuple((t, _patterns(found, lists, prefix="(?:^|(?<= ))")) for t, found in data["topics"].items()),
        diets={tag: tuple(map(plain, words)) for tag, words in data["diets"].items()},
        allergens={tag: tuple(map(plain, words)) for tag, words in data["allergens"].items()},
        courses=_words(data["courses"]),
    )


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a file, English first."""
    names = {f.name.removesuffix(".yaml") for f in resources.files("assistant.intents").iterdir()}
    found = sorted(n for n in names if not n.startswith("_") and "." not in n)
    return tuple(sorted(found, key=lambda n: n != "en"))


def language_of(words: Words, before: str) -> str:
    """The language of a message: the one most of whose common words it uses; a tie stays with `before`."""
    best, most = before if before in languages() else "en", 0
    for language in sorted(languages(), key=lambda n: n != best):
        hits = sum(1 for w in words.words if w.key in _hints(language) or language_of_script(w.key) == language)
        if hits > most:
            best, most = language, hits
    return best
