"""Checks a certificate against the menu. It knows nothing of the parser and shares no code with it.

Small on purpose: what a cart may become rests on this file, not on the search that found the reading.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from assistant.understanding import checker_counts as counts
from assistant.understanding import evidence
from assistant.understanding.checker_words import (
    AFTER,
    BESIDE,
    COUNTS,
    DENIALS,
    LIGHT,
    LOUD,
    OF_WHICH,
    SIDE,
    STRONG,
    SWAPS,
)
from core.catalogue.menu import PRE_MODIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.understanding.certificate import Certificate, CertifiedLine
    from assistant.understanding.reading import Cause, Part
    from core.catalogue.menu import Item, Menu
    from core.orders.lines import Choice

FaultCode = Literal[
    "not-on-menu", "not-for-item", "no-cause", "stray-cause", "empty-cause", "bad-quantity", "unsupported-quantity",
    "unsupported-negation", "lost-negation", "unaccounted", "accounted-twice", "out-of-range", "content-as-filler",
    "unexplained", "too-many", "bad-slot", "no-words-of-its-own", "unsupported-pre-modifier",
    "misnamed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where ("line 0", "word 3"), and the value or word concerned."""

    code: FaultCode
    where: str
    what: str


_LONG_ENOUGH = 4
_NEAR = 3  # words from a denial to what it denies


def check(menu: Menu, certificate: Certificate) -> list[Fault]:
    """Every fault of a certificate; an empty list means that the lines may be acted on."""
    faults: list[Fault] = []
    for number, certified in enumerate(certificate.lines):
        where = f"line {number}"
        faults += _values(menu, certified, where)
        faults += _causes(certificate, certified, where)
        faults += [Fault("misnamed", where, value) for value in evidence.misnamed(menu, certificate, number, DENIALS)]
    faults += _shared(certificate)
    faults += [Fault("unsupported-quantity", f"line {n}", what) for n, what in counts.divided_otherwise(certificate)]
    faults += [Fault("too-many", f"line {n}", what) for n, what in counts.not_for_all(menu, certificate)]
    faults += _account(certificate)
    faults += _lost(menu, certificate)
    faults += _fillers(menu, certificate)
    hushed = evidence.hushed(menu, certificate)
    faults += [Fault("content-as-filler", f"word {p}", certificate.words[p]) for p in hushed]
    return faults


def _values(menu: Menu, certified: CertifiedLine, where: str) -> Iterator[Fault]:
    """Every value is on the menu and goes with its item."""
    line = certified.line
    if line.quantity < 1:
        yield Fault("bad-quantity", where, str(line.quantity))
    combo = menu.combos_by_id.get(line.item)
    if combo is None:
        yield from _unit(menu, line.item, line.variation, line.modifiers, where)
        if line.slots:
            yield Fault("bad-slot", where, line.item)
        return
    if line.variation is not None or line.modifiers:
        yield Fault("not-for-item", where, line.item)
    for slot_id, taken in Counter(s.slot for s in line.slots).items():
        slot = combo.slot(slot_id)
        if slot is None or taken > slot.quantity:
            yield Fault("bad-slot", where, slot_id)
    for filled in line.slots:
        slot = combo.slot(filled.slot)
        if slot is not None and filled.item not in slot.items:
            yield Fault("bad-slot", where, filled.item)
        yield from _unit(menu, filled.item, filled.variation, filled.modifiers, f"{where} {filled.slot}")


def _unit(menu: Menu, item_id: str, variation: str | None, choices: tuple[Choice, ...], where: str) -> Iterator[Fault]:
    item = menu.items_by_id.get(item_id)
    if item is None:
        yield Fault("not-on-menu", where, item_id)
        return
    if variation is not None and item.variation(variation) is None:
        yield Fault("not-for-item", where, variation)
    for choice in choices:
        yield from _choice(menu, item, choice, where)
    for name, count in Counter(f"{c.group}/{c.modifier}" for c in choices).items():
        if count > 1:
            yield Fault("too-many", where, name)
    for group_id in {c.group for c in choices} & set(item.modifier_groups):
        most = menu.groups_by_id[group_id].max
        taken = sum(c.quantity for c in choices if c.group == group_id and c.pre_modifier != "no")
        if most is not None and taken > most:
            yield Fault("too-many", where, group_id)


def _choice(menu: Menu, item: Item, choice: Choice, where: str) -> Iterator[Fault]:
    name = f"{choice.group}/{choice.modifier}"
    group = menu.groups_by_id.get(choice.group)
    modifier = group.modifier(choice.modifier) if group else None
    if modifier is None:
        yield Fault("not-on-menu", where, name)
        return
    if choice.group not in item.modifier_groups:
        yield Fault("not-for-item", where, name)
    if choice.pre_modifier is not None and choice.pre_modifier not in PRE_MODIFIERS:
        yield Fault("not-on-menu", where, str(choice.pre_modifier))
    if choice.quantity < 1 or (modifier.max is not None and choice.quantity > modifier.max):
        yield Fault("bad-quantity", where, f"{name} {choice.quantity}")


