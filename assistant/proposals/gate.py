"""The gate before the cart: lines that the parser read count only with a certificate that the checker finds sound."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.understanding import certificate_of, check

if TYPE_CHECKING:
    from assistant.understanding import Reading
    from core.catalogue.menu import Menu


def certified(menu: Menu, reading: Reading) -> Reading:
    """The reading without lines whose certificate does not hold: their words are unexplained, and so asked about.

    Words that nothing explains are no fault here: they are asked about anyway, beside what is sure.
    """
    if not reading.lines:
        return reading
    faults = [f for f in check(menu, certificate_of(reading)) if f.code != "unexplained"]
    if not faults:
        return reading
    places = {int(f.where.split()[1]) for f in faults if f.where.startswith("line ")}
    if any(not f.where.startswith("line ") for f in faults):
        places = set(range(len(reading.lines)))
    gone = {t for n in places for cause in reading.lines[n].causes for t in cause.tokens}
    kept = tuple(line for n, line in enumerate(reading.lines) if n not in places)
    gone |= {int(f.where.split()[1]) for f in faults if f.where.startswith("word ")} & set(range(len(reading.tokens)))
    gone -= {t for line in kept for cause in line.causes for t in cause.tokens}
    moved = {n: place for place, n in enumerate(n for n in range(len(reading.lines)) if n not in places)}
    unclear = tuple(replace(u, line=moved.get(u.line) if u.line is not None else None) for u in reading.unclear)
    return replace(
        reading,
        lines=kept,
        unclear=unclear,
        filler=tuple(t for t in reading.filler if t not in gone),
        unexplained=tuple(sorted({*reading.unexplained, *gone})),
        notes=(*reading.notes, *(f"not certified: {f.code} {f.where} {f.what}" for f in faults)),
    )
