"""From tokens to edges: every stretch of the message that the grammar can explain, with its meaning and its cost."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from assistant.understanding.grammar import LEAF, Grammar, Leaf, Node
from assistant.understanding.knowledge import ClosedWord, Kind
from assistant.understanding.lexicon import INEXACT, Ref, Sense
from assistant.understanding.reading import Token
from assistant.understanding.tokens import fold, stem

EdgeKind = Kind | Literal["item", "modifier", "variation", "combo", "head", "unknown"]
Candidate = tuple[Ref, float]

_SEGMENT = 0.3
_PLAIN = 0.02
_UNKNOWN = 2.5
_SKIPPED = 3.2
_JOIN = 0.05
_VALUE_COST = {"topic": 0.08, "part": 0.1, "pronoun": 0.25}
_ARTICLES = frozenset({"a", "an", "the", "one", "un", "una", "el", "la"})
_JOINERS = frozenset({"and", "or", "n", "y", "o"})
_CONTENT = frozenset({"item", "combo", "modifier", "variation"})
_IDLE = frozenset({"filler", "container", "declinable", "determiner"})
_PHRASES = frozenset({"filler", "clause", "declined"})
_CLEAR = 0.65
_EXACT = 0.45
_NAMED = 0.6
_RUNS_ON = 1.0
_PICTURE = 0.45
_LEFT_OFF_WITHIN = 7
_NAMED_TOPIC = 0.9
_TIGHT = 0.75  # a meaning this much dearer than the best of its kind is not considered
_CLOSED_COST: dict[str, float] = {
    "homophone": 0.75, "number": 0.1, "size": 0.36, "variation": 0.1, "filler": _PLAIN, "container": 0.06, "declinable": 0.06,
}  # fmt: skip


class Edge(NamedTuple):
    """Tokens `start` to `end` (exclusive) read as one thing."""

    start: int
    end: int
    kind: EdgeKind
    cost: float
    value: str = ""
    candidates: tuple[Candidate, ...] = ()
    heads: frozenset[str] = frozenset()

    @property
    def tokens(self) -> tuple[int, ...]:
        """The token positions covered."""
        return tuple(range(self.start, self.end))


def retokenized(grammar: Grammar, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens, those that are two or three known words without a space cut into them."""
    out: list[Token] = []
    for token in tokens:
        word = stem(token.folded)
        knows = grammar.speller.knows
        if knows(word) or len(word) < 5 or len(fold(token.text)) != len(token.text):  # noqa: PLR2004
            out.append(token)
            continue
        near = grammar.speller.alternatives(word)
        parts = grammar.speller.split(token.folded) if not near or near[0][1] > _SEGMENT + _JOIN else ()
        if not parts:
            out.append(token)
            continue
        at = token.start
        for part in parts:
            text = token.text[at - token.start : at - token.start + len(part)]
            out.append(Token(text, part, at, at + len(part)))
            at += len(part)
    return tuple(out)


