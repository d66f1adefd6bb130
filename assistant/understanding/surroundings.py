"""What the words around make of a word: what measures, what names a group of choices, what was said twice."""

from __future__ import annotations

from assistant.understanding.edges import CLEAR, JOIN, Edge, Edges, keep
from assistant.understanding.grammar import Grammar
from assistant.understanding.knowledge import Stems
from assistant.understanding.reading import Token
from assistant.understanding.tokens import stem

_DOSE = 0.06
_GROUP = 0.15
_LONGEST_GROUP = 3
_LONGEST_NAME = 6
_WEAK_KINDS = frozenset({"item", "head", "modifier", "filler", "container"})
_TOPICS = frozenset({"topic", "part", "pronoun"})


def doses(edges: Edges, i: int, starts: list[Edges]) -> None:
    """Of "two shots of hazelnut" the shots only measure: what follows them is what is put in."""
    for key, edge in list(edges.items()):
        if edge.kind != "container" or edge.end >= len(starts) or edge.end - i < 2:  # noqa: PLR2004
            continue
        after = starts[edge.end].values()
        if not any(e.kind == "modifier" and e.candidates[0][1] < CLEAR for e in after):
            continue
        measures = [k for k, e in edges.items() if e.kind == "modifier" and e.end == edge.end]
        for other in measures:
            del edges[other]
        if measures:
            edges[key] = edge._replace(cost=min(edge.cost, _DOSE), value="dose")


def group_names(
    grammar: Grammar,
    edges: Edges,
    around: tuple[int, list[list[Edge]], list[Edges]],
    tokens: tuple[Token, ...],
    bounds: tuple[str, ...],
) -> None:
    """What a group is called, said beside a choice of it: "eggs scrambled", "toast: rye"."""
    stems: Stems = ()
    i, before, after = around
    for end in range(i + 1, min(i + _LONGEST_GROUP, len(tokens)) + 1):
        if end > i + 1 and bounds[end - 1]:
            break
        stems = (*stems, stem(tokens[end - 1].folded))
        groups = grammar.group_names.get(stems)
        behind = [e for here in before[-_LONGEST_NAME:] for e in here if e.end == i]
        denied = any(e.kind == "negation" for e in behind)
        taken = any(
            e.end == end and (e.kind not in _WEAK_KINDS or (e.value in _TOPICS and not denied)) for e in edges.values()
        )
        named = tuple(c for e in edges.values() if e.end == end and e.kind == "modifier" for c in e.candidates)
        if not groups or taken:
            continue
        if any(e.kind == "modifier" and e.end > end and e.candidates[0][0][0] in groups for e in edges.values()):
            continue  # "skin on" is a choice by its whole name
        ahead = after[end].values() if end < len(after) else ()
        beside = (*behind, *ahead)
        if denied or any(e.kind == "modifier" and groups.intersection(c[0][0] for c in e.candidates) for e in beside):
            keep(edges, Edge(i, end, "group", _GROUP, "", named, groups))


def stuttered(grammar: Grammar, found: list[list[Edge]], tokens: tuple[Token, ...], bounds: tuple[str, ...]) -> None:
    """A number that is said again at once, perhaps after an "uh", was said for nothing: "two uh two lattes"."""
    hesitations = grammar.knowledge.hesitations
    for i, edges in enumerate(found):
        if not any(e.kind == "number" and e.end == i + 1 for e in edges):
            continue
        after = i + 1
        while after < len(tokens) and tokens[after].folded in hesitations and bounds[after] != ".":
            after += 1
        if after < len(tokens) and tokens[after].folded == tokens[i].folded and bounds[after] != ".":
            edges.append(Edge(i, i + 1, "filler", JOIN, "stutter"))
