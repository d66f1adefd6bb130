"""A menu's names in other languages: word by word, put together as each language does, with its "no" and "half"."""

from __future__ import annotations

from itertools import product

from assistant.understanding.knowledge import HOLE, Foods, Stems

_TRANSLATED = 0.05
_AS_ENGLISH = 0.03
_AMOUNT = 0.03
_SOURCE = "en"
_LONGEST = 5
_LONGEST_PART = 4
_MOST_PARTS = 3
_MOST_WAYS = 4
_FEW_WAYS = 2
_STOP = frozenset({"and", "of", "the", "with", "a", "in", "de", "con", "or", "y"})

Forms = dict[Stems, float]
Said = dict[Stems, tuple[Stems, ...]]


class Translator:
    """Translates the names of one menu, written in the language `source`; English words stand on menus of any."""

    def __init__(self, foods: Foods, source: str) -> None:
        self._foods = foods
        self._meant = foods.meant.get(source, {})
        self._languages = tuple(dict.fromkeys((*foods.spoken, _SOURCE)))
        self._source = source
        self._ways: dict[Stems, dict[str, tuple[Stems, ...]]] = {}
        self._amounts = self._amount_patterns()

    def forms(self, form: Stems, *, composed: bool = True) -> Forms:
        """What a name is called in other languages, with the price of each.

        As a whole, or (`composed`) its parts put together.
        """
        forms: Forms = {}
        for ways in self._ways_of(form).values():
            for whole in ways:
                _keep(forms, whole, _TRANSLATED)
        if composed and 1 < len(form) <= _LONGEST:
            self._compose(forms, form)
            self._say_amount(forms, form)
        forms.pop(form, None)
        return forms

    def counted(self, number: str) -> Forms:
        """A size that is a number of pieces: "de 10", "10 조각"."""
        patterns = [p for table in self._foods.amounts.values() for p in table.get("pieces", ())]
        return {_filled(p, (number,)): _AMOUNT for p in patterns}

    def _ways_of(self, part: Stems) -> dict[str, tuple[Stems, ...]]:
        """What is said for a stretch of a name, by language; languages that have no word for it are left out."""
        known = self._ways.get(part)
        if known is not None:
            return known
        found: dict[str, tuple[Stems, ...]] = {}
        names = self._meant.get(part, ())
        for language in self._languages if len(part) <= _LONGEST_PART else ():
            spoken = self._foods.spoken.get(language, {})
            meanings = names if language == self._source else (part, *names)
            ways = [other for name in meanings for other in spoken.get(name, ())]
            ways += names if language == _SOURCE else ()
            ways += self._foods.numbers.get(language, {}).get(part, ()) if language != self._source else ()
            ways = [w for w in dict.fromkeys(ways) if w != part]
            if ways:
                found[language] = tuple(ways)
        self._ways[part] = found
        return found

    def _compose(self, forms: Forms, form: Stems) -> None:
        for parts in _partitions(form):
            said = [self._ways_of(p) for p in parts]
            for language in dict.fromkeys(name for ways in said for name in ways):
                words = [ways.get(language, ()) for ways in said]
                if any((p[0] in _STOP or p[-1] in _STOP) for p, w in zip(parts, words, strict=True) if not w):
                    continue
                compounding = language in self._foods.compounding or language == _SOURCE
                for chosen in _choices(parts, words):
                    _put_together(forms, chosen, compounding=compounding)

    def _amount_patterns(self) -> list[tuple[str, Stems]]:
        own, english = self._foods.amounts.get(self._source, {}), self._foods.amounts.get(_SOURCE, {})
        return [(key, p) for table in (english, own) for key, patterns in table.items() for p in patterns]

    def _say_amount(self, forms: Forms, form: Stems) -> None:
        """For "no sugar", "half sugar", "extra ice": the same of the thing in other words."""
        for key, pattern in self._amounts:
            rest = _rest(pattern, form)
            if not rest:
                continue
            said = self._ways_of(rest)
            for language in self._languages:
                for other in self._foods.amounts.get(language, {}).get(key, ()):
                    for thing in (rest, *said.get(language, ())[:_MOST_WAYS]):
                        _keep(forms, _filled(other, thing), _AMOUNT)


def _choices(parts: tuple[Stems, ...], said: list[tuple[Stems, ...]]) -> list[tuple[Stems, ...]]:
    """The ways to say the parts in one language; in three parts what can be said is, and in few ways."""
    if len(parts) == _MOST_PARTS:
        return list(product(*((w or (p,))[:_FEW_WAYS] for p, w in zip(parts, said, strict=True))))
    ways = product(*((p, *w[:_MOST_WAYS]) for p, w in zip(parts, said, strict=True)))
    return [w for w in ways if w != parts]


def _put_together(forms: Forms, parts: tuple[Stems, ...], *, compounding: bool) -> None:
    """The parts as English has them, and where a language does not make compounds the head first.

    Words like "de" between them are stepped over when a message is read.
    """
    plain = tuple(w for p in parts for w in p)
    if compounding or plain[0].isdigit():
        _keep(forms, plain, _TRANSLATED)
        if compounding and len(plain) == 2:  # noqa: PLR2004
            _keep(forms, (plain[0] + plain[1],), _TRANSLATED)
        return
    _keep(forms, plain, _TRANSLATED + _AS_ENGLISH)
    for k in range(1, len(parts)):
        head, rest = parts[k:], parts[:k]
        _keep(forms, tuple(w for p in (*head, *rest) for w in p), _TRANSLATED)
    if len(parts) == _MOST_PARTS:
        _keep(forms, tuple(w for p in reversed(parts) for w in p), _TRANSLATED)


def _partitions(form: Stems) -> list[tuple[Stems, ...]]:
    """The ways to cut a name into two or three parts."""
    size = len(form)
    found: list[tuple[Stems, ...]] = []
    for i in range(1, size):
        found.append((form[:i], form[i:]))
        found += [(form[:i], form[i:j], form[j:]) for j in range(i + 1, size)]
    return found


def _rest(pattern: Stems, form: Stems) -> Stems:
    hole = pattern.index(HOLE)
    before, after = pattern[:hole], pattern[hole + 1 :]
    end = len(form) - len(after)
    fits = end > hole and form[:hole] == before and form[end:] == after
    return form[hole:end] if fits else ()


def _filled(pattern: Stems, thing: Stems) -> Stems:
    hole = pattern.index(HOLE)
    return (*pattern[:hole], *thing, *pattern[hole + 1 :])


def _keep(forms: Forms, form: Stems, cost: float) -> None:
    if cost < forms.get(form, 9.0):
        forms[form] = cost
