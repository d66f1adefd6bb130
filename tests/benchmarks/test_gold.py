"""The benchmark's own data: every menu is valid, every gold line legal, and there is enough of everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from core.catalogue.format import check_menu, menu_to_json
from core.catalogue.menu import Menu
from core.kernel.errors import InvalidLine
from core.orders import rules
from core.orders.lines import Choice, Line
from scripts.benchmarks import gold
from scripts.benchmarks.generated import generated_menu

HELD_OUT = gold.held_out()
HELD_OUT_DIALOGUES = gold.held_out_dialogues()
ORDERS = gold.orders()
DIALOGUES = gold.dialogues()
MENUS = gold.menus(path.stem for path in (gold.DATA / "menus").glob("*.json"))
LANGUAGES = ("en", "es", "fr", "de", "ko", "ar")


def illegal(menu: Menu, lines: tuple[Line, ...]) -> str:
    """What is wrong with gold lines; empty when they may stand in a cart."""
    try:
        rules.check_lines(menu, lines)
    except InvalidLine as problem:
        return str(problem.values)
    return rules.unavailable(menu, lines) or ""


@pytest.mark.parametrize("order", [*ORDERS, *HELD_OUT], ids=lambda o: o.id)
def test_gold_lines_of_an_order_are_legal(order: gold.GoldOrder) -> None:
    assert illegal(MENUS[order.menu], order.lines) == ""
    assert order.text.strip()


@pytest.mark.parametrize("dialogue", [*DIALOGUES, *HELD_OUT_DIALOGUES], ids=lambda d: d.id)
def test_gold_carts_of_a_dialogue_are_legal(dialogue: gold.GoldDialogue) -> None:
    menu = MENUS[dialogue.menu]
    carts = [turn.cart for turn in dialogue.turns if turn.cart is not None]
    assert [illegal(menu, cart) for cart in carts] == [""] * len(carts)
    assert 2 <= len(dialogue.turns) <= 10
    complete = carts[-1] != () and rules.missing_choices(menu, carts[-1]) == ()
    assert complete or not dialogue.placed


def test_an_illegal_gold_line_would_be_found() -> None:
    menu = MENUS["coffee"]
    latte = Line("latte", 1, "large", (Choice("milk", "oat"),))
    assert illegal(menu, (latte,)) == ""
    assert illegal(menu, (replace(latte, variation="huge"),))
    assert illegal(menu, (replace(latte, modifiers=(Choice("bread", "sour"),)),))
    assert illegal(menu, (Line("soup"),)) == "Soup of the Day"


@pytest.mark.parametrize("name", sorted(MENUS))
def test_menus_are_valid(name: str) -> None:
    problems = check_menu(menu_to_json(MENUS[name]))
    assert {p.kind for p in problems} <= {"undeclared-allergens"}


def test_there_is_enough_of_everything() -> None:
    by_language = Counter(o.locale for o in ORDERS)
    assert sum(by_language.values()) >= 300
    assert by_language["en"] >= 180
    assert all(by_language[language] >= 20 for language in LANGUAGES)
    assert len(DIALOGUES) >= 60
    talks = Counter(d.locale for d in DIALOGUES)
    assert talks["en"] >= 36
    assert set(talks) == set(LANGUAGES)
    spoken = {MENUS[o.menu].locale.split("-")[0] for o in ORDERS}
    assert spoken == set(LANGUAGES)
    assert len([m for m in MENUS.values() if len(m.items) >= 20]) >= 6


def test_what_is_held_out_has_menus_of_its_own() -> None:
    assert len(HELD_OUT) >= 60
    assert {o.locale for o in HELD_OUT} == set(LANGUAGES)
    english = {o.menu for o in HELD_OUT if o.locale == "en"}
    others = {o.menu for o in HELD_OUT} - {o.menu for o in ORDERS}
    assert not english & {o.menu for o in ORDERS}
    assert not others & {d.menu for d in DIALOGUES}
    assert {MENUS[name].locale.split("-")[0] for name in others} == set(LANGUAGES)


def test_every_language_has_enough_of_what_is_held_out() -> None:
    orders, talks = (Counter(g.locale for g in held) for held in (HELD_OUT, HELD_OUT_DIALOGUES))
    assert all(orders[language] >= 20 for language in LANGUAGES)
    assert all(talks[language] >= 3 for language in LANGUAGES if language != "en")
    assert not {o.id for o in HELD_OUT} & {o.id for o in ORDERS}
    assert not {(o.menu, o.text) for o in HELD_OUT} & {(o.menu, o.text) for o in ORDERS}


def test_no_id_and_no_message_stands_twice() -> None:
    assert len({o.id for o in ORDERS}) == len(ORDERS)
    assert len({(o.menu, o.text) for o in ORDERS}) == len(ORDERS)
    assert len({d.id for d in DIALOGUES}) == len(DIALOGUES)


def test_a_bare_menu_has_no_alias_and_is_the_same_otherwise() -> None:
    for menu in MENUS.values():
        without = gold.bare(menu)
        assert [i.id for i in without.items] == [i.id for i in menu.items]
        assert [g.id for g in without.modifier_groups] == [g.id for g in menu.modifier_groups]
        aliases = [i.aliases for i in without.items] + [c.aliases for c in without.combos]
        aliases += [v.aliases for i in without.items for v in i.variations]
        aliases += [m.aliases for g in without.modifier_groups for m in g.modifiers]
        assert set(aliases) == {()}
    assert any(i.aliases for i in MENUS["coffee"].items)


@pytest.mark.parametrize("seed", range(12))
def test_generated_menus_are_valid(seed: int) -> None:
    chance = Random(seed)
    menu = generated_menu(chance, items=chance.randrange(1, 60), groups=chance.randrange(1, 9))
    assert [str(p) for p in check_menu(menu_to_json(menu)) if p.severity == "error"] == []
