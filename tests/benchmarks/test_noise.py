"""Noise is deterministic, does what its dials say, and leaves the meaning alone."""

from __future__ import annotations

from dataclasses import fields
from random import Random

import pytest
from rapidfuzz.distance import OSA

from scripts.benchmarks import gold
from scripts.benchmarks.noise import USUAL, Dials, each_kind, noisy, typo

TEXT = "Hi, could I have two lattes, one with oatmilk, and six blueberry muffins without butter?"


def test_the_same_seed_gives_the_same_noise() -> None:
    assert noisy(TEXT, "a") == noisy(TEXT, "a")
    assert len({noisy(TEXT, str(n)) for n in range(30)}) > 20


def test_dials_at_zero_change_nothing() -> None:
    texts = [o.text for o in gold.orders()]
    assert [noisy(text, "a", Dials()) for text in texts] == [" ".join(text.split()) for text in texts]


def test_every_dial_has_a_kind_of_its_own() -> None:
    alone = each_kind(USUAL)
    assert list(alone) == [f.name for f in fields(Dials) if getattr(USUAL, f.name)]
    for name, dials in alone.items():
        assert [f.name for f in fields(Dials) if getattr(dials, f.name) > 0] == [name]


@pytest.mark.parametrize("seed", range(40))
def test_a_typo_is_one_slip_behind_the_first_letter(seed: int) -> None:
    slipped = typo("cappuccino", Random(seed))
    assert OSA.distance("cappuccino", slipped) == 1
    assert slipped[0] == "c"


def test_short_words_numbers_and_other_scripts_have_no_typos() -> None:
    text = "no 20pcs tea with oat 떡볶이하나 شاورما"
    assert {noisy(text, str(n), Dials(typos=1.0)) for n in range(20)} == {text}
    changed = noisy("large cappuccino", "a", Dials(typos=1.0)).split()
    assert changed[0] != "large"
    assert changed[1] != "cappuccino"


def test_numbers_of_things_become_2x() -> None:
    assert "2x lattes," not in noisy(TEXT, "a", Dials(multiplied=1.0))  # a comma: who writes 2x rarely writes commas
    assert noisy("two lattes and three large teas", "a", Dials(multiplied=1.0)) == "2x lattes and three large teas"
    assert noisy("six muffins", "a", Dials(multiplied=1.0)) == "6x muffins"


def test_a_word_that_is_a_size_stays() -> None:
    assert noisy("six nuggets", "a", Dials(multiplied=1.0), sized=frozenset({"six"})) == "six nuggets"


def test_spaces_are_lost_between_words_only() -> None:
    assert noisy("oat latte 2 large", "a", Dials(joined=1.0)) == "oatlatte 2 large"


def test_capitals_change_nothing_else() -> None:
    seen = {noisy(TEXT, str(n), Dials(capitals=1.0)) for n in range(20)}
    assert {text.casefold() for text in seen} == {TEXT.casefold()}
    assert {TEXT.upper(), TEXT.lower()} <= seen


def test_punctuation_and_emoji_leave_the_words() -> None:
    for n in range(20):
        words = noisy("two teas, no milk. 2% please!", str(n), Dials(punctuation=1.0, emoji=1.0))
        kept = [w.strip(",.!?") for w in words.split()]
        assert [w for w in kept if w.isascii() and w] == ["two", "teas", "no", "milk", "2%", "please"]
        assert not words.isascii()


@pytest.mark.parametrize("locale", ["en", "es", "fr", "de", "ko", "ar"])
def test_fillers_stand_between_words_and_never_behind_a_no(locale: str) -> None:
    for n in range(20):
        said = noisy("latte no foam", str(n), Dials(fillers=1.0), locale=locale)
        assert "no foam" in said
        assert len(said) > len("latte no foam")
