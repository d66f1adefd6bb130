"""A message as sentences and clauses: each clause says one thing about the order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.dialogue.phrases import Phrases
    from assistant.dialogue.words import Words

_ENDS = frozenset(".!?;…")
_JOINERS = frozenset({","})
_CHANGES = frozenset({"make", "change", "instead", "total", "undo", "cancel_all"})


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its words, whether a question mark ended its sentence, and whether it takes something back."""

    words: Words
    asked: bool = False
    corrects: bool = False


def sentences(words: Words) -> list[tuple[Words, bool]]:
    """Sentences, each with whether it ends in a question mark."""
    found: list[tuple[Words, bool]] = []
    start = 0
    for position, word in enumerate(words.words):
        if word.key in _ENDS:
            if position > start:
                found.append((words.part(start, position), word.key == "?"))
            start = position + 1
    if start < len(words):
        found.append((words.part(start, len(words)), False))
    return found


def clauses(phrases: Phrases, sentence: Words, *, asked: bool) -> list[Clause]:
    """The clauses of a sentence, in order."""
    cuts = _pronoun_joined(phrases, sentence, _talk_joined(phrases, sentence, _cuts(phrases, sentence)))
    ends = [*sorted(cuts)[1:], len(sentence)]
    parts = [(start, sentence.part(start, end)) for start, end in zip(sorted(cuts), ends, strict=True)]
    found = []
    for number, (start, part) in enumerate(parts):
        trimmed = trim(phrases, part)
        if trimmed:
            last = number == len(parts) - 1
            bare = _without_no(phrases, trimmed)
            corrects = cuts[start] or _corrects(phrases, part) or bare is not trimmed
            found.append(Clause(bare, asked=asked and last, corrects=corrects))
    return found


def trim(phrases: Phrases, words: Words) -> Words:
    """A clause without the joining words and commas around it."""
    start, end = 0, len(words)
    while start < end and words.words[start].key in {",", ":", *phrases.joiners}:
        start += 1
    while end > start and words.words[end - 1].key in {",", ":", *phrases.joiners}:
        end -= 1
    return words.part(start, end)


def listed(phrases: Phrases, words: Words) -> list[Words]:
    """The parts of a list: what stands between commas and joining words."""
    cuts = [0, *(n for n, w in enumerate(words.words) if w.key in _JOINERS or w.key in phrases.joiners), len(words)]
    parts = (trim(phrases, words.part(start, end)) for start, end in pairwise(cuts))
    return [part for part in parts if part]


def _without_no(phrases: Phrases, words: Words) -> Words:
    """“No make it medium” without its “no”, which takes nothing off."""
    bare = without_lead(phrases, words)
    size = next((n for n in range(1, len(bare)) if phrases.is_in("no", bare.part(0, n))), 0)
    rest = bare.part(size, len(bare))
    changes = (f for f in phrases.frames_of(rest) if f.act in _CHANGES and " not " not in f.pattern)
    return rest if size and any(changes) else words


def without_lead(phrases: Phrases, words: Words) -> Words:
    """A clause without the talk before it: "ok", "actually", "can you"."""
    match = phrases.lead.match(words.keys)
    if match is None or match.end() == 0 or match.end() >= len(words.keys):
        return words
    return words.part(len(words.at(match.span())), len(words))


def without_tail(phrases: Phrases, words: Words) -> Words:
    """A clause without the talk after it: "please", "too"."""
    for position in range(1, len(words)):
        if phrases.tail.fullmatch(words.part(position, len(words)).keys):
            return words.part(0, position)
    return words


def _corrects(phrases: Phrases, words: Words) -> bool:
    match = phrases.lead.match(words.keys)
    ends = phrases.find("takes_back", words)
    if ends is not None and ends.span[1] == len(words.keys):
        return True
    return bool(match and phrases.find("correction", words.at(match.span()))) if match and match.end() else False


def _cuts(phrases: Phrases, sentence: Words) -> dict[int, bool]:
    """Where clauses begin, and whether a correction begins there."""
    cuts = {0: False}
    keys = sentence.keys
    offset = 0
    for position, word in enumerate(sentence.words):
        if position and phrases.breaks.match(keys, offset):
            cuts[position] = True
        elif position and _begins(phrases, sentence, position, offset) and not _goes_on(phrases, sentence, position):
            cuts[position] = False
        offset += len(word.key) + 1
    return cuts


def _begins(phrases: Phrases, sentence: Words, position: int, offset: int) -> bool:
    return _joins(phrases, sentence, position) and bool(phrases.starts.match(sentence.keys, offset))


def _goes_on(phrases: Phrases, sentence: Words, position: int) -> bool:
    """Whether "the other one" is the last of several shares: "one on rye and the other one on white"."""
    if "rest" not in phrases.lists or not phrases.prefix("rest", sentence.part(position, len(sentence))):
        return False
    return any(phrases.number(w.key) is not None for w in sentence.words[: position - 1])


def _talk_joined(phrases: Phrases, sentence: Words, cuts: dict[int, bool]) -> dict[int, bool]:
    """A clause that is nothing but "no, wait" or "ok" goes with the one after it."""
    kept: dict[int, bool] = {}
    start, corrects = 0, False
    for end in [*sorted(cuts)[1:], len(sentence)]:
        corrects = corrects or cuts.get(start, False)
        if end < len(sentence) and _is_talk(phrases, sentence.part(start, end)):
            corrects = corrects or cuts.get(end, False)
            continue
        kept[start] = corrects
        start, corrects = end, cuts.get(end, False)
    return kept


def _pronoun_joined(phrases: Phrases, sentence: Words, cuts: dict[int, bool]) -> dict[int, bool]:
    """“Iced, both of them”: what points at the cart and says nothing goes with the clause before it."""
    kept: dict[int, bool] = {}
    before = 0
    for start, end in pairwise([*sorted(cuts), len(sentence)]):
        part = without_tail(phrases, trim(phrases, sentence.part(start, end)))
        points = bool(part) and (phrases.is_in("both", part) or phrases.is_in("all", part))
        if start and points and not cuts[start] and not _acts(phrases, trim(phrases, sentence.part(before, start))):
            continue
        kept[start], before = cuts[start], start
    return kept


def _acts(phrases: Phrases, words: Words) -> bool:
    """Whether a clause is a phrase of the conversation whole as it is."""
    return bool(phrases.frames_of(words))


def _is_talk(phrases: Phrases, words: Words) -> bool:
    return bool(phrases.lead.fullmatch(words.keys)) or phrases.is_in("no", trim(phrases, words))


def _joins(phrases: Phrases, sentence: Words, position: int) -> bool:
    before = sentence.words[position - 1].key
    return before in _JOINERS or before in phrases.joiners


def pieces(words: Words) -> list[Words]:
    """The runs of words between commas."""
    found, start = [], 0
    for position, word in enumerate((*words.words, None)):
        if word is None or word.key == ",":
            if position > start:
                found.append(words.part(start, position))
            start = position + 1
    return found
