"""What Meta's channels have in common: signatures of webhooks, the Graph API, and the numbers of its errors.

Error codes: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes and, for Messenger,
https://developers.facebook.com/docs/messenger-platform/error-codes, read in November 2026.
"""

from __future__ import annotations

import hmac
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import httpx

from channels.base import NotAllowed, Refused, SendError, TryLater, Unanswered
from channels.loose import Json, read, string, thing
from core.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT: Final = 5.0  # seconds
ANSWER: Final = 15.0  # seconds
_SIGNATURE: Final = "sha256="
# How long to wait for a status webhook before a message of unknown fate is sent again.
_WORD_COMES: Final = timedelta(seconds=30)

# What works later, and how long to wait where Meta does not say; None: as after any failure.
_PAUSES: Final[dict[int, timedelta | None]] = {
    **dict.fromkeys((4, 17, 32, 613, 80006, 80007, 131048, 133016, 131064), timedelta(minutes=1)),
    131056: timedelta(seconds=6),
    **dict.fromkeys((1, 2, 1200, 130429, 131000, 131016, 131057, 135000), None),
}
_OUTSIDE: Final = frozenset({131047})
_CREDENTIALS: Final = frozenset({0, 3, 10, 102, 190, 131005, *range(200, 300)})
# The account is stopped as a whole: policy, payment, registration, a name that is not approved.
_STOPPED: Final = frozenset({368, 131031, 131037, 131042, 131044, 131045, 133010})
# Of codes that speak of permission, these mean one customer only.
_ONE_CUSTOMER: Final = frozenset({1545041, 2018065, 2018108, 2018109, 2018164, 2018001})
_OUTSIDE_SUBCODE: Final = frozenset({2018278, 2534022})
_ERROR: Final = 400
_TOO_MANY: Final = 429
_FAILED: Final = 5  # hundred and something
_REDIRECTED: Final = 3
_UNSURE: Final = frozenset({502, 504})


class OutsideWindow(Refused):
    """The customer wrote too long ago for a message of free form."""


def signature(body: bytes, secret: str) -> str:
    """The value of X-Hub-Signature-256 for a body."""
    return _SIGNATURE + hmac.new(secret.encode(), body, "sha256").hexdigest()


def is_genuine(body: bytes, given: str | None, secret: str) -> bool:
    """Whether a body was signed with the app's secret; never without a secret, and always in the same time."""
    return bool(secret) and hmac.compare_digest(signature(body, secret).encode(), (given or "").encode())


def challenge(query: Mapping[str, str], token: str) -> str | None:
    """What to answer when Meta asks whether the webhook is ours; None when the word is not the one we chose."""
    asked = query.get("hub.mode") == "subscribe"
    right = bool(token) and hmac.compare_digest(query.get("hub.verify_token", "").encode(), token.encode())
    return query.get("hub.challenge", "") if asked and right else None


class Graph:
    """Calls of the Graph API with one token. Redirects are never followed: the token is for this address only."""

    def __init__(self, base: str, token: str, *, answer: float = ANSWER, connect: float = CONNECT) -> None:
        self.base = base.rstrip("/")
        self.token = token
        self._timeout = httpx.Timeout(answer, connect=connect)
        self._http = self._client()

    @property
    def origin(self) -> str:
        """The address without its path."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    def post(self, *path: str, body: Mapping[str, Any]) -> Json:
        """Ask for something to be done.

        Raises:
            SendError: how it went wrong.
        """
        return self._call("POST", path, json=dict(body))

    def get(self, *path: str, **query: str) -> Json:
        """Ask for something.

        Raises:
            SendError: how it went wrong.
        """
        return self._call("GET", path, params=query)

    def close(self) -> None:
        """Close the connections that are kept; the next call opens a new one."""
        kept, self._http = self._http, self._client()
        kept.close()

    def _client(self) -> httpx.Client:
        return httpx.Client(timeout=self._timeout, follow_redirects=False)

    def _call(self, verb: str, path: tuple[str, ...], **what: Any) -> Json:  # noqa: ANN401 - httpx's own options
        if not self.token:
            raise NotAllowed("no access token is set")
        address = "/".join((self.base, *(quote(part, safe="") for part in path)))
        try:
            answer = self._http.request(verb, address, headers={"Authorization": f"Bearer {self.token}"}, **what)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            reason = f"no connection: {type(error).__name__}"
            raise TryLater(reason) from None
        except httpx.HTTPError as error:
            reason = f"no answer: {type(error).__name__}"
            raise Unanswered(reason, after=_WORD_COMES) from None
        return answered(answer.status_code, answer.content, answer.headers.get("Retry-After"))


def answered(status: int, content: bytes, retry_after: str | None = None) -> Json:
    """The answer of a call, or how it went wrong."""
    body = read(content)
    if status < _ERROR and status // 100 != _REDIRECTED:
        if body is None:
            raise Unanswered("an answer that cannot be read", after=_WORD_COMES)
        return body
    raise problem(status, thing(body, "error"), retry_after)


def problem(status: int, error: Json, retry_after: str | None = None) -> SendError:
    """What an answer that is no success means for the message."""
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    reason, after = _reason(status, error), waiting(retry_after)
    if code is None:
        return _by_status(status, reason, after)
    if code in _OUTSIDE or subcode in _OUTSIDE_SUBCODE:
        return OutsideWindow(reason)
    if code in _PAUSES:
        return TryLater(reason, after=after or _PAUSES[code])
    if subcode not in _ONE_CUSTOMER and (code in _CREDENTIALS or code in _STOPPED):
        return NotAllowed(reason)
    theirs = error.get("is_transient") is True or status == _TOO_MANY or status // 100 == _FAILED
    return TryLater(reason, after=after) if theirs and subcode not in _ONE_CUSTOMER else Refused(reason)


def waiting(retry_after: str | None) -> timedelta | None:
    """How long a Retry-After header asks to wait: in seconds, or until a time."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=min(int(retry_after[:9]), 24 * 3600))
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError):
        return None
    return max(until.replace(tzinfo=until.tzinfo or UTC) - now(), timedelta(0))


def _by_status(status: int, reason: str, after: timedelta | None) -> SendError:
    """What a bare status means: some gateways answer without Meta's own words."""
    if status in _UNSURE:
        return Unanswered(reason, after=_WORD_COMES)
    if status == _TOO_MANY or status // 100 == _FAILED:
        return TryLater(reason, after=after)
    return NotAllowed(reason) if status in (401, 403) else Refused(reason)


def _reason(status: int, error: Json) -> str:
    """For operators: the code and Meta's words, without what the customer wrote."""
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    numbers = "/".join(str(n) for n in (code, subcode) if n is not None) or f"HTTP {status}"
    details = string(thing(error, "error_data"), "details", 200) or string(error, "message", 200)
    return f"{numbers}: {details}" if details else numbers


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
