"""Times in the customer's words: read by a language's own phrases, then placed on the location's clock. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from assistant.dialogue.phrases import compile_pattern
from assistant.understanding.scripts import plain
from core.merchants import opening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assistant.dialogue.words import Words
    from core.merchants import LocationView

_NOON: Final = 12
_DAY: Final = 24
_HOUR: Final = 60
_WEEK: Final = 7
# "18h30" and "18 Uhr 30" as one number, with as many words as before.
_JOINED = re.compile(r"(?<![\w:])(\d{1,2}) h(\d{2}) ")
_SPLIT = re.compile(r"(?<![\w:])(\d{1,2}) (uhr|h|시) (\d{2}) (?=분|$|[^\d])")


@dataclass(frozen=True, slots=True)
class SaidTime:
    """A time as it was said: so many minutes ahead; or a day (days ahead, or a weekday, 0 is Monday) and a clock time.

    `half` is "am", "pm", "24" for a time that needs none, or empty when nothing says which half of the day is meant.
    """

    ahead: int | None = None
    day: int | None = None
    weekday: int | None = None
    hour: int | None = None
    minute: int = 0
    half: str = ""


@dataclass(frozen=True)
class Times:
    """One language's words for times, compiled. `units` are (kind, value, pattern)."""

    units: tuple[tuple[str, int | str, re.Pattern[str]], ...]
    leads: re.Pattern[str]
    talk: frozenset[str]

    def told(self, words: Words) -> bool:
        """Whether a word in a run says that its number is an hour: "at", "o'clock"."""
        starts = [words.part(n, len(words)).keys for n in range(len(words))]
        clocks = [pattern for kind, _, pattern in self.units if kind in {"before", "clock"}]
        return any(pattern.match(keys) for keys in starts for pattern in clocks)


def compiled(data: Mapping[str, Any], numbers: Mapping[str, int]) -> Times:
    """The words for times of a file, with the language's number words."""
    words = "|".join(re.escape(w) for w, n in sorted(numbers.items(), key=lambda p: -len(p[0])) if 0 < n <= _HOUR)
    number = rf"(?P<n>(?:\d{{1,3}}(?:[:.]\d{{2}})?|{words}) )" if words else r"(?P<n>\d{1,3}(?:[:.]\d{2})? )"

    def pattern(text: str) -> re.Pattern[str]:
        before, sign, after = text.partition("{n}")
        source = compile_pattern(before, {}) + (number if sign else "") + compile_pattern(after, {})
        return re.compile(source)

    units: list[tuple[str, int | str, re.Pattern[str]]] = []
    units += [("ahead", minutes, pattern(text)) for text, minutes in data["ahead"].items()]
    units += [("exact", str(clock), pattern(text)) for text, clock in data["exact"].items()]
    units += [("clock", shift, pattern(text)) for text, shift in data["clock"].items()]
    units += [("half", half, pattern(text)) for half in ("am", "pm") for text in data[half]]
    units += [("day", days, pattern(text)) for text, days in data["days"].items()]
    units += [("weekday", n, pattern(text)) for n, names in enumerate(data["weekdays"]) for text in names]
    units += [("before", 0, pattern(text)) for text in data["before"]]
    units.append(("bare", 0, re.compile(number)))
    leads = re.compile("|".join(compile_pattern(text, {}) for text in data["for"]))
    return Times(tuple(units), leads, frozenset(plain(w) for text in data["talk"] for w in str(text).split()))


def find(times: Times, words: Words, numbers: Mapping[str, int]) -> Iterator[tuple[SaidTime, int, int]]:
    """Every time in a run of words, with the positions of its first word and after its last."""
    keys = _SPLIT.sub(r"\1:\3 \2 \2 ", _JOINED.sub(r"\1:\2 h ", words.keys))
    starts = [0, *(i + 1 for i, c in enumerate(keys) if c == " ")]
    position = 0
    while position < len(starts) - 1:
        found = _scan(times, keys, starts[position], numbers)
        if found is None:
            position += 1
            continue
        end = starts.index(found[1])
        yield found[0], position, end
        position = end


