"""Numbers among the meanings of a word: which of them count, and whether what stands before them or behind."""

from __future__ import annotations

from assistant.understanding.edges import CONTENT, JOIN, NUMBER, Edge, Edges, keep
from assistant.understanding.grammar import Grammar
from assistant.understanding.reading import Token

Around = tuple[tuple[Token, ...], tuple[str, ...]]  # the tokens, and what stands before each
_NAMES = frozenset({"item", "combo", "head"})
_COUNTS = frozenset({"number", "count_after"})
_CLOSES = frozenset({"and", "plus", "please"})
_MANY = 1000
_LONGEST_NAME = 6
_PARTIAL = 0.2
_RUNS_ON = 1.0
CERTAIN = 0.6  # dearer: it is of another word


def numbers_in(starts: list[Edges], tokens: tuple[Token, ...]) -> frozenset[int]:
    """Where numbers stand that a "make that" may correct; nowhere in a message that corrects nothing."""
    if not any(kind == "correction" for begun in starts for _, kind, _ in begun):
        return frozenset()
    return frozenset(
        i for i, es in enumerate(starts) if tokens[i].folded.isdigit() or any(kind == "number" for _, kind, _ in es)
    )


def number_of_pieces(edges: Edges, price: float) -> None:
    """Of "10 pieces" as a size the number alone counts nothing."""
    if "variation" not in {kind for _, kind, _ in edges}:
        return
    most = JOIN if price == CERTAIN else _PARTIAL
    sized = max([e.end for e in edges.values() if e.kind == "variation" and e.candidates[0][1] < most], default=0)
    for key, edge in list(edges.items()):
        if edge.kind in _COUNTS and edge.end < sized:
            edges[key] = edge._replace(cost=edge.cost + price)


def counted_before(edges: Edges, i: int, found: list[list[Edge]]) -> None:
    """Where counts always follow, a number right after a name is of that name, not of the next."""
    if any(e.kind in CONTENT and e.end == i for here in found[-_LONGEST_NAME:] for e in here):
        for key, edge in list(edges.items()):
            if edge.kind == "number":
                edges[key] = edge._replace(cost=edge.cost + CERTAIN)


def counted_off(grammar: Grammar, i: int, found: list[list[Edge]], edges: Edges, around: Around) -> None:
    """Of what stands before it is a number after "number", as in "tea, number three", and one written onto a name."""
    tokens, bounds = around
    if i < 1 or bounds[i]:
        return
    joining = grammar.knowledge.ands
    said = i > 1 and not bounds[i - 1] and tokens[i - 2].folded not in joining
    onto = tokens[i - 1].end == tokens[i].start and not tokens[i - 1].text.isascii()
    named = onto and any(e.kind in _NAMES and e.end == i for here in found[-_LONGEST_NAME:] for e in here)
    if not named and not (said and tokens[i - 1].folded in grammar.knowledge.counting):
        return
    for key, edge in list(edges.items()):
        if edge.kind == "number":
            del edges[key]
            keep(edges, edge._replace(kind="count_after", cost=NUMBER / 2))


def postposed(edges: Edges, i: int, tokens: tuple[Token, ...], bounds: tuple[str, ...]) -> None:
    """A number that closes what it counts: "limes (4)", "dumplings 12", "ketchup x2", "ketchup times two"."""
    times = i > 0 and tokens[i - 1].folded == "times" and not bounds[i]
    if not i or not (times or tokens[i].folded.isdigit()):
        return
    for number in [e for e in edges.values() if e.kind == "number"]:
        end = number.end
        closes = end == len(tokens) or bool(bounds[end]) or tokens[end].folded in _CLOSES
        if times and closes:
            del edges[end, "number", number.value]
        if (times or closes) and int(number.value) < _MANY:
            keep(edges, Edge(i, end, "count_after", NUMBER / 2, number.value))


def makes_number(edges: Edges, numbers: frozenset[int]) -> None:
    """Take "make that two" for the correction of a number; before anything was said it is a way to speak."""
    ends = {e.end for e in edges.values() if e.kind == "correction" and e.end in numbers and e.end - e.start > 1}
    for key, edge in list(edges.items()):
        if ends and edge.kind == "filler" and edge.end <= max(ends):
            edges[key] = edge._replace(cost=edge.cost + _RUNS_ON)