def boundaries(text: str, tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """What stands before each token: "." for an end of sentence, "," for a pause, "" for nothing."""
    found = [""]
    for before, after in zip(tokens, tokens[1:], strict=False):
        gap = text[before.end : after.start]
        if re.search(r"[.!?;\n…]", gap):
            found.append(".")
        else:
            found.append("," if re.search(r"[,:(\-–—]", gap) else "")  # noqa: RUF001
    return tuple(found)


def languages_of(grammar: Grammar, tokens: tuple[Token, ...]) -> frozenset[str]:
    """The languages that a message may be in: the menu's, and each that shows a word only it has."""
    counts: dict[str, int] = {}
    for token in tokens:
        language = grammar.markers.get(stem(token.folded))
        if language is not None:
            counts[language] = counts.get(language, 0) + 1
    own = counts.get(grammar.locale, 0)
    seen = {language for language, n in counts.items() if n > 1 or not own}
    return frozenset(seen | {grammar.locale})


def edges_of(grammar: Grammar, tokens: tuple[Token, ...], bounds: tuple[str, ...]) -> list[list[Edge]]:
    """For each token position, the edges that start there; every position has at least an "unknown" one."""
    languages = languages_of(grammar, tokens)
    words = [_alternatives(grammar, t) for t in tokens]
    found: list[list[Edge]] = []
    for i in range(len(tokens)):
        edges: dict[tuple[int, str, str], Edge] = {}
        _walk(grammar.trie, words, tokens, i, i, 0.0, edges, languages, bounds)
        if i and not tokens[i].folded.isalnum():
            # An emoji after words says again what they say; after a number it is what is counted.
            _keep(edges, Edge(i, i + 1, "filler", _PICTURE, "picture"))
            if not tokens[i - 1].folded.isdigit() and not any(e.kind in ("number", "determiner") for e in found[i - 1]):
                for key, edge in list(edges.items()):
                    if edge.kind in _CONTENT:
                        edges[key] = edge._replace(cost=edge.cost + _RUNS_ON)
        if tokens[i].folded.isdigit():
            _keep(edges, Edge(i, i + 1, "number", _CLOSED_COST["number"], tokens[i].folded))
        _prefer_content(edges)
        _pause_after_no(edges, tokens, bounds)
        content = any(e.kind != "filler" for e in edges.values())
        known = bool(edges)
        skip = _UNKNOWN if not known else _SKIPPED if content else 1.0
        _share_head(grammar, words, tokens, i, edges, languages, bounds)
        found.append([*_pruned(edges), Edge(i, i + 1, "unknown", skip)])
    _left_off(found, bounds)
    return found


def _left_off(found: list[list[Edge]], bounds: tuple[str, ...]) -> None:
    """ "Leave the onions off": the first words deny, the last one only closes; apart they mean nothing."""
    for i, edges in enumerate(found):
        opened = [e for e in edges if e.kind == "negation_open"]
        if not opened:
            continue
        first = max(opened, key=lambda e: e.end)
        for j in range(first.end + 1, min(first.end + _LEFT_OFF_WITHIN, len(found))):
            if bounds[j] == ".":
                break
            closing = next((e for e in found[j] if e.kind == "negation_after"), None)
            if closing is not None:
                found[i].insert(0, Edge(i, first.end, "negation", 0.0))
                found[j].insert(0, Edge(j, closing.end, "filler", 0.0, "closing"))
                break
    for i, edges in enumerate(found):
        found[i] = [e for e in edges if e.kind not in ("negation_open", "negation_after")]


def _share_head(
    grammar: Grammar,
    words: list[tuple[tuple[str, float], ...]],
    tokens: tuple[Token, ...],
    i: int,
    edges: dict[tuple[int, str, str], Edge],
    languages: frozenset[str],
    bounds: tuple[str, ...],
) -> None:
    """ "Black and pinto beans": the first word with the head that follows the second."""
    after = i + 1
    if after >= len(tokens) or bounds[after] == ".":
        return
    if tokens[after].folded in _JOINERS:
        after += 1
    elif bounds[after] != ",":
        return
    if after < len(tokens) and tokens[after].folded in _ARTICLES:
        after += 1
    node = grammar.trie.get(words[i][0][0])
    if node is None:
        return
    for head in range(after + 1, min(after + 3, len(tokens))):
        leaf = node.get(words[head][0][0], {}).get(LEAF)
        rest = grammar.trie
        for at in range(after, head + 1):
            rest = rest.get(words[at][0][0], {})
        if leaf is None or LEAF not in rest or not rest[LEAF].senses:
            continue
        shared: dict[tuple[int, str, str], Edge] = {}
        _collect(leaf, (*tokens[: i + 1], tokens[head]), i, i + 2, _JOIN, shared, languages)
        for edge in shared.values():
            if edge.kind in ("modifier", "item") and edge.candidates and edge.candidates[0][1] < _CLEAR / 2:
                _keep(edges, edge._replace(end=i + 1, value="shared"))
        return


def _alternatives(grammar: Grammar, token: Token) -> tuple[tuple[str, float], ...]:
    word = stem(token.folded)
    if grammar.speller.knows(word):
        return ((word, 0.0),)
    return ((word, 0.0), *grammar.speller.alternatives(word))


def _walk(
    node: Node,
    words: list[tuple[tuple[str, float], ...]],
    tokens: tuple[Token, ...],
    start: int,
    at: int,
    cost: float,
    edges: dict[tuple[int, str, str], Edge],
    languages: frozenset[str],
    bounds: tuple[str, ...],
) -> None:
    leaf = node.get(LEAF)
    if leaf is not None:
        _collect(leaf, tokens, start, at, cost, edges, languages)
    if at >= len(words) or (at > start and bounds[at] == "."):
        return
    for word, extra in words[at]:
        following = node.get(word)
        if following is not None:
            _walk(following, words, tokens, start, at + 1, cost + extra, edges, languages, bounds)
    if at + 1 < len(words) and not bounds[at + 1]:
        joined = node.get(tokens[at].folded + words[at + 1][0][0])
        if joined is not None:
            _walk(joined, words, tokens, start, at + 2, cost + _JOIN, edges, languages, bounds)


def _collect(
    leaf: Leaf,
    tokens: tuple[Token, ...],
    start: int,
    end: int,
    cost: float,
    edges: dict[tuple[int, str, str], Edge],
    languages: frozenset[str],
) -> None:
    if leaf.senses:
        said = tuple(t.folded for t in tokens[start:end])
        singular_as_is = leaf.plural_names
        plain = all(t.folded == stem(t.folded) for t in tokens[start:end])
        by_kind: dict[EdgeKind, list[Candidate]] = {}
        for sense in leaf.senses:
            inexact = 0.0 if said in sense.surfaces or plain else _inexact(said, sense, leaf)
            by_kind.setdefault(sense.kind, []).append((sense.ref, sense.cost + inexact))
        for kind, candidates in by_kind.items():
            candidates.sort(key=lambda c: c[1])
            limit = candidates[0][1] + _TIGHT
            kept = tuple(c for c in candidates if c[1] <= limit)
            plural = kind == "item" and said[-1] != stem(said[-1]) and said[-1] not in singular_as_is
            _keep(edges, Edge(start, end, kind, cost + _SEGMENT, "plural" if plural else "", kept))
    if leaf.heads:
        _keep(edges, Edge(start, end, "head", cost + _SEGMENT, "", (), leaf.heads))
    for word in leaf.closed:
        if word.language in languages:
            _keep(edges, Edge(start, end, word.kind, cost + _closed_cost(word), word.value))


def _inexact(said: tuple[str, ...], sense: Sense, leaf: Leaf) -> float:
    """Plurals and singulars are one word, but "veggies" is "fajita veggies" rather than "veggie"."""
    if all(w in sense.spelled for w in said):
        return 0.0
    if any(o.kind == sense.kind and all(w in o.spelled for w in said) for o in leaf.senses):
        return 2 * INEXACT + _JOIN
    return INEXACT if sense.surfaces and len(said) == 1 else INEXACT / 2


def _closed_cost(word: ClosedWord) -> float:
    if word.kind == "filler" and word.value in _VALUE_COST:
        return _VALUE_COST[word.value]
    return _CLOSED_COST.get(word.kind, 0.05)


def _keep(edges: dict[tuple[int, str, str], Edge], edge: Edge) -> None:
    key = (edge.end, edge.kind, edge.value)
    known = edges.get(key)
    if known is None or edge.cost < known.cost:
        edges[key] = edge


def _pause_after_no(edges: dict[tuple[int, str, str], Edge], tokens: tuple[Token, ...], bounds: tuple[str, ...]) -> None:
    """ "Actually, no onions" takes something away; only "actually no, …" corrects."""
    for key, edge in list(edges.items()):
        runs_on = edge.end < len(tokens) and not bounds[edge.end]
        if edge.kind == "negation" and not runs_on:
            edges[key] = edge._replace(cost=edge.cost + _RUNS_ON)
        if edge.kind == "correction" and runs_on and tokens[edge.end - 1].folded == "no":
            edges[key] = edge._replace(cost=edge.cost + _RUNS_ON)


def _prefer_content(edges: dict[tuple[int, str, str], Edge]) -> None:
    """A word that names something on the menu is not a mere filler; a long closed phrase is not its single words."""
    named = {e.end for e in edges.values() if e.kind in _CONTENT and e.candidates and e.candidates[0][1] < _CLEAR}
    longest = max(
        (e.end for e in edges.values() if e.kind in _CONTENT and e.candidates and e.candidates[0][1] < _EXACT), default=0
    )
    closed = max((e.end for e in edges.values() if e.kind in _PHRASES), default=0)
    for key, edge in list(edges.items()):
        if edge.kind not in _IDLE or edge.value == "picture":
            continue
        if edge.end in named:
            edges[key] = edge._replace(cost=edge.cost + (_NAMED_TOPIC if edge.value in _VALUE_COST else _NAMED))
        elif edge.end < longest:
            edges[key] = edge._replace(cost=edge.cost + _NAMED)
        elif edge.end < closed and edge.kind == "filler" and edge.value == "":
            del edges[key]


def _pruned(edges: dict[tuple[int, str, str], Edge]) -> list[Edge]:
    return sorted(edges.values(), key=lambda e: (-e.end, e.cost))
