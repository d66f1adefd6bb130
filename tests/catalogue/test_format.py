"""Menu files are read and written without loss."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.format import check_file, check_menu, menu_from_json, menu_to_json, read_menu_file
from core.catalogue.menu import PRE_MODIFIERS, Combo, ComboSlot, Item, Menu, Modifier, ModifierGroup, Variation
from core.kernel.money import Money
from core.kernel.text import clean
from tests.catalogue.menus import large_menu, small_menu

if TYPE_CHECKING:
    from pathlib import Path

_CURRENCIES = ("EUR", "JPY", "KWD")
_names = st.text(min_size=1, max_size=20).map(clean).filter(bool)
_ids = st.from_regex(r"[a-z][a-z0-9_.-]{0,8}", fullmatch=True)
_texts = st.lists(_names, max_size=2, unique=True).map(tuple)


def test_what_is_left_out_has_its_documented_value() -> None:
    menu = menu_from_json(
        {
            "name": "Stall",
            "currency": "JPY",
            "items": [
                {
                    "id": "a",
                    "name": "A",
                    "price": "300",
                    "modifier_groups": ["g"],
                    "variations": [{"id": "v", "name": "V"}],
                }
            ],
            "modifier_groups": [{"id": "g", "name": "G", "modifiers": [{"id": "m", "name": "M"}]}],
        }
    )
    yen = Money(300, "JPY")
    group = ModifierGroup(
        "g", "G", (Modifier("m", "M", Money(0, "JPY"), allergens_declared=False),), min=0, max=None, pre_modifiers=()
    )
    item = Item("a", "A", yen, variations=(Variation("v", "V", yen),), modifier_groups=("g",), allergens=None)
    assert menu == Menu("Stall", "JPY", "en-US", (item,), (group,), ())


def test_writing_and_reading_gives_the_same_menu() -> None:
    for data in (small_menu(), large_menu(20)):
        menu = menu_from_json(data)
        written = menu_to_json(menu)
        assert menu_from_json(json.loads(json.dumps(written))) == menu
        assert menu_to_json(menu_from_json(written)) == written


def test_no_limit_and_no_declaration_survive_writing() -> None:
    written = menu_to_json(menu_from_json(small_menu() | {"modifier_groups": small_menu()["modifier_groups"]}))
    leaf = written["modifier_groups"][1]
    assert [("allergens" in m, m["max"]) for m in leaf["modifiers"]] == [(True, 1), (False, 2)]
    data = small_menu()
    data["modifier_groups"][1] |= {"max": None}
    data["modifier_groups"][1]["modifiers"][0]["max"] = None
    again = menu_from_json(menu_to_json(menu_from_json(data)))
    assert again.groups_by_id["leaf"].max is None
    assert again.groups_by_id["leaf"].modifiers[0].max is None


def test_the_version_of_a_file_follows_its_content(tmp_path: Path) -> None:
    path = tmp_path / "menu.json"
    versions = []
    for data in (small_menu(), dict(reversed(small_menu().items())), small_menu() | {"name": "Other"}):
        path.write_text(json.dumps(data), encoding="utf-8")
        versions.append(read_menu_file(path).version)
    assert versions[0] == versions[1] != versions[2]


def test_a_modifier_that_stands_twice_is_read_once_with_the_aliases_of_both() -> None:
    data = small_menu()
    oat = data["modifier_groups"][0]["modifiers"][1]
    data["modifier_groups"][0]["modifiers"].append({**oat, "aliases": ["oat", "oatly kind"]})
    menu = menu_from_json(data)
    assert [(m.id, m.aliases) for m in menu.groups_by_id["creamer"].modifiers] == [
        ("cow", ()),
        ("oat", ("oat", "oatly kind")),
    ]


def test_hidden_characters_do_not_get_into_the_menu() -> None:
    data = small_menu()
    data["items"][0] |= {
        "name": " House\u202e brew",
        "aliases": ["bre\u200bw"],
        "description": "Dark\u0007 ",
        "category": "Tea ",
    }
    item = menu_from_json(data).items[0]
    assert (item.name, item.aliases, item.description, item.category) == ("House brew", ("brew",), "Dark", "Tea")


@st.composite
def _menus(draw: st.DrawFn) -> Menu:
    currency = draw(st.sampled_from(_CURRENCIES))
    prices = st.integers(0, 10**9).map(lambda n: Money(n, currency))
    modifier = st.builds(
        Modifier, _ids, _names, prices, _texts, max=st.none() | st.integers(1, 9), tags=_texts, available=st.booleans()
    )
    groups = draw(
        st.lists(
            st.builds(
                ModifierGroup,
                _ids,
                _names,
                st.lists(modifier, min_size=1, max_size=3, unique_by=lambda m: m.id).map(tuple),
                max=st.none() | st.integers(1, 9),
                pre_modifiers=st.lists(st.sampled_from(PRE_MODIFIERS), unique=True).map(tuple),
            ),
            max_size=3,
            unique_by=lambda g: g.id,
        )
    )
    variations = st.lists(st.builds(Variation, _ids, _names, prices, _texts), max_size=3, unique_by=lambda v: v.id).map(
        tuple
    )
    linked = st.lists(st.sampled_from([g.id for g in groups]), unique=True).map(tuple) if groups else st.just(())
    item = st.builds(
        Item,
        _ids,
        _names,
        prices,
        _texts,
        description=_names,
        category=_names,
        variations=variations,
        modifier_groups=linked,
        tags=_texts,
        allergens=st.none() | _texts,
        available=st.booleans(),
    )
    items = draw(st.lists(item, min_size=1, max_size=4, unique_by=lambda i: i.id))
    slot = ComboSlot("slot", draw(_names), tuple(i.id for i in items), draw(st.integers(1, 5)))
    combos = (Combo("the combo of all".replace(" ", "_"), draw(_names), draw(prices), (slot,), draw(_texts)),)
    return Menu(draw(_names), currency, "en-US", tuple(items), tuple(groups), combos)


@settings(max_examples=60, deadline=None)
@given(_menus())
def test_any_menu_survives_the_file_and_passes_the_check(menu: Menu) -> None:
    written = menu_to_json(menu)
    assert menu_from_json(json.loads(json.dumps(written))) == menu
    assert [p for p in check_menu(written) if p.severity == "error"] == []


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "name",
                    "price",
                    "items",
                    "modifier_groups",
                    "modifiers",
                    "combos",
                    "slots",
                    "min",
                    "max",
                    "variations",
                ]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(_json, st.sampled_from(["items", "modifier_groups", "combos", "currency", "locale", "name"]))
def test_nothing_that_json_can_say_breaks_the_check(value: object, key: str) -> None:
    for data in (value, {**small_menu(), key: value}, {**small_menu(), "items": [value, *small_menu()["items"]]}):
        problems = check_menu(data)
        assert all(p.place and p.message and p.fix and p.kind for p in problems)
        if not any(p.severity == "error" for p in problems):
            assert isinstance(data, dict)
            assert menu_from_json(data).items


def test_a_file_is_checked_as_its_content_is(tmp_path: Path) -> None:
    path = tmp_path / "menu.json"
    path.write_text(json.dumps(small_menu()), encoding="utf-8")
    assert check_file(path) == (small_menu(), [])
