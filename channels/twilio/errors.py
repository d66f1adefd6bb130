"""What Twilio's errors mean for a message. Numbers: https://www.twilio.com/docs/api/errors, read in November 2026."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, SSLError

from channels.base import NotAllowed, Refused, SendError, TryLater, Unanswered

if TYPE_CHECKING:
    from collections.abc import Mapping

OPTED_OUT: Final = "21610"
# The list of messages may lag a little behind what was taken.
_LISTED_AFTER: Final = timedelta(seconds=10)
_CREDENTIALS: Final = frozenset({20003, 20005, 20006, 20008, 20010, 20107, 21606, 21660, 63007})
_MINUTE: Final = timedelta(minutes=1)
# Of the whole account or number: too fast, the queue is full, the day's quota is used up.
_ALL_LATER: Final = {
    14107: timedelta(minutes=5),
    20429: None,
    21611: _MINUTE,
    30001: _MINUTE,
    30022: timedelta(minutes=10),
    63017: None,
    63018: None,
    63038: timedelta(hours=1),
}
# Of this customer only.
_LATER: Final = frozenset({63019, 63032})
_OUTSIDE: Final = 63016
# Answered 403 or the like, and about one customer's number or country all the same.
_ONE_CUSTOMER: Final = frozenset({21211, 21408, 21610, 21612, 21614, 63003, 63024, 63049})
_ERROR: Final = 400
_UNAUTHORISED: Final = (401, 403)
_TOO_MANY: Final = 429
_DOWN: Final = 503
_FAILED: Final = 500


class OptedOut(Refused):
    """Twilio does not send to them any more, because they told the carrier to stop."""


class OutsideWindow(Refused):
    """The customer wrote too long ago for a message of free form."""


def problem(status: int, text: str, headers: Mapping[str, str]) -> SendError:
    """What an answer that is no success means."""
    code, reason = _read(status, text)
    after = _waiting(headers)
    if code in _ALL_LATER or status == _TOO_MANY:
        return TryLater(reason, after=after or _ALL_LATER.get(code), account=True)
    if code in _LATER or status == _DOWN:
        return TryLater(reason, after=after)
    if status >= _FAILED:
        return Unanswered(reason, after=_LISTED_AFTER)
    return _never(status, code, reason)


def _never(status: int, code: int, reason: str) -> SendError:
    """What a refusal means that waiting does not change."""
    if str(code) == OPTED_OUT:
        return OptedOut(reason)
    if code == _OUTSIDE:
        return OutsideWindow(reason)
    denied = code in _CREDENTIALS or (status in _UNAUTHORISED and code not in _ONE_CUSTOMER)
    return NotAllowed(reason) if denied else Refused(reason)


def broken(error: requests.RequestException) -> SendError:
    """What a call without an answer means: whether the message can have been taken."""
    reason = f"no answer ({type(error).__name__})"
    return TryLater(reason) if _never_left(error) else Unanswered(reason, after=_LISTED_AFTER)


def unreadable(error: Exception) -> SendError:
    """What an answer means that is a success, but nobody can read it."""
    return Unanswered(f"an answer that cannot be read ({type(error).__name__})", after=_LISTED_AFTER)


def _never_left(error: requests.RequestException) -> bool:
    """Whether the request cannot have reached Twilio: there was no connection at all."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return isinstance(cause, NewConnectionError | ConnectTimeoutError | SSLError)


def _read(status: int, text: str) -> tuple[int, str]:
    """The number of an error, and what Twilio says of it."""
    try:
        body: Any = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return 0, f"HTTP {status}"
    code = body.get("code")
    number = code if isinstance(code, int) and not isinstance(code, bool) else 0
    said = str(body.get("message") or body.get("title") or "")[:200]
    return number, f"{number or f'HTTP {status}'}: {said}" if said else str(number or f"HTTP {status}")


def _waiting(headers: Mapping[str, str]) -> timedelta | None:
    """How many seconds the Retry-After header asks to wait."""
    said = str(headers.get("Retry-After") or "").strip()
    if not (said.isascii() and said.isdigit()):
        return None
    return timedelta(seconds=min(int(said[:9]), 24 * 3600))