def _causes(certificate: Certificate, certified: CertifiedLine, where: str) -> Iterator[Fault]:
    """Every value has its words, and every cause its value."""
    line, words = certified.line, certificate.words
    needed = _needed(certified)
    present = Counter((c.part, c.value) for c in certified.causes)
    for key, count in needed.items():
        if present[key] < count:
            yield Fault("no-cause", where, f"{key[0]} {key[1]}")
    for cause in certified.causes:
        if not cause.tokens:
            yield Fault("empty-cause", where, f"{cause.part} {cause.value}")
        if cause.part == "quantity":
            if cause.value != str(line.quantity):
                yield Fault("unsupported-quantity", where, cause.value)
        elif not needed[cause.part, cause.value]:
            yield Fault("stray-cause", where, f"{cause.part} {cause.value}")
    counted = [c for c in certified.causes if c.part == "quantity"]
    if line.quantity > 1 and not any(counts.says(words, c, line.quantity) for c in counted):
        yield Fault("unsupported-quantity", where, str(line.quantity))
    yield from _denials(certificate, certified, where)


def _needed(certified: CertifiedLine) -> Counter[tuple[Part, str]]:
    line = certified.line
    needed: Counter[tuple[Part, str]] = Counter()
    parts = [c.part for c in certified.causes]
    needed["combo" if "combo" in parts else "item", line.item] += 1
    units = [(line.variation, line.modifiers), *((s.variation, s.modifiers) for s in line.slots)]
    for variation, choices in units:
        if variation is not None:
            needed["variation", variation] += 1
        for choice in choices:
            value = f"{choice.group}/{choice.modifier}"
            needed["modifier", value] += 1
            if choice.pre_modifier == "no" or (choice.pre_modifier == "regular" and _has(certified, "negation", value)):
                needed["negation", value] += 1
            elif choice.pre_modifier is not None:
                needed["pre_modifier", value] += 1
    for slot in line.slots:
        needed["slot", f"{slot.slot}/{slot.item}"] += 1
    return needed


def _has(certified: CertifiedLine, part: Part, value: str) -> bool:
    return any(c.part == part and c.value == value for c in certified.causes)


def _denials(certificate: Certificate, certified: CertifiedLine, where: str) -> Iterator[Fault]:
    """Each "no" rests on a word that denies; more than one of a modifier rests on a number."""
    line, words = certified.line, certificate.words
    for choice in (*line.modifiers, *(c for s in line.slots for c in s.modifiers)):
        value = f"{choice.group}/{choice.modifier}"
        of_it = [c for c in certified.causes if c.value == value]
        if choice.pre_modifier == "no" and not any(c.part == "negation" and _denies(words, c) for c in of_it):
            yield Fault("unsupported-negation", where, value)
        said = {words[t] for c in of_it if c.part == "pre_modifier" for t in c.tokens if 0 <= t < len(words)}
        if said and not _agrees(choice.pre_modifier, said):
            yield Fault("unsupported-pre-modifier", where, f"{value} {choice.pre_modifier}")
        if choice.quantity > 1 and not any(counts.says(words, c, choice.quantity) for c in of_it):
            yield Fault("unsupported-quantity", where, f"{value} {choice.quantity}")


def _denies(words: tuple[str, ...], cause: Cause) -> bool:
    """Whether words deny; an exception of all does ("everything but"), and a "for" behind a "sub"."""
    said = {words[t] for t in cause.tokens if 0 <= t < len(words)}
    swapped = "for" in said and not SWAPS.isdisjoint(words[: cause.tokens[0]])
    return swapped or bool(DENIALS & said) or ("but" in said and bool(said & {"everything", "all"}))


def _agrees(pre: str | None, said: set[str]) -> bool:
    """Whether words like "on the side" or "a little" stand for this pre-modifier and not for another."""
    if pre == "side":
        return bool(said & SIDE)
    if pre == "light":
        return bool(said & LIGHT)
    return not said & (SIDE | LIGHT) or pre == "regular"


def _shared(certificate: Certificate) -> Iterator[Fault]:
    """Lines may share words ("three teas, one iced"), but none rests on the words of others alone."""
    words = [frozenset(t for c in line.causes for t in c.tokens) for line in certificate.lines]
    users = Counter(t for own in words for t in own)
    for number, line in enumerate(certificate.lines):
        if line in certificate.lines[:number]:
            yield Fault("no-words-of-its-own", f"line {number}", line.line.item)
        own = words[number]
        # "A dozen burgers, half of them with cheese": the rest is proved by the sum alone.
        alike = [x for x, w in zip(certificate.lines, words, strict=True) if w == own and x.line.unit == line.line.unit]
        divided = len(alike) == 1 and any(
            c.part == "quantity" and counts.divides(certificate.words, c) for c in line.causes
        )
        # "One of each shake" names them all at once.
        each = any(c.part == "quantity" and counts.each(certificate.words, c) for c in line.causes)
        if own and all(users[t] > 1 for t in own) and not divided and not each:
            yield Fault("no-words-of-its-own", f"line {number}", line.line.item)


