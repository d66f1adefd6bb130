"""Whole configurations of the demo menu against the allergen oracle, and ten thousand rows changed at once."""

from __future__ import annotations

import tempfile
import time
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from core import catalogue, merchants
from core.catalogue.bulk.changes import MassChange, Selection, differences, mass_changed, settings_applied
from core.catalogue.bulk.table import read_table
from core.catalogue.format import menu_from_json
from core.db.schema import upgrade
from core.db.session import Database
from scripts.benchmarks.report import Figure
from tests.catalogue.test_recipe_allergens import GROUPS, ITEMS, WORDS, demo_book, oracle

CONFIGURATIONS = 20_000
ROWS = 10_000
SEED = 7


def measure(options: list[str] | None = None) -> list[Figure]:
    """Twenty thousand configurations, or as many as `--configurations=N` says, then the rows."""
    count = next((int(o.partition("=")[2]) for o in options or () if o.startswith("--configurations=")), CONFIGURATIONS)
    return [*_allergens(count), *_rows()]


def _allergens(count: int) -> list[Figure]:
    chance = Random(SEED)
    book = demo_book()
    false_free = other = 0
    ours = 0.0
    items = sorted(ITEMS)
    for _ in range(count):
        item = chance.choice(items)
        choices = _configuration(chance, item)
        begun = time.perf_counter()
        verdicts = book.allergens(item, None, choices)
        ours += time.perf_counter() - begun
        for word in WORDS:
            true = oracle(item, choices, word)
            false_free += verdicts[word].value == "free" != true
            other += verdicts[word].value != true
    return [
        Figure("whole configurations of the demo menu, at random", f"{count:,}"),
        Figure("allergens falsely called free", str(false_free), "0"),
        Figure("allergens in which we differ from the oracle", str(other), "0"),
        Figure("every allergen of one configuration, with its proof", f"{ours / count * 1000:.2f} ms"),
    ]


def _configuration(chance: Random, item: str) -> tuple[tuple[str, str, str | None, int], ...]:
    """Any number of choices that the menu allows; required ones are made."""
    chosen: list[tuple[str, str, str | None, int]] = []
    for name in ITEMS[item].get("modifier_groups", ()):
        group: dict[str, Any] = GROUPS[name]
        modifiers = list(group["modifiers"])
        most = min(group.get("max") or len(modifiers), len(modifiers))
        taken = chance.sample(modifiers, chance.randint(group.get("min", 0), most))
        chosen += [(name, m["id"], chance.choice((None, None, "extra", "light")), 1) for m in taken]
        left = [m for m in modifiers if m.get("default") and m not in taken]
        chosen += [(name, m["id"], "no", 1) for m in left if chance.random() < 0.5]  # noqa: PLR2004 - every other one
    return tuple(chosen)


def _rows() -> list[Figure]:
    data = {
        "name": "Long menu",
        "currency": "EUR",
        "items": [
            {"id": f"i{n}", "name": f"Dish number {n}", "price": "3.00", "category": "Food"} for n in range(ROWS)
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bulk.db'}")
        upgrade(database)
        with database.begin() as uow:
            shop = merchants.create_merchant(uow, name="Long", slug="long", currency="EUR", locale="en-IE").id
        begun = time.perf_counter()
        with database.begin() as uow:
            catalogue.import_menu(uow, shop, menu_from_json(data))
        imported = time.perf_counter() - begun
        figures = [Figure(f"import of {ROWS:,} items", f"{imported:.1f} s", "< 30 s")]
        figures += _changes(database, shop)
        database.close()
    return figures


def _changes(database: Database, shop: str) -> list[Figure]:
    with database.read() as session:
        before = catalogue.menu_as_imported(session, shop)
    table = "id,price\n" + "\n".join(f"i{n},4.{n % 90 + 10}" for n in range(ROWS))
    begun = time.perf_counter()
    settings, problems = read_table(table, before)
    after = settings_applied(before, settings)
    looked = len(differences(before, after))
    seen = time.perf_counter() - begun
    with database.begin() as uow:
        catalogue.change_menu(uow, shop, before, after)
    done = time.perf_counter() - begun
    begun = time.perf_counter()
    with database.begin() as uow:
        catalogue.undo_menu(uow, shop)
    undone = time.perf_counter() - begun
    dearer = mass_changed(before, Selection(everything=True), MassChange(Fraction(5)))
    begun = time.perf_counter()
    with database.begin() as uow:
        catalogue.change_menu(uow, shop, before, dearer)
    ruled = time.perf_counter() - begun
    return [
        Figure("rows looked at, and problems", f"{looked:,}, {len(problems)}", f"{ROWS:,}, 0"),
        Figure("the difference of a table of them", f"{seen:.1f} s"),
        Figure("checked, shown and written", f"{done:.1f} s", "< 30 s"),
        Figure("undone", f"{undone:.1f} s", "< 30 s"),
        Figure("all of them 5 % dearer", f"{ruled:.1f} s", "< 30 s"),
    ]
