"""Whatever is said fits the channel, and no word and no answer is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Abilities, Rendered
from channels.degrade import fit, numbered, picked
from core.messaging import Content, Option

BUTTONS = Abilities(text=40, options=3, option_label=10, option_id=20)
SIZES = (Option("s", "Small"), Option("l", "Large"))

_words = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=300)
_options = st.lists(st.builds(Option, st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=60)), max_size=40)
_abilities = st.builds(
    Abilities,
    text=st.integers(1, 200),
    options=st.integers(0, 10),
    option_label=st.integers(0, 30),
    option_id=st.integers(0, 64),
)


def _contents() -> st.SearchStrategy[Content]:
    return st.builds(Content, _words, st.just("text"), _options.map(tuple))


def _solid(text: str) -> str:
    """Text without the characters that may fall away at the end of a page."""
    return text.replace(" ", "").replace("\n", "")


@given(_contents(), _abilities)
def test_every_page_fits_and_nothing_is_lost(content: Content, abilities: Abilities) -> None:
    parts = fit(content, abilities)
    assert all(len(part.text) <= abilities.text for part in parts)
    pressed = [option for part in parts for option in part.options]
    shown = _solid("".join(part.text for part in parts))
    if pressed:
        assert pressed == list(content.options)
        assert parts[-1].options == content.options
        assert len(pressed) <= abilities.options
        assert all(len(o.label) <= abilities.option_label for o in pressed)
        assert all(len(o.id.encode()) <= abilities.option_id for o in pressed)
        assert shown == _solid(content.text)
    else:
        assert shown == _solid(numbered(content))


@given(_contents(), _abilities)
def test_every_numbered_answer_is_picked_by_its_number(content: Content, abilities: Abilities) -> None:
    buttons = any(part.options for part in fit(content, abilities))
    for number, option in enumerate(content.options, 1):
        assert picked(content, f" {number}. ", abilities) == (None if buttons else option)
    assert picked(content, str(len(content.options) + 1), abilities) is None
    assert picked(content, "0", abilities) is None


def test_answers_are_buttons_where_there_are_buttons() -> None:
    assert fit(Content("Which size?", options=SIZES), BUTTONS) == (Rendered("Which size?", SIZES),)


@pytest.mark.parametrize(
    "abilities",
    [
        Abilities(text=40),
        Abilities(text=40, options=1, option_label=10, option_id=20),
        Abilities(text=40, options=3, option_label=4, option_id=20),
        Abilities(text=40, options=3, option_label=10, option_id=0),
    ],
)
def test_answers_that_cannot_be_buttons_are_numbered(abilities: Abilities) -> None:
    assert fit(Content("Which size?", options=SIZES), abilities) == (Rendered("Which size?\n1. Small\n2. Large"),)


def test_a_long_text_is_broken_between_words_and_the_buttons_are_below_the_last_page() -> None:
    content = Content("The large one is twenty ounces, the small one twelve", options=SIZES)
    assert fit(content, BUTTONS) == (
        Rendered("The large one is twenty ounces, the"),
        Rendered("small one twelve", SIZES),
    )


def test_lines_stay_whole_while_they_fit() -> None:
    content = Content("2 x Flat white\n1 x Almond croissant\nTotal 14.50")
    assert [p.text for p in fit(content, BUTTONS)] == ["2 x Flat white\n1 x Almond croissant", "Total 14.50"]


def test_a_number_is_a_quantity_where_answers_are_pressed() -> None:
    assert picked(Content("Which size?", options=SIZES), "2", BUTTONS) is None
    assert picked(Content("How many?"), "2", Abilities(text=40)) is None


@pytest.mark.parametrize("typed", ["two", "2 please", "-1", "²", "٢", "", "1e1"])
def test_only_a_bare_number_picks(typed: str) -> None:
    assert picked(Content("Which size?", options=SIZES), typed, Abilities(text=40)) is None
