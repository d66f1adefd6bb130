"""What the program knows about ordering before it has seen a menu: closed words per language and generic food words.

A language is a file `<language>.yaml` beside this one; foods.yaml holds food words of every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from assistant.understanding.knowledge import units
from assistant.understanding.knowledge.forms import inflected, listed
from assistant.understanding.tokens import stem, words_of

Kind = Literal[
    "number", "homophone", "determiner", "partitive", "yours", "size_word", "negation", "negation_open",
    "swap_open", "swap_for",
    "negation_after", "denied_after", "count_after", "amount_after", "portion", "of_each",
    "pre_modifier", "on_side", "side_of", "connector", "clause", "correction", "question",
    "declinable", "declined", "container", "filler", "name_cue", "size", "again", "halt", "telling",
]  # fmt: skip
Stems = units.Stems
HOLE = units.HOLE
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # ten times faster where libyaml is there


@dataclass(frozen=True, slots=True)
class ClosedWord:
    """A meaning of a closed phrase: `value` is the number, the determiner's or the connector's name and the like."""

    kind: Kind
    value: str
    language: str


@dataclass(frozen=True)
class Foods:
    """Generic food words, as tuples of stems.

    By language: `spoken` has what is said for an English name, `meant` the English names for what is said, `amounts`
    the ways to say "no", "half" or "extra" of something (HOLE stands for it), `links` the words between a dish and
    what is in it. `count_words` are what a number of pieces is given in, in any language.
    `shares` has, for what comes in per cent, its words and what some shares are called; `scales` the
    steps of each scale with what else they are called.
    """

    same: dict[Stems, tuple[Stems, ...]]
    near: dict[Stems, tuple[Stems, ...]]
    kinds: dict[Stems, tuple[str, ...]]
    item_kinds: frozenset[str]
    brands: frozenset[str]
    descriptive: frozenset[str]
    colours: frozenset[str]
    shapes: frozenset[str]
    distinguishing: frozenset[str]
    bases: frozenset[Stems]
    translations: dict[Stems, tuple[Stems, ...]]
    spoken: dict[str, dict[Stems, tuple[Stems, ...]]]
    meant: dict[str, dict[Stems, tuple[Stems, ...]]]
    amounts: dict[str, dict[str, tuple[Stems, ...]]]
    links: dict[str, frozenset[str]]
    numbers: dict[str, dict[Stems, tuple[Stems, ...]]]
    compounding: frozenset[str]
    count_words: frozenset[str]
    others: frozenset[str]
    plurals_apart: frozenset[str]
    kind_names: frozenset[str]
    size_ladder: dict[str, str]
    sized_for: dict[str, str]
    cups: dict[int, str]
    nounless: frozenset[Stems]
    halves: tuple[frozenset[Stems], ...]
    unflavoured: tuple[Stems, ...]
    shares: tuple[tuple[tuple[str, ...], dict[str, tuple[str, ...]]], ...]
    scales: tuple[dict[Stems, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Knowledge:
    """All closed words by their stems, the sizes by class, and the food words.

    `endings` are, by language, those that one word may have for another: "doppelt", "doppelten". `counts_after` are the
    languages where a count may follow what it counts, `last_words` those where it always does,
    and "extra" and "a little" too. `plain_ands` are the "and" itself of each language. `short_for` spells out
    abbreviations of several words, no longer than these are many; after a word of `counting` stands how many there
    are of what was named. `units` are those of each language; what stands after a word of `within` is what a thing
    lies in, what stands before one of `laid_on` lies on the thing before it.
    """

    closed: dict[Stems, tuple[ClosedWord, ...]]
    sizes: dict[Stems, tuple[Stems, ...]]
    idle: frozenset[str]
    size_words: frozenset[str]
    endings: dict[str, tuple[str, ...]]
    food_words: dict[str, frozenset[str]]
    negative: frozenset[str]
    ands: frozenset[str]
    plain_ands: frozenset[str]
    counts_after: frozenset[str]
    last_words: frozenset[str]
    hesitations: frozenset[str]
    placing: frozenset[str]
    becoming: frozenset[str]
    replacing: frozenset[str]
    dangling: frozenset[str]
    universal: frozenset[str]
    exclusive: frozenset[str]
    number_words: dict[int, tuple[Stems, ...]]
    languages: tuple[str, ...]
    short_for: dict[str, tuple[str, ...]]
    counting: frozenset[str]
    percent: frozenset[Stems]
    units: tuple[units.Units, ...]
    within: frozenset[str]
    laid_on: frozenset[Stems]
    points_after: frozenset[str]
    points_onto: tuple[str, ...]
    meals: frozenset[str]
    foods: Foods

    def is_number(self, word: str) -> bool:
        """Whether a folded word is a number, in digits or in the letters of any language."""
        return word.isdigit() or any(m.kind == "number" for m in self.closed.get((word,), ()))


@lru_cache(maxsize=8192)
def stems_of(phrase: str) -> Stems:
    """The stems of a phrase's words."""
    return tuple(stem(w) for w in words_of(phrase))


