"""Constructions of orders in every language: exact lines, nothing doubtful, a certificate that holds."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from assistant.understanding import certificate_of, check, compile_menu, doubtful_words, read
from assistant.understanding.knowledge import load
from assistant.understanding.translation import Translator
from core.catalogue.format import menu_from_json
from core.orders.lines import Line, merged
from tests.understanding import shop

if TYPE_CHECKING:
    from collections.abc import Iterable

ROWS: list[dict[str, Any]] = yaml.safe_load((shop.HERE / "languages.yaml").read_text("utf-8"))
CASES = [(row, language) for row in ROWS for language in row["say"]]


def units(lines: Iterable[Line]) -> Counter[tuple[object, ...]]:
    """Lines as a multiset of units."""
    return Counter({line.unit: line.quantity for line in merged(lines)})


@pytest.mark.parametrize(("row", "language"), CASES, ids=lambda v: v if isinstance(v, str) else v["what"])
def test_a_construction_is_read_in_a_language(row: dict[str, Any], language: str) -> None:
    said = row["say"][language]
    reading = read(shop.grammar(row["menu"]), said)
    assert units(r.line for r in reading.lines) == units(shop.line(text) for text in row["lines"]), said
    assert [reading.tokens[p].text for p in doubtful_words(reading)] == []
    assert check(shop.menu(row["menu"]), certificate_of(reading)) == []


def test_every_language_has_its_constructions() -> None:
    assert Counter(language for _, language in CASES).keys() == set(load().languages)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (("no", "sugar"), ("san", "sucre")),
        (("no", "sugar"), ("ohne", "zucker")),
        (("no", "sugar"), ("설탕", "없이")),
        (("half", "sugar"), ("نص", "سكر")),
        (("less", "ice"), ("poco", "hielo")),
        (("garlic", "naan"), ("knoblauchnaan",)),
        (("garlic", "naan"), ("naan", "ajo")),
        (("oat", "milk"), ("leche", "de", "avena")),
    ],
    ids=str,
)
def test_names_are_put_together_as_a_language_does(name: tuple[str, ...], said: tuple[str, ...]) -> None:
    assert said in Translator(load().foods, "en").forms(name)


def test_a_name_of_no_known_word_has_no_translation() -> None:
    assert Translator(load().foods, "en").forms(("zorblax", "quimble")) == {}


def test_no_language_takes_a_denial_for_an_amount() -> None:
    """What takes something away is never told by a word that also adds it."""
    closed = load().closed
    for phrase, meanings in closed.items():
        for language in load().languages:
            kinds = {m.kind for m in meanings if m.language == language}
            assert not {"negation", "pre_modifier"} <= kinds, (phrase, language)


def test_the_accent_tells_tea_from_an_article() -> None:
    menu = menu_from_json({"name": "T", "currency": "EUR", "items": [
        {"id": "tea", "name": "Tea", "price": "2.00"}, {"id": "pie", "name": "Pie", "price": "3.00"},
    ]})  # fmt: skip
    grammar = compile_menu(menu)
    assert [r.line.item for r in read(grammar, "un thé s'il vous plaît").lines] == ["tea"]
    assert [r.line.item for r in read(grammar, "the pie please").lines] == ["pie"]


def test_a_menu_in_any_language_is_never_read_into_what_it_does_not_sell() -> None:
    """Words of every language that no menu here sells are asked about, not added."""
    chance = Random(7)
    grammar = shop.grammar("tahona")
    ids = {i.id for i in shop.menu("tahona").items}
    spoken = load().foods.spoken
    for language in ("fr", "de", "ko", "ar"):
        for said in chance.sample(sorted(w for ways in spoken[language].values() for w in ways), 40):
            assert {r.line.item for r in read(grammar, " ".join(said)).lines} <= ids
