"""What something in the cart may be called: its names, what other languages say, and the end of a compound."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from assistant.dialogue.words import words_of
from assistant.understanding.knowledge import load
from assistant.understanding.naming import without_first_parts
from assistant.understanding.scripts import language_of_script
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.fitting import Place
    from assistant.dialogue.words import Words

_CLOSE = 82.0
_SHORT = 4


def stems_of(*texts: str) -> frozenset[str]:
    """The words of texts without their plurals."""
    return frozenset(stem(w.key) for text in texts for w in words_of(text).words)


@lru_cache(maxsize=4096)
def in_any_language(texts: tuple[str, ...]) -> frozenset[str]:
    """The stems of names and of what other languages call them, or parts of them: "버거" is a burger."""
    lists = load()
    found = set(stems_of(*texts))
    for text in texts:
        words = tuple(stem(w.key) for w in words_of(text).words)
        parts = (words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1))
        for part in parts:
            for said in (*lists.foods.translations.get(part, ()), *lists.sizes.get(part, ())):
                found.update(w for w in said if len(w) > 1)
    return frozenset(found)


@lru_cache(maxsize=4096)
def short_for(language: str, texts: tuple[str, ...]) -> frozenset[str]:
    """What compounds are called for short where a language makes them: "Kuchen" for an "Apfelkuchen"."""
    known = load()
    if language not in known.foods.compounding:
        return frozenset()
    forms = [tuple(stem(w.key) for w in words_of(text).words) for text in texts]
    return frozenset(w for f in forms for short in without_first_parts(f, known.food_words[language]) for w in short)


def counted(draft: Draft, words: Words) -> tuple[int | None, Words]:
    """The number before a name, or behind it where a language has it there ("짬뽕 한 그릇"), and the name."""
    number = draft.phrases.number(words.words[0].key) if len(words) > 1 else None
    if number is not None:
        return number, words.part(1, len(words))
    glue = draft.phrases.lists["glue"]
    said = [n for n, w in enumerate(words.words) if not glue.fullmatch(f"{w.key} ")]
    if "topic_after" in draft.phrases.lists and len(said) > 1:
        number = draft.phrases.number(words.words[said[-1]].key)
    return (None, words) if number is None else (number, words.part(0, said[-1]))


def describes(draft: Draft, place: Place, names: tuple[str, ...]) -> bool:
    """Whether each word is found in what the serving is called."""
    words = _words_for(draft, place)
    return bool(names) and all(_found(name, words) for name in names)


def is_item_name(draft: Draft, place: Place, names: tuple[str, ...]) -> bool:
    """Whether the words are of the item's own name, not of a size or modifier that it happens to have."""
    line, menu = draft.serving(place), draft.menu
    item, combo = menu.items_by_id.get(line.item), menu.combos_by_id.get(line.item)
    sold = item or combo
    texts = [sold.name, *sold.aliases] if sold else []
    said = (*texts, item.category if item else "combo")
    words = in_any_language(said) | short_for(draft.phrases.language, said)
    return all(_found(n, words) for n in names)


def _words_for(draft: Draft, place: Place) -> frozenset[str]:
    line, menu = draft.serving(place), draft.menu
    combo = menu.combos_by_id.get(line.item)
    if combo is not None:
        return in_any_language((combo.name, *combo.aliases, "combo", "deal", "menu", "meal"))
    item = menu.items_by_id[line.item]
    texts = [item.name, *item.aliases, item.category]
    if variation := item.variation(line.variation):
        texts += [variation.name, *variation.aliases]
    for choice in line.modifiers:
        group = menu.groups_by_id.get(choice.group)
        modifier = group.modifier(choice.modifier) if group else None
        if modifier and choice.pre_modifier != "no":
            texts += [modifier.name, *modifier.aliases]
    if not line.modifiers or (
        len(draft.cart.lines) > 1
        and any(len(o.modifiers) > len(line.modifiers) for o in draft.cart.lines if o.item == line.item)
    ):
        texts += ["plain", "normal", "regular", "original"]
    return in_any_language(tuple(texts)) | short_for(draft.phrases.language, tuple(texts))


def _found(name: str, words: frozenset[str]) -> bool:
    root = stem(name)
    if root in words:
        return True
    if language_of_script(root) == "ko":
        return len(root) > 1 and any(w.startswith(root) or w.endswith(root) for w in words)
    return len(root) >= _SHORT and any(len(w) >= _SHORT and fuzz.ratio(root, w) >= _CLOSE for w in words)
