"""Shops and their locations."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core import merchants
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.merchants import LocationView, MerchantView, OpeningHours

if TYPE_CHECKING:
    from core.db.session import Database


def _make(database: Database, slug: str = "quay", **details: Any) -> MerchantView:  # noqa: ANN401 - any detail
    with database.begin() as uow:
        facts: dict[str, Any] = {"name": "Quay Cafe", "currency": "USD", "locale": "en-US", **details}
        return merchants.create_merchant(uow, slug=slug, **facts)


def _locate(database: Database, shop: str, name: str = "Quay", **details: Any) -> LocationView:  # noqa: ANN401 - the same
    with database.begin() as uow:
        return merchants.add_location(uow, shop, name=name, **details)


def test_a_shop_is_found_by_id_by_slug_and_as_the_only_one(database: Database) -> None:
    with database.read() as session:
        assert merchants.only_merchant(session) is None
    shop = _make(database)
    _make(database, slug="later")
    place = _locate(database, shop.id)
    whole = MerchantView(shop.id, "Quay Cafe", "quay", "USD", "en-US", (place.id,))
    with database.read() as session:
        assert merchants.merchant(session, shop.id) == whole
        assert merchants.by_slug(session, "quay") == whole
        assert merchants.only_merchant(session) == whole


def test_a_location_keeps_all_that_was_said_of_it(database: Database) -> None:
    shop = _make(database)
    week = (OpeningHours(0, "08:00", "12:00"), OpeningHours(0, "13:00", "18:00"), OpeningHours(5, "18:00", "02:00"))
    place = _locate(
        database,
        shop.id,
        address="1 Quay",
        phone="+1 555 0100",
        time_zone="America/Chicago",
        tax_rate_basis_points=825,
        prices_include_tax=True,
        hours=tuple(reversed(week)),
        fulfilments=("pickup", "delivery"),
        facts={"wifi": "QuayGuest"},
    )
    assert place == LocationView(
        id=place.id,
        merchant_id=shop.id,
        name="Quay",
        address="1 Quay",
        phone="+1 555 0100",
        time_zone="America/Chicago",
        tax_rate_basis_points=825,
        prices_include_tax=True,
        hours=week,
        fulfilments=("pickup", "delivery"),
        facts={"wifi": "QuayGuest"},
    )
    with database.read() as session:
        assert merchants.location(session, shop.id, place.id) == place


def test_the_first_location_is_the_default(database: Database) -> None:
    shop = _make(database)
    with database.read() as session, pytest.raises(NotFound):
        merchants.default_location(session, shop.id)
    first, second = _locate(database, shop.id), _locate(database, shop.id, "Hill")
    with database.read() as session:
        assert merchants.default_location(session, shop.id) == first
        assert merchants.merchant(session, shop.id).location_ids == (first.id, second.id)


def test_the_week_can_be_replaced(database: Database) -> None:
    shop = _make(database)
    place = _locate(database, shop.id, hours=[OpeningHours(0, "08:00", "12:00")])
    other = _locate(database, shop.id, "Hill", hours=[OpeningHours(0, "08:00", "12:00")])
    week = (OpeningHours(0, "08:00", "13:00"), OpeningHours(1, "09:00", "13:00"))
    with database.begin() as uow:
        assert merchants.set_hours(uow, shop.id, place.id, week).hours == week
    with pytest.raises(InvalidInput), database.begin() as uow:
        merchants.set_hours(uow, shop.id, place.id, [OpeningHours(0, "25:00", "13:00")])
    with database.read() as session:
        assert merchants.location(session, shop.id, place.id).hours == week
        assert merchants.location(session, shop.id, other.id).hours == other.hours


def test_a_shop_cannot_reach_the_locations_of_another(database: Database) -> None:
    mine, other = _make(database), _make(database, slug="other")
    place = _locate(database, other.id, hours=[OpeningHours(0, "08:00", "12:00")])
    with database.read() as session:
        with pytest.raises(NotFound):
            merchants.location(session, mine.id, place.id)
        with pytest.raises(NotFound):
            merchants.default_location(session, mine.id)
    with pytest.raises(NotFound), database.begin() as uow:
        merchants.set_hours(uow, mine.id, place.id, [])
    with database.read() as session:
        assert merchants.location(session, other.id, place.id) == place


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"slug": "Quay Cafe"}, "slug"),
        ({"slug": "-quay"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "q" * 64}, "slug"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"locale": "en_US"}, "locale"),
        ({"locale": "klingon"}, "locale"),
        ({"name": " \u200b"}, "name"),
    ],
)
def test_a_shop_with_unusable_details_is_refused(database: Database, details: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        _make(database, **details)
    assert wrong.value.values["field"] == field
    with database.read() as session:
        assert merchants.only_merchant(session) is None


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"name": ""}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"tax_rate_basis_points": -1}, "tax_rate_basis_points"),
        ({"tax_rate_basis_points": 10001}, "tax_rate_basis_points"),
        ({"fulfilments": ()}, "fulfilments"),
        ({"fulfilments": ("pickup", "pickup")}, "fulfilments"),
        ({"fulfilments": ("drone",)}, "fulfilments"),
        ({"hours": [OpeningHours(9, "08:00", "12:00")]}, "hours[0].weekday"),
    ],
)
def test_a_location_with_unusable_details_is_refused(database: Database, details: dict[str, Any], field: str) -> None:
    shop = _make(database)
    with pytest.raises(InvalidInput) as wrong:
        _locate(database, shop.id, **details)
    assert wrong.value.values["field"] == field
    with database.read() as session:
        assert merchants.merchant(session, shop.id).location_ids == ()


def test_one_slug_is_one_shop_also_when_two_make_it_at_once(database: Database) -> None:
    outcomes: list[str] = []

    def make() -> None:
        try:
            outcomes.append(_make(database).slug)
        except Conflict:
            outcomes.append("taken")

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["quay", "taken", "taken", "taken"]


def test_a_taken_slug_leaves_the_rest_of_the_unit_of_work_alone(database: Database) -> None:
    _make(database)
    with database.begin() as uow:
        made = merchants.create_merchant(uow, name="Hill", slug="hill", currency="EUR", locale="de")
        with pytest.raises(Conflict):
            merchants.create_merchant(uow, name="Quay", slug="quay", currency="EUR", locale="de")
    with database.read() as session:
        assert merchants.by_slug(session, "hill") == made


def test_a_location_name_is_used_once_in_a_shop(database: Database) -> None:
    mine, other = _make(database), _make(database, slug="other")
    _locate(database, mine.id)
    _locate(database, other.id)
    with pytest.raises(Conflict):
        _locate(database, mine.id)
    with pytest.raises(NotFound):
        _locate(database, "nobody")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE locations SET tax_rate_basis_points = 10001",
        "UPDATE opening_hours SET weekday = 7",
        "UPDATE opening_hours SET opens = '8:00'",
        "UPDATE merchants SET currency = 'US'",
        "UPDATE merchants SET name = ''",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(database: Database, statement: str) -> None:
    shop = _make(database)
    place = _locate(database, shop.id, hours=[OpeningHours(0, "08:00", "12:00")])
    with pytest.raises(IntegrityError), database.begin() as uow:
        uow.session.execute(text(statement))
    with database.read() as session:
        assert merchants.location(session, shop.id, place.id) == place
