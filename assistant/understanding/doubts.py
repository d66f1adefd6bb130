"""A last look at the best reading: what is grammatical but unlikely is asked about rather than done."""

from __future__ import annotations

from dataclasses import replace

from assistant.understanding.edges import Edge
from assistant.understanding.reading import Cause, ReadLine, Unclear
from assistant.understanding.resolve import Outcome

_MANY = 20


def doubted(outcome: Outcome, edges: list[list[Edge]]) -> None:
    """Move the lines that are not certain to the questions, and the words that were passed over to what is left."""
    kept: list[ReadLine] = []
    moved: dict[int, int] = {}
    for number, line in enumerate(outcome.lines):
        if _named_again(kept, line) or _far_number(line):
            used = tuple(sorted({t for c in line.causes for t in c.tokens}))
            outcome.unclear.append(Unclear(used, "item", (line.line.item,), None, line))
        else:
            moved[number] = len(kept)
            kept.append(line)
    if len(kept) < len(outcome.lines):
        outcome.unclear = [u if u.line is None else replace(u, line=moved.get(u.line)) for u in outcome.unclear]
        outcome.lines = kept
    outcome.left.update(_sides(outcome, edges))


def _named_again(before: list[ReadLine], line: ReadLine) -> bool:
    """Whether "the latte" follows a latte: it is rather that one; so is a name repeated with nothing between."""
    alike = [b for b in before if b.line.item == line.line.item]
    if not alike:
        return False
    if line.determiner == "definite":
        return True
    beside = alike[-1] is before[-1] and alike[-1].span[1] == line.span[0]
    return beside and line.determiner == "none" and line.line.quantity == 1


def _far_number(line: ReadLine) -> bool:
    """Whether a large number stands apart from what it would count."""
    if line.line.quantity < _MANY:
        return False
    counted = next((c for c in line.causes if c.part == "quantity"), None)
    head = next((c for c in line.causes if c.part in ("item", "combo")), None)
    if counted is None or head is None:
        return False
    others = {t for c in line.causes if c is not counted for t in c.tokens} - set(counted.tokens)
    return not {counted.tokens[-1] + 1, counted.tokens[0] - 1} & others


def _sides(outcome: Outcome, edges: list[list[Edge]]) -> set[int]:
    """The words of an "on the side" after a modifier that was read as if they were not there."""
    causes: list[Cause] = [c for line in outcome.lines for c in line.causes]
    caused = {t for c in causes for t in c.tokens}
    modifiers = {t for c in causes if c.part == "modifier" for t in c.tokens}
    return {
        t
        for here in edges
        for e in here
        if e.kind == "on_side" and e.end - e.start > 1 and e.start - 1 in modifiers
        for t in e.tokens
        if t not in caused
    }