def _scan(times: Times, keys: str, start: int, numbers: Mapping[str, int]) -> tuple[SaidTime, int] | None:
    said, pos, end, seen, bare, led = SaidTime(), start, start, set[str](), "", False
    while True:
        for kind, value, pattern in times.units:
            match = pattern.match(keys, pos)
            if not match or match.end() == pos or (kind in seen and kind != "before"):
                continue
            if kind == "bare" and said.hour is not None:
                continue
            after = _with(said, kind, value, match.groupdict().get("n"), numbers)
            if after is None:
                continue
            said, pos = after, match.end()
            seen |= {kind, "clock", "exact", "bare"} if kind in {"clock", "exact", "bare"} else {kind}
            bare = bare or (match.group() if kind == "bare" else "")
            led = led or kind == "before"
            end = end if kind == "before" else pos
            break
        else:
            break
    if end == start or (said.ahead is None and said.hour is None):
        return None
    loose = bool(bare) and (said.half == "" or (said.half == "24" and ":" not in bare))  # "16" may be how many
    if loose and not (led and _closes(times, keys, end)) and said.day is said.weekday is None:
        return None
    return said, end


def _closes(times: Times, keys: str, end: int) -> bool:
    """Whether a bare number is not the number of something: nothing, a pause or talk comes after it."""
    word = keys[end:].partition(" ")[0]
    return not word or not word[0].isalnum() or word in times.talk


def _with(
    said: SaidTime, kind: str, value: int | str, number: str | None, numbers: Mapping[str, int]
) -> SaidTime | None:
    if kind == "before":
        return said
    if kind == "ahead":
        count = _number(number, numbers)[0] if number else 1
        return replace(said, ahead=count * int(value)) if 0 < count <= _DAY * _HOUR else None
    if kind == "exact":
        hour, _, minute = str(value).partition(":")
        return replace(said, hour=int(hour), minute=int(minute), half="24")
    if kind == "half":
        return replace(said, half=str(value)) if said.half != "24" else said
    if kind in {"day", "weekday"}:
        return replace(said, day=int(value)) if kind == "day" else replace(said, weekday=int(value))
    return _clock(said, int(value), number or "", numbers)


def _clock(said: SaidTime, shift: int, number: str, numbers: Mapping[str, int]) -> SaidTime | None:
    hour, minute = _number(number, numbers)
    if not 0 <= hour < _DAY + 1 or not 0 <= minute < _HOUR:
        return None
    whole = (hour * _HOUR + minute + shift) % (_DAY * _HOUR)
    certain = hour > _NOON or hour == 0 or number.startswith("0")
    return replace(said, hour=whole // _HOUR, minute=whole % _HOUR, half="24" if certain else said.half)


def _number(said: str | None, numbers: Mapping[str, int]) -> tuple[int, int]:
    text = (said or "").strip().replace(".", ":")
    hour, _, minute = text.partition(":")
    if hour.isdigit():
        return int(hour), int(minute or 0)
    return numbers.get(hour, -1), 0


def resolve(said: SaidTime, place: LocationView | None, at: datetime) -> tuple[datetime, ...]:
    """The moments that can be meant, on the location's clock: one; two when both halves of the day can be; or none.

    Of two, the one at which the location is open is meant. Without a day, the next such time is; the soonest
    when it is closed at all of them.
    """
    zone = ZoneInfo(place.time_zone) if place else UTC
    here = at.astimezone(zone)
    if said.ahead is not None:
        return ((here + timedelta(minutes=said.ahead)).replace(second=0, microsecond=0),)
    if said.hour is None:
        return ()
    days = _days(said, here)
    halves = _halves(said)
    soonest: list[datetime] = []
    for day in days:
        moments = [
            datetime.combine(day.date() + timedelta(days=h // _DAY), time(h % _DAY, said.minute), tzinfo=zone)
            for h in halves
        ]
        ahead = [m for m in moments if m > at]
        soonest = soonest or ahead
        chosen = [m for m in ahead if place is None or opening(place, m).open]
        if chosen:
            return tuple(dict.fromkeys(chosen))
    return tuple(dict.fromkeys(soonest))


def _days(said: SaidTime, here: datetime) -> list[datetime]:
    if said.day is not None:
        return [here + timedelta(days=said.day)]
    if said.weekday is not None:
        ahead = (said.weekday - here.weekday()) % _WEEK
        return (
            [here + timedelta(days=ahead), here + timedelta(days=ahead + _WEEK)]
            if not ahead
            else [here + timedelta(days=ahead)]
        )
    return [here, here + timedelta(days=1)]


def _halves(said: SaidTime) -> Iterable[int]:
    hour = said.hour or 0
    if said.half == "24":
        return (hour,)
    if said.half == "am":
        return (hour % _NOON,)
    if said.half == "pm":
        return (hour % _NOON + _NOON,)
    return (hour, hour % _NOON + _NOON) if hour < _NOON else (hour,)
