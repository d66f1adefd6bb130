"""Between the meanings of one word: what names something on the menu, and whole phrases, before small talk."""

from __future__ import annotations

from assistant.understanding.edges import CLEAR, CONTENT, JOIN, Edge, Edges

_IDLE = frozenset({"filler", "container", "declinable", "determiner"})
_PHRASES = frozenset(
    {"filler", "clause", "declined", "negation", "side_of", "pre_modifier", "denied_after", "partitive", "telling"}
)
_OPENS_NAME = frozenset({"pre_modifier", "connector", "negation", "portion"})
_TOPICS = frozenset({"topic", "part", "pronoun"})
# The kinds that are weighed here: where none of them begins, all stays as it is.
PREFERRED = frozenset({"number", "side_of", "on_side"}) | _IDLE | _OPENS_NAME
_EXACT = 0.45
_NAMED = 0.6
_NAMED_TOPIC = 0.9
_PICTURE = 0.45
_IN_PHRASE = 0.15
_LONGEST_JOIN = 3  # words of "and": "and also"


def prefer_phrases(edges: Edges) -> None:
    """Of "ohne alles" the "ohne" denies nothing that follows; of "mit alles" the "mit" joins nothing."""
    said = [e for e in edges.values() if e.kind == "filler" and e.cost < JOIN]
    as_is = max((e.end for e in said if e.value == "plain"), default=0)
    phrase = max((e.end for e in said if not e.value), default=0)
    for key, edge in list(edges.items()):
        if edge.kind == "negation" and edge.end < as_is:
            edges[key] = edge._replace(cost=edge.cost + _NAMED)
        elif edge.kind == "connector" and edge.end < phrase:
            edges[key] = edge._replace(cost=edge.cost + _IN_PHRASE)


def _as_choice(edge: Edge, named: set[int]) -> bool:
    """Whether "on the side", or the word it is written as one with, is what a choice of the menu is called."""
    return edge.end in named or bool(named and edge.cost > JOIN)


def prefer_content(edges: Edges) -> None:
    """A word that names something on the menu is not a mere filler; a long closed phrase is not its single words."""
    named, sized, longest, closed = _ends(edges)
    portions = {e.end for e in edges.values() if e.kind == "portion"}
    for key, edge in [entry for entry in edges.items() if entry[1].kind in PREFERRED]:
        if edge.kind == "filler" and edge.end in portions:
            edges[key] = edge._replace(cost=edge.cost + _PICTURE)
        if edge.kind == "number" and edge.value == "1" and edge.end in sized and edge.end - edge.start == 1:
            # "Single" is a size where espresso comes in singles and doubles.
            edges[key] = edge._replace(cost=edge.cost + _NAMED)
        as_side = edge.end in named and edge.end == edge.start + 1  # "dal side" where a side is a choice
        if (edge.kind == "side_of" and (sized or as_side)) or (edge.kind == "on_side" and _as_choice(edge, named)):
            edges[key] = edge._replace(cost=edge.cost + _NAMED)  # "ración de tortilla" where it comes in raciones
        if edge.kind in _OPENS_NAME and edge.end < longest:
            # "Over easy", "less sweet", "extra hot" as the menu has them are not torn apart.
            edges[key] = edge._replace(cost=edge.cost + _NAMED)
        if edge.kind not in _IDLE or edge.value == "picture":
            continue
        if edge.end in named or (edge.kind == "container" and edge.end - 1 in sized):
            edges[key] = edge._replace(cost=edge.cost + (_NAMED_TOPIC if edge.value in _TOPICS else _NAMED))
        elif edge.end < longest:
            edges[key] = edge._replace(cost=edge.cost + _NAMED)
        elif edge.end < closed and edge.kind in ("filler", "declinable") and edge.value == "":
            del edges[key]


def _ends(edges: Edges) -> tuple[set[int], set[int], int, int]:
    """Where names and sizes end that a word may begin, and the longest name and the longest closed phrase."""
    named: set[int] = set()
    sized: set[int] = set()
    longest = closed = 0
    for edge in edges.values():
        if edge.kind in CONTENT and edge.candidates:
            price = edge.candidates[0][1]
            if price < CLEAR:
                named.add(edge.end)
            if price < _EXACT:
                longest = max(longest, edge.end)
            if edge.kind == "variation" and price < JOIN:
                sized.add(edge.end)
        elif edge.kind in _PHRASES:
            closed = max(closed, edge.end)
    return named, sized, longest, closed


def article_after(edges: Edges, i: int, found: list[list[Edge]]) -> None:
    """After "and", or before anything was said, the "an" is the article, not another way to write "and"."""
    behind = (e for here in found[max(0, i - _LONGEST_JOIN) : i] for e in here)
    joined = not i or any(e.kind == "connector" and e.value == "and" and e.end == i for e in behind)
    if joined and any(e.kind == "determiner" and e.end == i + 1 for e in edges.values()):
        for key in [k for k, e in edges.items() if e.kind == "connector" and e.end == i + 1]:
            del edges[key]
