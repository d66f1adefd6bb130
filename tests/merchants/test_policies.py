"""Holidays, policies and the details of shops and locations."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from core import merchants
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.merchants import Holiday, OpeningHours, Policy
from core.merchants.policies import check_policy

if TYPE_CHECKING:
    from core.db.session import Database

WEEK = tuple(OpeningHours(day, "09:00", "17:00") for day in range(7))


def _place(database: Database) -> merchants.LocationView:
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Mine", slug="mine", currency="EUR", locale="en")
        return merchants.add_location(uow, shop.id, name="Pier", time_zone="Europe/Dublin", hours=WEEK)


def test_on_a_holiday_the_week_does_not_hold(database: Database) -> None:
    place = _place(database)
    days = (Holiday("2026-12-25", "Christmas"), Holiday("2026-12-24", "", (("09:00", "12:00"),)))
    with database.begin() as uow:
        kept = merchants.set_holidays(uow, place.merchant_id, place.id, days)
    assert kept.holidays == (days[1], days[0])
    eve = merchants.opening(kept, datetime(2026, 12, 24, 11, tzinfo=UTC))
    assert eve.closes_at == datetime(2026, 12, 24, 12, tzinfo=UTC)
    noon = merchants.opening(kept, datetime(2026, 12, 24, 12, tzinfo=UTC))
    assert (noon.open, noon.opens_at) == (False, datetime(2026, 12, 26, 9, tzinfo=UTC))
    assert merchants.opening(place, datetime(2026, 12, 25, 12, tzinfo=UTC)).open


def test_weeks_of_holidays_end(database: Database) -> None:
    place = _place(database)
    shut = tuple(Holiday(f"2026-08-{day:02}") for day in range(1, 32))
    opens = merchants.opening(replace(place, holidays=shut), datetime(2026, 8, 1, 12, tzinfo=UTC)).opens_at
    assert opens == datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "days",
    [
        (Holiday("24.12.2026"),),
        (Holiday("20261224"),),
        (Holiday("2026-12-24"), Holiday("2026-12-24")),
        (Holiday("2026-12-24", "", (("9", "12:00"),)),),
        (Holiday("2026-12-24", "", (("09:00", "12:00"), ("11:00", "13:00"))),),
    ],
)
def test_holidays_that_cannot_be_meant_are_refused(database: Database, days: tuple[Holiday, ...]) -> None:
    place = _place(database)
    with database.begin() as uow:
        with pytest.raises(InvalidInput):
            merchants.set_holidays(uow, place.merchant_id, place.id, days)
        assert merchants.location(uow.session, place.merchant_id, place.id) == place


def test_a_policy_is_kept_whole(database: Database) -> None:
    place = _place(database)
    policy = Policy(
        when_closed="preorder",
        preparation_minutes=20,
        lead_minutes=45,
        slot_minutes=30,
        slot_orders=4,
        days_ahead=14,
        customer_cancels="never",
        customer_changes="before_acceptance",
        hold_units=30,
        hold_amount=20_000,
        hold_orders_an_hour=3,
        hold_minutes=90,
        tables=("1", "2"),
        table_required=True,
        country="IE",
    )
    with database.begin() as uow:
        assert merchants.set_policy(uow, place.merchant_id, place.id, policy).policy == policy
        with pytest.raises(NotFound):
            merchants.set_policy(uow, "0" * 32, place.id, policy)
    assert place.policy == Policy()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("when_closed", "shout"),
        ("slot_minutes", 4),
        ("slot_orders", 0),
        ("lead_minutes", None),
        ("tables", ("1", "1")),
        ("country", "ie"),
        ("hold_units", True),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(field: str, value: Any) -> None:  # noqa: ANN401 - any wrong one
    with pytest.raises(InvalidInput) as refused:
        check_policy(replace(Policy(), **{field: value}))
    assert refused.value.values["field"] == field


def test_details_of_a_shop_and_a_location_are_changed_one_by_one(database: Database) -> None:
    place = _place(database)
    with database.begin() as uow:
        merchants.add_location(uow, place.merchant_id, name="Market")
        shop = merchants.edit_merchant(uow, place.merchant_id, name=" New ")
        assert (shop.name, shop.locale, shop.currency) == ("New", "en", "EUR")
        after = merchants.edit_location(uow, place.merchant_id, place.id, phone="1", fulfilments=("delivery",))
        assert after == replace(place, phone="1", fulfilments=("delivery",))
        with pytest.raises(Conflict, match="“Market” already"):
            merchants.edit_location(uow, place.merchant_id, place.id, name="Market")
        for wrong in ({"time_zone": "Mars"}, {"fulfilments": ()}, {"name": " "}):
            with pytest.raises(InvalidInput):
                merchants.edit_location(uow, place.merchant_id, place.id, **wrong)
        with pytest.raises(InvalidInput):
            merchants.edit_merchant(uow, place.merchant_id, locale="xx-x")
