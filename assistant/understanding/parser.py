"""Reading a message: tokens, edges, search, and the account of every word."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.understanding import lattice, rivals
from assistant.understanding.after_questions import ordered_after
from assistant.understanding.cutting import retokenized
from assistant.understanding.doubts import Doubts
from assistant.understanding.drafts import State
from assistant.understanding.edges import Edge
from assistant.understanding.grammar import Grammar
from assistant.understanding.message import Message
from assistant.understanding.outcome import Outcome
from assistant.understanding.reading import LoosePart, Reading, Token
from assistant.understanding.resolve import Known, resolve
from assistant.understanding.search import best_states
from assistant.understanding.tidiness import untidied
from assistant.understanding.tokens import tokenize

_FINALS = 40
_NAME_LENGTH = 3
_EXPECTED = 0.4
_MOST_SAVED = 0.5  # by numbers that add up
_FOR_ALL = frozenset({"both", "each", "all", "everything"})  # what they say is for several must reach them
_SAYS_NOTHING = frozenset(
    {"filler", "connector", "determiner", "partitive", "yours", "size_word", "on_side", "side_of", "clause"}
    | {"correction", "question", "declinable", "container", "group"}
)


@dataclass(frozen=True, slots=True)
class Expecting:
    """What was just asked about, what is in the cart, the language spoken. It makes senses likelier, never new ones."""

    items: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    slots: frozenset[str] = frozenset()
    variations: frozenset[str] = frozenset()
    in_cart: frozenset[str] = frozenset()
    language: str = ""


def read(grammar: Grammar, text: str, *, expecting: Expecting | None = None) -> Reading:
    """The best whole reading of a message. Never raises, whatever the text."""
    tokens = tokenize(text)
    return read_tokens(grammar, tokens, text=text, expecting=expecting)


@untidied
def read_tokens(
    grammar: Grammar, tokens: tuple[Token, ...], *, text: str = "", expecting: Expecting | None = None
) -> Reading:
    """Read a stretch of a message; `text` is the message the tokens were cut from, for its punctuation."""
    spoken = expecting.language if expecting else ""
    tokens, languages = retokenized(grammar, tokens, spoken)
    if not tokens:
        return Reading(())
    bounds = lattice.boundaries(text, tokens) if text else ("",) * len(tokens)
    edges = lattice.edges_of(grammar, tokens, bounds, languages)
    kinds = {e.kind for here in edges for e in here}
    asked = _questions(edges, bounds, text, tokens) if "question" in kinds else frozenset()
    edges = _named(edges) if "name_cue" in kinds else edges
    if expecting is not None:
        edges = [[_expected(e, expecting) for e in here] for here in edges]
    said = tuple(t.folded for t in tokens)
    outcome, state, others = _cheapest(grammar, best_states(grammar, said, edges, bounds), said, bounds)
    doubted = list(rivals.rivalled(outcome, others))
    Doubts(Message(grammar, said, bounds, edges)).over(outcome, state.declined, doubted)
    negative = grammar.knowledge.negative
    idle = frozenset(
        t
        for here in edges
        for e in here
        if e.kind in _SAYS_NOTHING and e.value not in _FOR_ALL
        for t in e.tokens
        if tokens[t].folded not in negative or _of_which(edges, e)
    )
    return ordered_after(grammar, _account(tokens, outcome, frozenset(state.declined), asked, idle))


def _of_which(edges: list[list[Edge]], edge: Edge) -> bool:
    """Whether this is "of which" before a number, though another language has it for a "no": the French "dont"."""
    after = edges[edge.end] if edge.kind == "partitive" and edge.end < len(edges) else ()
    return any(e.kind == "number" and e.value.isdigit() for e in after)


def _cheapest(
    grammar: Grammar, finals: list[State], said: tuple[str, ...], bounds: tuple[str, ...]
) -> tuple[Outcome, State, list[Outcome]]:
    """The final state that costs least once its headless lines have their items, and what others near it come to."""
    known: Known = {}
    read = [(resolve(grammar, finals[0], said, bounds, known), finals[0])]
    for state in finals[1:_FINALS]:
        if state.cost >= min(o.cost for o, _ in read) + _MOST_SAVED:
            break
        read.append((resolve(grammar, state, said, bounds, known), state))
    best = min(read, key=lambda r: r[0].cost)
    near = sorted((r for r in read if r[0].cost <= best[0].cost + rivals.FARTHEST), key=lambda r: r[0].cost)
    fuller = rivals.fuller(best[0], (o for o, _ in near))
    best = next((r for r in near if r[0] is fuller), best)
    return *best, [o for o, _ in near if o is not best[0]]


def _account(
    tokens: tuple[Token, ...],
    outcome: Outcome,
    declined: frozenset[int],
    asked: frozenset[int],
    idle: frozenset[int],
) -> Reading:
    """Give every token its one place; only `idle` words may end as fillers."""
    ordered = [not asked or not set(line.causes[0].tokens) <= asked for line in outcome.lines]
    lines = [line for line, wanted in zip(outcome.lines, ordered, strict=True) if wanted]
    loose = [p for p in outcome.loose if not set(p.tokens) <= asked]
    unclear = [
        replace(u, line=sum(ordered[: u.line]) if u.line is not None and ordered[u.line] else None)
        for u in outcome.unclear
        if not set(u.tokens) <= asked
    ]
    rest = set(range(len(tokens)))
    rest -= {t for line in lines for c in line.causes for t in c.tokens}
    rest -= {t for p in loose for t in (*p.tokens, *p.negation)}
    rest -= {t for u in unclear for t in u.tokens}
    # "Is the pie fresh? If so, one": what was only asked about is not ordered silently, nor is its number forgotten.
    reached = {t for line, wanted in zip(outcome.lines, ordered, strict=True) if not wanted
               for c in line.causes for t in c.tokens} - asked  # fmt: skip
    idle -= reached
    fates: list[tuple[int, ...]] = []
    for fate in (asked, outcome.left, declined, outcome.retracted):
        fates.append(tuple(sorted(rest & fate)))
        rest -= fate
    # Whatever the search made of it, a "no" that changed nothing is not small talk, nor is a word with a meaning.
    return Reading(
        tokens=tokens,
        lines=tuple(lines),
        loose=tuple(loose),
        unclear=tuple(unclear),
        filler=tuple(sorted(rest & idle)),
        asked=fates[0],
        unexplained=tuple(sorted({*fates[1], *(rest - idle)})),
        declined=fates[2],
        retracted=fates[3],
        asked_lines=tuple(line for line, wanted in zip(outcome.lines, ordered, strict=True) if not wanted),
        asked_loose=tuple(p for p in outcome.loose if set(p.tokens) <= asked),
        score=-outcome.cost,
        notes=tuple(outcome.notes),
    )


def _questions(
    edges: list[list[Edge]], bounds: tuple[str, ...], text: str, tokens: tuple[Token, ...]
) -> frozenset[int]:
    """The tokens of questions: from "do you have" at the head of a sentence to its end, or to "I'd like"."""
    found: set[int] = set()
    i = 0
    fresh = True
    while i < len(edges):
        if bounds[i] == ".":
            fresh = True
        opener = next((e for e in edges[i] if e.kind == "question" and _asks(e, bounds, text, tokens)), None)
        politely = max((e.end for e in edges[i] if e.kind == "clause"), default=0)
        if opener is not None and politely > opener.end:
            i, fresh = politely, False  # "is it possible to get" asks for what follows
            continue
        pause = bounds[i] == "," or (i > 0 and any(e.kind == "connector" and e.end == i for e in edges[i - 1]))
        if opener is not None and (fresh or (pause and _ends_in_question(bounds, text, tokens, i))):
            end = opener.end
            while (
                end < len(edges)
                and bounds[end] != "."
                and not any(e.kind == "clause" and e.end - e.start > 1 for e in edges[end])
            ):
                end += 1
            found.update(range(i, end))
            i = end
            continue
        fresh = fresh and any(e.kind in ("filler", "connector") for e in edges[i])
        i += 1
    return frozenset(found)


def _asks(opener: Edge, bounds: tuple[str, ...], text: str, tokens: tuple[Token, ...]) -> bool:
    """Whether what may open a question does: "do the" only with a verb behind it, or a question mark."""
    begins = opener.start == 0 or bool(bounds[opener.start])  # "could you do the goat curry?" asks for one
    if not opener.value or (begins and _ends_in_question(bounds, text, tokens, opener.start)):
        return True
    end = next((i for i in range(opener.end, len(tokens)) if bounds[i] == "."), len(tokens))
    return any(t.folded in opener.value.split() for t in tokens[opener.end : end])


def _ends_in_question(bounds: tuple[str, ...], text: str, tokens: tuple[Token, ...], start: int) -> bool:
    end = start + 1
    while end < len(tokens) and bounds[end] != ".":
        end += 1
    after = text[tokens[end - 1].end : tokens[end].start if end < len(tokens) else len(text)]
    return "?" in after or "؟" in after


def _named(edges: list[list[Edge]]) -> list[list[Edge]]:
    """After "my name is", up to three unknown words are a name."""
    out = [list(e) for e in edges]
    for i, here in enumerate(edges):
        for cue in here:
            if cue.kind != "name_cue":
                continue
            for at in range(cue.end, min(cue.end + _NAME_LENGTH, len(edges))):
                if any(e.kind != "unknown" and e.cost < 1 for e in edges[at]):
                    break
                out[at] = [Edge(at, at + 1, "filler", 0.1)]
            out[i] = [*out[i], Edge(cue.start, cue.end, "filler", cue.cost)]
    return [[e for e in here if e.kind != "name_cue"] for here in out]


def _expected(edge: Edge, expecting: Expecting) -> Edge:
    if edge.kind == "modifier":
        wanted = tuple((r, _likelier(c) if r[0] in expecting.groups else c) for r, c in edge.candidates)
    elif edge.kind == "item":
        near = expecting.items | expecting.in_cart
        wanted = tuple((r, _likelier(c) if r[1] in near else c) for r, c in edge.candidates)
    else:
        return edge
    return edge._replace(candidates=tuple(sorted(wanted, key=lambda c: c[1])))


def _likelier(cost: float) -> float:
    """The cost of what is expected; of two that are, the better named one stays the better."""
    return max(cost / 5, cost - _EXPECTED)


def loose_of(reading: Reading, kind: str) -> tuple[LoosePart, ...]:
    """The loose parts of one kind."""
    return tuple(p for p in reading.loose if p.kind == kind)
