"""Any words over any menu: nothing is raised, nothing off the menu is said, no word is lost."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from assistant.understanding import Reading, certificate_of, check, compile_menu, read
from core.catalogue.format import read_menu_file
from tests.understanding import soup

DEMO = Path(__file__).parents[2] / "comanda" / "demo" / "menu.json"
MENUS = 24
MESSAGES = 60


def places(reading: Reading) -> Counter[int]:
    """How many places each token has, the causes counting as one."""
    caused = {t for line in reading.lines for c in line.causes for t in c.tokens}
    loose = {t for p in reading.loose for t in (*p.tokens, *p.negation)} - caused
    unclear = {t for u in reading.unclear for t in u.tokens} - caused - loose
    found = Counter([*caused, *loose, *unclear])
    for group in (reading.filler, reading.unexplained, reading.declined, reading.retracted, reading.asked):
        found.update(group)
    return found


# Of words thrown together a reading may stretch a name too far: then the checker refuses it, which is right.
REFUSABLE = frozenset({"unexplained", "content-as-filler", "misnamed"})


@pytest.mark.parametrize("seed", range(MENUS))
def test_random_messages_over_random_menus(seed: int) -> None:
    rng = random.Random(seed)
    menu = soup.menu(rng)
    grammar = compile_menu(menu)
    for _ in range(MESSAGES):
        text = soup.message(rng, menu)
        reading = read(grammar, text)
        assert places(reading) == Counter(range(len(reading.tokens))), text
        found = check(menu, certificate_of(reading))
        asked = any(f.code == "unexplained" for f in found)  # then a share may have nothing of its own left
        faults = [f for f in found if f.code not in REFUSABLE and not (asked and f.code == "no-words-of-its-own")]
        assert faults == [], text


def test_a_number_that_leads_nowhere_is_read_as_the_word_it_is() -> None:
    """Heard as "be four", "before" costs least half way, and nothing can follow it: all else had been dropped."""
    reading = read(compile_menu(read_menu_file(DEMO)), "the order before noon")

    assert reading.lines == ()
    assert places(reading) == Counter(range(len(reading.tokens)))
