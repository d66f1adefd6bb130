"""Importing: all or nothing, by id, and the same menu twice is one menu."""

from __future__ import annotations

import copy
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from core import catalogue, merchants
from core.catalogue.format import check_menu, menu_from_json, menu_to_json
from core.catalogue.models import ItemRow, MenuRevision, VariationRow
from core.catalogue.repository import reading
from core.db.outbox import WorkRow
from core.db.session import Database, Session
from core.kernel import clock
from core.kernel.errors import InvalidMenu, NotFound
from tests.catalogue.menus import large_menu, make_shop, small_menu

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from core.catalogue import ImportReport, Menu, ModifierGroup
    from core.db.uow import Committed, UnitOfWork


def put(database: Database, shop: str, data: dict[str, Any]) -> ImportReport:
    """Import a menu file's JSON in a unit of work of its own."""
    with database.begin() as uow:
        return catalogue.import_menu(uow, shop, menu_from_json(data))


def load(database: Database, shop: str) -> Menu:
    """The menu in force."""
    with database.read() as session:
        return catalogue.load_menu(session, shop)


def _words(report: ImportReport) -> tuple[list[str], list[str], list[str]]:
    return tuple([f"{e.kind} {e.id}" for e in part] for part in (report.added, report.changed, report.retired))  # type: ignore[return-value] # three parts


def test_a_menu_is_loaded_as_it_was_imported(database: Database, shop: str) -> None:
    menu = menu_from_json(small_menu())
    report = put(database, shop, small_menu())
    loaded = load(database, shop)
    assert loaded == menu
    assert loaded.version == report.version
    assert _words(report) == (
        [
            "item brew",
            "item shortbread",
            "item oatcake",
            "modifier_group creamer",
            "modifier_group leaf",
            "combo elevenses",
        ],
        [],
        [],
    )
    assert (report.revision, report.unchanged) == (1, False)
    assert loaded.items_by_id["brew"].allergens == ()
    assert [m.allergens_declared for m in loaded.groups_by_id["leaf"].modifiers] == [True, False]


def _told(session: Session) -> Sequence[WorkRow]:
    """What is told of imports."""
    return session.scalars(select(WorkRow).where(WorkRow.kind == "event:MenuImported")).all()


def test_the_same_menu_again_is_no_new_version_and_no_event(database: Database, shop: str) -> None:
    first = put(database, shop, small_menu())
    news: list[Committed] = []
    database.on_commit(news.append)
    again = put(database, shop, menu_to_json(load(database, shop)))
    assert again.unchanged
    assert (again.revision, again.version, _words(again)) == (1, first.version, ([], [], []))
    assert news == []
    with database.read() as session:
        assert (
            session.scalar(select(func.count()).select_from(MenuRevision).where(MenuRevision.merchant_id == shop)) == 1
        )
        assert len(_told(session)) == 1


def test_another_menu_adds_changes_and_retires_by_id(database: Database, shop: str) -> None:
    first = put(database, shop, small_menu())
    data = small_menu()
    data["items"][0]["variations"][1]["price"] = "4.50"
    data["items"][0]["variations"].append({"id": "urn", "name": "Urn", "price": "20"})
    data["items"][2] = {"id": "scone", "name": "Scone", "price": "2.20", "allergens": ["gluten", "eggs"]}
    data["modifier_groups"][0]["modifiers"].pop(0)
    data["combos"][0]["slots"][1]["items"] = ["scone"]
    second = put(database, shop, data)
    assert _words(second) == (
        ["item scone"],
        ["item brew", "modifier_group creamer", "combo elevenses"],
        ["item oatcake"],
    )
    assert second.revision == 2
    assert second.version != first.version
    assert load(database, shop) == menu_from_json(data)

    back = put(database, shop, small_menu())
    assert _words(back)[0] == ["item oatcake"]
    assert load(database, shop) == menu_from_json(small_menu())
    with database.read() as session:
        codes = session.scalars(select(ItemRow.code).where(ItemRow.merchant_id == shop)).all()
    assert sorted(codes) == ["brew", "oatcake", "scone", "shortbread"]


