"""A message as the doubts about its reading look at it: its words, the pauses, and what each word may begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.understanding.edges import CONTENT
from assistant.understanding.surroundings import LINKS
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.understanding.edges import Edge, EdgeKind
    from assistant.understanding.grammar import Grammar
    from assistant.understanding.knowledge import ClosedWord
    from assistant.understanding.reading import Cause, ReadLine

PARTLY = 0.25  # so little of a name was said that it may be part of another
_GLUE = frozenset({"connector", "determiner", "partitive"})
_NAMES = frozenset({"item", "head", "combo"})
_NAMING = frozenset({*CONTENT, "head"})


@dataclass(frozen=True)
class Message:
    """`words` are folded; `bounds` is what stands before each ("." or "," or ""), `edges` what each may begin.

    Every doubt looks for names and edges again: what was found once is kept.
    """

    grammar: Grammar
    words: tuple[str, ...]
    bounds: tuple[str, ...]
    edges: list[list[Edge]]
    _names: dict[tuple[tuple[int, ...], frozenset[str]], Edge | None] = field(default_factory=dict, init=False)

    def name_of(self, line: ReadLine) -> Edge | None:
        """The longest stretch of the words of a line that names its item."""
        return self._longest(line.causes[0].tokens, _NAMES)

    def named_by(self, cause: Cause) -> Edge | None:
        """The longest stretch of a cause's words that names something."""
        return self._longest(cause.tokens, _NAMING)

    def stems(self, tokens: Iterable[int]) -> set[str]:
        """What the words at these positions are without their endings."""
        return {stem(self.words[t]) for t in tokens}

    def closed(self, position: int) -> tuple[ClosedWord, ...]:
        """What the word at a position is as a word of the language; nothing before the first."""
        return self.grammar.knowledge.closed.get((self.words[position],), ()) if position >= 0 else ()

    def all_edges(self) -> Iterator[Edge]:
        """Every edge, from the first word on."""
        return (e for here in self.edges for e in here)

    def of_kind(self, kind: EdgeKind) -> list[Edge]:
        """The edges of a kind, from the first word on."""
        return self._by_kind.get(kind, [])

    @cached_property
    def _by_kind(self) -> dict[EdgeKind, list[Edge]]:
        found: dict[EdgeKind, list[Edge]] = {}
        for edge in self.all_edges():
            found.setdefault(edge.kind, []).append(edge)
        return found

    def tells(self, position: int) -> bool:
        """Whether a word says what a thing is like, rather than joining others."""
        word, known = stem(self.words[position]), self.grammar.knowledge
        foods = known.foods
        if not any(word in words for words in (foods.colours, foods.descriptive, foods.distinguishing, foods.others)):
            return False
        return word not in LINKS and not any(c.kind in _GLUE for c in known.closed.get((word,), ()))

    def partial(self, cause: Cause) -> bool:
        """Whether a cause names its thing only in part."""
        edge = self.named_by(cause)
        return edge is not None and (edge.kind == "head" or edge.candidates[0][1] >= PARTLY)

    def _longest(self, tokens: tuple[int, ...], kinds: frozenset[str]) -> Edge | None:
        if (tokens, kinds) not in self._names:
            own = set(tokens)
            found = [e for t in tokens for e in self.edges[t] if e.kind in kinds and own.issuperset(e.tokens)]
            self._names[tokens, kinds] = max(found, key=lambda e: (e.end - e.start, -e.cost), default=None)
        return self._names[tokens, kinds]


def tokens_of(lines: Iterable[ReadLine]) -> set[int]:
    """Positions of the words that caused any of these lines."""
    return {t for line in lines for c in line.causes for t in c.tokens}


def number_of(line: ReadLine) -> Cause | None:
    """The words that say how many, if any do."""
    return next((c for c in line.causes if c.part == "quantity"), None)
