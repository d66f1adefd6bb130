"""Opening hours: over midnight, across clock changes, on the location's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.kernel.errors import InvalidInput
from core.merchants import LocationView, OpeningHours, OpeningState, opening
from core.merchants.rules import check_hours

NEW_YORK = "America/New_York"
BERLIN = "Europe/Berlin"
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def place(zone: str, *hours: tuple[int, str, str]) -> LocationView:
    """A location with these hours."""
    week = tuple(OpeningHours(*span) for span in hours)
    return LocationView("l", "m", "Place", "", "", zone, 0, prices_include_tax=False, hours=week)


def at(zone: str, text: str, fold: int = 0) -> datetime:
    """A wall time in a zone; `fold` 1 is the second of two."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def local(moment: datetime | None) -> str:
    """A moment as its own clock shows it, with its offset."""
    return moment.isoformat(timespec="minutes") if moment else "never"


WEEKDAYS = [(day, "08:00", "17:30") for day in range(5)]


@pytest.mark.parametrize(
    ("moment", "open_", "next_"),
    [
        ("2026-01-14T07:59", False, "2026-01-14T08:00-05:00"),
        ("2026-01-14T08:00", True, "2026-01-14T17:30-05:00"),
        ("2026-01-14T17:29", True, "2026-01-14T17:30-05:00"),
        ("2026-01-14T17:30", False, "2026-01-15T08:00-05:00"),
        ("2026-01-16T18:00", False, "2026-01-19T08:00-05:00"),
        ("2026-01-18T12:00", False, "2026-01-19T08:00-05:00"),
    ],
)
def test_a_plain_week(moment: str, open_: bool, next_: str) -> None:
    state = opening(place(NEW_YORK, *WEEKDAYS), at(NEW_YORK, moment))
    assert (state.open, local(state.closes_at if open_ else state.opens_at)) == (open_, next_)
    assert (state.opens_at if open_ else state.closes_at) is None


def test_the_clock_is_that_of_the_location_whatever_zone_is_asked_in() -> None:
    moment = datetime(2026, 1, 14, 13, 0, tzinfo=UTC)  # 8:00 in New York, 14:00 in Berlin
    shop = place(NEW_YORK, *WEEKDAYS)
    assert opening(shop, moment) == opening(shop, moment.astimezone(ZoneInfo("Asia/Tokyo")))
    assert opening(shop, moment).open
    assert not opening(shop, moment - timedelta(minutes=1)).open
    assert opening(place(BERLIN, *WEEKDAYS), moment - timedelta(minutes=1)).open


@pytest.mark.parametrize(
    ("moment", "open_", "next_"),
    [
        ("2026-01-17T23:00", True, "2026-01-18T02:00-05:00"),
        ("2026-01-18T01:59", True, "2026-01-18T02:00-05:00"),
        ("2026-01-18T02:00", False, "2026-01-24T18:00-05:00"),
        ("2026-01-17T17:59", False, "2026-01-17T18:00-05:00"),
    ],
)
def test_an_evening_over_midnight(moment: str, open_: bool, next_: str) -> None:
    state = opening(place(NEW_YORK, (SAT, "18:00", "02:00")), at(NEW_YORK, moment))
    assert (state.open, local(state.closes_at if open_ else state.opens_at)) == (open_, next_)


def test_sunday_night_runs_into_monday_of_the_next_week() -> None:
    state = opening(place(BERLIN, (SUN, "20:00", "03:00")), at(BERLIN, "2026-01-19T02:30"))
    assert (state.open, local(state.closes_at)) == (True, "2026-01-19T03:00+01:00")


def test_how_long_until_the_door_closes_or_opens() -> None:
    shop = place(NEW_YORK, *WEEKDAYS)
    late = at(NEW_YORK, "2026-01-14T17:10")
    assert opening(shop, late).closes_in(late) == timedelta(minutes=20)
    assert opening(shop, late).opens_in(late) is None
    early = at(NEW_YORK, "2026-01-14T06:30")
    assert opening(shop, early).opens_in(early) == timedelta(minutes=90)
    assert opening(shop, early).closes_in(early) is None


def test_a_lunch_break_is_closed() -> None:
    shop = place(BERLIN, (MON, "08:00", "12:00"), (MON, "14:00", "18:00"))
    noon = opening(shop, at(BERLIN, "2026-01-12T12:30"))
    assert (noon.open, local(noon.opens_at)) == (False, "2026-01-12T14:00+01:00")


