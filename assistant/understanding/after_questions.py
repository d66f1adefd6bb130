"""What is ordered of a thing that was only asked about: "is the fruit cup fresh? If so I'd like one"."""

from __future__ import annotations

from dataclasses import replace

from assistant.understanding.grammar import Grammar
from assistant.understanding.reading import Cause, LoosePart, Reading, ReadLine
from core.orders.lines import Choice, Line


def ordered_after(grammar: Grammar, reading: Reading) -> Reading:
    """The reading with its loose parts on the one thing that was asked about, where they order it."""
    items = {line.line.item for line in reading.asked_lines}
    asked = reading.asked_lines[0].line if reading.asked_lines else None
    if asked is None or len(items) != 1:
        return reading
    counted = _counted(reading)
    if counted is not None:
        used = {t for c in counted.causes for t in c.tokens}
        left = tuple(t for t in reading.unexplained if t not in used)
        return _with_line(replace(reading, unexplained=left, asked_lines=()), counted)
    if not reading.loose or asked != Line(asked.item):
        return reading
    begun = max(reading.asked)
    first = min((line.span[0] for line in reading.lines if line.span[0] > begun), default=len(reading.tokens))
    mine = tuple(p for p in reading.loose if begun < p.tokens[0] and p.tokens[-1] < first)
    numbers = [p for p in mine if p.kind == "quantity"]
    sizes = [p for p in mine if p.kind == "variation"]
    if len(numbers) > 1 or len(sizes) > 1 or not (numbers or sizes):
        return reading
    line = _line(grammar, asked.item, mine)
    if line is None:
        return reading
    return _with_line(replace(reading, loose=tuple(p for p in reading.loose if p not in mine)), line)


def _counted(reading: Reading) -> ReadLine | None:
    """The line that was asked about, when a number after the question orders it: "do you have X? I'll take two"."""
    line, asked = reading.asked_lines[0], set(reading.asked)
    rest = [c for c in line.causes[1:] if not asked.issuperset(c.tokens)]
    number = next((c for c in rest if c.part == "quantity"), None)
    if number is None or len(rest) < len(line.causes) - 1 or any(asked.intersection(c.tokens) for c in rest):
        return None
    causes = (Cause("item", line.line.item, number.tokens), *rest)
    used = sorted({t for c in causes for t in c.tokens})
    return ReadLine(line.line, causes, "number", (used[0], used[-1] + 1))


def _with_line(reading: Reading, line: ReadLine) -> Reading:
    lines = tuple(sorted((*reading.lines, line), key=lambda each: each.span))
    at = lines.index(line)
    moved = tuple(replace(u, line=u.line + 1) if u.line is not None and u.line >= at else u for u in reading.unclear)
    return replace(reading, lines=lines, unclear=moved)


def _line(grammar: Grammar, item: str, parts: tuple[LoosePart, ...]) -> ReadLine | None:
    """The line that these parts order; None when one of them does not go with the item."""
    introduced = next(p for p in parts if p.kind != "modifier")
    causes = [Cause("item", item, introduced.tokens)]
    quantity, variation = 1, None
    choices: list[Choice] = []
    for part in parts:
        ref = next((r for r in part.values if r in grammar.modifiers_of.get(item, ())), None)
        if part.kind == "quantity":
            quantity = part.quantity
            causes.append(Cause("quantity", str(quantity), part.tokens))
        elif part.kind == "variation":
            variation = dict(part.values).get(item)
            if variation is None:
                return None
            causes.append(Cause("variation", variation, part.tokens))
        elif ref is None or part.pre_modifier not in (None, "no"):
            return None
        else:
            choices.append(Choice(*ref, part.pre_modifier, part.quantity))
            causes.append(Cause("modifier", f"{ref[0]}/{ref[1]}", part.tokens))
            causes += [Cause("negation", f"{ref[0]}/{ref[1]}", part.negation)] if part.negation else []
    used = sorted({t for c in causes for t in c.tokens})
    return ReadLine(Line(item, quantity, variation, tuple(choices)), tuple(causes), "number", (used[0], used[-1] + 1))
