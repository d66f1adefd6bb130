"""Price lists, schedules and places: what is sold, where, when and for how much, also as it was known then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from core import catalogue, merchants
from core.access import of_staff
from core.catalogue import NewPrice, Window
from core.catalogue.format import menu_from_json
from core.catalogue.terms.rules import checked_windows, is_open
from core.kernel import clock
from core.kernel.errors import InvalidInput, NotAllowed, NotFound
from core.kernel.money import Money
from tests.catalogue.menus import small_menu

if TYPE_CHECKING:
    from core.catalogue import Menu
    from core.db.session import Database

# A Monday; the places keep the time of Dublin and of New York.
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEK = tuple(range(7))


def _open(database: Database, shop: str) -> tuple[str, str]:
    with database.begin() as uow:
        catalogue.import_menu(uow, shop, menu_from_json(small_menu()))
        dublin = merchants.add_location(uow, shop, name="Quay", time_zone="Europe/Dublin")
        york = merchants.add_location(uow, shop, name="Pier", time_zone="America/New_York")
    return dublin.id, york.id


def _menu(database: Database, shop: str, at: datetime, place: str | None = None) -> Menu:
    with database.read() as session:
        menu = catalogue.load_menu(session, shop, location_id=place, at=at)
        assert menu.version == catalogue.menu_version(session, shop, location_id=place, at=at)
        return menu


def _prices(menu: Menu) -> tuple[int, int, int, int]:
    """Of a cup, a pot, shortbread and oat drink."""
    brew = menu.items_by_id["brew"]
    oat = menu.groups_by_id["creamer"].modifier("oat")
    assert oat is not None
    return (*(v.price.amount for v in brew.variations), menu.items_by_id["shortbread"].price.amount, oat.price.amount)  # type: ignore[return-value]


def _off(menu: Menu) -> list[str]:
    modifiers = [m.id for g in menu.modifier_groups for m in g.modifiers if not m.available]
    return [*(i.id for i in menu.items if not i.available), *modifiers]


def test_a_happy_hour_changes_prices_and_the_version_while_it_lasts(database: Database, shop: str) -> None:
    dublin, york = _open(database, shop)
    plain = _menu(database, shop, NOON, dublin)
    with clock.at(NOON), database.begin() as uow:
        hours = [Window((0, 1), "16:00", "18:00")]
        catalogue.set_price_list(uow, shop, "happy", name="Happy hour", windows=hours)
        prices = [("variation", "brew/pot", 300), ("item", "shortbread", 100), ("modifier", "creamer/oat", 0)]
        catalogue.set_prices(uow, shop, "happy", [NewPrice(k, t, Money(a, "EUR")) for k, t, a in prices])  # type: ignore[arg-type]
    before = _menu(database, shop, NOON, dublin)
    during = _menu(database, shop, NOON.replace(hour=16), dublin)
    after = _menu(database, shop, NOON.replace(hour=18), dublin)
    assert _prices(before) == _prices(after) == (250, 420, 180, 40)
    assert _prices(during) == (250, 300, 100, 0)
    assert before == after == plain
    assert len({plain.version, before.version, during.version}) == 3
    assert before.version == after.version
    assert {m.version.split(".")[0] for m in (plain, during)} == {plain.version.split(".")[0]}
    # Four in the afternoon in New York is nine in the evening in Dublin.
    assert _prices(_menu(database, shop, NOON.replace(hour=16), york)) == (250, 420, 180, 40)
    assert _prices(_menu(database, shop, NOON.replace(hour=21), york)) == (250, 300, 100, 0)
    assert _prices(_menu(database, shop, NOON.replace(day=4, hour=16), dublin)) == (250, 420, 180, 40)


def test_the_higher_priority_wins_then_the_place_then_what_began_last(database: Database, shop: str) -> None:
    dublin, york = _open(database, shop)
    with clock.at(NOON), database.begin() as uow:
        for code, priority, place, amount in (("all", 0, None, 210), ("quay", 0, dublin, 220), ("top", 5, None, 230)):
            catalogue.set_price_list(uow, shop, code, name=code, priority=priority, location_id=place)
            price = NewPrice("item", "shortbread", Money(amount, "EUR"))
            late = NOON + timedelta(days=1) if code == "top" else None
            catalogue.set_prices(uow, shop, code, [NewPrice(price.kind, price.target, price.price, late)])
    assert _prices(_menu(database, shop, NOON, york))[2] == 210
    assert _prices(_menu(database, shop, NOON, dublin))[2] == 220
    assert _prices(_menu(database, shop, NOON + timedelta(days=1), dublin))[2] == 230
    with clock.at(NOON), database.begin() as uow:
        catalogue.end_price_list(uow, shop, "top")
        catalogue.withdraw_price(uow, shop, "quay", "item", "shortbread")
    assert _prices(_menu(database, shop, NOON + timedelta(days=1), dublin))[2] == 210


def test_what_was_known_then_stays_known(database: Database, shop: str) -> None:
    dublin, _ = _open(database, shop)
    first, second = NOON, NOON + timedelta(hours=2)
    with clock.at(first), database.begin() as uow:
        catalogue.set_price_list(uow, shop, "spring", name="Spring")
        catalogue.set_prices(uow, shop, "spring", [NewPrice("item", "shortbread", Money(150, "EUR"), first)])
    with clock.at(second), database.begin() as uow:
        # The price was wrong from the beginning: corrected for the past too, in which the wrong one was charged.
        catalogue.set_prices(uow, shop, "spring", [NewPrice("item", "shortbread", Money(160, "EUR"), first)])
    assert _prices(_menu(database, shop, first + timedelta(hours=1), dublin))[2] == 160
    with database.read() as session:
        version = catalogue.menu_version(session, shop)
        hour = first + timedelta(hours=1)
        charged = catalogue.menu_of_version(session, shop, version, location_id=dublin, at=hour)
        assert charged.items_by_id["shortbread"].price == Money(150, "EUR")
        known = catalogue.terms_known(session, shop, hour).lists[0].entries
        assert [(e.price.amount, e.retracted_at) for e in known] == [(150, second)]
        assert [e.price.amount for e in catalogue.terms_known(session, shop, second).lists[0].entries] == [160]


def test_breakfast_is_sold_until_eleven(database: Database, shop: str) -> None:
    dublin, _ = _open(database, shop)
    with database.begin() as uow:
        morning = [Window(WEEK, "06:00", "11:00")]
        catalogue.set_schedule(uow, shop, "breakfast", name="Breakfast", windows=morning, items=["oatcake"])
        late = [Window((0,), "22:00", "02:00")]
        catalogue.set_schedule(uow, shop, "night", name="Night", windows=late, items=["oatcake"], categories=["Tea"])
    at = NOON.replace
    assert _off(_menu(database, shop, at(hour=10, minute=59), dublin)) == ["brew"]
    assert _off(_menu(database, shop, at(hour=11), dublin)) == ["brew", "oatcake"]
    assert _off(_menu(database, shop, at(hour=22), dublin)) == []
    assert _off(_menu(database, shop, at(day=3, hour=1), dublin)) == []
    assert _off(_menu(database, shop, at(day=3, hour=2), dublin)) == ["brew", "oatcake"]
    with database.begin() as uow:
        catalogue.end_schedule(uow, shop, "breakfast")
        catalogue.end_schedule(uow, shop, "night")
    assert _off(_menu(database, shop, at(hour=11), dublin)) == []


def test_one_place_runs_out_until_a_time_and_the_others_do_not(database: Database, shop: str) -> None:
    dublin, york = _open(database, shop)
    later = NOON + timedelta(hours=3)
    with clock.at(NOON), database.begin() as uow:
        catalogue.set_available(uow, shop, "oatcake", available=False, until=later, location_id=dublin)
        catalogue.set_modifier_available(uow, shop, "creamer", "oat", available=False, location_id=dublin)
    assert _off(_menu(database, shop, NOON, dublin)) == ["oatcake", "oat"]
    assert _off(_menu(database, shop, NOON, york)) == []
    assert _off(_menu(database, shop, NOON)) == []
    assert _off(_menu(database, shop, later, dublin)) == ["oat"]
    with clock.at(NOON), database.begin() as uow:
        catalogue.set_modifier_available(uow, shop, "creamer", "oat", available=True, location_id=dublin)
        with pytest.raises(NotFound):
            catalogue.set_available(uow, shop, "cake", available=False, location_id=dublin)
        with pytest.raises(NotFound):
            catalogue.set_available(uow, shop, "oatcake", available=False, location_id="elsewhere")
    assert _off(_menu(database, shop, later, dublin)) == []


def test_a_change_that_is_rolled_back_is_not_remembered(database: Database, shop: str) -> None:
    dublin, _ = _open(database, shop)
    with pytest.raises(RuntimeError), database.begin() as uow:
        catalogue.set_available(uow, shop, "oatcake", available=False, location_id=dublin)
        assert _off(catalogue.load_menu(uow.session, shop, location_id=dublin)) == ["oatcake"]
        raise RuntimeError
    with database.begin() as uow:
        catalogue.set_available(uow, shop, "brew", available=False, location_id=dublin)
    assert _off(_menu(database, shop, NOON, dublin)) == ["brew"]


def test_the_version_costs_two_small_queries_at_most(database: Database, shop: str) -> None:
    dublin, _ = _open(database, shop)
    with database.begin() as uow:
        catalogue.set_price_list(uow, shop, "happy", name="Happy", windows=[Window(WEEK, "16:00", "18:00")])
    _menu(database, shop, NOON, dublin)
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as session:
        merchants.location(session, shop, dublin)
        said.clear()
        catalogue.menu_version(session, shop, location_id=dublin)
    event.remove(database.engine, "before_cursor_execute", note)
    assert 1 <= len([s for s in said if s.startswith("SELECT")]) <= 3, said


@pytest.mark.parametrize(
    ("window", "field"),
    [
        (Window((), "06:00", "11:00"), "windows[0].days"),
        (Window((7,), "06:00", "11:00"), "windows[0].days"),
        (Window(WEEK, "6:00", "11:00"), "windows[0].opens"),
        (Window(WEEK, "06:00", "25:00"), "windows[0].closes"),
        (Window(WEEK, "06:00", "06:00"), "windows[0]"),
    ],
)
def test_windows_that_are_none_are_refused(window: Window, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_windows([window])
    assert refused.value.values["field"] == field


def test_prices_that_cannot_be_are_refused(database: Database, shop: str) -> None:
    _open(database, shop)
    euro = Money(100, "EUR")
    with database.begin() as uow:
        catalogue.set_price_list(uow, shop, "happy", name="Happy")
        for wrong in (
            NewPrice("item", "shortbread", Money(100, "USD")),
            NewPrice("item", "shortbread", Money(-1, "EUR")),
            NewPrice("item", "shortbread", euro, NOON, NOON),
        ):
            with pytest.raises(InvalidInput):
                catalogue.set_prices(uow, shop, "happy", [wrong])
        for lost in (NewPrice("item", "cake", euro), NewPrice("variation", "brew/jug", euro)):
            with pytest.raises(NotFound):
                catalogue.set_prices(uow, shop, "happy", [NewPrice("item", "brew", euro), lost])
        with pytest.raises(NotFound):
            catalogue.set_prices(uow, shop, "sad", [NewPrice("item", "brew", euro)])
    with database.read() as session:
        assert catalogue.terms_known(session, shop, clock.now()).lists[0].entries == ()


def test_only_who_may_change_the_menu_changes_prices(database: Database, shop: str) -> None:
    _open(database, shop)
    cook = of_staff(shop, "someone", "kitchen")
    with database.begin(cook) as uow, pytest.raises(NotAllowed):
        catalogue.set_price_list(uow, shop, "happy", name="Happy")


def test_windows_follow_the_clock_of_the_place_through_the_changes_of_summer_time() -> None:
    window = [Window((6,), "01:30", "03:00")]
    spring = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)  # 00:59 in Dublin; a minute later it is 02:00
    assert not is_open(window, spring, "Europe/Dublin")
    assert is_open(window, spring + timedelta(minutes=1), "Europe/Dublin")
