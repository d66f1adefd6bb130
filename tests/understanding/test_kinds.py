"""Kinds that name their item, combos that differ, sizes by measure, and an "only" that leaves more in place."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.understanding import answer, compile_menu
from core.catalogue.format import menu_from_json
from tests.understanding import shop


def _item(item_id: str, name: str, groups: str = "", sizes: tuple[str, ...] = ()) -> dict[str, Any]:
    sized = [{"id": s.split()[0], "name": s, "price": "4.00"} for s in sizes]
    return {"id": item_id, "name": name, "price": "4.00", "variations": sized, "modifier_groups": groups.split()}


def _group(name: str, least: int, most: int | None, *names: str, each: int = 1, usual: str = "") -> dict[str, Any]:
    modifiers = [
        {"id": n.split()[0], "name": n, "price": "0.50", "default": n in usual.split(), "max": each} for n in names
    ]
    pre = ["no", "light", "extra", "side"]
    return {
        "id": name.split(maxsplit=1)[0],
        "name": name,
        "min": least,
        "max": most,
        "pre_modifiers": pre,
        "modifiers": modifiers,
    }


SIZED = ("small", "medium", "large")
SLOTS = [
    {"id": "main", "name": "main", "items": ["stacker"]},
    {"id": "side", "name": "side", "items": ["wedges", "rings"]},
    {"id": "drink", "name": "drink", "items": ["squash", "cordial"]},
]
MENU = menu_from_json({
    "name": "Harbour Steps", "currency": "USD", "locale": "en-US",
    "items": [
        _item("coffee", "Coffee", "volume kind milk syrup"),
        _item("infusion", "Infusion", "leaf"),
        _item("stacker", "Stacker", "garnish", ("single", "double")),
        _item("wedges", "Potato Wedges", "", SIZED), _item("rings", "Onion Rings", "", SIZED),
        _item("squash", "Squash", "", SIZED), _item("cordial", "Cordial", "", SIZED),
        _item("mac", "Mac and Cheese"), _item("salad", "Salad", "dressing"),
        _item("frost", "Frost", "", ("tall", "grande", "venti")),
    ],
    "modifier_groups": [
        _group("volume", 0, 1, "8 oz", "12 oz", "16 oz"), _group("kind of coffee", 1, 1, "latte", "cortado", "drip"),
        _group("milk", 0, 1, "oat milk", "cow milk"), _group("syrup", 0, 3, "maple", "cherry", each=4),
        _group("leaf type", 1, 1, "fennel", "mint"), _group("dressing", 1, 1, "ranch", "herb"),
        _group("garnish", 0, None, "pickle", "relish", "onion", usual="pickle relish"),
    ],
    "combos": [{"id": "meal", "name": "Stacker Meal", "price": "9.00", "slots": SLOTS}],
})  # fmt: skip
GRAMMAR = compile_menu(MENU)

CLEAR = {
    "a cortado with oat milk and onion rings": ["1 coffee +kind.cortado +milk.oat", "1 rings"],
    "large latte, a drip and a fennel infusion": [
        "1 coffee +volume.16 +kind.latte", "1 coffee +kind.drip", "1 infusion +leaf.fennel"],
    "a latte with maple, two pumps, and a salad with ranch": [
        "1 coffee +kind.latte +syrup.maple*2", "1 salad +dressing.ranch"],
    "a latte with cherry and two pumps of maple": ["1 coffee +kind.latte +syrup.cherry +syrup.maple*2"],
    "a latte with oat milk instead of cow milk and maple": ["1 coffee +kind.latte +milk.oat +syrup.maple"],
    "mac n cheese and a medium frost": ["1 mac", "1 frost/grande"],
    "two stacker meals, one with squash and one with cordial": [
        "1 meal {main=stacker; drink=squash}", "1 meal {main=stacker; drink=cordial}"],
    "three stacker meals with potato wedges, one with squash": [
        "2 meal {main=stacker; side=wedges}", "1 meal {main=stacker; side=wedges; drink=squash}"],
    "two stacker combos with two squashes": ["2 meal {main=stacker; drink=squash}"],
    "a stacker meal no pickle with potato wedges and cordial": [
        "1 meal {main=stacker -garnish.pickle; side=wedges; drink=cordial}"],
    "stacker meal with onion rings and squash, make the rings large": [
        "1 meal {main=stacker; side=rings/large; drink=squash}"],
}  # fmt: skip


@pytest.mark.parametrize("said", CLEAR)
def test_what_is_clear_is_read_with_a_proof(said: str) -> None:
    shop.prove(MENU, GRAMMAR, said, CLEAR[said])


def test_a_dressing_alone_is_no_salad() -> None:
    """A choice that is put on things does not order what it is put on."""
    lines = answer(GRAMMAR, "potato wedges with ranch")["lines"]
    assert [line["item"] for line in lines] == ["wedges"]


@pytest.mark.parametrize(("said", "asked"), [("a stacker, pickle only", ["only"]), ("a stacker with onion", [])])
def test_an_only_is_asked_about_where_more_comes_with_it(said: str, asked: list[str]) -> None:
    assert answer(GRAMMAR, said)["unexplained"] == asked