_AFTER = ("true", "only")
_MOST_NUMBER_WORDS = 3
_LISTS: dict[str, Kind] = {
    "partitive": "partitive", "yours": "yours", "size_words": "size_word", "negation": "negation",
    "negation_open": "negation_open", "negation_after": "negation_after",
    "swap_open": "swap_open", "swap_for": "swap_for",
    "denied_after": "denied_after", "on_side": "on_side", "side_of": "side_of",
    "clauses": "clause", "corrections": "correction", "questions": "question", "declinable": "declinable",
    "declined": "declined", "containers": "container", "filler_phrases": "filler", "name_cues": "name_cue",
    "of_each": "of_each", "again": "again", "halts": "halt", "telling": "telling",
}  # fmt: skip
_TABLES: dict[str, Kind] = {
    "numbers": "number", "homophones": "homophone", "determiners": "determiner", "pre_modifiers": "pre_modifier",
    "connectors": "connector", "portions": "portion", "asked_with": "question",
}  # fmt: skip


@lru_cache(maxsize=1)
def load() -> Knowledge:
    """Read every file once. A word list that cannot be read is an error of the program, not of a merchant."""
    closed: dict[Stems, dict[ClosedWord, None]] = {}
    sizes: dict[Stems, list[Stems]] = {}
    numbers: dict[int, list[Stems]] = {}
    languages: list[str] = []
    hesitations: set[str] = set()
    placing: set[str] = set()
    replacing: set[str] = set()
    universal: set[str] = set()
    exclusive: set[str] = set()
    negative: set[str] = set()
    counts_after: set[str] = set()
    last_words: set[str] = set()
    compounding: set[str] = set()
    spoken: dict[str, dict[str, Any]] = {}
    languages_data: dict[str, dict[str, Any]] = {}
    folder = files(__package__)
    for name in sorted(f.name for f in folder.iterdir() if f.name.endswith(".yaml") and f.name != "foods.yaml"):
        # Every scalar is a string: "no", "on" and "off" are words here.
        data: dict[str, Any] = yaml.load(folder.joinpath(name).read_text("utf-8"), Loader=_Loader)  # noqa: S506
        data = inflected(data, tuple(data.get("inflections", ())))
        language = data["locale"]
        languages.append(language)
        languages_data[language] = data
        for phrase, word in _closed_of(data, language):
            closed.setdefault(stems_of(phrase), {})[word] = None
        negative.update(w for phrase in data["negative"] for w in words_of(phrase))
        counts_after.update([language] if data.get("counts_after") in _AFTER else [])
        last_words.update([language] if data.get("counts_after") == "only" else [])
        compounding.update([language] if data.get("compounding") == "true" else [])
        spoken[language] = data.get("foods", {})
        hesitations.update(w for phrase in data["hesitations"] for w in words_of(phrase))
        exclusive.update(w for phrase in data.get("exclusive", ()) for w in words_of(phrase))
        universal.update(w for phrase in data.get("universal", ()) for w in words_of(phrase))
        replacing.update(w for phrase in data.get("replacing", ()) for w in words_of(phrase))
        placing.update(w for phrase in data.get("placing", ()) for w in words_of(phrase))
        for size, phrases in data["sizes"].items():
            sizes.setdefault(stems_of(size), []).extend(stems_of(p) for p in [size, *phrases])
        for number, phrases in data["numbers"].items():
            said = numbers.setdefault(int(number), [])
            # English ones first: menus of every language have them, and only so many forms of a name are kept.
            said[len(said) if language != "en" else 0 :] = [stems_of(p) for p in phrases] + said * (language == "en")
    foods: dict[str, Any] = yaml.load(folder.joinpath("foods.yaml").read_text("utf-8"), Loader=_Loader)  # noqa: S506
    return Knowledge(
        closed={k: _without_idle(tuple(v)) for k, v in closed.items() if k},
        sizes={k: tuple(dict.fromkeys(v)) for k, v in sizes.items()},
        number_words={k: tuple(dict.fromkeys(v)) for k, v in numbers.items()},
        idle=frozenset(
            phrase[0] for phrase, meanings in closed.items() if len(phrase) == 1 and any(_idle(m) for m in meanings)
        ),
        size_words=frozenset(
            phrase[0] for phrase, ms in closed.items() if len(phrase) == 1 and any(m.kind == "size_word" for m in ms)
        ),
        food_words={n: frozenset(w for p in t for w in stems_of(p)) for n, t in spoken.items()},
        endings={n: tuple(d.get("endings", ())) for n, d in languages_data.items()},
        negative=frozenset(negative),
        plain_ands=frozenset(d["connectors"]["and"][0] for d in languages_data.values()),
        ands=frozenset(w for d in languages_data.values() for w in (*d["connectors"]["and"], *d["connectors"]["but"])),
        counts_after=frozenset(counts_after),
        last_words=frozenset(last_words),
        hesitations=frozenset(hesitations),
        placing=frozenset(placing),
        becoming=frozenset(w for d in languages_data.values() for w in d.get("becoming", ())),
        replacing=frozenset(replacing),
        dangling=frozenset(w for d in languages_data.values() for p in d.get("dangling", ()) for w in words_of(p)),
        universal=frozenset(universal),
        exclusive=frozenset(exclusive),
        languages=tuple(languages),
        short_for={w: words_of(p) for d in languages_data.values() for w, p in d.get("short_for", {}).items()},
        counting=frozenset(w for d in languages_data.values() for p in d.get("counting", ()) for w in words_of(p)),
        percent=frozenset(words_of(p) for d in languages_data.values() for p in d.get("percent", ())),
        units=tuple(units.units_of(d, stems_of) for d in languages_data.values()),
        within=frozenset(w for d in languages_data.values() for p in d.get("within", ()) for w in words_of(p)),
        laid_on=frozenset(words_of(p) for d in languages_data.values() for p in d.get("laid_on", ())),
        points_after=frozenset(w for d in languages_data.values() for w in d.get("points_after", ())),
        points_onto=tuple(w for d in languages_data.values() for w in d.get("points_onto", ())),
        meals=frozenset(w for d in languages_data.values() for p in d.get("meals", ()) for w in stems_of(p)),
        foods=_foods(foods, spoken, languages_data, frozenset(compounding)),
    )


