"""What staff take off ("86"): at once, until a time or until further notice, and through imports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from core import catalogue
from core.catalogue.format import menu_from_json
from core.db.outbox import WorkRow
from core.kernel import clock
from core.kernel.errors import InvalidInput, NotFound
from tests.catalogue.menus import small_menu

if TYPE_CHECKING:
    from core.db.session import Database
    from core.db.uow import Committed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _put(database: Database, shop: str, data: dict[str, Any] | None = None) -> str:
    with database.begin() as uow:
        return catalogue.import_menu(uow, shop, menu_from_json(data or small_menu())).version


def _off(database: Database, shop: str) -> list[str]:
    """Ids of what cannot be had now."""
    with database.read() as session:
        menu = catalogue.load_menu(session, shop)
        assert menu.version == catalogue.menu_version(session, shop)
    modifiers = [m.id for g in menu.modifier_groups for m in g.modifiers if not m.available]
    return [*(i.id for i in menu.items if not i.available), *modifiers]


def _version(database: Database, shop: str) -> str:
    with database.read() as session:
        return catalogue.menu_version(session, shop)


def test_an_item_is_off_at_once_and_back_at_once(database: Database, shop: str) -> None:
    versions = [_put(database, shop)]
    for available in (False, True, False):
        with database.begin() as uow:
            catalogue.set_available(uow, shop, "shortbread", available=available)
        assert _off(database, shop) == ([] if available else ["shortbread"])
        versions.append(_version(database, shop))
    assert len(set(versions)) == 4
    assert len({v.split(".")[0] for v in versions}) == 1


def test_off_until_a_time_ends_by_itself_with_another_version(database: Database, shop: str) -> None:
    with clock.at(NOON):
        _put(database, shop)
        with database.begin() as uow:
            catalogue.set_available(uow, shop, "brew", available=False, until=NOON + timedelta(hours=2))
            catalogue.set_modifier_available(
                uow, shop, "creamer", "oat", available=False, until=NOON + timedelta(hours=1)
            )
        assert _off(database, shop) == ["brew", "oat"]
        versions = [_version(database, shop)]
    for minutes, off in ((59, ["brew", "oat"]), (60, ["brew"]), (119, ["brew"]), (120, [])):
        with clock.at(NOON + timedelta(minutes=minutes)):
            assert _off(database, shop) == off
            versions.append(_version(database, shop))
    assert versions[0] == versions[1] != versions[2] == versions[3] != versions[4]
    assert len(set(versions)) == 3


def test_a_modifier_can_be_off_in_one_group_alone(database: Database, shop: str) -> None:
    data = small_menu()
    data["modifier_groups"][1]["modifiers"].append({"id": "oat", "name": "oat straw"})
    _put(database, shop, data)
    with database.begin() as uow:
        catalogue.set_modifier_available(uow, shop, "leaf", "oat", available=False)
    with database.read() as session:
        menu = catalogue.load_menu(session, shop)
    off = [(g.id, m.id) for g in menu.modifier_groups for m in g.modifiers if not m.available]
    assert off == [("leaf", "oat")]


def test_an_import_keeps_what_staff_took_off(database: Database, shop: str) -> None:
    _put(database, shop)
    with database.begin() as uow:
        catalogue.set_available(uow, shop, "brew", available=False)
        catalogue.set_modifier_available(uow, shop, "creamer", "oat", available=False)
    data = small_menu()
    data["items"][0]["name"] = "Better brew"
    data["modifier_groups"][0]["modifiers"][1]["price"] = "0.50"
    _put(database, shop, data)
    assert _off(database, shop) == ["brew", "oat"]
    with database.read() as session:
        assert catalogue.menu_as_imported(session, shop) == menu_from_json(data)


def test_staff_can_sell_what_the_file_has_off_and_the_next_file_rules_again_once_they_agree(
    database: Database, shop: str
) -> None:
    off = small_menu()
    off["items"][1]["available"] = False
    _put(database, shop, off)
    assert _off(database, shop) == ["shortbread"]
    with database.begin() as uow:
        catalogue.set_available(uow, shop, "shortbread", available=True)
    assert _off(database, shop) == []
    _put(database, shop)
    with database.begin() as uow:
        catalogue.set_available(uow, shop, "shortbread", available=True)
    _put(database, shop, off)
    assert _off(database, shop) == ["shortbread"]


def test_events_and_live_pages_hear_of_it(database: Database, shop: str) -> None:
    with clock.at(NOON):
        _put(database, shop)
        news: list[Committed] = []
        database.on_commit(news.append)
        until = NOON + timedelta(hours=1)
        with database.begin() as uow:
            catalogue.set_available(uow, shop, "brew", available=False, until=until)
            catalogue.set_modifier_available(uow, shop, "creamer", "oat", available=True)
    assert [n.topics for n in news] == [{f"menu:{shop}"}]
    with database.read() as session:
        works = session.scalars(select(WorkRow).where(WorkRow.done_at.is_(None)).order_by(WorkRow.id)).all()[1:]
    assert [(w.kind, w.payload) for w in works] == [
        (
            "event:ItemAvailabilityChanged",
            {
                "merchant_id": shop,
                "item_id": "brew",
                "available": False,
                "until": "2026-03-02T13:00:00+00:00",
                "location_id": "",
            },
        ),
        (
            "event:ModifierAvailabilityChanged",
            {
                "merchant_id": shop,
                "group_id": "creamer",
                "modifier_id": "oat",
                "available": True,
                "until": "",
                "location_id": "",
            },
        ),
    ]


@pytest.mark.parametrize("item", ["coffee", "oat", "", "elevenses"])
def test_what_is_not_on_the_menu_cannot_be_taken_off(database: Database, shop: str, item: str) -> None:
    version = _put(database, shop)
    with pytest.raises(NotFound), database.begin() as uow:
        catalogue.set_available(uow, shop, item, available=False)
    with pytest.raises(NotFound), database.begin() as uow:
        catalogue.set_modifier_available(uow, shop, "leaf", "oat", available=False)
    assert _version(database, shop) == version


def test_a_retired_item_cannot_be_taken_off(database: Database, shop: str) -> None:
    _put(database, shop)
    data = small_menu()
    data["items"].pop(1)
    data["combos"] = []
    version = _put(database, shop, data)
    with pytest.raises(NotFound), database.begin() as uow:
        catalogue.set_available(uow, shop, "shortbread", available=False)
    assert _version(database, shop) == version


def test_a_moment_that_has_passed_is_refused(database: Database, shop: str) -> None:
    version = _put(database, shop)
    with clock.at(NOON), pytest.raises(InvalidInput) as wrong, database.begin() as uow:
        catalogue.set_available(uow, shop, "brew", available=False, until=NOON)
    assert wrong.value.values["field"] == "until"
    assert _version(database, shop) == version


def test_the_version_costs_one_query_and_the_menu_few(database: Database, shop: str) -> None:
    _put(database, shop)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as session:
        catalogue.menu_version(session, shop)
    assert len(statements) == 1
    statements.clear()
    with database.read() as session:
        catalogue.load_menu(session, shop)
    assert len(statements) <= 11
