"""Words written as one, cut into those that the menu or a language knows."""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import zip_longest
from operator import is_

from assistant.understanding.edges import JOIN, SEGMENT
from assistant.understanding.grammar import LEAF, Grammar
from assistant.understanding.knowledge import HOLE, load
from assistant.understanding.lattice import languages_of
from assistant.understanding.reading import Token
from assistant.understanding.scripts import DUAL, pieces, with_particle
from assistant.understanding.tokens import fold, stem

_SHORTEST_DENIED = 4
_SHORT = 2
_SHORTEST_JOINED = 4
_LETTERS = frozenset({"a", "i", "y"})  # words of one letter
_AND = "و"
_WHOLE_NAME = 0.1
_PERCENT_WORDS = (2, 1)  # so many words may say it
_IDLE = frozenset({"filler", "declinable", "side_of"})
_LONGEST_NUMBER = 2  # words: "seventy five"
Pieces = tuple[tuple[int, str], ...]  # (length, what it is read as)


def retokenized(
    grammar: Grammar, tokens: tuple[Token, ...], language: str = ""
) -> tuple[tuple[Token, ...], frozenset[str]]:
    """The tokens, two or three known words without a space cut into them, and the languages they may be of.

    `language` was spoken before.
    """
    spoken = languages_of(grammar, tokens, language)
    cut = _cut_up(grammar, _shares_joined(grammar, tokens), spoken)
    same = len(cut) == len(tokens) and all(map(is_, cut, tokens))
    return cut, spoken if same else languages_of(grammar, cut, language)


def _cut_up(grammar: Grammar, tokens: tuple[Token, ...], spoken: frozenset[str]) -> tuple[Token, ...]:
    out: list[Token] = []
    knows = grammar.speller.knows
    for token, following in zip_longest(tokens, tokens[1:]):
        word = stem(token.folded)
        spelled_out = _spelled_out(grammar, token)
        if spelled_out:
            out += _cut(token, spelled_out)
            continue
        if _and_another(grammar, out, word) and len(token.folded) == len(token.text):
            out += _cut(token, ((1, _AND), (len(token.folded) - 1, token.folded[1:])))
            continue
        if not word.isascii() and not grammar.speller.sells(word) and len(token.folded) == len(token.text):
            named = with_particle(token.folded, partial(_names, grammar))
            cut = named or (() if knows(word) else pieces(token.folded, knows))
            if cut:
                out += _cut(token, _before_name(grammar, cut, following))
                continue
        if knows(word) or len(word) < _SHORTEST_JOINED:
            out.append(token)
            continue
        denied = _joined_denial(grammar, token.folded)
        parts = denied or _joined_words(grammar, token.folded, spoken)
        cut = _lengths(token, parts)
        if not cut or any(_foreign(grammar, part, spoken) for part in parts):
            out.append(token)
        else:
            out += _cut(token, cut)
    return tuple(out)


