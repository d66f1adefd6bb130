"""Who opened a Mini App, as Telegram vouches for it: the page's `initData`, signed for this bot."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl

from core.kernel.clock import now
from core.kernel.errors import NotSignedIn
from core.kernel.text import clean

LONGEST: Final = 4096  # characters
# A page is opened with fresh data; what is older was kept, or taken, by somebody.
OLDEST: Final = timedelta(hours=1)
_AHEAD: Final = timedelta(minutes=1)  # by which Telegram's clock may be before ours
_MOST: Final = 32  # fields
_NAME: Final = 120
_LOCALE: Final = 35


@dataclass(frozen=True, slots=True)
class Person:
    """A customer: the id by which they write to the bot, and how their client speaks."""

    id: str
    name: str
    locale: str


def person_of(init_data: str, token: str) -> Person:
    """Whoever opened the page.

    Raises:
        NotSignedIn: not signed for this bot, changed, too old, or of nobody.
    """
    if not 0 < len(init_data) <= LONGEST:
        raise NotSignedIn
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST)
    except ValueError:
        raise NotSignedIn from None
    fields = dict(pairs)
    if len(fields) != len(pairs) or not _is_genuine(fields, token) or not _is_fresh(fields.get("auth_date", "")):
        raise NotSignedIn
    return _person(fields.get("user", ""))


def _is_genuine(fields: dict[str, str], token: str) -> bool:
    told = fields.get("hash", "")
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()) if name != "hash")
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    # As bytes, and what is no text of ours replaced: a hash with other signs is wrong, not an error.
    ours = hmac.digest(secret, lines.encode(errors="replace"), "sha256").hex()
    return hmac.compare_digest(told.encode(errors="replace"), ours.encode())


def _is_fresh(auth_date: str) -> bool:
    if not (auth_date.isascii() and auth_date.isdigit() and len(auth_date) <= len("9999999999")):
        return False
    return -_AHEAD <= now() - datetime.fromtimestamp(int(auth_date), UTC) <= OLDEST


def _person(user: str) -> Person:
    try:
        found = json.loads(user)
    except (ValueError, RecursionError):
        raise NotSignedIn from None
    number = found.get("id") if isinstance(found, dict) else None
    if type(number) is not int or number <= 0 or found.get("is_bot") is True:
        raise NotSignedIn
    names = (found.get("first_name"), found.get("last_name"))
    locale = found.get("language_code")
    return Person(
        str(number),
        clean(" ".join(n for n in names if isinstance(n, str)), _NAME),
        clean(locale, _LOCALE) if isinstance(locale, str) else "",
    )
