"""Whether the words of a cause name its value. Of the parser it shares only the word lists, not how they are used."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from assistant.understanding import knowledge, levels
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.understanding.certificate import Certificate, CertifiedLine
    from assistant.understanding.reading import Cause
    from core.catalogue.menu import Item, Menu, Modifier, ModifierGroup, Variation
    from core.orders.lines import Choice

_LONG = 4
_LONGER = 7
_ENDING = 2  # letters
_AFTER_NAME_CUE = 6
_SAYS_NOTHING = frozenset({"filler", "connector", "determiner"})
# Words that say which one is meant, and nothing of what it is.
_POINTING = frozenset(
    {"a", "an", "the", "one", "ones", "other", "others", "rest", "half", "of", "them", "those", "first", "second"}
    | {"third", "last", "on", "in", "with", "make"}
)

Vocabulary = frozenset[str]


def names_entry(menu: Menu, entry_id: str, words: Sequence[str]) -> bool:
    """Whether words name an item or a combo of the menu, or part of one."""
    item = menu.items_by_id.get(entry_id) or menu.combos_by_id.get(entry_id)
    return item is not None and bool(_score(words, _vocabulary((item.name, *item.aliases))))


def names_variation(variation: Variation, words: Sequence[str]) -> bool:
    """Whether words name a variation, or part of its name."""
    return bool(_score(words, _vocabulary((variation.name, *variation.aliases))))


def names_choice(menu: Menu, choice: Choice, words: Sequence[str]) -> bool:
    """Whether words name a modifier, or part of its name."""
    group = menu.groups_by_id.get(choice.group)
    modifier = group.modifier(choice.modifier) if group else None
    return modifier is not None and group is not None and bool(_score(words, _modifier_words(modifier, group)))


def misnamed(menu: Menu, certificate: Certificate, number: int, denials: frozenset[str]) -> Iterator[str]:
    """Values of a line whose words name something else of the menu, or deny what they are said to ask for."""
    certified = certificate.lines[number]
    item = menu.items_by_id.get(certified.line.item)
    if item is None:
        return  # a combo is named by its own words or by those of its parts
    shape = {t for c in certified.causes if c.part in ("variation", "quantity") for t in c.tokens}
    told = _telling(menu, item, certified)
    for cause in certified.causes:
        said = _said(certificate, cause.tokens)
        # "And one plain": its size and number stand for it; "a small and a large latte": the other line names both.
        headless = shape.issuperset(cause.tokens) or _named_elsewhere(certificate, number, shape, cause)
        if told:
            kinds = {t for c in certified.causes if c.part == "modifier" and c.value in told for t in c.tokens}
            rest = _said(certificate, set(cause.tokens) - kinds)
            headless = headless or not any(_score(rest, _item_words(o)) for o in menu.items)
        if cause.part == "item" and not headless:
            own_score = _score(said, _item_words(item))
            # Nothing of it is named, or all that is named is the name of another: "garlic naan" is no plain one.
            others = (o for o in menu.items if o.id != item.id and _whole(o, said, own_score))
            if any(_score(said, _item_words(o)) > own_score for o in others):
                yield cause.value
        elif cause.part == "variation":
            own = [v for v in item.variations if v.id == cause.value]
            scores = [_score(said, _vocabulary((v.name, *v.aliases))) for v in item.variations if v.id != cause.value]
            own_score = _score(said, _vocabulary((own[0].name, *own[0].aliases))) if own else 0
            sizes = (v for v in item.variations if v.id != cause.value)
            bent = own_score or (own and _bent(said, own[0])) or not any(_bent(said, v) for v in sizes)
            if own and (own_score < max(scores, default=0) or not bent):
                yield cause.value
    yield from _modifiers(menu, item, certificate, certified, denials)


def _bent(said: Sequence[str], variation: Variation) -> bool:
    """Whether a word is one of a size's with another ending: "grosse", "kleinen"."""
    known = [v for v in _vocabulary((variation.name, *variation.aliases)) if len(v) >= _LONG]
    return any(w.startswith(v) and len(w) - len(v) <= _ENDING for w in said for v in known)


