"""How many seeded faults the checker of certificates finds.

Certificates of right readings are broken one way at a time. Each fault changes the lines or unties them from the words,
so a checker that accepts one would let something into a cart that nobody said.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from assistant.understanding.certificate import Certificate, CertifiedLine
from assistant.understanding.checker import check
from assistant.understanding.reading import Cause
from core.orders.lines import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assistant.understanding.checker import Fault
    from core.catalogue.menu import Menu

    Checker = Callable[[Menu, Certificate], list[Fault]]


def share_found(
    proofs: Iterable[tuple[Menu, Certificate]], checker: Checker = check
) -> tuple[Counter[str], Counter[str]]:
    """Break each certificate in every way that fits it; how many faults of each kind were seeded, and found."""
    seeded: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for number, (menu, proof) in enumerate(proofs):
        for name, seed in SEEDS.items():
            chance = Random(f"{number} {name}")
            broken = seed(chance, menu, proof, chance.randrange(len(proof.lines))) if proof.lines else None
            if broken is not None:
                seeded[name] += 1
                found[name] += bool(checker(menu, broken))
    return seeded, found


def _one_more(_chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate:
    """Another quantity than was said."""
    line = proof.lines[at].line
    return _put(proof, at, replace(proof.lines[at], line=line.with_quantity(line.quantity + 1)))


def _one_more_claimed(_chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """Another quantity than was said, and the cause claims it."""
    certified = proof.lines[at]
    more = str(certified.line.quantity + 1)
    causes = tuple(replace(c, value=more) if c.part == "quantity" else c for c in certified.causes)
    if causes == certified.causes:
        return None
    line = certified.line.with_quantity(certified.line.quantity + 1)
    return _put(proof, at, CertifiedLine(line, causes))


def _none_at_all(_chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate:
    """No units."""
    return _put(proof, at, replace(proof.lines[at], line=proof.lines[at].line.with_quantity(0)))


def _other_item(chance: Random, menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """Another item, with the causes of the one that was said."""
    line = proof.lines[at].line
    others = [i.id for i in menu.items if i.id != line.item]
    if line.slots or not others:
        return None
    return _put(proof, at, replace(proof.lines[at], line=replace(line, item=chance.choice(others))))


def _other_item_claimed(chance: Random, menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """Another item of the same make, and the cause claims that its words name it."""
    certified = proof.lines[at]
    item = menu.items_by_id.get(certified.line.item)
    if item is None:
        return None
    said = {proof.words[t] for c in certified.causes if c.part == "item" for t in c.tokens}
    others = [
        i.id
        for i in menu.items
        if i.id != item.id and i.modifier_groups == item.modifier_groups
        if bool(i.variations) == bool(item.variations)
        if not said & {w for name in (i.name, *i.aliases) for w in name.casefold().split()}
    ]
    if not others or certified.line.variation:
        return None
    other = chance.choice(others)
    causes = tuple(replace(c, value=other) if c.part == "item" else c for c in certified.causes)
    return _put(proof, at, CertifiedLine(replace(certified.line, item=other), causes))


def _ghost(_chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """An item that is not on the menu, claimed."""
    certified = proof.lines[at]
    causes = tuple(replace(c, value="ghost") if c.part == "item" else c for c in certified.causes)
    return _put(proof, at, CertifiedLine(replace(certified.line, item="ghost"), causes))


def _other_size(chance: Random, menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """Another variation, and the cause claims it."""
    certified = proof.lines[at]
    item = menu.items_by_id.get(certified.line.item)
    others = [v.id for v in item.variations if v.id != certified.line.variation] if item else []
    if not others or certified.line.variation is None:
        return None
    other = chance.choice(others)
    causes = tuple(replace(c, value=other) if c.part == "variation" else c for c in certified.causes)
    return _put(proof, at, CertifiedLine(replace(certified.line, variation=other), causes))


def _size_of_nowhere(chance: Random, menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """A variation that nobody named."""
    certified = proof.lines[at]
    item = menu.items_by_id.get(certified.line.item)
    if item is None or not item.variations or certified.line.variation is not None:
        return None
    line = replace(certified.line, variation=chance.choice(item.variations).id)
    return _put(proof, at, replace(certified, line=line))


def _modifier_of_nowhere(chance: Random, menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """A modifier that nobody named."""
    certified = proof.lines[at]
    choice = _unsaid(chance, menu, certified)
    if choice is None:
        return None
    line = replace(certified.line, modifiers=(*certified.line.modifiers, choice))
    return _put(proof, at, replace(certified, line=line))


def _modifier_on_a_theft(chance: Random, menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """A modifier that nobody named, resting on the words of the item."""
    certified = proof.lines[at]
    choice = _unsaid(chance, menu, certified)
    words = next((c.tokens for c in certified.causes if c.part == "item"), None)
    if choice is None or words is None:
        return None
    line = replace(certified.line, modifiers=(*certified.line.modifiers, choice))
    cause = Cause("modifier", f"{choice.group}/{choice.modifier}", words)
    return _put(proof, at, CertifiedLine(line, (*certified.causes, cause)))


def _modifier_dropped(chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """A modifier that was said is gone, its causes too."""
    certified = proof.lines[at]
    if not certified.line.modifiers:
        return None
    gone = chance.choice(certified.line.modifiers)
    line = replace(certified.line, modifiers=tuple(c for c in certified.line.modifiers if c is not gone))
    causes = tuple(c for c in certified.causes if c.value != f"{gone.group}/{gone.modifier}")
    return _put(proof, at, CertifiedLine(line, causes))


def _modifier_hushed(chance: Random, menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """A modifier that was said is gone, its words passed off as fillers."""
    broken = _modifier_dropped(chance, menu, proof, at)
    return _as_fillers(proof, broken) if broken else None


def _no_lost(_chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """A "no" became a "with"; the word that denies is a filler now."""
    certified = proof.lines[at]
    denied = next((c for c in certified.line.modifiers if c.pre_modifier == "no"), None)
    if denied is None:
        return None
    modifiers = tuple(replace(c, pre_modifier=None) if c is denied else c for c in certified.line.modifiers)
    value = f"{denied.group}/{denied.modifier}"
    causes = tuple(c for c in certified.causes if not (c.part == "negation" and c.value == value))
    made = _put(proof, at, CertifiedLine(replace(certified.line, modifiers=modifiers), causes))
    return _as_fillers(proof, made)


def _no_lost_claimed(_chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """A "no" became a "with", and the word that denies is claimed to name the modifier."""
    certified = proof.lines[at]
    denied = next((c for c in certified.line.modifiers if c.pre_modifier == "no"), None)
    if denied is None:
        return None
    modifiers = tuple(replace(c, pre_modifier=None) if c is denied else c for c in certified.line.modifiers)
    value = f"{denied.group}/{denied.modifier}"
    taken = tuple(t for c in certified.causes if c.value == value for t in c.tokens)
    causes = tuple(c for c in certified.causes if c.value != value)
    line = replace(certified.line, modifiers=modifiers)
    return _put(proof, at, CertifiedLine(line, (*causes, Cause("modifier", value, tuple(sorted(set(taken)))))))


def _no_of_nowhere(chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """A "with" became a "no", resting on the modifier's words."""
    certified = proof.lines[at]
    wanted = [c for c in certified.line.modifiers if c.pre_modifier is None]
    if not wanted:
        return None
    turned = chance.choice(wanted)
    modifiers = tuple(replace(c, pre_modifier="no") if c is turned else c for c in certified.line.modifiers)
    value = f"{turned.group}/{turned.modifier}"
    words = next((c.tokens for c in certified.causes if c.part == "modifier" and c.value == value), ())
    causes = (*certified.causes, Cause("negation", value, words))
    return _put(proof, at, CertifiedLine(replace(certified.line, modifiers=modifiers), causes))


