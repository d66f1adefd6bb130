"""Lines in short, as the dialogue files write them: `2 taro:large +base/oat -ice/cubes {slot=item; …}`."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from core.orders.lines import Choice, Line, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD = re.compile(r"(\d+) ([a-z_]+)(?::((?:[^+\-{]|-(?! ?[a-z]+/))+?))?(?= [+\-{]|$)")
_CHOICE = re.compile(r"([+-])(?:(extra|light|side|regular) )?([a-z_]+)/([a-z0-9_]+)(?: x(\d+))?")


def line_of(text: str) -> Line:
    """The line that a short text describes."""
    head = _HEAD.match(text)
    assert head, text
    choices = tuple(
        Choice(group, modifier, "no" if sign == "-" else pre or None, int(times or 1))
        for sign, pre, group, modifier, times in _CHOICE.findall(text)
    )
    slots: tuple[Slot, ...] = ()
    if "{" in text:
        inner = text[text.index("{") + 1 : text.index("}")]
        pairs = [pair.strip().partition("=") for pair in inner.split(";")]
        slots = tuple(Slot(slot, item) for slot, _, item in pairs)
    return Line(head[2], int(head[1]), head[3].strip() if head[3] else None, choices, slots)


def units(lines: Iterable[Line]) -> Counter[tuple[object, ...]]:
    """A cart as how many of which unit, whatever the order of its lines and modifiers."""
    counted: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        counted[line.unit] += line.quantity
    return counted