_ROLES = frozenset(
    {"connector", "determiner", "negation", "number", "pre_modifier", "amount_after", "partitive", "yours", "side_of"}
)


def _without_idle(meanings: tuple[ClosedWord, ...]) -> tuple[ClosedWord, ...]:
    """A word with a role in the grammar of a language is not also a filler of that language."""
    busy = {m.language for m in meanings if m.kind in _ROLES}
    return tuple(m for m in meanings if m.kind != "filler" or m.value in ("pronoun", "plain") or m.language not in busy)


def _idle(meaning: ClosedWord) -> bool:
    return (
        meaning.kind in _ROLES
        or meaning.kind == "homophone"
        or (meaning.kind == "filler" and meaning.value in ("", "plain"))
    )


def _closed_of(data: dict[str, Any], language: str) -> list[tuple[str, ClosedWord]]:
    found: list[tuple[str, ClosedWord]] = []
    for key, kind in _LISTS.items():
        found += [(phrase, ClosedWord(kind, "", language)) for phrase in data.get(key, ())]
    if data.get("counts_after") in _AFTER:
        found += [(p, ClosedWord("count_after", n, language)) for n, ps in data["numbers"].items() for p in ps]
        said = data["pre_modifiers"].items()
        found += [(p, ClosedWord("amount_after", name, language)) for name, ps in said for p in ps]
    found += [(phrase, ClosedWord("of_each", "kinds", language)) for phrase in data.get("of_each_kind", ())]
    found += [(phrase, ClosedWord("negation", "instead", language)) for phrase in data.get("instead", ())]
    found += [(phrase, ClosedWord("denied_after", "instead", language)) for phrase in data.get("instead_after", ())]
    found += [(phrase, ClosedWord("container", "pack", language)) for phrase in data.get("packs", ())]
    found += [(phrase, ClosedWord("container", "dose", language)) for phrase in data.get("doses", ())]
    found += [(phrase, ClosedWord("container", "measure", language)) for phrase in data.get("measures", ())]
    found += [(phrase, ClosedWord("negation", "everyone", language)) for phrase in data.get("none_of_all", ())]
    found += [(p, ClosedWord("count_after", n, language)) for n, ps in data.get("times", {}).items() for p in ps]
    for key, kind in _TABLES.items():
        if kind == "pre_modifier" and data.get("counts_after") == "only":
            continue
        for value, phrases in data.get(key, {}).items():
            found += [(phrase, ClosedWord(kind, value, language)) for phrase in phrases]
    negative = {*data["negative"], *data.get("plain", ())}
    found += [(word, ClosedWord("filler", "", language)) for word in data["filler"].split() if word not in negative]
    found += [(word, ClosedWord("filler", "plain", language)) for word in data.get("plain", ())]
    found += [(word, ClosedWord("filler", "", language)) for word in (*data["hesitations"], "times")]
    for key, value in (("topics", "topic"), ("part_topics", "part")):
        for topic in data[key]:
            found += [(f"{frame} {topic}", ClosedWord("filler", value, language)) for frame in data["topic_frames"]]
            found.append((topic, ClosedWord("filler", value, language)))
    found += [(word, ClosedWord("filler", "pronoun", language)) for word in data["pronouns"]]
    for size, phrases in data["sizes"].items():
        found += [(phrase, ClosedWord("size", size, language)) for phrase in [size, *phrases]]
    return found