def _shares_joined(grammar: Grammar, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens with "fifty percent" and "cincuenta por ciento" as one: "50%"."""
    found: list[Token] = []
    at = 0
    if not any(t.folded in _percent_words() for t in tokens):
        return tokens
    while at < len(tokens):
        ahead = (tuple(t.folded for t in tokens[at : at + n]) for n in _PERCENT_WORDS)
        size = next((len(words) for words in ahead if words in grammar.knowledge.percent), 0)
        if size and _shared(grammar, found, tokens[at + size - 1]):
            at += size
            continue
        found.append(tokens[at])
        at += 1
    return tuple(found)


@lru_cache(maxsize=1)
def _percent_words() -> frozenset[str]:
    """The words that "percent" begins with, in any language."""
    return frozenset(words[0] for words in load().percent if words)


def _shared(grammar: Grammar, out: list[Token], percent: Token) -> bool:
    """Whether a number stands before "percent": then it becomes that share, in digits: "seventy five percent"."""
    for size in range(min(_LONGEST_NUMBER, len(out)), 0, -1):
        said = tuple(stem(t.folded) for t in out[-size:])
        numbers = [m.value for m in grammar.knowledge.closed.get(said, ()) if m.kind == "number"]
        numbers += [said[0]] if size == 1 and said[0].isdigit() else []
        numbers += ["0"] if not numbers and _is_none(grammar, said) else []
        figure = next(iter(numbers), "")
        if figure:
            out[-size:] = [out[-size]._replace(text=f"{figure}%", folded=figure, end=percent.end)]
            return True
    return False


def _is_none(grammar: Grammar, said: tuple[str, ...]) -> bool:
    """Whether "zero" or its like stands there."""
    tables = grammar.knowledge.foods.amounts.values()
    return any((*said, HOLE) in table.get("no", ()) for table in tables)


def _joined_words(grammar: Grammar, word: str, spoken: frozenset[str]) -> tuple[str, ...]:
    """The words that one is made of, unless it is rather another one misspelt."""
    near = grammar.speller.alternatives(word)
    if len(word) > _SHORTEST_JOINED and (not near or near[0][1] > SEGMENT + JOIN):
        parts = _split(grammar, word, spoken)
        return () if all(_says_nothing(grammar, part) for part in parts) else parts
    slipped = near and near[0][1] <= SEGMENT
    parts = () if slipped else grammar.speller.split(word, _short_words(spoken), exact=True)
    denied = any(other in grammar.knowledge.negative for other, cost in near if cost <= SEGMENT + JOIN)
    if any(_foreign(grammar, part, spoken) for part in parts) or (
        denied and parts and len(parts[0]) < _SHORTEST_DENIED
    ):
        return ()  # "withot" is no "wit hot"
    # "Withoat" has two words of the shop or of the language as they are: that is likelier than a slip.
    return parts


def _says_nothing(grammar: Grammar, word: str) -> bool:
    """Whether a word is small talk in any language: two of these are no word written as one ("upside" no "up side")."""
    if _names(grammar, word):
        return False
    return all(m.kind in _IDLE for m in grammar.knowledge.closed.get((stem(word),), ()))


def _and_another(grammar: Grammar, before: list[Token], word: str) -> bool:
    """Whether an "and" is written onto a name that another one has too: "tomato and mint" beside a "lemon and mint"."""
    if not word.startswith(_AND) or not grammar.speller.sells(word) or _names(grammar, word, _WHOLE_NAME):
        return False
    goes_on = before and word in grammar.trie.get(stem(before[-1].folded), {})
    return not goes_on and _names(grammar, word[1:])


def _names(grammar: Grammar, word: str, most: float = 1.0) -> bool:
    """Whether a word alone names something of the menu, at this cost at `most`."""
    leaf = grammar.trie.get(stem(word), {}).get(LEAF)
    return leaf is not None and any(s.cost <= most for s in leaf.senses)


def _before_name(grammar: Grammar, cut: Pieces, following: Token | None) -> Pieces:
    """The pieces, with a dual's "two" before the noun where the next word goes on with its name."""
    if following is None or cut[-1][1] != DUAL or len(cut) == 1:
        return cut
    (length, noun), (ending, number) = cut[-2:]
    goes_on = stem(following.folded) in grammar.trie.get(stem(noun), {})
    return (*cut[:-2], (length, number), (ending, noun)) if goes_on else cut


def _spelled_out(grammar: Grammar, token: Token) -> tuple[tuple[int, str], ...]:
    """The words that an abbreviation stands for, each taking a letter of it; what hangs on it is cut off before.

    Where the menu has the abbreviation too, its words say the same and more, if it has all of them.
    """
    if token.folded[:_SHORT] not in _short_beginnings():
        return ()
    knows, sells = grammar.speller.knows, grammar.speller.sells
    known = knows(stem(token.folded))
    for size in range(len(token.text), 1, -1):
        words = grammar.knowledge.short_for.get(token.folded[:size], ())
        if words and size >= len(words) and len(token.folded) == len(token.text):
            if (known or sells(token.folded[:size])) and not all(sells(w) for w in words):
                continue
            rest = token.folded[size:]
            tail = ((len(rest), rest),) if knows(rest) else pieces(rest, knows)
            if not rest or tail:
                last = (size - len(words) + 1, words[-1])
                return (*((1, w) for w in words[:-1]), last, *(tail if rest else ()))
    return ()


@lru_cache(maxsize=1)
def _short_beginnings() -> frozenset[str]:
    """The first letters of all abbreviations that are spelled out."""
    return frozenset(short[:_SHORT] for short in load().short_for)


def _split(grammar: Grammar, word: str, spoken: frozenset[str]) -> tuple[str, ...]:
    """The words that one without a space consists of; before them may stand an Arabic "and"."""
    parts = grammar.speller.split(word, _short_words(spoken))
    if not parts and word.startswith(_AND) and len(word) > _SHORTEST_DENIED:
        rest = grammar.speller.split(word[1:], _short_words(spoken))
        return (_AND, *rest) if rest else ()
    return parts


def _lengths(token: Token, parts: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """How many written letters each folded part takes; empty where that cannot be told."""
    sizes = [len(fold(c)) for c in token.text]
    if sum(sizes) != len(token.folded):
        return ()
    found: list[tuple[int, str]] = []
    at = 0
    for part in parts:
        start, room = at, len(part)
        while room > 0:
            room -= sizes[at]
            at += 1
        if room:
            return ()
        found.append((at - start, part))
    return tuple(found)


@lru_cache(maxsize=64)
def _short_words(languages: frozenset[str]) -> frozenset[str]:
    """Words of one or two letters that may have lost the space beside them: "deajo", "dedoux"; never a denying one."""
    closed, negative = load().closed, load().negative
    return frozenset(
        phrase[0]
        for phrase, meanings in closed.items()
        if len(phrase) == 1 and _short(phrase[0]) and phrase[0] not in negative
        if not phrase[0].isdigit() and any(m.language in languages for m in meanings)
    )


def _short(word: str) -> bool:
    return len(word) == _SHORT or word in _LETTERS


def _foreign(grammar: Grammar, word: str, spoken: frozenset[str]) -> bool:
    """Whether a word is only one of grammar, and of no language spoken here: "croissont" is not "crois sont"."""
    languages = grammar.markers.get(stem(word), frozenset())
    return bool(languages) and not languages & spoken


@lru_cache(maxsize=1)
def _denials() -> tuple[str, ...]:
    """The words that deny, in any language, the longest first."""
    return tuple(sorted(load().negative, key=lambda w: (-len(w), w)))


def _joined_denial(grammar: Grammar, word: str) -> tuple[str, ...]:
    """The two words of "nocheese": a "no" is never lost to a misspelling."""
    knows = grammar.speller.knows
    for denial in _denials():
        rest = word[len(denial) :]
        enough = len(rest) >= _SHORTEST_DENIED or (len(rest) > _SHORT and grammar.speller.sells(rest))
        if word.startswith(denial) and enough and knows(stem(rest)):
            return denial, rest
        before = word[: -len(denial)]
        if word.endswith(denial) and len(before) > _SHORT and knows(stem(before)):
            return before, denial
    return ()


def _cut(token: Token, cut: tuple[tuple[int, str], ...]) -> list[Token]:
    found: list[Token] = []
    at = 0
    for length, folded in cut:
        found.append(Token(token.text[at : at + length], folded, token.start + at, token.start + at + length))
        at += length
    return found
