"""How figures are kept and printed."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `aim` is what it should reach, empty when it is only for comparison."""

    what: str
    value: str
    aim: str = ""


def milliseconds(seconds: Sequence[float]) -> tuple[float, float, float]:
    """The 50th, 95th and 99th percentile, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1000, cuts[94] * 1000, cuts[98] * 1000


def grid(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under their heads as a Markdown table; nothing when there are no rows."""
    if not rows:
        return ""
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join([f"### {title}", "", *lines, "", ""])


def table(title: str, figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    rows = [f"| {f.what} | {f.value} | {f.aim} |" for f in figures]
    return "\n".join([f"## {title}", "", "| what | measured | aim |", "|---|---|---|", *rows, ""])
