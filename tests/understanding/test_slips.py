"""Words as phones, hurries and dictations write them, and what is only a guess."""

from __future__ import annotations

import pytest

from assistant.understanding import Grammar, best_lines, compile_menu, doubtful_words, read
from core.catalogue.format import menu_from_json
from core.orders.lines import merged

MENU = {
    "name": "Corner", "currency": "EUR", "locale": "en-IE",
    "items": [
        {"id": "curry", "name": "Chicken Curry", "price": "9.00", "modifier_groups": ["with"]},
        {"id": "naan", "name": "Garlic Naan", "price": "3.00"},
        {"id": "crisps", "name": "Salt and Vinegar Crisps", "price": "2.00"},
        {"id": "milk", "name": "Milk", "price": "1.00", "variations": [
            {"id": "two", "name": "2 pints", "price": "1.80"}, {"id": "four", "name": "4 pints", "price": "3.00"}]},
    ],
    "modifier_groups": [{"id": "with", "name": "with", "pre_modifiers": ["no", "extra"], "modifiers": [
        {"id": "cream", "name": "Cream"}, {"id": "onions", "name": "Onions"}, {"id": "oat", "name": "Oat cream"}]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return compile_menu(menu_from_json(MENU))


def said(grammar: Grammar, text: str) -> tuple[list[str], list[str]]:
    """The lines in short, and the words that would be asked about."""
    reading = read(grammar, text)
    lines = [
        f"{line.quantity} {line.item}{f':{line.variation}' if line.variation else ''}"
        + "".join(f" {c.pre_modifier or 'with'} {c.modifier}" for c in line.modifiers)
        for line in merged(best_lines(reading))
    ]
    return lines, [reading.tokens[p].text for p in doubtful_words(reading)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("chckn curry", ["1 curry"]),
        ("grlc naan x2", ["2 naan"]),
        ("too garlic naans", ["2 naan"]),
        ("can i get for garlic naans", ["4 naan"]),
        ("won garlic naan and ate chicken currys", ["1 naan", "8 curry"]),
        ("salt n vinegar crisps", ["1 crisps"]),
        ("chicken 🔥 curry and a garlic 🙏 naan", ["1 curry", "1 naan"]),
        ("six garlic naans anda chicken curry", ["6 naan", "1 curry"]),
        ("2x pints of milk", ["1 milk:two"]),
        ("garlic naan 4 me", ["1 naan"]),
    ],
)
def test_what_a_hurry_writes_is_read(grammar: Grammar, text: str, lines: list[str]) -> None:
    assert said(grammar, text) == (lines, [])


@pytest.mark.parametrize(
    "text",
    [
        "chicken curry w/o onions", "chicken curry W/O ONIONS", "chicken curry withot onions", "chicken curry noonions",
        "chicken curryno onions", "chicken curry holld the onions", "chicken curry withoutt onions",
    ],
)  # fmt: skip
def test_a_no_survives_slips(grammar: Grammar, text: str) -> None:
    assert said(grammar, text)[0] == ["1 curry no onions"]


def test_with_and_a_word_of_the_menu_are_not_a_misspelt_without(grammar: Grammar) -> None:
    assert said(grammar, "chicken curry withoat cream") == (["1 curry with oat"], [])


def test_a_to_that_counts_nothing_is_no_number(grammar: Grammar) -> None:
    assert said(grammar, "a chicken curry to go and garlic naan too") == (["1 curry", "1 naan"], [])


def test_what_is_only_guessed_is_asked_about(grammar: Grammar) -> None:
    assert said(grammar, "a garlic naan") == (["1 naan"], [])
    lines, asked = said(grammar, "a farlic naa")
    assert lines == ["1 naan"]
    assert asked
