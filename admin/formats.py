"""How money, times and ages are written: in the shop's language and the location's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal

from core.kernel.clock import now

if TYPE_CHECKING:
    from core.kernel.money import Money

_HOUR_MINUTES = 60
_DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of one shop's screen."""

    locale: Locale
    zone: ZoneInfo

    @classmethod
    def of(cls, locale: str, time_zone: str) -> Formats:
        """For a language tag and an IANA time zone."""
        try:
            parsed = Locale.parse(locale.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            parsed = Locale("en")
        return cls(parsed, ZoneInfo(time_zone))

    def money(self, money: Money) -> str:
        """An amount with its currency: $3.80, 3,80 €."""
        return format_currency(money.decimal(), money.currency, locale=self.locale)

    def number(self, value: int) -> str:
        """A whole number with its separators."""
        return format_decimal(value, locale=self.locale)

    def time(self, moment: datetime) -> str:
        """The time of day at the location."""
        return format_time(moment.astimezone(self.zone), "short", locale=self.locale)

    def when(self, moment: datetime) -> str:
        """The time of a moment today; date and time of any other."""
        if moment.astimezone(self.zone).date() == now().astimezone(self.zone).date():
            return self.time(moment)
        return format_datetime(moment.astimezone(self.zone), "medium", locale=self.locale)

    def day(self, moment: datetime) -> str:
        """The date at the location, in words."""
        return format_date(moment.astimezone(self.zone), "full", locale=self.locale)

    def age(self, moment: datetime) -> str:
        """How long ago: "now", "4 min", "1 h 05", "3 d"."""
        minutes = self.minutes(moment)
        if minutes < 1:
            return "now"
        hours, rest = divmod(minutes, _HOUR_MINUTES)
        if hours < 1:
            return f"{rest} min"
        return f"{hours} h {rest:02}" if hours < _DAY_HOURS else f"{hours // _DAY_HOURS} d"

    def minutes(self, moment: datetime) -> int:
        """Whole minutes since a moment; never negative."""
        return max(0, int((now() - moment).total_seconds() // 60))

    def midnight(self, days: int = 0) -> datetime:
        """The beginning of today at the location (`days` later), in UTC."""
        today = now().astimezone(self.zone).date() + timedelta(days=days)
        return datetime(today.year, today.month, today.day, tzinfo=self.zone).astimezone(UTC)
