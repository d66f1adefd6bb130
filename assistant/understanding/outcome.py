"""What a final state of the search comes to: lines, and what is loose, unclear or left over beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.understanding.reading import LoosePart, ReadLine, Unclear


@dataclass(slots=True)
class Outcome:
    """What a final state comes to."""

    cost: float
    lines: list[ReadLine] = field(default_factory=list)
    loose: list[LoosePart] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    retracted: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def take(self, more: Outcome) -> None:
        """Add what one more line comes to, behind those that are there."""
        at = len(self.lines)
        self.unclear += [u if u.line is None else replace(u, line=at + u.line) for u in more.unclear]
        self.lines += more.lines
        self.left |= more.left
        self.notes += more.notes