def test_the_order_of_the_file_is_the_order_of_the_menu(database: Database, shop: str) -> None:
    put(database, shop, small_menu())
    data = small_menu()
    data["items"].reverse()
    data["modifier_groups"].reverse()
    data["items"][2]["modifier_groups"].reverse()
    report = put(database, shop, data)
    loaded = load(database, shop)
    assert [i.id for i in loaded.items] == ["oatcake", "shortbread", "brew"]
    assert loaded == menu_from_json(data)
    assert (report.revision, _words(report)) == (2, ([], ["item brew"], []))


def test_the_event_says_what_came_and_live_pages_are_told(database: Database, shop: str) -> None:
    news: list[Committed] = []
    database.on_commit(news.append)
    report = put(database, shop, small_menu())
    assert [n.topics for n in news] == [{f"menu:{shop}"}]
    with database.read() as session:
        (work,) = _told(session)
    assert work.merchant_id == shop
    assert work.payload == {
        "merchant_id": shop,
        "revision": 1,
        "version": report.version,
        "added": _words(report)[0],
        "changed": [],
        "retired": [],
    }


def test_an_import_that_fails_half_way_leaves_the_menu_that_was_there(
    database: Database, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, shop, small_menu())
    before = load(database, shop)

    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("core.catalogue.repository.put_in_force", crash)
    with pytest.raises(ZeroDivisionError):
        put(database, shop, large_menu(5))
    after = load(database, shop)
    assert (after, after.version) == (before, before.version)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ItemRow).where(ItemRow.merchant_id == shop)) == 3


def test_a_menu_in_another_currency_is_refused(database: Database) -> None:
    shop = make_shop(database, currency="USD")
    with pytest.raises(InvalidMenu) as wrong:
        put(database, shop, small_menu())
    assert [(p.kind, p.place) for p in wrong.value.problems] == [("other-currency", "currency")]
    with database.read() as session, pytest.raises(NotFound):
        catalogue.load_menu(session, shop)


def test_shops_do_not_see_one_another(database: Database, shop: str) -> None:
    other = make_shop(database, slug="other")
    first = put(database, shop, small_menu())
    data = small_menu()
    data["items"][0]["name"] = "Other brew"
    second = put(database, other, data)
    assert first.version != second.version
    with database.begin() as uow:
        catalogue.set_available(uow, other, "brew", available=False)
        catalogue.set_modifier_available(uow, other, "creamer", "oat", available=False)
    assert load(database, shop) == menu_from_json(small_menu())
    assert load(database, shop).version == first.version
    put(database, other, {**data, "items": data["items"][1:], "combos": []})
    assert load(database, shop) == menu_from_json(small_menu())
    with database.read() as session, pytest.raises(NotFound):
        catalogue.menu_of_version(session, other, first.version)


def test_an_earlier_menu_can_be_had_for_replays(database: Database, shop: str) -> None:
    first = put(database, shop, small_menu())
    put(database, shop, large_menu(3))
    with database.read() as session:
        assert catalogue.menu_of_version(session, shop, first.version) == menu_from_json(small_menu())


def test_there_is_no_menu_before_the_first_import(database: Database, shop: str) -> None:
    for asked in (catalogue.load_menu, catalogue.menu_version, catalogue.menu_as_imported):
        with database.read() as session, pytest.raises(NotFound):
            asked(session, shop)
    with pytest.raises(NotFound), database.begin() as uow:
        catalogue.import_menu(uow, "nobody", menu_from_json(small_menu()))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE items SET price_amount = -1",
        "UPDATE variations SET price_amount = -1",
        "UPDATE modifiers SET price_amount = -1",
        "UPDATE combos SET price_amount = -1",
        "UPDATE modifier_groups SET min_choices = 3, max_choices = 2",
        "UPDATE modifier_groups SET max_choices = 0, min_choices = 0",
        "UPDATE modifiers SET max_quantity = 0",
        "UPDATE combo_slots SET quantity = 0",
        "UPDATE items SET code = 'brew'",
        "UPDATE variations SET is_default = true",
        "UPDATE items SET name = ''",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(database: Database, shop: str, statement: str) -> None:
    put(database, shop, small_menu())
    with pytest.raises(IntegrityError), database.begin() as uow:
        uow.session.execute(text(statement))
    assert load(database, shop) == menu_from_json(small_menu())