def test_spans_that_touch_are_one() -> None:
    shop = place(BERLIN, (MON, "08:00", "00:00"), (TUE, "00:00", "01:00"))
    assert local(opening(shop, at(BERLIN, "2026-01-12T23:00")).closes_at) == "2026-01-13T01:00+01:00"


def test_a_shop_that_never_closes_has_no_closing_time() -> None:
    shop = place(BERLIN, *[(day, "00:00", "00:00") for day in range(7)])
    assert opening(shop, at(BERLIN, "2026-01-14T03:00")) == OpeningState(open=True)


def test_one_whole_day_a_week() -> None:
    shop = place(BERLIN, (WED, "00:00", "00:00"))
    assert local(opening(shop, at(BERLIN, "2026-01-14T13:00")).closes_at) == "2026-01-15T00:00+01:00"
    assert local(opening(shop, at(BERLIN, "2026-01-15T00:00")).opens_at) == "2026-01-21T00:00+01:00"


def test_hours_that_nobody_declared_are_not_known_and_close_nothing() -> None:
    assert opening(place(BERLIN), at(BERLIN, "2026-01-14T03:00")) == OpeningState(open=True, known=False)


def test_in_spring_the_skipped_hour_shortens_the_night() -> None:
    # Berlin, 29 March 2026: 02:00 becomes 03:00.
    shop = place(BERLIN, (SAT, "22:00", "04:00"))
    moment = at(BERLIN, "2026-03-28T23:00")
    state = opening(shop, moment)
    assert local(state.closes_at) == "2026-03-29T04:00+02:00"
    assert state.closes_in(moment.astimezone(UTC)) == timedelta(hours=4)


def test_a_time_that_is_skipped_in_spring_is_that_much_later() -> None:
    closing = place(BERLIN, (SAT, "22:00", "02:30"))
    assert local(opening(closing, at(BERLIN, "2026-03-28T23:00")).closes_at) == "2026-03-29T03:30+02:00"
    opening_ = place(BERLIN, (SUN, "02:30", "05:00"))
    assert local(opening(opening_, at(BERLIN, "2026-03-28T23:00")).opens_at) == "2026-03-29T03:30+02:00"


def test_in_autumn_a_closing_time_that_occurs_twice_is_the_second_and_an_opening_time_the_first() -> None:
    # Berlin, 25 October 2026: 03:00 becomes 02:00 again.
    closing = place(BERLIN, (SAT, "22:00", "02:30"))
    assert local(opening(closing, at(BERLIN, "2026-10-24T23:00")).closes_at) == "2026-10-25T02:30+01:00"
    assert opening(closing, at(BERLIN, "2026-10-25T02:45")).open
    assert not opening(closing, at(BERLIN, "2026-10-25T02:45", fold=1)).open
    early = place(BERLIN, (SUN, "02:30", "06:00"))
    assert local(opening(early, at(BERLIN, "2026-10-25T01:00")).opens_at) == "2026-10-25T02:30+02:00"


def test_the_clock_change_does_not_move_the_morning() -> None:
    shop = place(BERLIN, *[(day, "07:00", "19:00") for day in range(7)])
    assert local(opening(shop, at(BERLIN, "2026-03-28T20:00")).opens_at) == "2026-03-29T07:00+02:00"
    assert local(opening(shop, at(BERLIN, "2026-10-24T20:00")).opens_at) == "2026-10-25T07:00+01:00"


@pytest.mark.parametrize(
    ("hours", "field", "words"),
    [
        ([(7, "08:00", "09:00")], "hours[0].weekday", "0 (Monday) to 6 (Sunday)"),
        ([(0, "8:00", "09:00")], "hours[0].opens", "08:30"),
        ([(0, "08:00", "24:00")], "hours[0].closes", "24:00"),
        ([(0, "08:00", "12:00"), (0, "11:00", "13:00")], "hours[1]", "overlaps hours[0]"),
        ([(6, "20:00", "03:00"), (0, "02:00", "04:00")], "hours[1]", "overlaps hours[0]"),
        ([(0, "20:00", "03:00"), (1, "02:59", "04:00")], "hours[1]", "overlaps hours[0]"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused(hours: list[tuple[int, str, str]], field: str, words: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        check_hours([OpeningHours(*span) for span in hours])
    assert wrong.value.values["field"] == field
    assert words in str(wrong.value.values["problem"])


def test_hours_that_touch_are_no_overlap() -> None:
    check_hours(
        [OpeningHours(6, "20:00", "03:00"), OpeningHours(0, "03:00", "20:00"), OpeningHours(0, "20:00", "00:00")]
    )
    check_hours([OpeningHours(day, "00:00", "00:00") for day in range(7)])
