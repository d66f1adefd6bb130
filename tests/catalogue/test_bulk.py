"""Mass changes: looked at before, all or nothing, undone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from core import catalogue
from core.catalogue.bulk.changes import MassChange, Selection, Setting, differences, mass_changed, settings_applied
from core.catalogue.bulk.table import read_table
from core.catalogue.format import menu_from_json
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.kernel.money import Money
from tests.catalogue.menus import small_menu

if TYPE_CHECKING:
    from core.catalogue import Menu
    from core.db.session import Database

MENU = menu_from_json(small_menu())
DRINKS = Selection(categories=frozenset({"tea"}))


def _put(database: Database, shop: str, menu: Menu = MENU) -> None:
    with database.begin() as uow:
        catalogue.import_menu(uow, shop, menu)


def _now(database: Database, shop: str) -> Menu:
    with database.read() as session:
        return catalogue.menu_as_imported(session, shop)


def test_all_drinks_five_percent_dearer_rounded_to_five_cents() -> None:
    after = mass_changed(MENU, DRINKS, MassChange(Fraction(5), step=5))
    assert [str(d) for d in differences(MENU, after)] == [
        "brew (House brew): price 2.50 EUR → 2.65 EUR",
        "brew/cup (House brew, Cup): price 2.50 EUR → 2.65 EUR",
        "brew/pot (House brew, Pot): price 4.20 EUR → 4.40 EUR",
    ]
    assert after.items[1:] == MENU.items[1:]
    assert after.modifier_groups == MENU.modifier_groups


@pytest.mark.parametrize(
    ("percent", "step", "amount"),
    [
        (Fraction(0), 1, 250),
        (Fraction(-100), 1, 0),
        (Fraction(1, 5), 1, 251),
        (Fraction(1, 10), 1, 250),
        (Fraction(3), 50, 250),
    ],
)
def test_percentages_are_exact_and_round_half_up(percent: Fraction, step: int, amount: int) -> None:
    after = mass_changed(MENU, DRINKS, MassChange(percent, step))
    assert after.items_by_id["brew"].price == Money(amount, "EUR")


def test_a_change_that_says_nothing_or_hits_nothing_is_refused() -> None:
    everything = Selection(everything=True)
    for selection, change in (
        (Selection(items=frozenset({"cake"})), MassChange(Fraction(5))),
        (everything, MassChange()),
        (everything, MassChange(Fraction(-101))),
        (everything, MassChange(Fraction(5), step=0)),
    ):
        with pytest.raises(InvalidInput):
            mass_changed(MENU, selection, change)


def test_a_table_sets_prices_and_what_can_be_had() -> None:
    text = "\ufeffID,Price,Available\nbrew/pot,5,\nshortbread,,no\n\ncreamer:oat,0,no\n"
    settings, problems = read_table(text, MENU)
    assert problems == []
    assert settings == {
        "brew/pot": Setting("brew/pot", Money(500, "EUR")),
        "shortbread": Setting("shortbread", None, available=False),
        "creamer:oat": Setting("creamer:oat", Money(0, "EUR"), available=False),
    }
    assert [(d.key, d.field, d.before, d.after) for d in differences(MENU, settings_applied(MENU, settings))] == [
        ("brew/pot", "price", "4.20 EUR", "5.00 EUR"),
        ("shortbread", "available", "yes", "no"),
        ("creamer:oat", "price", "0.40 EUR", "0.00 EUR"),
        ("creamer:oat", "available", "yes", "no"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1"),
        ("id\nbrew\n", "line 1"),
        ("id,cost\nbrew,1\n", "line 1"),
        ("id,price\nbrew,1\ncake,1\n", "line 3, id"),
        ("id,price\nbrew,1.005\n", "line 2, price"),
        ("id,price\nbrew,-1\n", "line 2, price"),
        ("id,price\nbrew,1\nbrew,2\n", "line 3"),
        ("id,available\nbrew,maybe\n", "line 2, available"),
        ("id,available\nbrew/pot,no\n", "line 2, available"),
    ],
)
def test_every_wrong_row_is_found_at_its_line(text: str, place: str) -> None:
    _, problems = read_table(text, MENU)
    assert [p.place for p in problems] == [place]
    assert all(p.message and p.fix for p in problems)


def test_a_change_is_one_revision_and_is_undone_and_done_again(database: Database, shop: str) -> None:
    _put(database, shop)
    before = _now(database, shop)
    after = mass_changed(before, DRINKS, MassChange(Fraction(10)))
    told: list[tuple[int, int]] = []
    with database.begin() as uow:
        report = catalogue.change_menu(uow, shop, before, after, progress=lambda n, of: told.append((n, of)))
    assert ([e.id for e in report.changed], report.revision) == (["brew"], 2)
    assert (told[0], told[-1]) == ((0, 3), (3, 3))
    assert _now(database, shop) == after
    with database.begin() as uow:
        assert catalogue.undo_menu(uow, shop).revision == 3
    assert _now(database, shop) == before
    with database.begin() as uow:
        catalogue.undo_menu(uow, shop)
    assert _now(database, shop) == after


def test_what_was_looked_at_is_what_is_done_or_nothing(database: Database, shop: str) -> None:
    _put(database, shop)
    before = _now(database, shop)
    mine = mass_changed(before, DRINKS, MassChange(Fraction(10)))
    theirs = mass_changed(before, Selection(everything=True), MassChange(Fraction(20)))
    with database.begin() as uow:
        catalogue.change_menu(uow, shop, before, theirs)
    with database.begin() as uow, pytest.raises(Conflict):
        catalogue.change_menu(uow, shop, before, mine)
    assert _now(database, shop) == theirs
    # Control: an import that does not look overwrites what somebody else did meanwhile.
    with database.begin() as uow:
        catalogue.import_menu(uow, shop, mine)
    assert _now(database, shop) == mine


def test_a_menu_that_was_never_changed_cannot_be_undone(database: Database, shop: str) -> None:
    _put(database, shop)
    with database.begin() as uow, pytest.raises(NotFound):
        catalogue.undo_menu(uow, shop)
    assert _now(database, shop) == MENU
