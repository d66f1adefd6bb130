"""A group by its name where a choice of it is meant: "extra cheese" where the cheese has a name of its own."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.edges import SEGMENT, Edge, keep
from assistant.understanding.edges import Edges as Begun
from assistant.understanding.grammar import Grammar
from assistant.understanding.halves import DOUBTED
from assistant.understanding.knowledge import stems_of
from assistant.understanding.lexicon import Ref
from assistant.understanding.reading import Token
from assistant.understanding.tokens import stem

_LONGEST = 6
_AMOUNTS = frozenset({"pre_modifier", "negation"})
_MEANT = 0.1
_NAMED = 0.05


def groups_meant(grammar: Grammar, edges: Begun, i: int, tokens: tuple[Token, ...], before: list[list[Edge]]) -> None:
    """After a "no" or an "extra", let the name of a group of which one may be had stand for what it comes with.

    Where nothing says which that is, it is asked.
    """
    groups = grammar.group_names.get((stem(tokens[i].folded),), frozenset())
    if not groups:
        return
    asked = {e.value or "no" for here in before[-_LONGEST:] for e in here if e.kind in _AMOUNTS and e.end == i}
    groups = frozenset(g for g in groups if not asked.isdisjoint(grammar.groups[g].pre_modifiers))
    named = {c[0][0] for e in edges.values() if e.kind == "modifier" for c in e.candidates if c[1] < _NAMED}
    for group in sorted(groups - named):
        for ref, sure in _usual(grammar, group):
            edge = Edge(i, i + 1, "modifier", SEGMENT, "" if sure else DOUBTED, ((ref, _MEANT),))
            known = edges.get((edge.end, edge.kind, edge.value))
            if known is not None:
                edge = known._replace(candidates=tuple(sorted((*known.candidates, *edge.candidates), key=_price)))
                del edges[edge.end, edge.kind, edge.value]
            keep(edges, edge)


def _usual(grammar: Grammar, group_id: str) -> Iterator[tuple[Ref, bool]]:
    """What one gets of a group without a word, and whether that is certain."""
    group = grammar.groups[group_id]
    if group.max != 1:
        return
    default = next((m for m in group.modifiers if m.default), None)
    apart = grammar.knowledge.foods.distinguishing
    plain = (m for m in group.modifiers if apart.isdisjoint(stems_of(m.name)) and not m.price.amount)
    meant = default or next(plain, None)
    if meant is not None:
        yield (group_id, meant.id), default is not None


def _price(candidate: tuple[Ref, float]) -> float:
    return candidate[1]