def test_two_imports_at_once_come_one_after_another(database: Database, shop: str) -> None:
    menus = [large_menu(4), small_menu()]
    reports: list[ImportReport] = []
    threads = [threading.Thread(target=lambda m=m: reports.append(put(database, shop, m))) for m in menus * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [r for r in reports if not r.unchanged]
    assert sorted(r.revision for r in done) == list(range(1, len(done) + 1))
    last = max(done, key=lambda r: r.revision)
    loaded = load(database, shop)
    assert loaded.version == last.version
    assert loaded in [menu_from_json(m) for m in menus]


def test_control_without_holding_the_shop_two_imports_at_once_collide(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgres_url)
    shop = make_shop(database)
    both = threading.Barrier(2, timeout=20)

    def hold_nothing(uow: UnitOfWork, merchant_id: str) -> merchants.MerchantView:
        both.wait()
        return merchants.merchant(uow.session, merchant_id)

    monkeypatch.setattr(merchants, "hold", hold_nothing)
    failed: list[IntegrityError] = []

    def run(data: dict[str, Any]) -> None:
        try:
            put(database, shop, data)
        except IntegrityError as wrong:
            failed.append(wrong)

    threads = [threading.Thread(target=run, args=(m,)) for m in (large_menu(200), small_menu())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    assert len(failed) == 1


def _import_in_the_middle(database: Database, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let another menu come in after the next reader has read the items and before it reads the groups."""
    groups = reading._groups
    waiting = [large_menu(6)]

    def interrupted(session: Session, merchant_id: str, moment: datetime | None) -> tuple[ModifierGroup, ...]:
        if waiting:
            put(database, shop, waiting.pop())
        return groups(session, merchant_id, moment)

    monkeypatch.setattr(reading, "_groups", interrupted)


def test_a_reader_never_sees_half_of_two_menus(database: Database, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = put(database, shop, small_menu())
    _import_in_the_middle(database, shop, monkeypatch)
    with database.read() as session:
        seen = catalogue.load_menu(session, shop)
    assert (seen, seen.version) == (menu_from_json(small_menu()), first.version)
    assert load(database, shop) == menu_from_json(large_menu(6))


def test_control_reading_once_does_see_half_of_two_menus(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(postgres_url)
    shop = make_shop(database)
    put(database, shop, small_menu())
    _import_in_the_middle(database, shop, monkeypatch)
    with Session(database.engine) as session:  # as a unit of work reads: each statement sees what is there by then
        seen = reading.load(session, shop, clock.now())
    database.close()
    assert seen is not None
    assert [i.id for i in seen.items] == ["brew", "shortbread", "oatcake"]
    assert "leaf" not in seen.groups_by_id


def test_a_large_menu_is_checked_imported_and_loaded_quickly(database: Database, shop: str) -> None:
    data = large_menu(300)
    began = time.process_time()  # the time of this process: other work on the machine does not count
    assert [p for p in check_menu(data) if p.severity == "error"] == []
    put(database, shop, data)
    loaded = load(database, shop)
    took = time.process_time() - began
    assert len(loaded.items) == 300
    with database.read() as session:
        assert (
            session.scalar(select(func.count()).select_from(VariationRow).where(VariationRow.merchant_id == shop))
            == 900
        )
    assert took < 2


def test_small_changes_of_a_large_menu_write_little(database: Database, shop: str) -> None:
    data = large_menu(300)
    put(database, shop, data)
    kept = copy.deepcopy(data)
    kept["items"][7]["price"] = "4.00"
    kept["items"][7]["variations"] = []
    report = put(database, shop, kept)
    assert _words(report) == ([], ["item dish7"], [])
    assert load(database, shop) == menu_from_json(kept)