def _line_dropped(_chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """A line is gone."""
    return replace(proof, lines=(*proof.lines[:at], *proof.lines[at + 1 :])) if _owns_words(proof, at) else None


def _line_hushed(chance: Random, menu: Menu, proof: Certificate, at: int) -> Certificate | None:
    """A line is gone and its words are passed off as fillers."""
    broken = _line_dropped(chance, menu, proof, at)
    return _as_fillers(proof, broken) if broken else None


def _line_twice(_chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate:
    """A line stands twice, on the same words."""
    return replace(proof, lines=(*proof.lines, proof.lines[at]))


def _cause_emptied(chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate:
    """A cause without words."""
    certified = proof.lines[at]
    emptied = chance.randrange(len(certified.causes))
    causes = tuple(replace(c, tokens=()) if n == emptied else c for n, c in enumerate(certified.causes))
    return _put(proof, at, replace(certified, causes=causes))


def _cause_out_of_range(_chance: Random, _menu: Menu, proof: Certificate, at: int) -> Certificate:
    """A cause of words that the message does not have."""
    certified = proof.lines[at]
    beyond = replace(certified.causes[0], tokens=(len(proof.words),))
    return _put(proof, at, replace(certified, causes=(beyond, *certified.causes[1:])))


def _put(proof: Certificate, at: int, certified: CertifiedLine) -> Certificate:
    return replace(proof, lines=(*proof.lines[:at], certified, *proof.lines[at + 1 :]))


def _caused(proof: Certificate) -> set[int]:
    return {t for line in proof.lines for c in line.causes for t in c.tokens}


def _as_fillers(before: Certificate, after: Certificate) -> Certificate | None:
    freed = _caused(before) - _caused(after)
    return replace(after, filler=tuple(sorted({*after.filler, *freed}))) if freed else None


def _owns_words(proof: Certificate, at: int) -> bool:
    others = {t for n, line in enumerate(proof.lines) if n != at for c in line.causes for t in c.tokens}
    return bool({t for c in proof.lines[at].causes for t in c.tokens} - others)


def _unsaid(chance: Random, menu: Menu, certified: CertifiedLine) -> Choice | None:
    line = certified.line
    said = {c.group for c in line.modifiers}
    free = [Choice(g.id, m.id) for g in menu.groups_of(line.item) if g.id not in said for m in g.modifiers]
    return chance.choice(free) if free else None


SEEDS: dict[str, Callable[[Random, Menu, Certificate, int], Certificate | None]] = {
    seed.__name__.strip("_").replace("_", " "): seed
    for seed in (
        _one_more,
        _one_more_claimed,
        _none_at_all,
        _other_item,
        _other_item_claimed,
        _ghost,
        _other_size,
        _size_of_nowhere,
        _modifier_of_nowhere,
        _modifier_on_a_theft,
        _modifier_dropped,
        _modifier_hushed,
        _no_lost,
        _no_lost_claimed,
        _no_of_nowhere,
        _line_dropped,
        _line_hushed,
        _line_twice,
        _cause_emptied,
        _cause_out_of_range,
    )
}
