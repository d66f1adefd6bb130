"""Orders put together at random: legal, the same for the same seed, and of every construction."""

from __future__ import annotations

import pytest

from core.catalogue.menu import Menu
from core.orders import rules
from scripts.benchmarks import gold
from scripts.benchmarks.composed import composed, frames

_MENUS = gold.menus(["burgers", "coffee", "bubbletea", "halles", "burgerwerk", "panaderia", "zawya", "moa"])
_MANY = 150


@pytest.mark.parametrize("name", sorted(_MENUS))
def test_composed_orders_are_legal(name: str) -> None:
    menu = _MENUS[name]
    made = list(composed(name, menu, _MANY, 1))
    assert len(made) == (_MANY if _language(menu) in frames() else 0)
    for order in (c.order for c in made):
        rules.check_lines(menu, order.lines)
        assert order.text.strip()
        assert "{" not in order.text


def test_the_same_seed_gives_the_same_orders_and_another_gives_others() -> None:
    menu = _MENUS["burgers"]
    first = list(composed("burgers", menu, _MANY, 1))
    assert list(composed("burgers", menu, _MANY, 1)) == first
    assert [c.order.text for c in composed("burgers", menu, _MANY, 2)] != [c.order.text for c in first]


def test_every_construction_is_made_somewhere() -> None:
    wanted = {kind for language in frames().values() for kind in language["constructions"]}
    made = {c.kind for name, menu in _MENUS.items() for c in composed(name, menu, _MANY, 1)}
    assert made == {"plain", *wanted}


def _language(menu: Menu) -> str:
    return menu.locale.split("-")[0]
