"""Choices that are steps of one scale, and what else people call a step: "half sweet" is 50 %, "not spicy" mild."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.understanding.knowledge import stems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.understanding.knowledge import Foods, Stems
    from core.catalogue.menu import Modifier, ModifierGroup

_SHARE = re.compile(r"^(\d+) ?%(?: (.+))?$")
_STEPS = 2  # so many steps of a scale show that a group is one


def other_names(group: ModifierGroup, modifier: Modifier, foods: Foods) -> list[str]:
    """What a step of a scale is called besides its names; nothing for choices that are no steps."""
    names = (modifier.name, *modifier.aliases)
    found = [*_of_shares(group, names, foods), *_of_steps(group, names, foods)]
    own = {stems_of(n) for n in names}
    return [n for n in dict.fromkeys(found) if stems_of(n) not in own]


def is_scale(group: ModifierGroup, foods: Foods) -> bool:
    """Whether choices are steps of a scale: who denies one of them with more words may mean any other."""
    names = _taken(group)
    return any(len(names.intersection(scale)) >= _STEPS for scale in foods.scales)


def _of_shares(group: ModifierGroup, names: tuple[str, ...], foods: Foods) -> Iterator[str]:
    """For "50%" of a sweetness: "50% sugar", and so "half sugar"; also where it is written out for another word."""
    words = set(stems_of(group.name))
    taken = _taken(group)
    for things, called in foods.shares:
        if words.isdisjoint(things):
            continue
        for match in filter(None, (_SHARE.match(n.casefold()) for n in names)):
            yield from (f"{match[1]}% {thing}" for thing in things)
            yield from (name for name in called.get(match[1], ()) if stems_of(name) not in taken)


def _of_steps(group: ModifierGroup, names: tuple[str, ...], foods: Foods) -> Iterator[str]:
    taken = _taken(group)
    own = {stems_of(n) for n in names}
    for scale in foods.scales:
        if len(taken.intersection(scale)) >= _STEPS:
            for step in own.intersection(scale):
                yield from (name for name in scale[step] if stems_of(name) not in taken)


def _taken(group: ModifierGroup) -> set[Stems]:
    """What the merchant calls the choices of a group."""
    return {stems_of(n) for m in group.modifiers for n in (m.name, *m.aliases)}