def _telling(menu: Menu, item: Item, certified: CertifiedLine) -> set[str]:
    """The choices of a line whose words name its item too: "a latte", where coffees alone must be of some kind."""
    found: set[str] = set()
    head = {t for c in certified.causes if c.part == "item" for t in c.tokens}
    own = _item_words(item)
    foods = knowledge.load().foods
    for choice in certified.line.modifiers:
        group = menu.groups_by_id.get(choice.group)
        modifier = group.modifier(choice.modifier) if group else None
        if group is None or modifier is None or group.min < 1 or choice.pre_modifier == "no":
            continue
        shared = any(group.id in o.modifier_groups for o in menu.items if o.id != item.id)
        kinds = {k for n in (modifier.name, *modifier.aliases) for k in foods.kinds.get(knowledge.stems_of(n), ())}
        called = not (foods.kind_names | own).isdisjoint(knowledge.stems_of(group.name))
        value = f"{choice.group}/{choice.modifier}"
        said = {t for c in certified.causes if c.part == "modifier" and c.value == value for t in c.tokens}
        if not shared and (called or own & kinds) and said & head:
            found.add(value)
    return found


def denied_by_name(menu: Menu, certificate: Certificate) -> Iterator[int]:
    """Positions of words that are part of what a size is called, in any language: "mantequilla sin sal"."""
    for certified in certificate.lines:
        item = menu.items_by_id.get(certified.line.item)
        for cause in (c for c in certified.causes if c.part == "variation"):
            variation = item.variation(cause.value) if item is not None else None
            known = _vocabulary((variation.name, *variation.aliases)) if variation is not None else frozenset()
            yield from (t for t in cause.tokens if 0 <= t < len(certificate.words) and certificate.words[t] in known)


def _whole(other: Item, said: Sequence[str], own: int) -> bool:
    """Whether words name an item altogether: every word of its name or of an alias is among them."""
    if not own:
        return True
    heard = {stem(w) for w in said}
    return any(_called(n) <= heard for n in (other.name, *other.aliases))


# Every certificate is held against every name of the menu.
@lru_cache(maxsize=8192)
def _called(name: str) -> Vocabulary:
    return frozenset(stem(w) for w in _written(name)) - {"and", "of", "the"}


