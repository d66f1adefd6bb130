"""Menu files from the command line's side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from comanda.demo import MENU_FILE, make_demo_shop
from comanda.menu_files import Imported, check_file, describe, export_text, import_file
from core import catalogue
from core.kernel.errors import InvalidMenu, NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from core.db.session import Database


def _demo() -> dict[str, Any]:
    menu: dict[str, Any] = json.loads(MENU_FILE.read_text(encoding="utf-8"))
    return menu


def test_a_problem_is_described_with_severity_place_message_and_fix(tmp_path: Path) -> None:
    menu = _demo()
    menu["items"][3]["price"] = 3.8
    path = tmp_path / "menu.json"
    path.write_text(json.dumps(menu), encoding="utf-8")
    (problem,) = check_file(path)
    assert describe(problem) == (
        "error: items[3].price [price-not-text]\n"
        "    The price is the number 3.8.\n"
        '    Write it in double quotes: "3.80".'
    )


def test_what_is_exported_can_be_imported_and_is_the_same(database: Database, tmp_path: Path) -> None:
    shop = make_demo_shop(database)
    with database.begin() as uow:
        catalogue.set_available(uow, shop.id, "croissant", available=False)
    path = tmp_path / "menu.json"
    path.write_text(export_text(database), encoding="utf-8")
    with database.read() as session:
        version = catalogue.menu_version(session, shop.id)
    assert import_file(database, path) == Imported(0, 0, 0, unchanged=True, version=version)
    assert import_file(database, MENU_FILE, "kettle-and-crumb").unchanged


def test_an_import_counts_what_it_did(database: Database, tmp_path: Path) -> None:
    make_demo_shop(database)
    menu = _demo()
    menu["items"][0]["name"] = "Espresso, short"
    menu["items"].append({"id": "affogato", "name": "Affogato", "price": "5.00", "allergens": ["milk"]})
    menu["combos"].pop()
    path = tmp_path / "menu.json"
    path.write_text(json.dumps(menu), encoding="utf-8")
    done = import_file(database, path)
    assert (done.added, done.changed, done.retired, done.unchanged) == (1, 1, 1, False)


def test_a_wrong_file_changes_nothing_and_carries_every_problem(database: Database, tmp_path: Path) -> None:
    shop = make_demo_shop(database)
    menu = _demo()
    menu["items"][0]["price"] = "free"
    menu["items"][1]["nmae"] = "x"
    path = tmp_path / "menu.json"
    path.write_text(json.dumps(menu), encoding="utf-8")
    with database.read() as session:
        version = catalogue.menu_version(session, shop.id)
    with pytest.raises(InvalidMenu) as wrong:
        import_file(database, path)
    assert [p.place for p in wrong.value.problems] == ["items[0].price", "items[1].nmae"]
    assert wrong.value.text == (
        "menu.json: 2 to put right before this menu can be used. The first is at items[0].price: "
        '“free” is no price. Write digits and a point only: "3.80".'
    )
    with database.read() as session:
        assert catalogue.menu_version(session, shop.id) == version


def test_there_must_be_a_shop_to_import_into(database: Database) -> None:
    with pytest.raises(NotFound):
        import_file(database, MENU_FILE)
    with pytest.raises(NotFound):
        export_text(database, "nowhere")
