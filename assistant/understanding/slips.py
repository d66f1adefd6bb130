"""How sure a reading is of words that are not written as they are known: what is only guessed is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.understanding.edges import CONTENT
from assistant.understanding.grammar import LEAF
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.understanding.grammar import Grammar

_GUESS = 0.55  # from here on a spelling is further off than one slip behind the first letter
_RIVAL = 0.1  # so much dearer another word may be and still be what was meant
_LONG = 8  # letters
_TELLING = frozenset({"negation", "negation_open", "number", "pre_modifier", "size", "portion"})


def passed_over(grammar: Grammar, words: tuple[str, ...], used: Iterable[int]) -> Iterator[int]:
    """Positions of misspelt words that changed nothing, though they may be words of the menu, numbers or denials."""
    used = frozenset(used)
    for position, word in enumerate(words):
        if position not in used and any(_tells(grammar, other) for other in _rivals(grammar, word)):
            yield position


def guessed(grammar: Grammar, words: tuple[str, ...], tokens: Iterable[int]) -> bool:
    """Whether one of these words is so far from any known one that what it stands for is only a guess."""
    return any(_is_guess(grammar, words[t]) for t in tokens)


def _is_guess(grammar: Grammar, word: str) -> bool:
    """Whether the nearest known word is far; a long word with one near alone ("kappuchino") can hardly be another."""
    found = _alternatives(grammar, word)
    far = bool(found) and found[0][1] >= _GUESS
    return far and (len(word) < _LONG or len(_rivals(grammar, word)) > 1)


def _rivals(grammar: Grammar, word: str) -> list[str]:
    found = _alternatives(grammar, word)
    return [other for other, cost in found if cost <= found[0][1] + _RIVAL]


def _alternatives(grammar: Grammar, word: str) -> tuple[tuple[str, float], ...]:
    known = grammar.speller.knows(stem(word)) or not word.isalpha()
    return () if known else grammar.speller.alternatives(word)


def _tells(grammar: Grammar, word: str) -> bool:
    """Whether a word by itself names something, counts, or denies."""
    node = grammar.trie.get(word)
    leaf = node.get(LEAF) if node else None
    if leaf is None:
        return False
    here = {grammar.locale, "en"}
    said = any(c.kind in _TELLING and c.language in here for c in leaf.closed)
    return said or bool(leaf.heads) or any(s.kind in CONTENT for s in leaf.senses)
