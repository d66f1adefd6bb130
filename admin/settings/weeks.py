"""Opening hours and holidays: “08:00–14:00, 17:00–23:00” for each day of the week."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from admin.fields import Fields
from core.kernel.errors import InvalidInput
from core.merchants import Holiday, OpeningHours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.merchants import LocationView

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOCK: Final = r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?"
_SPAN: Final = re.compile(rf"{_CLOCK}\s*(?:-|–|—|to|until)\s*{_CLOCK}\Z")
_SHUT: Final = frozenset({"", "closed", "shut", "–", "-"})
_MIDNIGHT: Final = 24


def hours_shown(location: LocationView) -> Fields:
    """A field for each day."""
    days = [_said((h.opens, h.closes) for h in location.hours if h.weekday == day) for day in range(len(WEEKDAYS))]
    return Fields({"hours": days})


def hours_meant(fields: Fields) -> list[OpeningHours]:
    """The week that a form describes.

    Raises:
        InvalidInput: names the day that cannot be read.
    """
    days = fields.all("hours")
    if len(days) != len(WEEKDAYS):
        raise InvalidInput(field="hours", problem="were sent in part: reload the page and try again.")
    return [
        OpeningHours(day, opens, closes)
        for day, text in enumerate(days)
        for opens, closes in _spans(text, field=WEEKDAYS[day])
    ]


def holidays_shown(location: LocationView) -> Fields:
    """A row for each holiday."""
    found = location.holidays
    return Fields(
        {"day": [h.day for h in found], "name": [h.name for h in found], "hours": [_said(h.spans) for h in found]}
    )


def holidays_meant(fields: Fields) -> list[Holiday]:
    """The holidays that a form lists; rows without a date are left out.

    Raises:
        InvalidInput: names the row that cannot be read.
    """
    found = []
    for day, name, text in fields.rows("day", "name", "hours"):
        if day:
            found.append(Holiday(day, name, _spans(text, field=day)))
        elif name:
            raise InvalidInput(field=name[:40], problem="has no date: choose one, or empty the row.")
    return found


def _said(spans: Iterable[Sequence[str]]) -> str:
    return ", ".join(f"{opens}–{closes}" for opens, closes in spans)


def _spans(text: str, *, field: str) -> tuple[tuple[str, str], ...]:
    if text.strip().casefold() in _SHUT:
        return ()
    return tuple(_span(part, field=field) for part in re.split(r"[,;]", text.casefold()) if part.strip())


def _span(text: str, *, field: str) -> tuple[str, str]:
    match = _SPAN.match(text.strip())
    if match is None:
        problem = f"“{text.strip()[:40]}” is no time: write it like 08:30–18:00, or leave the day empty."
        raise InvalidInput(field=field, problem=problem)
    opens_at, opens_past, closes_at, closes_past = match.groups()
    return _clock(opens_at, opens_past), _clock(closes_at, closes_past)


def _clock(hour: str, minute: str | None) -> str:
    """The time as it is kept; what no clock shows is refused by the core, in its words."""
    at = 0 if int(hour) == _MIDNIGHT and int(minute or 0) == 0 else int(hour)
    return f"{at:02}:{minute or '00'}"
