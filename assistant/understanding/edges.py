"""Edges: stretches of a message that the grammar can explain, found by walking its trie over the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from assistant.understanding.grammar import LEAF, Grammar, Leaf, Node
from assistant.understanding.inflection import kin_of
from assistant.understanding.knowledge import ClosedWord, Kind
from assistant.understanding.lexicon import INEXACT, Ref, Sense
from assistant.understanding.reading import Token
from assistant.understanding.records import often_replaced
from assistant.understanding.tokens import ACCENTED, is_plural, stem

EdgeKind = Kind | Literal["item", "modifier", "variation", "combo", "head", "group", "unknown"]
Candidate = tuple[Ref, float]

CONTENT = frozenset({"item", "combo", "modifier", "variation"})
SEGMENT = 0.3
CLEAR = 0.65  # a meaning cheaper than this is what the word most likely says
NUMBER = 0.1
JOIN = 0.05
_HESITATION = 0.04
_PAUSED = 0.8  # a comma or a dash inside a name
_OTHER_ENDING = 0.03
_REAL_WORD = 0.5  # a slip that makes another word: "late" for "latte"
_LONGEST_SHARED = 3
_PLURAL = 3  # letters of the shortest plurals: "egg me ons", "2 ices"
_MOST_LINKS = 2
_JOINERS = frozenset({"and", "or", "n", "y", "o"})
_ARTICLES = frozenset({"a", "an", "the", "one", "un", "una", "el", "la"})
_AND = "and"
_SHORT_ANDS = frozenset({"n", "nd"})
_SHORT_AND = 2  # letters: "n", "y"
_GUESSED = 0.3  # so much a misspelling costs
_OTHER_WORD = 0.6  # so much one of the first letter
_PART = 0.1  # of a name that was only said in part
_ANY_COMBO = 2.0  # what is in it may tell which one
_TIGHT = 0.75  # a meaning this much dearer than the best of its kind is not considered
_TOPIC_COST = {"topic": 0.08, "part": 0.1, "pronoun": 0.25}
_CLOSED_COST: dict[str, float] = {
    "homophone": 0.75, "number": NUMBER, "count_after": NUMBER / 2, "amount_after": NUMBER / 2,
    "size": 0.36, "telling": 3.2, "filler": 0.02, "container": 0.06, "declinable": 0.06,
}  # fmt: skip


Sizes = Mapping[str, tuple[str, float]]  # by item: (variation id, cost)
NO_SIZES: Sizes = MappingProxyType({})
EITHER = ""  # in the place of a variation: one of several, and nobody knows which


@often_replaced
class Edge(NamedTuple):
    """Tokens `start` to `end` (exclusive) read as one thing."""

    start: int
    end: int
    kind: EdgeKind
    cost: float
    value: str = ""
    candidates: tuple[Candidate, ...] = ()
    heads: frozenset[str] = frozenset()
    sizes: Sizes = NO_SIZES

    @property
    def tokens(self) -> tuple[int, ...]:
        """The token positions covered."""
        return (self.start,) if self.end == self.start + 1 else tuple(range(self.start, self.end))


Edges = dict[tuple[int, str, str], Edge]


class Walker:
    """Walks the trie over the words of one message."""

    def __init__(
        self, grammar: Grammar, tokens: tuple[Token, ...], bounds: tuple[str, ...], languages: frozenset[str]
    ) -> None:
        """`bounds` is what stands before each token; closed words of other `languages` are not seen."""
        self._grammar = grammar
        self._tokens = tokens
        self._bounds = bounds
        self.languages = languages
        self.counts_after = bool(languages & grammar.knowledge.counts_after)
        self.last_words = bool(languages & grammar.knowledge.last_words)
        self._endings = [(s, grammar.knowledge.endings[n]) for n, s in grammar.stocks.items() if n in languages]
        self._words = [self._heard(t) for t in tokens]
        self._pauses = [t.folded in grammar.knowledge.hesitations or t.folded == "times" or not t.folded.isalnum()
                        for t in tokens]  # fmt: skip
        links = grammar.knowledge.foods.links
        between = frozenset(w for language in languages for w in links.get(language, ()))
        self._links = [t.folded in between for t in tokens]

    def edges_at(self, start: int) -> Edges:
        """Everything that may start at this position, the cheapest of each kind and end."""
        edges: Edges = {}
        self._on(self._grammar.trie, start, start, 0.0, edges, 0)
        return edges

    def shared_head(self, i: int, edges: Edges) -> None:
        """For "black and pinto beans": add what the first word means with the head that follows the second."""
        words = self._words
        after = self._second(i)
        node = self._grammar.trie.get(words[i][0][0])
        if not after or node is None:
            return
        rest = self._grammar.trie.get(words[after][0][0], {})
        for head in range(after + 1, min(after + _LONGEST_SHARED, len(words))):
            leaf = node.get(words[head][0][0], {}).get(LEAF)
            rest = rest.get(words[head][0][0], {})
            alike = {s.kind for s in rest[LEAF].senses} if LEAF in rest else set()
            if leaf is None or not alike:
                continue
            shared: Edges = {}
            said = (self._tokens[i].folded, self._tokens[head].folded)
            self._collect(leaf, said, (i, i + 1), JOIN, shared)
            for edge in shared.values():
                named = edge.kind in ("modifier", "item") and edge.kind in alike  # "butter and creamy peanut butter"
                if named and edge.candidates and edge.candidates[0][1] < CLEAR / 2:
                    keep(edges, edge._replace(value="shared"))
            return

    def _second(self, i: int) -> int:
        """Where the second of two coordinated words stands; 0 when nothing is coordinated here."""
        after = i + 1
        if after >= len(self._tokens) or self._bounds[after] == ".":
            return 0
        if self._tokens[after].folded in _JOINERS:
            after += 1
        elif self._bounds[after] != ",":
            return 0
        if after < len(self._tokens) and self._tokens[after].folded in _ARTICLES:
            after += 1
        return after if after < len(self._tokens) else 0

    def _heard(self, token: Token) -> tuple[tuple[str, float], ...]:
        """The words that one may be, with what each costs."""
        key = token.folded, token.text.isascii(), self.languages
        heard = self._grammar.heard.get(key)
        if heard is None:
            heard = self._grammar.heard.keep(key, self._inflected(self._alternatives(token), token))
        return heard

    def _alternatives(self, token: Token) -> tuple[tuple[str, float], ...]:
        word = stem(token.folded)
        accented = word + ACCENTED
        if word.isascii() and not token.text.isascii() and self._grammar.speller.knows(accented):
            return ((accented, 0.0), (word, _REAL_WORD))
        if word in _SHORT_ANDS or (len(word) <= _SHORT_AND and self._joins(word)):
            return ((word, 0.0), (_AND, JOIN))  # "mac n cheese"
        if word.endswith("is") and not self._grammar.speller.knows(word) and self._grammar.speller.knows(word[:-1]):
            return ((word[:-1], 0.0),)  # "bhajis"
        if len(word) == _PLURAL and word[-1] == "s" and not self._grammar.speller.knows(word):
            return ((word[:-1], 0.0),) if self._grammar.speller.knows(word[:-1]) else ((word, 0.0),)
        if self._grammar.speller.knows(word):
            other = self._grammar.speller.doubled(word) if word in self._grammar.knowledge.idle else ""
            return ((word, 0.0), (other, _REAL_WORD)) if other else ((word, 0.0),)
        return ((word, 0.0), *self._grammar.speller.alternatives(token.folded))

    def _joins(self, word: str) -> bool:
        meanings = self._grammar.knowledge.closed.get((word,), ())
        return any(m.kind == "connector" and m.value == _AND and m.language in self.languages for m in meanings)

    def _inflected(self, words: tuple[tuple[str, float], ...], token: Token) -> tuple[tuple[str, float], ...]:
        """The words, and those that differ by an ending of a language spoken here."""
        known = {w for w, _ in words}
        kin = {k for stocks, endings in self._endings for k in kin_of(stem(token.folded), stocks, endings)}
        return (*words, *((w, _OTHER_ENDING) for w in sorted(kin - known))) if kin else words

    def _walk(  # noqa: PLR0917  # one step of a search
        self, node: Node, start: int, at: int, cost: float, edges: Edges, linked: int
    ) -> None:
        leaf = node.get(LEAF)
        if leaf is not None and linked:
            leaf = leaf._replace(closed=(), heads=frozenset())
        if leaf is not None:
            said: tuple[str, ...] = (self._tokens[start].folded,)
            if at > start + 1:
                said += tuple([self._tokens[k].folded for k in range(start + 1, at) if not self._pauses[k]])
            self._collect(leaf, said, (start, at), cost, edges)
        # Most phrases end with their last word: then there is nothing to go on with.
        while at < len(self._words) and (leaf is None or len(node) > 1):
            if at > start and self._bounds[at] == ".":
                return
            self._on(node, start, at, cost + (_PAUSED if at > start and self._bounds[at] else 0.0), edges, linked)
            link = self._links[at] and linked < _MOST_LINKS
            if at == start or not (link or self._pauses[at]):
                return
            # "Sour um cream": a hesitation or an emoji inside a phrase is stepped over, as is "de" in a Spanish name.
            at, cost, linked = at + 1, cost + _HESITATION, linked + link

    def _on(  # noqa: PLR0917  # one step of a search
        self, node: Node, start: int, at: int, cost: float, edges: Edges, linked: int
    ) -> None:
        words = self._words
        for word, extra in words[at]:
            following = node.get(word)
            if following is not None:
                self._walk(following, start, at + 1, cost + extra, edges, linked)
        letter = at + 1 < len(words) and len(self._tokens[at + 1].folded) == 1
        whole = letter and self._grammar.speller.knows(words[at][0][0])  # "tea M" is no "team"
        if at + 1 < len(words) and not self._bounds[at + 1] and not whole:
            joined = node.get(self._tokens[at].folded + words[at + 1][0][0])
            if joined is not None:
                self._walk(joined, start, at + 2, cost + JOIN, edges, linked)

    def _collect(self, leaf: Leaf, said: tuple[str, ...], span: tuple[int, int], cost: float, edges: Edges) -> None:
        start, end = span
        if leaf.senses:
            meant = self._grammar.meant.get((id(leaf.senses), said))
            if meant is None:
                meant = self._grammar.meant.keep((id(leaf.senses), said), tuple(self._meanings(leaf, said)))
            for kind, value, candidates, sizes in meant:
                keep(edges, Edge(start, end, kind, cost + SEGMENT, value, candidates, sizes=sizes))
        if leaf.heads:
            names = tuple((("", i), 0.0) for i in sorted(leaf.heads))
            keep(edges, Edge(start, end, "head", cost + SEGMENT, "", names, leaf.heads))
        for word in leaf.closed:
            guessed = cost >= _GUESSED and word.kind == "number" and word.language != self._grammar.locale
            guessed = guessed or (cost >= _OTHER_WORD and word.kind == "filler")  # "down" is no "town"
            if word.language in self.languages and not guessed:
                keep(edges, Edge(start, end, word.kind, cost + _closed_cost(word), word.value))

    def _meanings(
        self, leaf: Leaf, said: tuple[str, ...]
    ) -> Iterator[tuple[EdgeKind, str, tuple[Candidate, ...], Sizes]]:
        """What these words can mean on the menu: of each kind whether they are a plural, what is named, its sizes."""
        plain = not any(map(is_plural, said))
        apart = not self._grammar.knowledge.foods.plurals_apart.isdisjoint(said)
        by_kind: dict[EdgeKind, list[Candidate]] = {}
        for sense in leaf.senses:
            inexact = 0.0 if plain or said in sense.surfaces else _inexact(said, sense, leaf, apart=apart)
            by_kind.setdefault(sense.kind, []).append((sense.ref, sense.cost + inexact))
        for kind, candidates in by_kind.items():
            candidates.sort(key=_price)
            limit = candidates[0][1] + (_TIGHT if kind != "combo" else _ANY_COMBO)
            kept = tuple(c for c in candidates if c[1] <= limit)
            plural = kind == "item" and is_plural(said[-1]) and said[-1] not in leaf.plural_names
            yield kind, "plural" if plural else "", kept, _sizes(kept) if kind == "variation" else NO_SIZES


def _sizes(candidates: tuple[Candidate, ...]) -> Sizes:
    """The size of each item; EITHER where a part of two names says neither: the "bag" of small and large bags."""
    sizes: dict[str, tuple[str, float]] = {}
    for (item, variation), cost in candidates:
        first = sizes.setdefault(item, (variation, cost))
        if first[0] != variation and first[1] >= _PART and cost - first[1] < JOIN:
            sizes[item] = (EITHER, first[1])
    return sizes


def keep(edges: Edges, edge: Edge) -> None:
    """Add an edge unless a cheaper one says the same of the same words."""
    key = (edge.end, edge.kind, edge.value)
    known = edges.get(key)
    if known is None or edge.cost < known.cost:
        edges[key] = edge


def _price(candidate: Candidate) -> float:
    return candidate[1]


def _inexact(said: tuple[str, ...], sense: Sense, leaf: Leaf, *, apart: bool) -> float:
    """Plurals and singulars are one word, but "veggies" is "fajita veggies" rather than "veggie"."""
    if all(w in sense.spelled for w in said):
        return 0.0
    spelled = [o for o in leaf.senses if o.kind == sense.kind and all(w in o.spelled for w in said)]
    if spelled and sense.kind == "modifier" and not (sense.surfaces or apart or any(o.surfaces for o in spelled)):
        return JOIN  # "onions" is as much of "red onion" as of "grilled onions"
    if spelled:
        # "Onions" is rather the plain "Onion" than "Grilled onions".
        return JOIN if sense.surfaces and not apart else 2 * INEXACT + JOIN
    return INEXACT if sense.surfaces and len(said) == 1 else INEXACT / 2


def _closed_cost(word: ClosedWord) -> float:
    if word.kind == "filler" and word.value in _TOPIC_COST:
        return _TOPIC_COST[word.value]
    return _CLOSED_COST.get(word.kind, 0.05)
