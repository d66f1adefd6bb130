"""Recipes, mass changes and price lists from the command line: looked at first, done when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from comanda.cli import app
from comanda.demo import MENU_FILE, RECIPE_FILE, make_demo_shop
from core import catalogue, merchants
from core.db.session import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def demo(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The demo shop, in the database that the command line opens."""
    database = Database(sqlite_url)
    for module in ("mass_changes", "price_lists"):
        monkeypatch.setattr(f"comanda.{module}.open_database", lambda: database)
    make_demo_shop(database)
    yield database
    database.close()


def _say(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, words)
    return done.exit_code, done.output


def _price(database: Database, item: str) -> int:
    with database.read() as session:
        shop = merchants.only_merchant(session)
        assert shop is not None
        return catalogue.load_menu(session, shop.id).items_by_id[item].price.amount


def test_the_demo_recipes_are_good_and_a_bad_file_is_named_by_place(tmp_path: Path) -> None:
    assert _say("recipes", "check", str(RECIPE_FILE), "--menu", str(MENU_FILE)) == (0, f"{RECIPE_FILE}: good.\n")
    bad = tmp_path / "bad.json"
    bad.write_text('{"ingredients": [{"id": "a", "name": "A", "unit": "kg"}]}')
    code, said = _say("recipes", "check", str(bad))
    assert code == 1
    assert "error: ingredients[0].unit [unknown-unit]" in said


def test_a_mass_change_is_shown_then_made_then_undone(demo: Database) -> None:
    drinks = ("menu", "change", "--category", "cold drinks", "--percent", "5", "--round-to", "0.05")
    code, said = _say(*drinks)
    assert (code, _price(demo, "ginger_ale")) == (0, 320)
    assert "ginger_ale (Ginger ale): price 3.20 USD → 3.35 USD" in said
    assert _say(*drinks, "--apply")[0] == 0
    assert _price(demo, "ginger_ale") == 335
    assert _say("menu", "undo")[0] == 0
    assert _price(demo, "ginger_ale") == 320


def test_a_table_with_one_wrong_row_changes_nothing(demo: Database, tmp_path: Path) -> None:
    table = tmp_path / "prices.csv"
    table.write_text("id,price\nginger_ale,9.00\nginger_beer,1\n")
    code, said = _say("menu", "update", str(table), "--apply")
    assert (code, _price(demo, "ginger_ale")) == (1, 320)
    assert "error: line 3, id [unknown-row]" in said
    table.write_text("id,price\nginger_ale,9.00\n")
    assert _say("menu", "update", str(table), "--apply")[0] == 0
    assert _price(demo, "ginger_ale") == 900


def test_a_price_list_applies_until_it_ends(demo: Database, tmp_path: Path) -> None:
    table = tmp_path / "prices.csv"
    table.write_text("id,price\nginger_ale,1.00\n")
    assert _say("prices", "list", "gala", "--name", "Gala")[0] == 0
    assert _say("prices", "set", "gala", str(table))[0] == 0
    assert _price(demo, "ginger_ale") == 100
    assert "item ginger_ale: 1.00 USD" in _say("prices", "show")[1]
    assert _say("prices", "end", "gala")[0] == 0
    assert _price(demo, "ginger_ale") == 320
