"""Money, times and ages on the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from admin.formats import Formats
from core.kernel import clock
from core.kernel.money import Money

MOMENT = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "money", "text"),
    [
        ("en-IE", Money(380, "EUR"), "€3.80"),
        ("de-DE", Money(123456, "EUR"), "1.234,56\xa0€"),
        ("ja-JP", Money(1200, "JPY"), "\uffe51,200"),
        ("ar-KW", Money(1250, "KWD"), None),
        ("xx-not-there", Money(100, "USD"), "$1.00"),
    ],
)
def test_money_is_written_as_the_shop_does(locale: str, money: Money, text: str | None) -> None:
    written = Formats.of(locale, "UTC").money(money)
    assert text is None or written == text
    assert written


def test_times_are_the_locations() -> None:
    formats = Formats.of("en-IE", "Europe/Dublin")
    with clock.at(MOMENT):
        assert formats.time(MOMENT) == "22:30"
        assert formats.time(MOMENT + timedelta(hours=3)) == "02:30"  # the clocks went forward at one
        assert formats.when(MOMENT - timedelta(days=1)).startswith("27 Mar 2026")
        assert formats.day(MOMENT) == "Saturday 28 March 2026"


def test_midnight_is_the_locations_even_when_the_clocks_change() -> None:
    formats = Formats.of("en-IE", "Europe/Dublin")
    with clock.at(MOMENT):
        assert formats.midnight() == datetime(2026, 3, 28, 0, 0, tzinfo=UTC)
        assert formats.midnight(days=1) == datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
        assert formats.midnight(days=2) == datetime(2026, 3, 29, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "text"), [(-5, "now"), (0, "now"), (1, "1 min"), (59, "59 min"), (65, "1 h 05"), (1500, "1 d")]
)
def test_ages_are_short(minutes: int, text: str) -> None:
    with clock.at(MOMENT):
        assert Formats.of("en", "UTC").age(MOMENT - timedelta(minutes=minutes)) == text
