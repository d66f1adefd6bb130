"""Words that are a size of one thing and, by other words, a name of another."""

from __future__ import annotations

import pytest

from assistant.understanding import best_lines, compile_menu, read
from core.catalogue.format import menu_from_json

MENU = {
    "name": "Corner", "currency": "EUR", "locale": "en-IE",
    "items": [{"id": "pie", "name": "Pie", "price": "9.00", "modifier_groups": ["style"], "variations": [
        {"id": "m", "name": "medium", "price": "9.00"}, {"id": "l", "name": "large", "price": "11.00"}]}],
    "modifier_groups": [{"id": "style", "name": "style", "modifiers": [
        {"id": "med", "name": "Mediterranean", "aliases": ["med"]}, {"id": "greek", "name": "Greek"}]}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "size", "style"),
    [
        ("two pies and make them medium", "m", []),
        ("a pie in medium size", "m", []),
        ("a large mediterranean pie", "l", ["med"]),
        ("a large med pie", "l", ["med"]),
    ],
)
def test_the_name_of_a_size_is_no_other_word_for_a_choice(text: str, size: str, style: list[str]) -> None:
    (line,) = best_lines(read(compile_menu(menu_from_json(MENU)), text))
    assert (line.item, line.variation, [c.modifier for c in line.modifiers]) == ("pie", size, style)