def _written(name: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    folded = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return re.findall(r"[^\W_]+", re.sub("['\u2019]", "", folded))


def _named_elsewhere(certificate: Certificate, number: int, shape: set[int], cause: Cause) -> bool:
    rest = _said(certificate, set(cause.tokens) - shape)
    others = {c.line.item for k, c in enumerate(certificate.lines) if k != number}
    return bool(shape) and certificate.lines[number].line.item in others and _POINTING.issuperset(rest)


def _modifiers(
    menu: Menu, item: Item, certificate: Certificate, certified: CertifiedLine, denials: frozenset[str]
) -> Iterator[str]:
    head = {t for c in certified.causes if c.part == "item" for t in c.tokens}
    told = _telling(menu, item, certified)
    words = {f"{g.id}/{m.id}": _modifier_words(m, g) for g in menu.groups_of(item.id) for m in g.modifiers}
    for choice in certified.line.modifiers:
        value = f"{choice.group}/{choice.modifier}"
        tokens = {t for c in certified.causes if c.part == "modifier" and c.value == value for t in c.tokens}
        denied = {t for c in certified.causes if c.part == "negation" and c.value == value for t in c.tokens}
        said, own = _said(certificate, tokens), words.get(value, frozenset())
        if choice.pre_modifier == "no":
            own |= _vocabulary(tuple(g.name for g in menu.groups_of(item.id) if g.id == choice.group))  # "no salad"
        others = [k for k, v in words.items() if k != value and _score(said, v)]
        stolen = tokens and value not in told and (tokens <= head or (denied and denied <= tokens))
        unnamed = not _score(said, own) and (others or _score(said, _item_words(item)))
        turned = choice.pre_modifier is None and denials.intersection(said) and not _denies(own, denials)
        # "Not on rye, on wheat" asks for wheat: the no is about another of a group that gives only one.
        group = menu.groups_by_id.get(choice.group)
        swapped = group is not None and group.max == 1 and any(k.startswith(f"{choice.group}/") for k in others)
        if stolen or unnamed or (turned and not swapped):
            yield value


def _denies(own: Vocabulary, denials: frozenset[str]) -> bool:
    return bool(own & denials) or not own.isdisjoint({"0", "zero", "free", "black", "plain"})


def hushed(menu: Menu, certificate: Certificate) -> Iterator[int]:
    """Positions of fillers that no language has as a word of politeness, unless they are somebody's name."""
    known, cues = _small_talk()
    cue = -_AFTER_NAME_CUE
    sold = {w for i in menu.items for w in _item_words(i)} if certificate.filler else set()
    for position in sorted(p for p in certificate.filler if 0 <= p < len(certificate.words)):
        word = certificate.words[position]
        if word in cues:
            cue = position
        spoken = word in known or stem(word) in known or not word.isalnum()
        named = position - cue < _AFTER_NAME_CUE and word not in sold and stem(word) not in sold
        if not (spoken or named or _slip_of_talk(menu, word)):
            yield position


def _slip_of_talk(menu: Menu, word: str) -> bool:
    """Whether a word is one slip from a word of politeness ("wiht"), and near no denial and nothing that is sold."""
    if len(word) < _LONG or not word.isalpha():
        return False
    meanings = knowledge.load().closed
    near = {form for form in meanings if len(form) == 1 and abs(len(form[0]) - len(word)) <= 1
            and len(form[0]) >= _LONG and OSA.distance(word, form[0], score_cutoff=1) <= 1}  # fmt: skip
    if not near or any(m.kind not in _SAYS_NOTHING for form in near for m in meanings[form]):
        return False
    sold = {w for i in menu.items for w in _item_words(i)}
    sold |= {w for g in menu.modifier_groups for m in g.modifiers for w in _modifier_words(m, g)}
    return not _related(word, frozenset(sold))


@lru_cache(maxsize=1)
def _small_talk() -> tuple[Vocabulary, Vocabulary]:
    """Words that may say nothing, and those after which a name is given."""
    closed = knowledge.load().closed
    said = {w for phrase in closed for w in phrase}
    cues = {w for phrase, meanings in closed.items() if any(m.kind == "name_cue" for m in meanings) for w in phrase}
    return frozenset(said), frozenset(cues)


def _said(certificate: Certificate, tokens: Iterable[int]) -> tuple[str, ...]:
    return tuple(certificate.words[t] for t in sorted(set(tokens)) if 0 <= t < len(certificate.words))


def _item_words(item: Item) -> Vocabulary:
    return _vocabulary((item.name, *item.aliases))


def _modifier_words(modifier: Modifier, group: ModifierGroup) -> Vocabulary:
    others = levels.other_names(group, modifier)
    return _vocabulary((modifier.name, *modifier.aliases)) | (_vocabulary(others) if others else frozenset())


def _score(said: Sequence[str], vocabulary: Vocabulary) -> int:
    """How many of the words stand for words of a name."""
    joined = [a + b for a, b in pairwise(said)]
    return sum(1 for w in (*said, *joined) if _related(w, vocabulary))


def _related(word: str, vocabulary: Vocabulary) -> bool:
    if word in vocabulary or stem(word) in vocabulary:
        return True
    if len(word) < _LONG or word.isdigit() or stem(word) in _small_talk()[0]:
        return False
    limit = 1 if len(word) < _LONGER else 2
    return any(abs(len(v) - len(word)) <= limit and OSA.distance(word, v, score_cutoff=limit) <= limit
               for v in vocabulary if len(v) >= _LONG)  # fmt: skip


@lru_cache(maxsize=8192)
def _vocabulary(names: tuple[str, ...]) -> Vocabulary:
    """The words of names, and those that the word lists give for them: synonyms, translations, sizes, numbers."""
    found: set[str] = set()
    lists = knowledge.load()
    for name in names:
        written = _written(name)
        stems = tuple(stem(w) for w in written)
        found.update(w for w in (*written, *stems) if w not in {"and", "of", "the", "with", "a", "in", "de", "on"})
        for i in range(len(stems)):
            for j in range(i + 1, len(stems) + 1):
                part = stems[i:j]
                others = (*lists.foods.same.get(part, ()), *lists.foods.translations.get(part, ()))
                others = (*others, *lists.sizes.get(part, ()), *_numbers(part), *_near().get(part, ()))
                found.update(w for other in others for w in other if w not in {"a", "of", "the"})
                if j - i > 1:
                    found.add("".join(part))
    return frozenset(found)


@lru_cache(maxsize=1)
def _near() -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """What may be said for each name where a menu has nothing closer."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for said, names in knowledge.load().foods.near.items():
        for name in names:
            found.setdefault(name, []).append(said)
    return found


def _numbers(part: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    lists = knowledge.load()
    if len(part) == 1 and part[0].isdigit():
        return lists.number_words.get(int(part[0]), ()) if len(part[0]) < _LONG else ()
    return tuple((m.value,) for m in lists.closed.get(part, ()) if m.kind == "number")
