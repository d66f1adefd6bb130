"""The checker finds what is wrong with a certificate: each kind of fault, and a great many seeded at random."""

from __future__ import annotations

import ast
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import assistant.understanding.checker as checker_module
from assistant.understanding import Cause, Certificate, CertifiedLine, certificate_of, check, read
from core.catalogue.menu import PRE_MODIFIERS, Menu, PreModifier
from core.orders.lines import Choice
from tests.understanding import shop

SOUND = [("burgers", o["say"]) for m, o in shop.orders() if m == "burgers" and "lines" in o and o["lines"]] + [
    (m, o["say"]) for m, o in shop.orders() if m in {"espresso", "bubbletea", "curry"} and o.get("lines")
]


def sound(menu: str, text: str) -> tuple[Menu, Certificate]:
    """A certificate without a fault."""
    certificate = certificate_of(read(shop.grammar(menu), text))
    assert check(shop.menu(menu), certificate) == []
    return shop.menu(menu), certificate


def with_line(certificate: Certificate, line: CertifiedLine, at: int = 0) -> Certificate:
    """The certificate with one line changed."""
    return replace(certificate, lines=(*certificate.lines[:at], line, *certificate.lines[at + 1 :]))


def codes(menu: Menu, certificate: Certificate) -> set[str]:
    """The kinds of faults."""
    return {f.code for f in check(menu, certificate)}


ORDER = ("burgers", "two cheeseburgers with no onion and a large fries")


def test_an_item_that_is_not_sold() -> None:
    menu, certificate = sound(*ORDER)
    first = certificate.lines[0]
    assert "not-on-menu" in codes(
        menu, with_line(certificate, replace(first, line=replace(first.line, item="lobster")))
    )


def test_a_modifier_of_another_item() -> None:
    menu, certificate = sound(*ORDER)
    first = certificate.lines[0]
    line = replace(first.line, modifiers=(*first.line.modifiers, Choice("dips", "ranch")))
    assert {"not-for-item", "no-cause"} <= codes(menu, with_line(certificate, replace(first, line=line)))


def test_a_line_nobody_caused() -> None:
    menu, certificate = sound(*ORDER)
    first = certificate.lines[0]
    assert "no-cause" in codes(menu, replace(certificate, lines=(*certificate.lines, replace(first, causes=()))))


def test_a_quantity_nobody_said() -> None:
    menu, certificate = sound(*ORDER)
    first = certificate.lines[0]
    more = replace(first, line=replace(first.line, quantity=20))
    assert "unsupported-quantity" in codes(menu, with_line(certificate, more))


def test_a_no_that_was_dropped_from_the_line() -> None:
    menu, certificate = sound(*ORDER)
    first = certificate.lines[0]
    kept = replace(first, line=replace(first.line, modifiers=()))
    assert "stray-cause" in codes(menu, with_line(certificate, kept))


def test_a_no_that_passes_as_small_talk() -> None:
    menu, certificate = sound(*ORDER)
    first = certificate.lines[0]
    gone = {t for c in first.causes if c.part in {"negation", "modifier"} for t in c.tokens}
    quiet = replace(
        first,
        line=replace(first.line, modifiers=()),
        causes=tuple(c for c in first.causes if c.part not in {"negation", "modifier"}),
    )
    hidden = replace(with_line(certificate, quiet), filler=tuple(sorted({*certificate.filler, *gone})))
    assert {"lost-negation", "content-as-filler"} <= codes(menu, hidden)


def test_a_yes_made_a_no() -> None:
    menu, certificate = sound("burgers", "a cheeseburger with bacon")
    first = certificate.lines[0]
    line = replace(first.line, modifiers=(Choice("dressing_up", "bacon", "no"),))
    assert "no-cause" in codes(menu, with_line(certificate, replace(first, line=line)))
    forged = replace(first, line=line, causes=(*first.causes, Cause("negation", "dressing_up/bacon", (0,))))
    assert "unsupported-negation" in codes(menu, with_line(certificate, forged))


def test_words_without_a_place() -> None:
    menu, certificate = sound(*ORDER)
    assert "unaccounted" in codes(menu, replace(certificate, words=(*certificate.words, "lobster")))
    assert "out-of-range" in codes(menu, replace(certificate, filler=(*certificate.filler, 99)))
    assert "accounted-twice" in codes(menu, replace(certificate, retracted=(0,)))


def test_the_unexplained_is_never_accepted() -> None:
    menu = shop.menu("burgers")
    certificate = certificate_of(read(shop.grammar("burgers"), "a lobster roll and a water"))
    assert codes(menu, certificate) == {"unexplained"}


def other_item(rng: random.Random, menu: Menu, certified: CertifiedLine) -> CertifiedLine:
    others = [i.id for i in menu.items if i.id != certified.line.item]
    return replace(certified, line=replace(certified.line, item=rng.choice(others)))


