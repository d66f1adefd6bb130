"""Every kind of mistake in a menu file is named with its place and the fix, and imports nothing."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from core import catalogue
from core.catalogue.format import check_file, check_menu, menu_from_json, read_menu_file
from core.catalogue.validation import KINDS
from core.kernel.errors import InvalidMenu, NotFound
from tests.catalogue.menus import large_menu, make_shop, small_menu

if TYPE_CHECKING:
    from core.db.session import Database

REMOVE = object()


class Mistake(NamedTuple):
    """The menu with `value` at `path` has a problem of this kind at `place`, with these words in message and fix."""

    kind: str
    path: str
    value: object
    place: str
    message: str
    fix: str


_ERRORS: list[tuple[str, str, object, str, str, str]] = [
    ("unknown-key", "items[0].aliasses", [], "items[0].aliasses", "aliasses", "Did you mean “aliases”?"),
    ("unknown-key", "opening", "9", "opening", "opening", "only name, currency, locale"),
    ("missing-key", "items[1].price", REMOVE, "items[1].price", "missing", '"price": "3.80"'),
    ("missing-key", "currency", REMOVE, "currency", "missing", '"currency": "USD"'),
    ("missing-key", "combos[0].slots[0].name", REMOVE, "combos[0].slots[0].name", "missing", "name"),
    ("wrong-type", "items", {}, "items", "an object", "a list"),
    ("wrong-type", "items[1]", "shortbread", "items[1]", "the text “shortbread”", "an object"),
    ("wrong-type", "items[0].name", 7, "items[0].name", "the number 7", "double quotes"),
    ("wrong-type", "items[0].aliases", "brew", "items[0].aliases", "the text", "a list of texts"),
    ("wrong-type", "items[0].available", "yes", "items[0].available", "the text “yes”", "true or false"),
    ("wrong-type", "modifier_groups[0].max", "1", "modifier_groups[0].max", "the text “1”", "null for no limit"),
    ("wrong-type", "modifier_groups[1].min", True, "modifier_groups[1].min", "true", "a whole number from 0"),
    ("wrong-type", "items[0].id", 12, "items[0].id", "the number 12", "double quotes"),
    ("empty-text", "items[0].name", " ", "items[0].name", "empty", "what customers call it"),
    ("empty-text", "items[2].id", "", "items[2].id", "empty", "iced_latte"),
    ("empty-text", "items[0].name", "\u200b", "items[0].name", "empty", "what customers call it"),
    ("long-text", "items[0].description", "x" * 2001, "items[0].description", "2001 characters", "2000"),
    ("long-text", "items[0].aliases[0]", "x" * 121, "items[0].aliases[0]", "121 characters", "120"),
    ("bad-id", "items[1].id", "short bread!", "items[1].id", "short bread!", "like “short_bread”"),
    ("duplicate-id", "items[2].id", "shortbread", "items[2].id", "items[1]", "its own id"),
    ("duplicate-id", "modifier_groups[1].id", "creamer", "modifier_groups[1].id", "modifier_groups[0]", "its own id"),
    ("duplicate-id", "items[0].variations[1].id", "cup", "items[0].variations[1].id", "variations[0]", "its own id"),
    (
        "duplicate-id",
        "modifier_groups[0].modifiers[1].id",
        "cow",
        "modifier_groups[0].modifiers[1].id",
        "modifiers[0]",
        "its own id",
    ),
    ("duplicate-id", "combos[0].id", "brew", "combos[0].id", "another item or combo already: items[0]", "its own id"),
    ("duplicate-id", "combos[0].slots[1].id", "drink", "combos[0].slots[1].id", "slots[0]", "its own id"),
    ("number-out-of-range", "modifier_groups[0].min", -1, "modifier_groups[0].min", "-1", "from 0 to 1000"),
    ("number-out-of-range", "combos[0].slots[1].quantity", 0, "combos[0].slots[1].quantity", "0", "from 1 to 1000"),
    ("number-out-of-range", "modifier_groups[0].max", 0, "modifier_groups[0].max", "0", "from 1 to 1000"),
    ("price-not-text", "items[1].price", 1.8, "items[1].price", "the number 1.8", '"1.80"'),
    ("price-not-text", "combos[0].price", None, "combos[0].price", "null", "double quotes"),
    ("price-not-decimal", "items[1].price", "€1,80", "items[1].price", "€1,80", '"1.80"'),
    ("price-not-decimal", "items[1].price", "1e2", "items[1].price", "1e2", "digits and a point"),
    ("price-not-decimal", "items[1].price", "\u0663.\u0665", "items[1].price", "no price", "digits and a point"),
    ("price-negative", "items[0].variations[1].price", "-1.00", "items[0].variations[1].price", "-1.00", "0 or more"),
    (
        "price-too-fine",
        "modifier_groups[0].modifiers[1].price",
        "0.405",
        "modifier_groups[0].modifiers[1].price",
        "finer than EUR",
        '"3.80"',
    ),
    ("price-too-large", "items[1].price", "99999999999999", "items[1].price", "too large", "number of digits"),
    ("unknown-currency", "currency", "eur", "currency", "eur", "Write “EUR”"),
    ("unknown-currency", "currency", "DEM", "currency", "DEM", "ISO 4217"),
    ("bad-locale", "locale", "en_ie", "locale", "en_ie", "Write “en-IE”"),
    ("bad-locale", "locale", "xx-QQ", "locale", "xx-QQ", "en-US"),
    ("no-items", "items", [], "items", "no items", "Add what the shop sells"),
    (
        "unknown-group",
        "items[0].modifier_groups[0]",
        "creamers",
        "items[0].modifier_groups[0]",
        "creamers",
        "“creamer”?",
    ),
    ("repeated-group", "items[0].modifier_groups[1]", "creamer", "items[0].modifier_groups[1]", "twice", "Keep one"),
    (
        "unknown-pre-modifier",
        "modifier_groups[0].pre_modifiers[0]",
        "lite",
        "modifier_groups[0].pre_modifiers[0]",
        "lite",
        "light",
    ),
    ("min-over-max", "modifier_groups[0].min", 2, "modifier_groups[0].min", "at most 1", "Lower min to 1"),
    (
        "min-over-choices",
        "modifier_groups[1]",
        {"min": 4, "max": 5},
        "modifier_groups[1].min",
        "only 3",
        "Lower min to 3",
    ),
    (
        "defaults-over-max",
        "modifier_groups[0].modifiers",
        [{"id": "a", "name": "a", "default": True}, {"id": "b", "name": "b", "default": True}],
        "modifier_groups[0].max",
        "2 modifiers",
        "Raise max to 2",
    ),
    (
        "required-empty-group",
        "modifier_groups[1].modifiers",
        [],
        "modifier_groups[1].modifiers",
        "never be",
        "min to 0",
    ),
    (
        "several-defaults",
        "items[0].variations[1].default",
        True,
        "items[0].variations[1].default",
        "variations[0]",
        "one",
    ),
    ("combo-without-slots", "combos[0].slots", [], "combos[0].slots", "nothing would be in it", '"slots"'),
    ("combo-without-slots", "combos[0].slots", REMOVE, "combos[0].slots", "nothing would be in it", '"slots"'),
    (
        "slot-without-items",
        "combos[0].slots[1].items",
        [],
        "combos[0].slots[1].items",
        "Nothing can fill",
        "List the items",
    ),
    ("unknown-slot-item", "combos[0].slots[0].items[0]", "brw", "combos[0].slots[0].items[0]", "brw", "“brew”?"),
    (
        "unknown-slot-item",
        "combos[0].slots[0].items[0]",
        "elevenses",
        "combos[0].slots[0].items[0]",
        "no item",
        "a combo",
    ),
]

_WARNINGS: list[tuple[str, str, object, str, str, str]] = [
    ("unclean-text", "items[0].name", "House\u200b brew", "items[0].name", "nobody sees", "Write “House brew”"),
    ("unclean-text", "items[0].name", "House brew ", "items[0].name", "spaces at an end", "Write “House brew”"),
    (
        "empty-group",
        "modifier_groups[0].modifiers",
        [],
        "modifier_groups[0].modifiers",
        "no modifiers",
        "remove the group",
    ),
    ("unused-group", "items[0].modifier_groups", ["leaf"], "modifier_groups[0]", "creamer", "or remove it"),
    (
        "repeated-entry",
        "modifier_groups[0].modifiers[0]",
        {"id": "oat", "name": "oat drink", "price": "0.40", "aliases": ["porridge milk"], "allergens": ["gluten"]},
        "modifier_groups[0].modifiers[1].id",
        "read as one",
        "Keep one",
    ),
    (
        "repeated-value",
        "combos[0].slots[0].items",
        ["brew", "brew"],
        "combos[0].slots[0].items[1]",
        "already",
        "Keep one",
    ),
    ("repeated-value", "items[1].allergens", ["milk", "milk"], "items[1].allergens[1]", "already", "Keep one"),
    ("repeated-alias", "items[0].aliases", ["brew", "Brew"], "items[0].aliases[1]", "already", "Keep one"),
    ("alias-is-a-name", "items[0].aliases", ["shortbread"], "items[0].aliases[0]", "items[1]", "Remove the alias"),
    ("same-name", "items[2].name", "SHORTBREAD", "items[2].name", "items[1]", "a name of its own"),
    ("same-name", "items[0].variations[1].name", "cup", "items[0].variations[1].name", "cup", "a name of its own"),
    ("unknown-allergen", "items[1].allergens[1]", "dairy", "items[1].allergens[1]", "dairy", "Write “milk”"),
    ("unknown-tag", "items[0].tags[0]", "vegn", "items[0].tags[0]", "vegn", "“vegan”?"),
    ("undeclared-allergens", "items[2].allergens", REMOVE, "items", "1 items", "an empty list"),
    ("contradicting-diet", "items[2].allergens", ["milk"], "items[2].tags[0]", "milk", "Correct the tag"),
    ("unused-price", "items[0].price", "9.99", "items[0].price", "never charged", "one of the variations"),
]


ERRORS = [Mistake(*row) for row in _ERRORS]
WARNINGS = [Mistake(*row) for row in _WARNINGS]


def changed(menu: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of the menu with another value at a path; an object given for an object changes only its keys."""
    made = copy.deepcopy(menu)
    *steps, last = [int(s) if s.isdigit() else s for s in re.findall(r"\w+", path)]
    inside: Any = made
    for step in steps:
        inside = inside[step]
    if value is REMOVE:
        del inside[last]
    elif isinstance(value, dict) and isinstance(inside, list) and isinstance(inside[int(last)], dict):
        inside[last].update(value)
    else:
        inside[last] = value
    return made


