"""What is wrong with something that was written by a person: where, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `place` is a path such as `items[3].price`, `kind` the stable word that the documentation lists.

    An error stops the whole; a warning is only pointed out.
    """

    place: str
    message: str
    fix: str
    severity: Severity = "error"
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.severity} at {self.place}: {self.message} {self.fix}"
