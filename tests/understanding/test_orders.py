"""Our own orders over our own menus: the exact lines, nothing doubtful, and a certificate that holds; or a question."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from assistant.understanding import answer, certificate_of, check, doubtful_words, read
from core.orders.lines import Line, merged
from tests.understanding import shop

if TYPE_CHECKING:
    from collections.abc import Iterable

ORDERS = shop.orders()


def units(lines: Iterable[Line]) -> Counter[tuple[object, ...]]:
    """Lines as a multiset of units."""
    return Counter({line.unit: line.quantity for line in merged(lines)})


@pytest.mark.parametrize(("menu", "order"), [o for o in ORDERS if "lines" in o[1]], ids=lambda o: str(o)[:60])
def test_clear_orders_are_read_exactly_and_proved(menu: str, order: dict[str, Any]) -> None:
    reading = read(shop.grammar(menu), order["say"])
    assert units(r.line for r in reading.lines) == units(shop.line(text) for text in order["lines"])
    assert [reading.tokens[p].text for p in doubtful_words(reading)] == []
    assert check(shop.menu(menu), certificate_of(reading)) == []


@pytest.mark.parametrize(("menu", "order"), [o for o in ORDERS if o[1].get("asks")], ids=lambda o: str(o)[:60])
def test_doubtful_orders_are_asked_about(menu: str, order: dict[str, Any]) -> None:
    assert answer(shop.grammar(menu), order["say"])["unexplained"] != []
    assert {f.code for f in check(shop.menu(menu), certificate_of(read(shop.grammar(menu), order["say"])))} == {
        "unexplained"
    }


@pytest.mark.parametrize("menu", shop.MENUS)
def test_every_name_and_alias_of_a_menu_is_understood(menu: str) -> None:
    shop_menu, grammar = shop.menu(menu), shop.grammar(menu)
    for item in shop_menu.items:
        for name in (item.name, *item.aliases):
            reading = read(grammar, name)
            assert [r.line.item for r in reading.lines] == [item.id], name
            assert doubtful_words(reading) == [], name


@pytest.mark.parametrize("menu", shop.MENUS)
def test_every_item_takes_each_of_its_modifiers(menu: str) -> None:
    shop_menu, grammar = shop.menu(menu), shop.grammar(menu)
    for item in shop_menu.items:
        for group in shop_menu.groups_of(item.id):
            for modifier in group.modifiers:
                said = f"one {item.name} with {modifier.name}"
                lines = read(grammar, said).lines
                assert [r.line.item for r in lines] == [item.id], said
                assert modifier.id in {m.modifier for m in lines[0].line.modifiers}, said