def test_the_menu_that_the_mistakes_are_made_in_has_none() -> None:
    assert check_menu(small_menu()) == []
    assert [p for p in check_menu(large_menu()) if p.severity == "error"] == []


@pytest.mark.parametrize("mistake", [*ERRORS, *WARNINGS], ids=lambda m: f"{m.kind} {m.path}")
def test_each_mistake_is_named_with_place_and_fix(mistake: Mistake) -> None:
    problems = check_menu(changed(small_menu(), mistake.path, mistake.value))
    found = [p for p in problems if p.kind == mistake.kind]
    assert [p.place for p in found] == [mistake.place]
    assert mistake.message in found[0].message
    assert mistake.fix in found[0].fix
    assert found[0].severity == KINDS[mistake.kind]


def test_most_mistakes_are_the_only_problem_that_is_named() -> None:
    alone = [m for m in ERRORS if len(check_menu(changed(small_menu(), m.path, m.value))) == 1]
    assert (len(alone), len(ERRORS)) == (44, 54)


def test_every_kind_of_mistake_is_shown_here() -> None:
    elsewhere = {"unreadable", "too-large", "not-json", "not-an-object", "repeated-key", "other-currency"}
    assert {m.kind for m in [*ERRORS, *WARNINGS]} == set(KINDS) - elsewhere
    assert sum(severity == "error" for severity in KINDS.values()) == 33


