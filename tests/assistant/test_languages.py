"""Six languages: each has everything that English has, in its own script, and an order in each is read exactly."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.dialogue.phrases import languages, load
from assistant.replies.speaker import Speaker, templates
from assistant.understanding import read
from tests.understanding import shop

ROOT = Path(__file__).parents[2] / "assistant"
LANGUAGES = ("ar", "de", "en", "es", "fr", "ko")
FILES = [ROOT / room / f"{n}.yaml" for room in ("replies", "intents", "understanding/knowledge") for n in LANGUAGES]
MIXED = re.compile("[a-zA-Z][\uac00-\ud7a3\u0621-\u064a]|[\u0621-\u064a\uac00-\ud7a3][a-zA-Z]")
ORDERS = [
    ("deux cheeseburgers sans oignons et une grande frites", [(2, "cheeseburger"), (1, "fries")]),
    ("je voudrais un hamburger sans tomates, s'il vous plaît", [(1, "hamburger")]),
    ("zwei Cheeseburger ohne Zwiebeln und große Pommes", [(2, "cheeseburger"), (1, "fries")]),
    ("ich hätte gern einen Hamburger ohne Tomaten", [(1, "hamburger")]),
    ("치즈버거 두 개 양파 빼고 주세요", [(2, "cheeseburger")]),
    ("치즈버거 하나랑 감자튀김 라지 하나요", [(1, "cheeseburger"), (1, "fries")]),
    ("اثنين تشيز برجر بدون بصل", [(2, "cheeseburger")]),
    ("أبغى تشيز برجر وبطاطس كبير", [(1, "cheeseburger"), (1, "fries")]),
]


def test_every_language_is_there() -> None:
    assert set(languages()) == set(LANGUAGES)
    assert all(file.is_file() for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}-{f.stem}")
def test_no_word_is_broken_or_of_two_scripts(file: Path) -> None:
    text = file.read_text("utf-8")
    assert "\ufffd" not in text
    assert MIXED.findall(re.sub(r"\{[a-z_?]+\}|\\n", " ", text)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_words_for_what_it_knows(language: str) -> None:
    english, own = load("en"), load(language)
    assert [act for act, _ in own.frames] == [act for act, _ in english.frames]
    assert set(own.diets) == set(english.diets)
    assert set(own.allergens) == set(english.allergens)
    assert set(templates(language)) == set(templates("en"))


@pytest.mark.parametrize(("said", "lines"), ORDERS)
def test_an_order_in_each_language_over_an_english_menu(said: str, lines: list[tuple[int, str]]) -> None:
    reading = read(shop.grammar("burgers"), said)
    assert [(r.line.quantity, r.line.item) for r in reading.lines] == lines
    denied = [m.modifier for r in reading.lines for m in r.line.modifiers if m.pre_modifier == "no"]
    assert len(denied) == (1 if re.search("sans|ohne|빼고|بدون", said) else 0)


def test_values_keep_their_direction_in_arabic_only() -> None:
    assert Speaker("ar", "en-GB").bind("name", "Latte", "items", "latte") == "\u2068Latte\u2069"
    assert Speaker("fr", "en-GB").bind("name", "Latte", "items", "latte") == "Latte"
