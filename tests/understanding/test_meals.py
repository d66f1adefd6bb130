"""Meals whose drink comes in kinds: a kind alone fills the place, and what may fill one is never passed over."""

from __future__ import annotations

from functools import lru_cache

import pytest

from assistant.understanding import Grammar, best_lines, compile_menu, doubtful_words, read
from core.catalogue.format import menu_from_json
from core.orders.lines import Line, Slot


def _item(name: str, *kinds: str) -> dict[str, object]:
    return {
        "id": name,
        "name": name,
        "price": "2.00",
        "variations": [{"id": k, "name": k, "price": "2.00"} for k in kinds],
    }


@lru_cache
def stand() -> Grammar:
    """A stand with a meal of a burger, a side and a drink."""
    places = {"burger": ["Ranch Burger", "Bean Burger"], "side": ["Wedges", "Slaw"], "drink": ["Fizz", "Squash"]}
    slots = [{"id": s, "name": s, "items": items, "quantity": 1} for s, items in places.items()]
    items = [_item("Ranch Burger"), _item("Bean Burger"), _item("Wedges"), _item("Slaw"), _item("Squash")]
    data = {
        "name": "Stand", "currency": "USD", "locale": "en-US", "modifier_groups": [],
        "items": [*items, _item("Fizz", "cherry", "cola", "lemon")],
        "combos": [{"id": "meal", "name": "Stand Meal", "price": "9.00", "slots": slots}],
    }  # fmt: skip
    return compile_menu(menu_from_json(data))


def _fizz(kind: str) -> Slot:
    return Slot("drink", "Fizz", kind)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("a ranch burger meal with wedges and a cola", [("Ranch Burger", "Wedges", "cola")]),
        ("two stand meals, one with the bean burger, slaw and lemon, the other with the ranch burger, wedges and cola",
         [("Bean Burger", "Slaw", "lemon"), ("Ranch Burger", "Wedges", "cola")]),
    ],
)  # fmt: skip
def test_a_kind_alone_fills_the_place_of_what_comes_in_kinds(said: str, lines: list[tuple[str, str, str]]) -> None:
    reading = read(stand(), said)
    meals = [Line("meal", 1, None, (), (Slot("burger", b), Slot("side", s), _fizz(k))) for b, s, k in lines]
    assert list(best_lines(reading)) == meals
    assert doubtful_words(reading) == []


def test_a_kind_beside_a_full_meal_is_a_line_of_its_own() -> None:
    reading = read(stand(), "a ranch burger meal with wedges and a squash, and a cola")
    meal = Line("meal", 1, None, (), (Slot("burger", "Ranch Burger"), Slot("side", "Wedges"), Slot("drink", "Squash")))
    assert list(best_lines(reading)) == [meal, Line("Fizz", 1, "cola")]


def test_one_of_them_in_another_kind_is_no_further_one() -> None:
    reading = read(stand(), "three fizz lemon, one of them cherry")
    assert set(best_lines(reading)) == {Line("Fizz", 2, "lemon"), Line("Fizz", 1, "cherry")}
    assert doubtful_words(reading) == []
