"""Choices that are steps of one scale, and what else people call a step: "half sweet" is 50 %, "not spicy" mild."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.understanding.knowledge import load, stems_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from assistant.understanding.knowledge import Foods, Stems
    from core.catalogue.menu import Modifier, ModifierGroup

_SHARE = re.compile(r"^(\d+) ?%(?: (.+))?$")
Written = tuple[tuple[str, ...], ...]  # of each choice, its names
_STEPS = 2  # so many steps of a scale show that a group is one


def other_names(group: ModifierGroup, modifier: Modifier) -> tuple[str, ...]:
    """What a step of a scale is called besides its names; nothing for choices that are no steps."""
    return _other_names(group.name, _written(group), (modifier.name, *modifier.aliases))


@lru_cache(maxsize=8192)
def _other_names(called: str, written: Written, names: tuple[str, ...]) -> tuple[str, ...]:
    siblings = [n for step in written for n in step]
    found = [*_of_shares(called, written, names), *_of_steps(siblings, names), *plain_names(names, siblings)]
    own = {stems_of(n) for n in names}
    return tuple(n for n in dict.fromkeys(found) if stems_of(n) not in own)


def _written(group: ModifierGroup) -> Written:
    """What the merchant calls each choice of a group."""
    return tuple((m.name, *m.aliases) for m in group.modifiers)


def is_scale(group: ModifierGroup, foods: Foods) -> bool:
    """Whether choices are steps of a scale: who denies one of them with more words may mean any other."""
    names = {stems_of(n) for m in group.modifiers for n in (m.name, *m.aliases)}
    return any(len(names.intersection(scale)) >= _STEPS for scale in foods.scales)


def plain_names(names: tuple[str, ...], siblings: Iterable[str]) -> tuple[str, ...]:
    """What the one of several that has nothing to it is called besides: "plain" for "original"."""
    unflavoured = load().foods.unflavoured
    own = {stems_of(n) for n in names}
    if own.isdisjoint(unflavoured):
        return ()
    taken = {w for n in siblings if stems_of(n) not in own for w in stems_of(n)}
    return tuple(" ".join(name) for name in unflavoured if name not in own and taken.isdisjoint(name))


def shares(group: ModifierGroup) -> Iterator[tuple[int, str, str]]:
    """The steps of a group that are shares of a hundred: rank of what is shared, modifier id, share."""
    for rank, step, share in _shares(group.name, _written(group)):
        yield rank, group.modifiers[step].id, share


@lru_cache(maxsize=1024)
def _shares(group: str, written: Written) -> tuple[tuple[int, int, str], ...]:
    """Likewise for what a group and its choices are called: rank, position of the step, share."""
    words = set(stems_of(group))
    found: list[tuple[int, int, str]] = []
    for rank, (things, called) in enumerate(load().foods.shares):
        worded = [_worded(names, called) for names in written]
        if words.isdisjoint(things) and sum(1 for w in worded if w) < _STEPS:
            continue
        percents = [_percent(names, things) for names in written]
        steps = [{p} if p else w for p, w in zip(percents, worded, strict=True)]
        told = Counter(s for step in steps for s in step)
        # "Less" and "half" of one shop may both be what others call half.
        found += [(rank, n, s) for n, step in enumerate(steps) for s in sorted(step) if told[s] == 1]
    return tuple(found)


def _of_shares(group: str, written: Written, names: tuple[str, ...]) -> Iterator[str]:
    """For "50%" of a sweetness: "50% sugar", and so "half sugar"; also where a step is written out in words."""
    own = written.index(names)
    taken = {stems_of(n) for step in written for n in step}
    for rank, _, share in (s for s in _shares(group, written) if s[1] == own):
        things, called = load().foods.shares[rank]
        yield from (f"{share}% {thing}" for thing in things)
        yield from (name for name in called.get(share, ()) if stems_of(name) not in taken)


def _percent(names: tuple[str, ...], things: Sequence[str]) -> str:
    """The share that is written in one of the names: "50" for "50%" and "50% sugar"."""
    for match in filter(None, (_SHARE.match(n.casefold()) for n in names)):
        if not match[2] or not set(stems_of(match[2])).isdisjoint(things):
            return match[1]
    return ""


def _worded(names: tuple[str, ...], called: Mapping[str, Sequence[str]]) -> set[str]:
    """The shares that the names tell in words: 70 and 75 for "less sweet"."""
    stems = {stems_of(n) for n in names}
    return {share for share, others in called.items() if any(stems_of(o) in stems for o in others)}


def _of_steps(siblings: Iterable[str], names: tuple[str, ...]) -> Iterator[str]:
    taken: set[Stems] = {stems_of(n) for n in siblings}
    own = {stems_of(n) for n in names}
    for scale in load().foods.scales:
        if len(taken.intersection(scale)) >= _STEPS:
            for step in own.intersection(scale):
                yield from (name for name in scale[step] if stems_of(name) not in taken)