def other_quantity(rng: random.Random, _menu: Menu, certified: CertifiedLine) -> CertifiedLine:
    quantity = certified.line.quantity + rng.choice([-9, 1, 3, 17])
    return replace(certified, line=replace(certified.line, quantity=quantity))


def added_choice(rng: random.Random, menu: Menu, certified: CertifiedLine) -> CertifiedLine:
    new = rng.choice([Choice(g.id, m.id) for g in menu.modifier_groups for m in g.modifiers])
    return replace(certified, line=replace(certified.line, modifiers=(*certified.line.modifiers, new)))


def dropped_choice(rng: random.Random, _menu: Menu, certified: CertifiedLine) -> CertifiedLine:
    choices = list(certified.line.modifiers)
    if choices:
        choices.pop(rng.randrange(len(choices)))
    return replace(certified, line=replace(certified.line, modifiers=tuple(choices)))


def other_pre_modifier(rng: random.Random, _menu: Menu, certified: CertifiedLine) -> CertifiedLine:
    choices = list(certified.line.modifiers)
    if choices:
        at = rng.randrange(len(choices))
        known = (choices[at].pre_modifier, "regular")
        pres: list[PreModifier | None] = [p for p in (None, *PRE_MODIFIERS) if p not in known]
        choices[at] = replace(choices[at], pre_modifier=rng.choice(pres))
    return replace(certified, line=replace(certified.line, modifiers=tuple(choices)))


def dropped_cause(rng: random.Random, _menu: Menu, certified: CertifiedLine) -> CertifiedLine:
    at = rng.randrange(len(certified.causes))
    return replace(certified, causes=certified.causes[:at] + certified.causes[at + 1 :])


def emptied_cause(rng: random.Random, _menu: Menu, certified: CertifiedLine) -> CertifiedLine:
    at = rng.randrange(len(certified.causes))
    empty = replace(certified.causes[at], tokens=())
    return replace(certified, causes=(*certified.causes[:at], empty, *certified.causes[at + 1 :]))


def other_size(rng: random.Random, menu: Menu, certified: CertifiedLine) -> CertifiedLine:
    sizes = [v.id for i in menu.items for v in i.variations if v.id != certified.line.variation]
    return replace(certified, line=replace(certified.line, variation=rng.choice([*sizes, "colossal"])))


def one_more_word(rng: random.Random, _menu: Menu, certificate: Certificate) -> Certificate:
    return replace(certificate, words=(*certificate.words, rng.choice(["no", "onions", "please"])))


def lost_filler(_rng: random.Random, _menu: Menu, certificate: Certificate) -> Certificate:
    return replace(certificate, filler=certificate.filler[1:])


def line_twice(rng: random.Random, _menu: Menu, certificate: Certificate) -> Certificate:
    return replace(certificate, lines=(*certificate.lines, rng.choice(certificate.lines)))


LINE_FAULTS = (
    other_item, other_quantity, added_choice, dropped_choice, other_pre_modifier, dropped_cause, emptied_cause,
    other_size,
)  # fmt: skip
WHOLE_FAULTS = (one_more_word, lost_filler, line_twice)


def mutated(rng: random.Random, menu: Menu, certificate: Certificate) -> tuple[str, Certificate]:
    """The certificate with one fault in it (or unchanged, where this fault cannot be made), and the fault's name."""
    at = rng.randrange(len(certificate.lines))
    if rng.random() < 0.7:
        seed = rng.choice(LINE_FAULTS)
        return seed.__name__, with_line(certificate, seed(rng, menu, certificate.lines[at]), at)
    whole = rng.choice(WHOLE_FAULTS)
    return whole.__name__, whole(rng, menu, certificate)


def test_seeded_faults_are_found() -> None:
    rng = random.Random(11)
    sounds = [sound(*order) for order in SOUND]
    made: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    while made.total() < 4000:
        menu, certificate = rng.choice(sounds)
        name, broken = mutated(rng, menu, certificate)
        if broken == certificate:
            continue
        made[name] += 1
        missed[name] += not check(menu, broken)
    assert set(made) == {f.__name__ for f in (*LINE_FAULTS, *WHOLE_FAULTS)}
    assert missed.total() / made.total() <= 0.02, +missed


def test_the_checker_shares_no_code_with_the_parser() -> None:
    tree = ast.parse(Path(checker_module.__file__).read_text("utf-8"))
    imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    assert imported, "looked at no import"
    assert {m for m in imported if m.startswith("assistant")} <= {
        "assistant.understanding",  # its own evidence.py
        "assistant.understanding.checker_words",
        "assistant.understanding.certificate",
        "assistant.understanding.reading",
    }


@pytest.mark.parametrize("text", ["", "   ", "!!!", "🍕", "no", "2", "¿?"])
def test_a_message_of_nothing_adds_nothing(text: str) -> None:
    reading = read(shop.grammar("burgers"), text)
    assert [r.line for r in reading.lines] == []
