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
TAVERN = shop("de-DE", ("Most", "0,3 l", "0,5 l"), ("Malzbier", "330 ml", "1 l"))
GERMAN = shop("de-DE", ("Feigen", "500 g", "1 kg"), ("Molke", "0,5 l"), ("Eier", "6er Packung", "10er Packung"))
ENGLISH = shop("en-GB", ("Figs", "500 g", "1 kg"), ("Flour", "2 lb", "5 lb"), ("Eggs", "box of 12", "box of 6"))
DELI = shop(
    "en-US", ("Roast Beef", "Quarter Pound", "Half Pound", "1 Pound"), ("Slaw", "Half Pint", "Pint"),
    ("Sour Cream", "8 oz", "16 oz"), ("Oat Drink", "1 pint", "2 pints"), ("Crisps", "Snack Bag", "Family Bag"),
    ("Soda", "Can", "Small Bottle", "Large Bottle"), ("Milk", "Quart", "Half Gallon"),
    ("Lemonade", "Small", "Large", "Personal Size"),
)  # fmt: skip
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
        (TAVERN, "ein großer Most", "Most", 1, "0,5 l"),
        (TAVERN, "ein kleines Malzbier", "Malzbier", 1, "330 ml"),
        (GERMAN, "ein halbes Kilo Feigen", "Feigen", 1, "500 g"),
        (GERMAN, "ein Pfund Feigen", "Feigen", 1, "500 g"),
        (GERMAN, "einen halben Liter Molke", "Molke", 1, "0,5 l"),
        (GERMAN, "zehn Eier", "Eier", 1, "10er Packung"),
        (ENGLISH, "half a kilo of figs", "Figs", 1, "500 g"),
        (ENGLISH, "two pounds of flour", "Flour", 1, "2 lb"),
        (ENGLISH, "two dozen eggs", "Eggs", 2, "box of 12"),
        (DELI, "a pound of roast beef", "Roast Beef", 1, "1 Pound"),
        (DELI, "half a pound of roast beef", "Roast Beef", 1, "Half Pound"),
        (DELI, "a half pint of slaw", "Slaw", 1, "Half Pint"),
        (DELI, "a pint of sour cream", "Sour Cream", 1, "16 oz"),
        (DELI, "two quarts of milk", "Milk", 2, "Quart"),
        (DELI, "a lemonade, the small size", "Lemonade", 1, "Small"),
        (DELI, "2 qt milk", "Milk", 2, "Quart"),
        (DELI, "32 oz of milk", "Milk", 1, "Quart"),
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


def test_a_size_that_begins_with_a_number_counts_nothing_after_another_line() -> None:
    lines = best_lines(read(DELI, "slaw, two pints of oat drink"))
    assert [(n.item, n.quantity, n.variation) for n in lines] == [("Slaw", 1, None), ("Oat Drink", 1, "2 pints")]


def test_what_all_sizes_come_in_tells_none_of_them() -> None:
    reading = read(DELI, "two bags of crisps")
    assert [(n.item, n.quantity, n.variation) for n in best_lines(reading)] == [("Crisps", 2, None)]
    assert not doubtful_words(reading)


def test_what_some_sizes_come_in_is_asked_about() -> None:
    reading = read(DELI, "a bottle of soda")
    assert [(n.item, n.variation) for n in best_lines(reading)] == [("Soda", None)]
    assert doubtful_words(reading)
