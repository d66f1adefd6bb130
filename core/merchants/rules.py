"""Pure rules of shops: opening hours on the location's own clock, and what a shop's details must look like."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from core.kernel.errors import InvalidInput
from core.merchants.views import OpeningHours, OpeningState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.merchants.views import Holiday, LocationView

FULFILMENTS: Final = ("pickup", "dine_in", "delivery")
MAX_BASIS_POINTS: Final = 10_000
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
# Spans are laid out from yesterday (one may still run) until a week has passed after today.
_DAYS_BACK, _DAYS_AHEAD = 1, 8
_HOLIDAYS_AHEAD = 60  # a shop may be shut for weeks
_MOST_HOLIDAYS = 400
_SUNDAY = 6
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")


def opening(location: LocationView, at: datetime) -> OpeningState:
    """Whether `location` is open at `at` (any zone), and when that changes next.

    Spans that touch or overlap count as one. Where clocks are set back, an opening time that occurs twice is the first
    one and a closing time the second, so nobody who looks at the clock on the wall finds the door shut too early. A
    time that is skipped where clocks are set forward is that many minutes later.
    """
    zone = ZoneInfo(location.time_zone)
    if not location.hours:
        return OpeningState(open=True, known=False)
    moment = at.astimezone(UTC)
    for opens, closes in _spans(location, at.astimezone(zone).date(), zone):
        if moment < opens:
            return OpeningState(open=False, opens_at=opens.astimezone(zone))
        if moment < closes:
            never_closes = closes - moment >= timedelta(days=7)
            return OpeningState(open=True, closes_at=None if never_closes else closes.astimezone(zone))
    return OpeningState(open=False)


def quiet_until(location: LocationView, at: datetime) -> datetime | None:
    """Until when nobody is to be disturbed, by the clock at `location`; None: not now, or never.

    Quiet hours may pass midnight. An end that is skipped or comes twice where clocks are set is the later moment.
    """
    begins, ends = location.policy.quiet_from, location.policy.quiet_until
    if not begins or begins == ends:
        return None
    zone = ZoneInfo(location.time_zone)
    wall = at.astimezone(zone)
    clock = wall.strftime("%H:%M")
    inside = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if not inside:
        return None
    day = wall.date() if clock < ends else wall.date() + timedelta(days=1)
    return _not_skipped(datetime.combine(day, time.fromisoformat(ends), tzinfo=zone).replace(fold=1))


def day_spans(location: LocationView, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """When a location opens on a date and closes (perhaps on the next), as moments in UTC; nothing without hours."""
    zone = ZoneInfo(location.time_zone)
    return tuple(sorted(_span(span, day, zone) for span in _week_of(location, day)))


def _week_of(location: LocationView, day: date) -> list[OpeningHours]:
    holiday = next((h for h in location.holidays if h.day == day.isoformat()), None)
    if holiday:
        return [OpeningHours(day.weekday(), opens, closes) for opens, closes in holiday.spans]
    return [span for span in location.hours if span.weekday == day.weekday()]


def _spans(location: LocationView, today: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The spans around `today` as moments in UTC, in order, joined where they touch."""
    ahead = _DAYS_AHEAD + (_HOLIDAYS_AHEAD if location.holidays else 0)
    days = (today + timedelta(days=offset) for offset in range(-_DAYS_BACK, ahead + 1))
    found = [_span(span, day, zone) for day in days for span in _week_of(location, day)]
    joined: list[tuple[datetime, datetime]] = []
    for opens, closes in sorted(found):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return joined


def _span(span: OpeningHours, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    last_day = day + timedelta(days=1) if span.closes <= span.opens else day
    opens = datetime.combine(day, time.fromisoformat(span.opens), tzinfo=zone)
    closes = datetime.combine(last_day, time.fromisoformat(span.closes), tzinfo=zone).replace(fold=1)
    return opens.astimezone(UTC), _not_skipped(closes)


def _not_skipped(wall: datetime) -> datetime:
    """The moment of a wall time with `fold=1`; a skipped time is read by the clock before the change, not after."""
    moment = wall.astimezone(UTC)
    exists = moment.astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None)
    return moment if exists else wall.replace(fold=0).astimezone(UTC)