def _account(certificate: Certificate) -> Iterator[Fault]:
    """Every word has exactly one fate, and none is unexplained."""
    words = certificate.words
    fates = Counter({t for line in certificate.lines for c in line.causes for t in c.tokens})
    for group in ("filler", "declined", "retracted", "asked", "unexplained"):
        fates.update(getattr(certificate, group))
    for position, count in sorted(fates.items()):
        if not 0 <= position < len(words):
            yield Fault("out-of-range", f"word {position}", "")
        elif count > 1:
            yield Fault("accounted-twice", f"word {position}", words[position])
    for position, word in enumerate(words):
        if position not in fates:
            yield Fault("unaccounted", f"word {position}", word)
        elif position in certificate.unexplained:
            yield Fault("unexplained", f"word {position}", word)


def _lost(menu: Menu, certificate: Certificate) -> Iterator[Fault]:
    """No "no" passes as a filler, or as one of the words of a size, a number or a modifier that was said with it."""
    words = certificate.words
    causes = [c for line in certificate.lines for c in line.causes]
    honoured = {t for c in causes if c.part == "negation" for t in c.tokens}
    hidden = {t for c in causes if c.part in ("variation", "quantity") for t in c.tokens}
    hidden |= {t for c in causes if c.part == "modifier" and len(c.tokens) == 1 for t in c.tokens}
    # "Unsalted" is in other languages said with a "no".
    hidden -= set(evidence.denied_by_name(menu, certificate))
    for position in _denied_beside(certificate):
        yield Fault("lost-negation", f"word {position}", words[position])
    for position in sorted({*certificate.filler, *hidden} - honoured):
        loud = LOUD if position in certificate.filler else STRONG
        if 0 <= position < len(words) and words[position] in loud and not _of_which(words, position):
            yield Fault("lost-negation", f"word {position}", words[position])


def _denied_beside(certificate: Certificate) -> Iterator[int]:
    """Fillers that may deny, right beside a modifier that is asked for: "instead of the bacon", "pas de sucre"."""
    words, fillers = certificate.words, frozenset(certificate.filler)
    causes = [c for line in certificate.lines for c in line.causes]
    denied = {(n, c.value) for n, line in enumerate(certificate.lines) for c in line.causes if c.part == "negation"}
    wanted = {
        t
        for n, line in enumerate(certificate.lines)
        for c in line.causes
        if c.part == "modifier" and (n, c.value) not in denied
        for t in c.tokens
    } - {t for c in causes if c.part == "negation" for t in c.tokens}
    for position in sorted(p for p in fillers if 0 <= p < len(words)):
        if words[position] not in BESIDE or _of_which(words, position):
            continue
        if words[position] == "instead" and words[position + 1 : position + 2] != ("of",) and denied:
            continue  # "no pearls, red bean instead": what it takes the place of is denied already
        after = position + 1
        while after in fillers and after - position <= _NEAR:
            after += 1
        if after in wanted or (words[position] in AFTER and position - 1 in wanted):
            yield position


def _of_which(words: tuple[str, ...], position: int) -> bool:
    """Whether this is the French "dont une", of which one, rather than an English "don't"."""
    return words[position] == "dont" and words[position + 1 : position + 2] in OF_WHICH


def _fillers(menu: Menu, certificate: Certificate) -> Iterator[Fault]:
    """No stretch of fillers is the name of something that could have been ordered here."""
    names = _names(menu, certificate)
    causes = (c for line in certificate.lines for c in line.causes)
    counted = {certificate.words[t] for c in causes for t in c.tokens if 0 <= t < len(certificate.words)}
    for position in sorted(p for p in certificate.filler if 0 <= p < len(certificate.words)):
        # "Two uh two stews" says it twice.
        word = certificate.words[position]
        if (word in COUNTS or (word.isdigit() and word not in {"0", "1"})) and word not in counted:
            yield Fault("content-as-filler", f"word {position}", certificate.words[position])
    positions = sorted(p for p in certificate.filler if 0 <= p < len(certificate.words))
    for i, start in enumerate(positions):
        for length in range(1, 5):
            stretch = positions[i : i + length]
            if len(stretch) < length or stretch[-1] - start != length - 1:
                break
            said = tuple(certificate.words[p] for p in stretch)
            if said in names:
                yield Fault("content-as-filler", f"word {start}", " ".join(said))


def _names(menu: Menu, certificate: Certificate) -> set[tuple[str, ...]]:
    """Names and aliases of all items, and of the modifiers that go with the items of the lines."""
    said = [n for i in menu.items for n in (i.name, *i.aliases)]
    said += [n for c in menu.combos for n in (c.name, *c.aliases)]
    for item in {c.line.item for c in certificate.lines}:
        said += [n for g in menu.groups_of(item) for m in g.modifiers for n in (m.name, *m.aliases)]
    words = map(_plain, said)
    return {w for w in words if w and (len(w) > 1 or len(w[0]) >= _LONG_ENOUGH)}


# Every certificate is held against every name of the menu.
@lru_cache(maxsize=8192)
def _plain(name: str) -> tuple[str, ...]:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    folded = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return tuple(re.findall(r"[^\W_]+", re.sub("['\u2019]", "", folded).replace("&", " and ")))
