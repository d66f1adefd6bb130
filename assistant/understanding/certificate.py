"""A proof that goes with order lines: which words of the message caused each value, and what became of the others.

It is plain data. The parser writes one from a Reading; whoever else proposes lines (a language model, an agent's edit)
must bring one too, and `checker.check` decides whether it holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from assistant.understanding.answer import doubtful_words
from assistant.understanding.reading import Cause, Reading
from core.orders.lines import Line


@dataclass(frozen=True, slots=True)
class CertifiedLine:
    """A line and the causes of everything in it."""

    line: Line
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """`words` are the message as compared; the position lists say what became of words that caused nothing."""

    words: tuple[str, ...]
    lines: tuple[CertifiedLine, ...] = ()
    filler: tuple[int, ...] = ()
    declined: tuple[int, ...] = ()
    retracted: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()
    unexplained: tuple[int, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def to_json(self) -> dict[str, Any]:
        """The certificate as it is stored with a turn."""
        return {
            "words": list(self.words),
            "lines": [
                {
                    "line": c.line.to_json(),
                    "causes": [{"part": x.part, "value": x.value, "tokens": list(x.tokens)} for x in c.causes],
                }
                for c in self.lines
            ],
            "filler": list(self.filler),
            "declined": list(self.declined),
            "retracted": list(self.retracted),
            "asked": list(self.asked),
            "unexplained": list(self.unexplained),
        }


def certificate_of(reading: Reading) -> Certificate:
    """The certificate of a reading: unclear words and loose parts prove nothing and count as unexplained."""
    caused = {t for line in reading.lines for c in line.causes for t in c.tokens}
    return Certificate(
        words=tuple(t.folded for t in reading.tokens),
        lines=tuple(CertifiedLine(r.line, r.causes) for r in reading.lines),
        filler=reading.filler,
        declined=reading.declined,
        retracted=reading.retracted,
        asked=reading.asked,
        unexplained=tuple(p for p in doubtful_words(reading) if p not in caused),
        notes=reading.notes,
    )
