"""Reading JSON whose shape nobody promises: what is missing, or is something else, reads as nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
# Ids are bounded by what is kept of a customer.
_LONGEST_KEY: Final = 200
LONGEST_MESSAGE_ID: Final = 255
_LATEST: Final = 4_102_444_800  # the year 2100, in seconds
_MILLISECONDS_FROM: Final = 100_000_000_000


def read(body: bytes | str) -> Json | None:
    """The object that a body holds; None for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def thing(value: object, *path: str) -> Json:
    """The object at the end of a path of keys; empty without one."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def things(value: object, key: str) -> Iterator[Json]:
    """The objects of an array."""
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, list):
        yield from (each for each in found if isinstance(each, dict))


def string(value: object, key: str, limit: int = 4096) -> str:
    """A text, made safe, of at most so many characters; a whole number is its digits."""
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 1 << 64:
        return str(found)[:limit]
    return clean(found, limit) if isinstance(found, str) else ""


def key(value: object, name: str, limit: int = _LONGEST_KEY) -> str:
    """An id as it is; empty where there is none, or one that no provider gives."""
    found = string(value, name, limit + 1)
    return found if len(found) <= limit else ""


def number(value: object, key: str) -> float | None:
    """A finite number, also one that is written as a text."""
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    try:
        result = float(found if not isinstance(found, str) else found[:32])
    except (ValueError, OverflowError):
        return None
    return result if isfinite(result) else None


def moment(value: object, key: str) -> datetime | None:
    """A time in seconds or milliseconds since 1970."""
    seconds = number(value, key)
    if seconds is not None and abs(seconds) >= _MILLISECONDS_FROM:
        seconds /= 1000
    if seconds is None or not 0 < seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)
