"""When the next attempt is, and whose turn it is. Pure."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

_LONGEST_PAUSE: Final = 300.0
_JITTER: Final = 0.25


def pause(attempts: int, seed: str) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, and up to a quarter more, by `seed`.

    What failed together is so not tried again together; and the same message always waits as long.
    """
    spread = int.from_bytes(hashlib.blake2b(f"{seed} {attempts}".encode(), digest_size=4).digest()) / 2**32
    return timedelta(seconds=min(2.0 ** (attempts - 1), _LONGEST_PAUSE) * (1 + _JITTER * spread))


def earliest(free_at: datetime, every: timedelta, burst: int) -> datetime:
    """When a limit allows one message more: `burst` of them at once when nothing was sent for long enough."""
    return free_at - (burst - 1) * every


def used(free_at: datetime, every: timedelta, moment: datetime) -> datetime:
    """When the limit's bucket is full again, once one message more was sent at this moment."""
    return max(free_at, moment) + every
