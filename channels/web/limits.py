"""How often and how much a browser may send."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from core.kernel.errors import TooMany

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_second` on average."""

    burst: int
    per_second: float


class Buckets:
    """One bucket of tokens per key. Only the `most` busiest of late are remembered: forgetting one fills it."""

    def __init__(self, rate: Rate, *, most: int = 50_000, clock: Callable[[], float] = monotonic) -> None:
        self._rate = rate
        self._most = most
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Take one token.

        Raises:
            TooMany: none is left; says when there will be one (`retry_after`, seconds).
        """
        moment = self._clock()
        level, since = self._levels.pop(key, (float(self._rate.burst), moment))
        level = min(self._rate.burst, level + (moment - since) * self._rate.per_second)
        allowed = level >= 1
        self._levels[key] = (level - 1 if allowed else level, moment)
        while len(self._levels) > self._most:
            self._levels.popitem(last=False)
        if not allowed:
            wait = (1 - level) / self._rate.per_second
            raise TooMany(problem="That was too fast: wait a moment, then send it again.", retry_after=wait)
