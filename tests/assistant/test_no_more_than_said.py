"""What was not ordered is not added, and what was ordered is not lost, on the demo shop's own menu."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.engine import Assistant
from comanda.converse import stage
from comanda.demo import MENU_FILE
from core.catalogue.format import read_menu_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comanda.converse import Stage


@pytest.fixture(scope="module")
def shop() -> Iterator[Stage]:
    with stage(read_menu_file(Path(MENU_FILE)), Assistant()) as made:
        yield made


def _lines(played: dict[str, Any]) -> list[tuple[int, str, list[str]]]:
    return [(n["quantity"], n["item"], [m["modifier"] for m in n["modifiers"]]) for n in played["carts"][-1]]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("two large oat lattes, one of them decaf", [(1, "latte", ["oat_milk"]), (1, "latte", ["oat_milk", "decaf"])]),
        ("three bagels, two of them toasted", [(1, "bagel", []), (2, "bagel", ["toasted"])]),
        ("I'll have the latte", [(1, "latte", [])]),
        ("the matcha please", [(1, "matcha_latte", [])]),
    ],
)
def test_all_of_it_is_in_the_cart(shop: Stage, said: str, lines: list[tuple[int, str, list[str]]]) -> None:
    assert _lines(shop.play(said, [said])) == lines


@pytest.mark.parametrize("said", ["can somebody bring it to my flat", "can you bring it to my flat?", "I left my flat"])
def test_half_a_name_beside_other_words_is_asked_about(shop: Stage, said: str) -> None:
    played = shop.play(said, [said])
    assert played["carts"] == [[]]
    assert played["asks"] == [True]
