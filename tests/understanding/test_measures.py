"""Sizes with a weight or a volume in their names, boxes of so many, and what things lie in, in four languages."""

from __future__ import annotations

from functools import lru_cache

import pytest

from assistant.understanding import Grammar, best_lines, compile_menu, doubtful_words, read
from core.catalogue.format import menu_from_json


def _item(name: str, *sizes: str) -> dict[str, object]:
    variations = [{"id": s, "name": s, "price": "2.00"} for s in sizes]
    return {"id": name, "name": name, "price": "2.00", "variations": variations}


@lru_cache
def shop(locale: str, *items: tuple[str, ...]) -> Grammar:
    """A shop that sells these: a name each, and its sizes."""
    data = {"name": "Shop", "currency": "EUR", "locale": locale, "items": [_item(*i) for i in items]}
    return compile_menu(menu_from_json({**data, "modifier_groups": []}))


SPANISH = shop("es-ES", ("Higos", "500 g", "1 kg"), ("Miel", "1,5 l"), ("Avellanas", "Saco 3 kg", "1 kg"))
FRENCH = shop("fr-FR", ("Figues", "250 g", "500 g"), ("Mirabelles", "Cageot 3 kg", "1 kg"), ("Œufs", "Boîte de 12"))
GERMAN = shop("de-DE", ("Feigen", "500 g", "1 kg"), ("Molke", "0,5 l"), ("Eier", "6er Packung", "10er Packung"))
ENGLISH = shop("en-GB", ("Figs", "500 g", "1 kg"), ("Flour", "2 lb", "5 lb"), ("Eggs", "box of 12", "box of 6"))
TINS = shop("es-ES", ("Sardinas",), ("Vinagre",))


@pytest.mark.parametrize(
    ("sold", "text", "item", "quantity", "size"),
    [
        (SPANISH, "medio kilo de higos", "Higos", 1, "500 g"),
        (SPANISH, "dos kilos de higos", "Higos", 2, "1 kg"),
        (SPANISH, "un litro y medio de miel", "Miel", 1, "1,5 l"),
        (SPANISH, "un saco de avellanas", "Avellanas", 1, "Saco 3 kg"),
        (FRENCH, "une livre de figues", "Figues", 1, "500 g"),
        (FRENCH, "une demi-livre de figues", "Figues", 1, "250 g"),
        (FRENCH, "un cageot de mirabelles", "Mirabelles", 1, "Cageot 3 kg"),
        (FRENCH, "une douzaine d'œufs", "Œufs", 1, "Boîte de 12"),
        (GERMAN, "ein halbes Kilo Feigen", "Feigen", 1, "500 g"),
        (GERMAN, "ein Pfund Feigen", "Feigen", 1, "500 g"),
        (GERMAN, "einen halben Liter Molke", "Molke", 1, "0,5 l"),
        (GERMAN, "zehn Eier", "Eier", 1, "10er Packung"),
        (ENGLISH, "half a kilo of figs", "Figs", 1, "500 g"),
        (ENGLISH, "two pounds of flour", "Flour", 1, "2 lb"),
        (ENGLISH, "two dozen eggs", "Eggs", 2, "box of 12"),
    ],
)
def test_amounts_are_sizes(sold: Grammar, text: str, item: str, quantity: int, size: str) -> None:
    reading = read(sold, text)
    assert [(n.item, n.quantity, n.variation) for n in best_lines(reading)] == [(item, quantity, size)]


def test_a_unit_of_something_else_buys_nothing_of_its_own() -> None:
    sold = shop("es-ES", ("Miel", "1 l", "5 l"), ("Leche",))
    assert [n.item for n in best_lines(read(sold, "un litro de leche"))] == ["Leche"]


def test_what_a_thing_lies_in_is_not_bought_unasked() -> None:
    assert doubtful_words(read(TINS, "dos latas de sardinas en vinagre"))
    assert not doubtful_words(read(TINS, "dos latas de sardinas y vinagre"))