def _numbers_by_language(languages: dict[str, dict[str, Any]]) -> dict[str, dict[Stems, tuple[Stems, ...]]]:
    """What each language says for the number in a name like "Two Eggs": by the digits and by the words of any."""
    found: dict[str, dict[Stems, tuple[Stems, ...]]] = {}
    for language, data in languages.items():
        table = found.setdefault(language, {})
        for number, phrases in data["numbers"].items():
            said = tuple(s for s in (stems_of(p) for p in phrases[:_MOST_NUMBER_WORDS]) if len(s) == 1)
            named = {stems_of(w) for other in languages.values() for w in other["numbers"].get(number, ())[:1]}
            for name in named if said and int(number) > 1 else ():
                table[name] = said
    return found


def _pattern(pattern: str) -> Stems:
    """The stems of "half a _", with the hole."""
    before, _, after = pattern.partition(HOLE)
    return (*stems_of(before), HOLE, *stems_of(after))


def _foods(
    data: dict[str, Any],
    spoken: dict[str, dict[str, Any]],
    languages: dict[str, dict[str, Any]],
    compounding: frozenset[str],
) -> Foods:
    same: dict[Stems, dict[Stems, None]] = {}
    for group in data["same"]:
        stems = [s for s in (stems_of(p) for p in group) if s]
        for one in stems:
            same.setdefault(one, {}).update(dict.fromkeys(other for other in stems if other != one))
    kinds: dict[Stems, list[str]] = {}
    for head, names in data["kinds"].items():
        for name in names:
            kinds.setdefault(stems_of(name), []).append(stem(head))
    translations: dict[Stems, list[Stems]] = {}
    by_language: dict[str, dict[Stems, list[Stems]]] = {}
    meant: dict[str, dict[Stems, list[Stems]]] = {}
    for language, table in (*data["translations"].items(), *spoken.items()):
        for said, names in table.items():
            for english in listed(names):
                translations.setdefault(stems_of(english), []).append(stems_of(said))
                by_language.setdefault(language, {}).setdefault(stems_of(english), []).append(stems_of(said))
                meant.setdefault(language, {}).setdefault(stems_of(said), []).append(stems_of(english))
    amounts = {
        n: {key: tuple(_pattern(p) for p in patterns) for key, patterns in d.get("amounts", {}).items()}
        for n, d in languages.items()
    }
    pieces = [p for table in amounts.values() for p in table.get("pieces", ())]
    return Foods(
        same={k: tuple(v) for k, v in same.items()},
        near={stems_of(k): tuple(stems_of(n) for n in v) for k, v in data["near"].items()},
        kinds={k: tuple(v) for k, v in kinds.items()},
        item_kinds=frozenset(stem(w) for w in data["item_kinds"]),
        brands=frozenset(stem(w) for w in data["brands"]),
        descriptive=frozenset(stem(w) for w in data["descriptive"]),
        colours=frozenset(stem(w) for w in data["colours"]),
        distinguishing=frozenset(stem(w) for w in data["distinguishing"]),
        shapes=frozenset(stem(w) for w in data["shapes"]),
        bases=frozenset(stems_of(b) for b in data["bases"]),
        translations={k: tuple(v) for k, v in translations.items()},
        spoken={n: {k: tuple(v) for k, v in table.items()} for n, table in by_language.items()},
        meant={n: {k: tuple(v) for k, v in table.items()} for n, table in meant.items()},
        amounts=amounts,
        count_words=frozenset(p[1] for p in pieces if p[0] == HOLE and len(p) == 2),  # noqa: PLR2004
        numbers=_numbers_by_language(languages),
        links={n: frozenset(w for p in d.get("links", ()) for w in words_of(p)) for n, d in languages.items()},
        compounding=compounding,
        others=frozenset(stem(w) for w in data["others"].split()),
        plurals_apart=frozenset(data["plurals_apart"]),
        size_ladder=dict(data["size_ladder"]),
        nounless=frozenset(map(stems_of, data["nounless"])),
        sized_for=dict(data["sized_for"]),
        halves=tuple(frozenset(map(stems_of, names)) for names in data["halves"]),
        cups={int(most): size for most, size in data["cups"].items()},
        kind_names=frozenset(w for phrase in data["kind_names"] for w in stems_of(phrase)),
        unflavoured=tuple(stems_of(n) for n in data["unflavoured"]),
        shares=tuple((tuple(s["of"]), {k: tuple(v) for k, v in s["called"].items()}) for s in data["shares"]),
        scales=tuple({stems_of(k): tuple(v) for k, v in scale.items()} for scale in data["scales"]),
    )
