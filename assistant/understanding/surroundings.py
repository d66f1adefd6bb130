"""What the words around make of a word: what measures, what names a group of choices, what was said twice."""

from __future__ import annotations

from assistant.understanding.edges import CLEAR, CONTENT, JOIN, NUMBER, Edge, Edges, keep
from assistant.understanding.grammar import Grammar
from assistant.understanding.knowledge import Stems
from assistant.understanding.reading import Token
from assistant.understanding.tokens import is_plural, stem

_DOSE = 0.06
_ARTICLES = frozenset({"a", "an"})
_ON = "on"
_LOOSE = 0.1
_RATHER_CHOICE = 0.8
_GROUP = 0.15
_LONGEST_GROUP = 3
_NEAR_NAME = 2
_LONGEST_NAME = 6
_WEAK_KINDS = frozenset({"item", "head", "modifier", "filler", "container"})
_OPENS = frozenset({"clause", "connector", "correction"})
_SOLD = frozenset({"item", "head", "variation"})
_COUNTABLE = frozenset({"item", "head", "modifier", "container"})
_DEAF = 0.6
_MODAL = 1.5
ASKING = frozenset({"clause", "filler", "question"})
_NAMES = frozenset({"item", "combo", "head"})
_JOINING = frozenset({"filler", "container", "declinable", "determiner", "connector"})
_SWAPPED_WITHIN = 7
_TOPICS = frozenset({"topic", "part", "pronoun"})
LINKS = frozenset({"of", "de"})  # what joins a measure, or the rest of a name, to what it is of


def doses(edges: Edges, i: int, starts: list[Edges], tokens: tuple[Token, ...]) -> None:
    """Of "two shots of hazelnut" the shots only measure: what follows them is what is put in."""
    for key, edge in list(edges.items()):
        if edge.kind != "container" or edge.end >= len(starts) or edge.end - i < 2:  # noqa: PLR2004
            continue
        after = starts[edge.end].values()
        if not any(e.kind == "modifier" and e.candidates[0][1] < CLEAR for e in after):
            continue
        sold = any(e.kind in _SOLD and e.candidates[0][1] < CLEAR for e in after)
        if not sold and not edge.value and _plural(tokens[i : i + 1]):
            edges[key] = edge._replace(value="dose")  # "two slices of cheese" where no cheese is sold by itself
        measures = [k for k, e in edges.items() if e.kind == "modifier" and e.end == edge.end]
        for other in measures:
            del edges[other]
        if measures:
            edges[key] = edge._replace(cost=min(edge.cost, _DOSE), value="dose")


def of_what_comes(found: list[list[Edge]]) -> None:
    """Take "푸딩 추가한" for what the next name has; where no name comes next, it is a "with" as any other."""
    for i, here in enumerate(found):
        for n, edge in enumerate(here):
            if edge.kind == "connector" and edge.value == "of":
                next_two = (e for near in found[edge.end : edge.end + _NEAR_NAME] for e in near)
                if not any(e.kind in _NAMES for e in next_two):
                    found[i][n] = edge._replace(value="with")


def sized_with(edges: Edges, starts: list[Edges]) -> None:
    """Of a burger "double with bacon" the double is a size: more of something would stand right before it."""
    sized = {e.end for e in edges.values() if e.kind == "variation" and e.end < len(starts)}
    before = {at for at in sized if any(e.kind == "connector" and e.value == "with" for e in starts[at].values())}
    for key, edge in list(edges.items()):
        if edge.kind == "pre_modifier" and edge.end in before:
            edges[key] = edge._replace(cost=edge.cost + _DEAF)


def asked_for(edges: Edges, i: int) -> None:
    """Of "can I get a coke" the can is none of the coke's."""
    alone = any(e.kind == "filler" and e.end == i + 1 for e in edges.values())
    if alone and any(e.kind in ASKING and e.end > i + 1 for e in edges.values()):
        for key, edge in list(edges.items()):
            if edge.end == i + 1 and edge.kind in CONTENT:
                edges[key] = edge._replace(cost=edge.cost + _MODAL)