def _all_mistakes() -> dict[str, Any]:
    """One file with more than twenty kinds of mistakes at different places."""
    menu = small_menu()
    menu["items"] += [
        copy.deepcopy(menu["items"][0]) | {"id": f"extra{n}", "name": f"Extra {n}", "aliases": []} for n in range(9)
    ]
    menu["combos"] += [copy.deepcopy(menu["combos"][0]) | {"id": f"deal{n}", "name": f"Deal {n}"} for n in range(3)]
    for path, value in (
        ("currency", "euro"),
        ("locale", "english"),
        ("opened", 1),
        ("items[0].name", ""),
        ("items[1].price", 1.8),
        ("items[2].price", "two"),
        ("items[3].price", "-3"),
        ("items[4].id", "bad id"),
        ("items[5].id", "extra3"),
        ("items[6].available", "no"),
        ("items[7].modifier_groups[0]", "nothing"),
        ("items[8].modifier_groups[1]", "creamer"),
        ("items[9].variations[1].default", True),
        ("items[10].variations[1].id", "cup"),
        ("items[11].description", "x" * 3000),
        ("modifier_groups[0].min", 5),
        ("modifier_groups[0].pre_modifiers[0]", "double"),
        ("modifier_groups[1].modifiers", []),
        ("combos[0].slots", []),
        ("combos[1].slots[0].items[0]", "coffee"),
        ("combos[2].slots[1].quantity", -2),
        ("combos[3].slots[0].items", []),
        ("combos[3].price", REMOVE),
        ("items[3].aliases", ["a\u202eb"]),
    ):
        menu = changed(menu, path, value)
    return menu


