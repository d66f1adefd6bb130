"""The answer of `comanda understand`: lines and the words that would be asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from assistant.understanding.grammar import Grammar
from assistant.understanding.parser import read
from assistant.understanding.reading import Reading
from core.orders.lines import Line, merged

MOST_OF_A_LINE = 99  # a larger number is asked about


def answer(grammar: Grammar, text: str) -> dict[str, Any]:
    """`{"lines": [LINE], "unexplained": [word, …]}` for one message.

    Unclear words count as unexplained; their likeliest meaning is among the lines, since the reader of the answer sees
    from `unexplained` that it is not certain.
    """
    reading = read(grammar, text)
    return {
        "lines": [line.to_json() for line in merged(best_lines(reading))],
        "unexplained": [reading.tokens[p].text for p in doubtful_words(reading)],
    }


def best_lines(reading: Reading) -> list[Line]:
    """The lines, with the first option of what is unclear."""
    lines = [r.line for r in reading.lines]
    for unclear in reading.unclear:
        if unclear.guess is None:
            continue
        if unclear.line is None:
            lines.append(unclear.guess.line)
        elif 0 <= unclear.line < len(lines):
            line = lines[unclear.line]
            lines[unclear.line] = replace(line, modifiers=(*line.modifiers, *unclear.guess.line.modifiers))
    lines += [Line(item, 1, variation) for item, variation in _known_by_size(reading)]
    return [line for line in lines if line.quantity <= MOST_OF_A_LINE]


def _known_by_size(reading: Reading) -> Iterator[tuple[str, str]]:
    """Items and sizes where a size was said that only one thing comes in, and of nothing unknown: "une tradition"."""
    for part in reading.loose:
        beside = {part.tokens[0] - 1, part.tokens[-1] + 1}
        only = part.kind == "variation" and len(part.values) == 1 and part.values[0][0]
        if only and beside.isdisjoint(reading.unexplained):
            yield part.values[0]


def doubtful_words(reading: Reading) -> list[int]:
    """Positions of the words that nothing explains for certain."""
    words = {*reading.unexplained}
    for unclear in reading.unclear:
        words.update(unclear.tokens)
    for read_line in reading.lines:
        if read_line.line.quantity > MOST_OF_A_LINE:
            words.update(t for cause in read_line.causes for t in cause.tokens)
    for part in reading.loose:
        words.update((*part.tokens, *part.negation))
    return sorted(words)