def measures_ahead(edges: Edges, tokens: tuple[Token, ...], bounds: tuple[str, ...], starts: list[Edges]) -> None:
    """The pumps of "three pumps of vanilla" measure what comes, not what was said before; without "of" they may."""
    for key, edge in list(edges.items()):
        if edge.value != "measure" or edge.end >= len(tokens):
            continue
        if tokens[edge.end].folded in LINKS:
            del edges[key]
        elif not bounds[edge.end] and any(
            e.kind == "modifier" and e.candidates[0][1] < CLEAR for e in starts[edge.end].values()
        ):
            keep(edges, edge._replace(value="dose", cost=_DOSE))


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
    if stem(tokens[i].folded) not in grammar.group_starts:
        return
    for end in range(i + 1, min(i + _LONGEST_GROUP, len(tokens)) + 1):
        if end > i + 1 and bounds[end - 1]:
            break
        stems = (*stems, stem(tokens[end - 1].folded))
        groups = grammar.group_names.get(stems)
        if not groups:
            continue
        behind = [e for here in before[-_LONGEST_NAME:] for e in here if e.end == i]
        denied = any(e.kind == "negation" for e in behind)
        taken = any(
            e.end == end and (e.kind not in _WEAK_KINDS or (e.value in _TOPICS and not denied)) for e in edges.values()
        )
        named = tuple(c for e in edges.values() if e.end == end and e.kind == "modifier" for c in e.candidates)
        if taken:
            _announced(edges, end, groups, after)
            continue
        if any(e.kind == "modifier" and e.end > end and e.candidates[0][0][0] in groups for e in edges.values()):
            continue  # "skin on" is a choice by its whole name
        ahead = after[end].values() if end < len(after) else ()
        beside = (*behind, *ahead)
        if denied or any(e.kind == "modifier" and groups.intersection(c[0][0] for c in e.candidates) for e in beside):
            keep(edges, Edge(i, end, "group", _GROUP, "", named, groups))


def _announced(edges: Edges, end: int, groups: frozenset[str], after: list[Edges]) -> None:
    """Before a choice of its group, "sauce" announces rather than meaning the house sauce: "sauce mayo"."""
    ahead = after[end].values() if end < len(after) else ()
    if any(e.kind == "modifier" and e.candidates[0][1] < JOIN and e.candidates[0][0][0] in groups for e in ahead):
        for key, edge in list(edges.items()):
            if edge.end == end and edge.value in _TOPICS:
                edges[key] = edge._replace(cost=min(edge.cost, _GROUP))


def sounded(found: list[list[Edge]], tokens: tuple[Token, ...], bounds: tuple[str, ...]) -> None:
    """Take "too lattes" for two of them: the word begins something, and what follows is plural."""
    for i, edges in enumerate(found):
        spoken = next((n for n, e in enumerate(edges) if e.kind == "homophone"), -1)
        if spoken < 0 or i + 1 >= len(found) or bounds[i + 1]:
            continue
        behind = (e for here in found[max(0, i - _LONGEST_NAME) : i] for e in here if e.end == i)
        if not (i == 0 or bounds[i] or any(e.kind in _OPENS for e in behind)):
            continue
        sized = {e.end for e in found[i + 1] if e.kind in ("size", "variation")} | {i + 1}
        counted = (e for at in sized if at < len(found) for e in found[at] if e.kind in _COUNTABLE)
        if any(_plural(tokens[e.start : e.end]) for e in counted):
            edge = edges[spoken]
            edges[:] = [e._replace(cost=e.cost + _DEAF) if e.kind == "filler" else e for e in edges]
            edges[spoken] = edge._replace(cost=NUMBER)


def counted_out(found: list[list[Edge]], tokens: tuple[Token, ...]) -> None:
    """After "two chais" the "one" of "one unsweetened" counts: it does not stand for them."""
    for i in dict.fromkeys(e.start for here in found for e in here if e.value == "pronoun"):
        edges = found[i]
        behind = (e for here in found[max(0, i - _LONGEST_NAME) : i] for e in here if e.end == i and e.kind == "item")
        if any(e.kind == "number" for e in edges) and any(_plural(tokens[e.start : i]) for e in behind):
            edges[:] = [e._replace(cost=e.cost + _DEAF) if e.value == "pronoun" else e for e in edges]


def _plural(words: tuple[Token, ...]) -> bool:
    return any(w.folded.endswith("s") or is_plural(w.folded) for w in words)