def check_hours(hours: Sequence[OpeningHours]) -> None:
    """Refuse hours that cannot be meant.

    Raises:
        InvalidInput: a weekday outside 0 to 6, a time that is not "HH:MM", or two spans that overlap.
    """
    for place, span in enumerate(hours):
        if not 0 <= span.weekday <= _SUNDAY:
            raise InvalidInput(
                field=f"hours[{place}].weekday", problem=f"{span.weekday} is not 0 (Monday) to 6 (Sunday)."
            )
        for name, text in (("opens", span.opens), ("closes", span.closes)):
            if not _CLOCK.match(text):
                raise InvalidInput(field=f"hours[{place}].{name}", problem=f"“{text}” is not a time like 08:30.")
    week = sorted((_minutes(span), place) for place, span in enumerate(hours))
    # The last span of the week is followed by the first one of the next.
    following = [*week[1:], *(((opens + 10_080, closes + 10_080), place) for (opens, closes), place in week[:1])]
    for ((_, closes), place), ((opens, _), other) in zip(week, following, strict=True):
        if opens < closes:
            raise InvalidInput(
                field=f"hours[{other}]", problem=f"overlaps hours[{place}]: end one before the other begins."
            )


def _minutes(span: OpeningHours) -> tuple[int, int]:
    """Beginning and end in minutes since the week began; the end may lie in the next week."""
    opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in (span.opens, span.closes))
    return span.weekday * 1440 + opens, span.weekday * 1440 + closes + (1440 if closes <= opens else 0)


def check_holidays(holidays: Sequence[Holiday]) -> None:
    """Refuse dates and times that cannot be meant.

    Raises:
        InvalidInput: not a date like 2026-12-24, one twice, or hours that no week could have.
    """
    if len(holidays) > _MOST_HOLIDAYS:
        raise InvalidInput(field="holidays", problem=f"{len(holidays)} are too many: at most {_MOST_HOLIDAYS}.")
    seen: set[str] = set()
    for place, holiday in enumerate(holidays):
        try:
            day = date.fromisoformat(holiday.day)
        except ValueError:
            problem = f"“{holiday.day}” is not a date like 2026-12-24."
            raise InvalidInput(field=f"holidays[{place}].day", problem=problem) from None
        if day.isoformat() in seen or day.isoformat() != holiday.day:
            problem = f"“{holiday.day}” must stand once and be written like 2026-12-24."
            raise InvalidInput(field=f"holidays[{place}].day", problem=problem)
        seen.add(holiday.day)
        check_hours([OpeningHours(day.weekday(), opens, closes) for opens, closes in holiday.spans])


def check_slug(slug: str) -> None:
    """Refuse what cannot stand in an address.

    Raises:
        InvalidInput: anything but 1 to 63 lower-case letters, digits and hyphens inside.
    """
    if not _SLUG.match(slug):
        raise InvalidInput(
            field="slug", problem=f"“{slug}” must be lower-case letters, digits and hyphens, like corner-cafe."
        )


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """ISO 4217 codes of all money in use today (from CLDR); abolished currencies and test codes are left out."""
    by_territory = get_global("territory_currencies")
    return frozenset(
        code for uses in by_territory.values() for code, _, until, tender in uses if until is None and tender
    )


@lru_cache(maxsize=256)
def is_locale(tag: str) -> bool:
    """Whether `tag` is a language tag such as "en", "en-US" or "zh-Hant-TW" that the program knows how to format."""
    if not _LOCALE.match(tag):
        return False
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def check_time_zone(name: str) -> None:
    """Refuse an unknown time zone.

    Raises:
        InvalidInput: not a name of the IANA time zone database.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problem = f"“{name}” is not a time zone: use a name like America/New_York."
        raise InvalidInput(field="time_zone", problem=problem) from None


def check_tax_rate(basis_points: int) -> None:
    """Refuse a tax rate below 0 or above 100 %.

    Raises:
        InvalidInput: below 0 or above 10000 basis points.
    """
    if not 0 <= basis_points <= MAX_BASIS_POINTS:
        problem = f"{basis_points} is not between 0 and 10000 (825 is 8.25 %)."
        raise InvalidInput(field="tax_rate_basis_points", problem=problem)


def check_fulfilments(fulfilments: Sequence[str]) -> None:
    """Refuse unknown or missing ways of handing an order over.

    Raises:
        InvalidInput: none at all, one twice, or one that is not pickup, dine_in or delivery.
    """
    known = ", ".join(FULFILMENTS)
    if not fulfilments or len(set(fulfilments)) != len(fulfilments):
        raise InvalidInput(field="fulfilments", problem=f"name at least one of {known}, each once.")
    for name in fulfilments:
        if name not in FULFILMENTS:
            raise InvalidInput(field="fulfilments", problem=f"“{name}” is not one of {known}.")
