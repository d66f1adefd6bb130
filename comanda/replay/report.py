"""What a replay found, for people: every cart and reply that would change, as a small diff."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from comanda.replay.compare import Difference


@dataclass(frozen=True, slots=True)
class Changed:
    """A conversation that would go another way now."""

    conversation_id: str
    began: datetime
    said: dict[int, str]
    differences: tuple[Difference, ...]

    def to_json(self) -> dict[str, Any]:
        """As printed with --json."""
        return {
            "conversation": self.conversation_id,
            "differences": [{**found.to_json(), "said": self.said.get(found.turn, "")} for found in self.differences],
        }


@dataclass(slots=True)
class Report:
    """The outcome of a replay."""

    conversations: int = 0
    turns: int = 0
    seconds: float = 0.0
    changed: list[Changed] = field(default_factory=list)

    @property
    def identical(self) -> bool:
        """Whether nothing would change."""
        return not self.changed

    @property
    def changed_turns(self) -> int:
        """How many turns would have another cart, other commands or another reply."""
        return sum(len({d.turn for d in c.differences}) for c in self.changed)

    def to_json(self) -> dict[str, Any]:
        """As printed with --json."""
        return {
            "conversations": self.conversations,
            "turns": self.turns,
            "identical": self.identical,
            "changed_turns": self.changed_turns,
            "changed": [c.to_json() for c in self.changed],
        }

    def lines(self) -> Iterator[str]:
        """The report as text, line by line."""
        for changed in self.changed:
            yield f"conversation {changed.conversation_id}, {changed.began:%Y-%m-%d %H:%M} UTC"
            turn = 0
            for found in changed.differences:
                if found.turn != turn:
                    turn = found.turn
                    yield f"  turn {turn}: {changed.said.get(turn, '')!r}"
                yield f"    {found.what}"
                yield from (f"      {line}" for line in _diff(found))
            yield ""
        yield self.summary()

    def summary(self) -> str:
        """One sentence."""
        rate = f", {self.turns / self.seconds:.0f} turns a second" if self.seconds else ""
        played = f"{self.conversations} conversations, {self.turns} turns{rate}"
        if self.identical:
            return f"identical: {played}"
        return f"changed: {self.changed_turns} turns of {len(self.changed)} conversations ({played})"


def _diff(found: Difference) -> Iterator[str]:
    compared = difflib.ndiff(found.before, found.after)
    return (line.rstrip() for line in compared if line[:2] in ("- ", "+ "))
