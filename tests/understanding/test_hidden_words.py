"""What the checker finds hidden: numbers and denials in small talk, a "no" claimed as a name, a line standing twice."""

from __future__ import annotations

import pytest

from assistant.understanding import Cause, Certificate, CertifiedLine, check
from assistant.understanding.reading import Part
from core.orders.lines import Choice, Line
from tests.understanding import shop

MENU = shop.menu("espresso")
LATTE: tuple[Part, str, str] = ("item", "latte", "latte")


def certified(text: str, line: Line, *causes: tuple[Part, str, str]) -> CertifiedLine:
    """A line whose causes are given as (part, value, words of the text)."""
    said = text.split()
    proof = tuple(Cause(part, value, tuple(said.index(w) for w in words.split())) for part, value, words in causes)
    return CertifiedLine(line, proof)


def faults(text: str, *lines: CertifiedLine, retracted: str = "") -> set[tuple[str, str]]:
    """(code, where) of what is wrong when every word that caused nothing passes as small talk."""
    said = tuple(text.split())
    gone = tuple(said.index(w) for w in retracted.split())
    used = {t for line in lines for c in line.causes for t in c.tokens} | {*gone}
    rest = tuple(t for t in range(len(said)) if t not in used)
    return {(f.code, f.where) for f in check(MENU, Certificate(said, lines, filler=rest, retracted=gone))}


def test_a_number_is_no_small_talk() -> None:
    counted = certified("two latte please", Line("latte", 2), LATTE, ("quantity", "2", "two"))
    assert faults("two latte please", counted) == set()
    single = certified("two latte please", Line("latte"), LATTE)
    assert faults("two latte please", single) == {("content-as-filler", "word 0")}


def test_a_number_said_twice_is() -> None:
    text = "two two latte"
    counted = certified(text, Line("latte", 2), LATTE, ("quantity", "2", "two"))
    assert faults(text, counted) == set()


@pytest.mark.parametrize(
    ("text", "denied", "at"),
    [
        ("latte pas de caramel", "pas", 1),  # right before what is asked for
        ("latte instead of the caramel", "instead", 1),  # with words between that say nothing
        ("latte caramel weg", "weg", 2),  # right behind
        ("latte caramel 말고", "말고", 2),
    ],
)
def test_a_denial_beside_a_modifier_is_heard(text: str, denied: str, at: int) -> None:
    value = "flavor/caramel"
    modifier: tuple[Part, str, str] = ("modifier", value, "caramel")
    wanted = certified(text, Line("latte", modifiers=(Choice("flavor", "caramel"),)), LATTE, modifier)
    assert ("lost-negation", f"word {at}") in faults(text, wanted)
    without = Line("latte", modifiers=(Choice("flavor", "caramel", "no"),))
    negation: tuple[Part, str, str] = ("negation", value, denied)
    assert faults(text, certified(text, without, LATTE, modifier, negation)) == set()


def test_a_denial_apart_from_the_modifier_is_not_of_it() -> None:
    text = "non latte with caramel"
    wanted = Line("latte", modifiers=(Choice("flavor", "caramel"),))
    assert faults(text, certified(text, wanted, LATTE, ("modifier", "flavor/caramel", "caramel"))) == set()


def test_which_of_several_is_no_denial() -> None:
    text = "deux latte dont un caramel"
    plain = certified(text, Line("latte"), LATTE, ("quantity", "1", "deux un"))
    sweet = certified(
        text, Line("latte", modifiers=(Choice("flavor", "caramel"),)), LATTE, ("quantity", "1", "un"),
        ("modifier", "flavor/caramel", "caramel"),
    )  # fmt: skip
    assert faults(text, plain, sweet) == set()
    text = "latte dont caramel"
    denied = Line("latte", modifiers=(Choice("flavor", "caramel"),))
    assert ("lost-negation", "word 1") in faults(
        text, certified(text, denied, LATTE, ("modifier", "flavor/caramel", "caramel"))
    )


def test_a_no_is_not_part_of_a_name() -> None:
    text = "latte no caramel"
    wanted = Line("latte", modifiers=(Choice("flavor", "caramel"),))
    assert ("misnamed", "line 0") in faults(
        text, certified(text, wanted, LATTE, ("modifier", "flavor/caramel", "no caramel"))
    )


def test_a_no_to_another_of_the_group_is() -> None:
    text = "latte not whole oat"
    wanted = Line("latte", modifiers=(Choice("milk", "oat"),))
    assert faults(text, certified(text, wanted, LATTE, ("modifier", "milk/oat", "not whole oat"))) == set()
    # A choice of another group takes nobody's place.
    text = "latte not vanilla oat"
    assert ("misnamed", "line 0") in faults(
        text, certified(text, wanted, LATTE, ("modifier", "milk/oat", "not vanilla oat"))
    )


def test_a_line_that_stands_twice() -> None:
    text = "latte and muffin"
    latte = certified(text, Line("latte"), LATTE)
    muffin = certified(text, Line("muffin"), ("item", "muffin", "muffin"))
    assert faults(text, latte, muffin) == set()
    assert ("no-words-of-its-own", "line 2") in faults(text, latte, muffin, latte)