def test_all_mistakes_are_reported_at_once_and_nothing_is_imported(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(_all_mistakes()), encoding="utf-8")
    shop = make_shop(database)
    with database.begin() as uow:
        catalogue.import_menu(uow, shop, menu_from_json(small_menu()))
    with database.read() as session:
        before = catalogue.load_menu(session, shop)

    with pytest.raises(InvalidMenu) as wrong, database.begin() as uow:
        catalogue.import_menu(uow, shop, read_menu_file(path))

    errors = [p for p in wrong.value.problems if p.severity == "error"]
    assert len({p.kind for p in errors}) >= 20
    assert all(p.place and p.message and p.fix for p in errors)
    assert wrong.value.values["count"] == len(errors)
    with database.read() as session:
        after = catalogue.load_menu(session, shop)
    assert (after, after.version) == (before, before.version)


@pytest.mark.parametrize("mistake", ERRORS, ids=lambda m: f"{m.kind} {m.path}")
def test_no_mistake_gets_past_reading(tmp_path: Path, mistake: Mistake) -> None:
    file = tmp_path / "menu.json"
    file.write_text(json.dumps(changed(small_menu(), mistake.path, mistake.value)), encoding="utf-8")
    with pytest.raises(InvalidMenu) as wrong:
        read_menu_file(file)
    assert mistake.kind in {p.kind for p in wrong.value.problems}


@pytest.mark.parametrize("mistake", WARNINGS, ids=lambda m: f"{m.kind} {m.path}")
def test_what_is_only_pointed_out_can_be_imported(sqlite_shop: tuple[Database, str], mistake: Mistake) -> None:
    database, shop = sqlite_shop
    menu = menu_from_json(changed(small_menu(), mistake.path, mistake.value))
    with database.begin() as uow:
        catalogue.import_menu(uow, shop, menu)
    with database.read() as session:
        assert catalogue.load_menu(session, shop) == menu


