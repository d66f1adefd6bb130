"""When a customer will have an order: an interval, from what the kitchen has to do and how it kept its word. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHORTEST: Final = timedelta(minutes=5)
_ENOUGH: Final = 5  # orders from which the past is believed
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` until `until`: "between half past six and twenty to seven"."""

    start: datetime
    until: datetime

    def later(self, by: timedelta) -> Interval:
        """The same length, so much later."""
        return Interval(self.start + by, self.until + by)


def promised(
    now: datetime,
    *,
    minutes: int,
    travel: int = 0,
    requested_for: datetime | None = None,
    slot_minutes: int = 15,
    lateness: Sequence[int] = (),
) -> Interval:
    """When an order that the kitchen needs `minutes` for, from `now`, is with the customer `travel` minutes away.

    One for a time asked for is promised for that slot, unless the kitchen cannot make it by then. Otherwise the
    interval begins when the kitchen should be through, and is as long as the shop's own record says: of the last
    orders, nine in ten were no later (`lateness` in minutes). With too short a record: a third of the time needed.
    """
    made = _whole(now + timedelta(minutes=minutes))
    way = timedelta(minutes=travel)
    if requested_for is not None and requested_for >= made:
        return Interval(requested_for, requested_for + timedelta(minutes=slot_minutes)).later(way)
    return Interval(made, made + max(_SHORTEST, timedelta(minutes=_spread(minutes, lateness)))).later(way)


def kept(interval: Interval, now: datetime, *, ready: bool) -> Interval:
    """What is still to be said of a promise: never a time that is over, while the order is not there."""
    if ready or now <= interval.start:
        return interval
    start = _whole(now)
    return Interval(start, max(interval.until, start + _SHORTEST))


def _spread(minutes: int, lateness: Sequence[int]) -> int:
    if len(lateness) < _ENOUGH:
        return math.ceil(minutes / 3)
    ordered = sorted(lateness)
    return max(0, ordered[min(len(ordered) - 1, math.ceil(len(ordered) * 0.9) - 1)])


def _whole(moment: datetime) -> datetime:
    """The next whole minute."""
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + _MINUTE
