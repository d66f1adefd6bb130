"""Pure rules of who is who on a channel."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# Networks give a number that was disconnected to somebody else after 45 days (47 CFR 52.15): whoever writes from a
# number after a longer silence is met as somebody new, because nothing tells the two apart.
SILENCE: Final = timedelta(days=45)
_NUMBER: Final = re.compile(r"(?:whatsapp:)?\+?[0-9]{7,15}")
# Channels whose ids may be telephone numbers. On others an id of digits is one for life.
_BY_NUMBER: Final = frozenset({"sms", "whatsapp", "whatsapp_twilio"})


def is_number(channel: str, external_id: str) -> bool:
    """Whether an id is a telephone number, which may be somebody else's one day."""
    return channel in _BY_NUMBER and _NUMBER.fullmatch(external_id) is not None


def numbers(channel: str, external_ids: Iterable[str]) -> tuple[str, ...]:
    """Those of the ids that are telephone numbers."""
    return tuple(x for x in external_ids if is_number(channel, x))


def lasting(channel: str, external_ids: Iterable[str]) -> tuple[str, ...]:
    """Those of the ids that are one person's for ever."""
    return tuple(x for x in external_ids if not is_number(channel, x))