def test_a_menu_value_that_breaks_the_format_is_refused_by_the_import_itself(sqlite_shop: tuple[Database, str]) -> None:
    database, shop = sqlite_shop
    broken = menu_from_json(changed(small_menu(), "modifier_groups[0].min", 2))
    with pytest.raises(InvalidMenu) as wrong, database.begin() as uow:
        catalogue.import_menu(uow, shop, broken)
    assert [(p.kind, p.place) for p in wrong.value.problems] == [("min-over-max", "modifier_groups[0].min")]
    with database.read() as session, pytest.raises(NotFound):
        catalogue.load_menu(session, shop)


@pytest.mark.parametrize(
    ("content", "kind", "place", "fix"),
    [
        (b'{"name": "x",\n "items": [1, 2,]}', "not-json", "line 2, column 17", "Remove the comma"),
        (b"{'name': 1}", "not-json", "line 1, column 2", "straight double quotes"),
        (b'{\n  "a": 1\n  "b": 2\n}', "not-json", "line 3, column 3", "Put a comma"),
        (b'{"a": 1} {"b": 2}', "not-json", "line 1, column 10", "one menu"),
        (b'{"a": [1', "not-json", "line 1, column 9", "ends too early"),
        (b'// my menu\n{"a": 1}', "not-json", "line 1, column 1", "Remove the comment"),
        (b'{"a": True}', "not-json", "line 1, column 7", "small letters"),
        (b"", "not-json", "line 1, column 1", "The file is empty"),
        (b'{"a": NaN}', "not-json", "file", "whole numbers"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not-json", "file", "whole numbers"),
        (b"[" * 100_000, "not-json", "file", "as its format"),
        (b'{"name": "Caf\xe9"}', "not-json", "line 1, column 14", "UTF-8"),
        (b"[]", "not-an-object", "menu", "Write an object"),
        (b"null", "not-an-object", "menu", "Write an object"),
        (b" " * 10_000_001, "too-large", "file", "Leave out"),
    ],
)
def test_what_is_no_menu_at_all_is_named_by_line_and_column(
    tmp_path: Path, content: bytes, kind: str, place: str, fix: str
) -> None:
    path = tmp_path / "menu.json"
    path.write_bytes(content)
    _, problems = check_file(path)
    assert [(p.kind, p.place) for p in problems] == [(kind, place)]
    assert fix in problems[0].fix


def test_a_key_that_stands_twice_is_not_silently_dropped(tmp_path: Path) -> None:
    path = tmp_path / "menu.json"
    text = json.dumps(small_menu()).replace('"price": "1.80"', '"price": "1.80", "price": "8.10"')
    path.write_text(text, encoding="utf-8")
    _, problems = check_file(path)
    assert [(p.kind, p.place) for p in problems] == [("repeated-key", "items[1].price")]


def test_a_file_that_is_not_there_is_a_problem_too(tmp_path: Path) -> None:
    _, problems = check_file(tmp_path / "none.json")
    assert [(p.kind, p.place) for p in problems] == [("unreadable", "file")]
    _, problems = check_file(tmp_path)
    assert [(p.kind, p.place) for p in problems] == [("unreadable", "file")]


def test_the_byte_order_mark_of_some_editors_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "menu.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(small_menu()).encode())
    assert check_file(path)[1] == []


def test_the_documentation_lists_every_kind_with_its_severity() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "menu-format.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (error|warning) \|", page, flags=re.MULTILINE))
    assert listed == KINDS


def test_the_example_of_the_documentation_is_a_faultless_menu() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "menu-format.md").read_text(encoding="utf-8")
    examples = re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL)
    assert len(examples) == 1
    assert check_menu(json.loads(examples[0])) == []
