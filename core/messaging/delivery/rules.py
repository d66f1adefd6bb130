"""When the next attempt is. Pure."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

_LONGEST_PAUSE: Final = 300.0
_JITTER: Final = 0.25


def pause(attempts: int, seed: str) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, and up to a quarter more, by `seed`.

    What failed together is so not tried again together; and the same message always waits as long.
    """
    spread = int.from_bytes(hashlib.blake2b(f"{seed} {attempts}".encode(), digest_size=4).digest()) / 2**32
    return timedelta(seconds=min(2.0 ** (attempts - 1), _LONGEST_PAUSE) * (1 + _JITTER * spread))