def stuttered(grammar: Grammar, found: list[list[Edge]], tokens: tuple[Token, ...], bounds: tuple[str, ...]) -> None:
    """A number that is said again at once, perhaps after an "uh", was said for nothing: "two uh two lattes"."""
    hesitations = grammar.knowledge.hesitations
    for i, edges in enumerate(found):
        after = i + 1
        while after < len(tokens) and tokens[after].folded in hesitations and bounds[after] != ".":
            after += 1
        again = after < len(tokens) and tokens[after].folded == tokens[i].folded and bounds[after] != "."
        if not again or not any(e.kind == "number" and e.end == i + 1 for e in edges):
            continue
        corrected = any(
            e.kind == "correction" and e.end == i for here in found[max(0, i - _LONGEST_NAME) : i] for e in here
        )
        if not (corrected and bounds[after] == ","):  # "a bun, make that two, two teas"
            edges.append(Edge(i, i + 1, "filler", JOIN, "stutter"))


def kinds_named(found: list[list[Edge]], bounds: tuple[str, ...]) -> None:
    """Of a "veggie burger" or a "meat pizza" the first word says what it is: it opens no list of vegetables."""
    for i in dict.fromkeys(e.start for here in found for e in here if e.value == "part"):
        edges = found[i]
        after = found[i + 1] if i + 1 < len(found) and not bounds[i + 1] else []
        if any(e.kind in ("item", "head") and (e.kind == "head" or e.candidates[0][1] < CLEAR) for e in after):
            edges[:] = [e for e in edges if e.value != "part" or e.end > i + 1]


def swapped(found: list[list[Edge]], bounds: tuple[str, ...]) -> None:
    """Of "sub rye for the white" the first word asks for the rye, and the "for" takes the white off."""
    for i, edges in enumerate(found):
        opened = next((e for e in edges if e.kind == "swap_open"), None)
        if opened is None or any(e.kind == "negation" and e.end > opened.end for e in edges):
            continue
        at, closing = _swapped_for(found, bounds, opened)
        named = any(e.kind in _NAMES for e in edges)
        behind = [e for here in found[max(0, i - _LONGEST_NAME) : i] for e in here if e.kind in (*CONTENT, "head")]
        taken_off = any(e.end == i and _denied(found, e) for e in behind) and all(e.end <= i for e in behind)
        apart = any(e.end > i or (e.end == i and not bounds[i]) for e in behind)
        if named and not taken_off and (closing is None or apart):
            continue  # an "Italian sub" is a sandwich
        edges[:] = [Edge(i, opened.end, "connector", JOIN, "with"), *(e for e in edges if e.kind not in _NAMES)]
        if closing is not None:
            rest = [e for e in found[at] if e.kind not in _JOINING]
            found[at][:] = [Edge(at, closing.end, "negation", 0.0, "instead"), *rest]
    for i, edges in enumerate(found):
        found[i] = [e for e in edges if e.kind not in ("swap_open", "swap_for")]


def _denied(found: list[list[Edge]], edge: Edge) -> bool:
    """Whether a "no" stands right before: "no mayo sub ranch" puts ranch in its place."""
    before = (e for here in found[max(0, edge.start - _LONGEST_NAME) : edge.start] for e in here)
    return edge.kind == "modifier" and any(e.kind == "negation" and e.end == edge.start for e in before)


def _swapped_for(found: list[list[Edge]], bounds: tuple[str, ...], opened: Edge) -> tuple[int, Edge | None]:
    for at in range(opened.end + 1, min(opened.end + _SWAPPED_WITHIN, len(found))):
        if bounds[at] == ".":
            break
        closing = max((e for e in found[at] if e.kind == "swap_for"), key=lambda e: e.end, default=None)
        if closing is not None:
            return at, closing
    return 0, None


def rather_choices(found: list[list[Edge]], tokens: tuple[Token, ...], placing: frozenset[str]) -> None:
    """What a word like "on" puts there is rather a choice than a thing named loosely: "on white", "on a biscuit"."""
    for i, edges in enumerate(found):
        placed = i > 0 and tokens[i - 1].folded in placing and not any(e.kind == "determiner" for e in found[i - 1])
        within = i > 1 and tokens[i - 1].folded in _ARTICLES and tokens[i - 2].folded == _ON
        if not (placed or within):
            continue
        chosen = {e.end: e.candidates[0][1] for e in edges if e.kind == "modifier"}
        for n, edge in enumerate(edges):
            best = chosen.get(edge.end, 9.0) if edge.kind == "item" else 9.0
            loosely = best < CLEAR and edge.kind == "item" and edge.candidates[0][1] >= _LOOSE
            if loosely or (best < JOIN / 2 and edge.candidates[0][1] > best):
                edges[n] = edge._replace(cost=edge.cost + _RATHER_CHOICE)
