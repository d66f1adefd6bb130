"""When a location takes orders, and for when: opening hours, lead time, slots. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from core.kernel.errors import ShopClosed, SlotTaken
from core.merchants import day_spans, opening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.merchants import LocationView

_OFFERED: Final = 3  # other times named in a refusal
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that an order can be asked for. Moments carry the location's zone; `left` None: as many as want."""

    start: datetime
    end: datetime
    left: int | None


def check_open(location: LocationView, at: datetime) -> None:
    """Refuse an order for now where and while none is taken.

    Raises:
        ShopClosed: says when the location opens again, and whether ordering for later is possible.
    """
    if location.policy.when_closed == "accept":
        return
    state = opening(location, at)
    if state.open:
        return
    opens = state.opens_at
    again = f"it opens again on {opens:%A, %d %B at %H:%M}" if opens else "it has no opening hours ahead"
    later = ", or order for later now" if location.policy.when_closed == "preorder" and opens else ""
    raise ShopClosed(
        problem=f"{location.name} is closed: {again}{later}.",
        opens_at=opens.isoformat() if opens else None,
        preorder=bool(later),
    )


def slots_of(
    location: LocationView, day: date, *, now: datetime, lead: int, taken: Mapping[datetime, int]
) -> tuple[Slot, ...]:
    """The times of a day that can still be asked for; those that are full have nothing left, and are listed too.

    `lead` are the minutes that must lie between now and a slot. A location without hours is open all day.
    """
    policy, zone = location.policy, ZoneInfo(location.time_zone)
    if not _near(location, day, now):
        return ()
    earliest = now + timedelta(minutes=lead)
    found = []
    for start, end in _grid(location, day):
        if start >= earliest:
            capacity = policy.slot_orders
            left = None if capacity is None else max(capacity - taken.get(start, 0), 0)
            found.append(Slot(start.astimezone(zone), end.astimezone(zone), left))
    return tuple(found)


def slot_for(location: LocationView, wanted: datetime, *, now: datetime, lead: int) -> Slot:
    """The slot that a time asked for lies in, whatever is left of it.

    Raises:
        ShopClosed: the location is closed then, or takes no orders for later while it is closed now.
        SlotTaken: too soon, or too far ahead.
    """
    zone = ZoneInfo(location.time_zone)
    local = wanted.astimezone(zone)
    if location.policy.when_closed == "refuse":
        check_open(location, now)
    if wanted < now + timedelta(minutes=lead):
        earliest = (now + timedelta(minutes=lead)).astimezone(zone)
        problem = f"{local:%H:%M} is too soon: from {earliest:%A %H:%M} on."
        raise SlotTaken(problem=problem, free=_offers(location, now, lead))
    if not _near(location, local.date(), now):
        problem = f"Orders are taken at most {location.policy.days_ahead} days ahead."
        raise SlotTaken(problem=problem, free=_offers(location, now, lead))
    for day in (local.date(), local.date() - _DAY):
        for start, end in _grid(location, day):
            if start <= wanted < end:
                return Slot(start.astimezone(zone), end.astimezone(zone), None)
    opens = opening(location, wanted).opens_at
    again = f"it opens on {opens:%A, %d %B at %H:%M}" if opens else "choose another day"
    raise ShopClosed(
        problem=f"{location.name} is closed on {local:%A, %d %B at %H:%M}: {again}.",
        opens_at=opens.isoformat() if opens else None,
        preorder=True,
    )


def full(location: LocationView, slot: Slot, slots: tuple[Slot, ...]) -> SlotTaken:
    """The refusal of a slot that has no place left, naming the nearest that have."""
    free = [s for s in slots if s.left is None or s.left > 0]
    free.sort(key=lambda s: (abs(s.start - slot.start), s.start))
    named = sorted(free[:_OFFERED], key=lambda s: s.start)
    offer = f" Free: {', '.join(f'{s.start:%H:%M}' for s in named)}." if named else " Choose another day."
    problem = f"{location.name} has no place left at {slot.start:%H:%M}.{offer}"
    return SlotTaken(problem=problem, free=[s.start.isoformat() for s in named])


def _near(location: LocationView, day: date, now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(location.time_zone)).date()
    return today <= day <= today + _DAY * location.policy.days_ahead


def _grid(location: LocationView, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Slots of a day as moments in UTC, counted from each opening; the last may be shorter."""
    step = timedelta(minutes=location.policy.slot_minutes)
    for opens, closes in _spans(location, day):
        start = opens
        while start < closes:
            yield start, min(start + step, closes)
            start += step


def _spans(location: LocationView, day: date) -> tuple[tuple[datetime, datetime], ...]:
    if location.hours or any(h.day == day.isoformat() for h in location.holidays):
        return day_spans(location, day)
    zone = ZoneInfo(location.time_zone)
    first, last = (datetime.combine(d, time.min, tzinfo=zone) for d in (day, day + _DAY))
    return ((first.astimezone(ZoneInfo("UTC")), last.astimezone(ZoneInfo("UTC"))),)


def _offers(location: LocationView, now: datetime, lead: int) -> list[str]:
    today = now.astimezone(ZoneInfo(location.time_zone)).date()
    for ahead in range(min(location.policy.days_ahead, 7) + 1):
        found = slots_of(location, today + _DAY * ahead, now=now, lead=lead, taken={})
        if found:
            return [slot.start.isoformat() for slot in found[:_OFFERED]]
    return []
