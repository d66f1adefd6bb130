"""Words that are not known as written: what they are most likely to be, by edit distance, sound, or a missing space."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.understanding.tokens import stem

_SHORTEST = 4
_SHORTEST_SOUND = 5
_MOST = 6
_SHORT = 3
_CLEAN_SPLIT = 4
_ONE_SLIP = 0.36
_REMEMBERED = 4096
_OTHER_INITIAL = 0.25
_SOUND_COST = 0.8
_DOUBLED_COST = 0.3
_SPLIT_PART = 2
_SHORT_PART = 0.12
_SHORTENED_COST = 0.6  # one letter of four was left out
_UNVOWELLED_COST = 0.45
_VOWELS = re.compile(r"[aeiou]")

Alternatives = tuple[tuple[str, float], ...]


def sound(word: str) -> str:
    """A rough code of how a word sounds in English: equal for "caesar" and "seizer"."""
    code = word.replace("ph", "f").replace("ck", "k").replace("qu", "k").replace("x", "ks").replace("gh", "")
    code = re.sub(r"c(?=[eiy]|ae)", "s", code).replace("c", "k").replace("q", "k").replace("z", "s")
    code = re.sub(r"g(?=[eiy])", "j", code)
    code = _single(code)
    return code[:1] + re.sub(r"[aeiouyhw]", "", code[1:])


def _single(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


def _bones(word: str) -> str:
    """The word without its vowels but a first one: "chckn"."""
    return word[:1] + _VOWELS.sub("", word[1:])


def _within(word: str, longer: str) -> bool:
    """Whether only letters were left out."""
    letters = iter(longer)
    return len(word) < len(longer) and all(c in letters for c in word)


class Speller:
    """Finds known words near an unknown one. Answers are remembered; adding one twice does no harm between threads."""

    def __init__(
        self, targets: Iterable[str], known: Iterable[str], spellings: Iterable[str], *, unheard: Iterable[str] = ()
    ) -> None:
        """`targets` are the stems a misspelt word may stand for, `spellings` the words they come from.

        `known` are further stems that need no correction; `unheard` are targets of a slip, but not of a sound.
        """
        self._heard = heard = frozenset(targets)
        targets = heard | frozenset(unheard)
        self._stems = {t: t for t in targets} | {s: stem(s) for s in spellings}
        self._targets = sorted(t for t in self._stems if len(t) > _SHORT and t.isalpha())
        self._short = {_single(t): s for t, s in self._stems.items() if t.isalpha() and _single(t) != t}
        known = frozenset(known)
        self._known = targets | known
        for word in known - targets:
            self._short.setdefault(_single(word), word)
        self._bones: dict[str, list[str]] = {}
        for target in self._targets:
            if len(_bones(target)) >= _SHORT:
                self._bones.setdefault(_bones(target), []).append(target)
        self._sounds: dict[str, list[str]] = {}
        for target in self._targets:
            code = sound(target)
            if len(code) >= _SHORT and (target in heard or self._stems[target] in heard):
                self._sounds.setdefault(code, []).append(self._stems[target])
        self._clipped: dict[str, list[str]] = {}
        for target in (t for t in self._targets if len(t) == _SHORTEST):
            for i in range(_SHORTEST):
                self._clipped.setdefault(target[:i] + target[i + 1 :], []).append(self._stems[target])
        self._cache: dict[str, Alternatives] = {}

    def knows(self, word: str) -> bool:
        """Whether this stem is a word as it is."""
        return word in self._known or word.isdigit()

    def sells(self, word: str) -> bool:
        """Whether this stem is a word of the menu, as it is."""
        return word in self._heard

    def alternatives(self, word: str) -> Alternatives:
        """Known stems that an unknown word (folded, not stemmed) may be, cheapest first; empty when nothing is near."""
        found = self._cache.get(word)
        if found is None:
            found = self._search(word)
            if stem(word) != word and (not found or found[0][1] > _ONE_SLIP):
                # "Popadoms" is one slip from "poppadom" when its plural is taken off.
                found = min(found, self._search(stem(word)), key=lambda f: f[0][1] if f else 9.0)
            if len(self._cache) < _REMEMBERED:
                self._cache[word] = found
        return found

    def doubled(self, word: str) -> str:
        """The word that this one is but for a doubled letter: "latte" for "late"; empty if none."""
        other = self._short.get(_single(word), "")
        return other if len(word) > _SHORT and other != word and other in self._stems else ""

    def split(self, word: str, short: frozenset[str] = frozenset(), *, exact: bool = False) -> tuple[str, ...]:
        """The two words an unknown one consists of ("largecoke"), one of them perhaps misspelt; empty if none.

        A word of one or two letters must be one of `short`, and the other known as it is, as both are if `exact`.
        """
        best: tuple[float, int, tuple[str, ...]] = (9.0, 0, ())
        for i in range(1, len(word)):
            left, right = word[:i], word[i:]
            cost = self._part(left, short) + self._part(right, short)
            if cost < (_ONE_SLIP - 0.1 if exact else _ONE_SLIP + 0.1):
                best = min(best, (cost, abs(len(left) - len(right)), (left, right)))
        return best[2]

    def _part(self, word: str, short: frozenset[str]) -> float:
        """What it costs to take this for a word of its own."""
        if word in short:
            return _SHORT_PART
        if word.isdigit():
            return 0.0
        if len(word) >= _SHORT and stem(word) in self._known:
            return 0.0 if len(word) > _SHORT else 0.05
        if len(word) < _CLEAN_SPLIT:
            return 9.0
        near = self.alternatives(word)
        return near[0][1] if near and near[0][1] <= _ONE_SLIP else 9.0

    def _shortened(self, word: str) -> dict[str, float]:
        """What it may be if letters were left out: vowels ("chckn"), or one of four letters ("ric")."""
        found = {self._stems[t]: _UNVOWELLED_COST for t in self._bones.get(_bones(word), ()) if _within(word, t)}
        for near in self._clipped.get(word, ()) if len(word) == _SHORT else ():
            found.setdefault(near, _SHORTENED_COST)
        return found

    def _search(self, word: str) -> Alternatives:
        found = self._shortened(word) if len(word) >= _SHORT and word.isalpha() else {}
        doubled = self._short.get(_single(word))
        if doubled:
            found[doubled] = _DOUBLED_COST
        if len(word) >= _SHORTEST and word.isalpha():
            limit = 1 if len(word) < 7 else 2 if len(word) < 11 else 3  # noqa: PLR2004
            for near, distance, _ in process.extract(
                word, self._targets, scorer=OSA.distance, score_cutoff=limit, limit=6
            ):
                cost = 0.35 + 0.35 * (distance - 1) + (0 if near[0] == word[0] else _OTHER_INITIAL)
                meant = self._stems[near]
                found[meant] = min(cost, found.get(meant, 9.0))
            if len(word) >= _SHORTEST_SOUND:
                for near in self._sounds.get(sound(word), ()):
                    if abs(len(near) - len(word)) <= _SPLIT_PART:
                        found[near] = min(_SOUND_COST, found.get(near, 9.0))
        return tuple(sorted(found.items(), key=lambda f: (f[1], f[0]))[:_MOST])
