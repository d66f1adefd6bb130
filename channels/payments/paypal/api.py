"""Calls to PayPal's REST interface: signed in, timed, with its failures told apart."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import httpx

from channels.payments.base import Faulty, Refused, TryLater, Unanswered
from core.kernel.clock import now

if TYPE_CHECKING:
    from core.settings import Settings

TIMEOUT: Final = 20.0  # seconds
_EARLY: Final = timedelta(minutes=1)
_KEY_REFUSED: Final = timedelta(minutes=5)
_ANSWERS: Final = 300
_UNAUTHORISED: Final = (401, 403)
_TOO_FAST: Final = 429
_BUSY: Final = 409
_FAULT: Final = 500


class NoSuchThing(Refused):
    """PayPal knows no object of this id (any more)."""


class Api:
    """One PayPal app. The access token is kept until shortly before it ends."""

    def __init__(self, settings: Settings, *, timeout: float = TIMEOUT) -> None:
        self._keys = (settings.paypal_client_id, settings.paypal_client_secret.get_secret_value())
        self._base, self._timeout = settings.paypal_api_base, timeout
        self._http = self._new()
        self._lock = threading.Lock()
        self._token = ""
        self._until: datetime | None = None

    def call(
        self, verb: str, path: str, *, json: dict[str, Any] | None = None, raw: bytes | None = None, key: str = ""
    ) -> dict[str, Any]:
        """One call; `key` is its PayPal-Request-Id, which makes it happen once.

        Raises:
            TryLater: PayPal is too busy, or refuses the keys.
            Unanswered: perhaps done.
            Faulty: perhaps done; the key is used up.
            NoSuchThing: no such object.
            Refused: never will be.
        """
        headers = {"Authorization": f"Bearer {self._signed_in()}", "Prefer": "return=representation"}
        if key:
            headers["PayPal-Request-Id"] = key
        content: dict[str, Any] = {"json": json} if json is not None else {}
        if raw is not None or (verb == "POST" and json is None):
            headers["Content-Type"] = "application/json"
            content = {"content": raw or b""}
        answer = self._sent(verb, path, headers=headers, **content)
        if answer.status_code in _UNAUTHORISED:
            with self._lock:
                self._token = ""
        return _read(answer)

    def hang_up(self) -> None:
        """Close connections that were kept. A closed client cannot be used, so there is a new one."""
        old, self._http = self._http, self._new()
        old.close()

    def _new(self) -> httpx.Client:
        return httpx.Client(base_url=self._base, timeout=self._timeout)

    def _signed_in(self) -> str:
        with self._lock:
            if self._token and self._until and now() < self._until:
                return self._token
            try:
                answer = self._http.post("/v1/oauth2/token", data={"grant_type": "client_credentials"}, auth=self._keys)
            except httpx.HTTPError as error:
                problem = f"no answer ({type(error).__name__})"
                raise TryLater(problem) from None
            if answer.status_code in _UNAUTHORISED:
                raise TryLater("check COMANDA_PAYPAL_CLIENT_ID and _CLIENT_SECRET", after=_KEY_REFUSED)
            if answer.status_code >= _ANSWERS:
                problem = f"signing in answered {answer.status_code}"
                raise TryLater(problem)
            granted = answer.json()
            self._token = str(granted["access_token"])
            self._until = now() + timedelta(seconds=int(granted["expires_in"])) - _EARLY
            return self._token

    def _sent(self, verb: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own arguments
        try:
            return self._http.request(verb, path, **more)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise TryLater("could not be reached") from None
        except httpx.HTTPError as error:
            problem = f"no answer ({type(error).__name__})"
            raise Unanswered(problem) from None


def _read(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code < _ANSWERS:
        body: dict[str, Any] = answer.json() if answer.content else {}
        return body
    said = _problem(answer)
    if answer.status_code in _UNAUTHORISED:
        problem = f"check COMANDA_PAYPAL_CLIENT_ID and _CLIENT_SECRET ({said})"
        raise TryLater(problem, after=_KEY_REFUSED)
    if answer.status_code in (_TOO_FAST, _BUSY):
        raise TryLater(said)
    if answer.status_code >= _FAULT:
        raise Faulty(said)
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NoSuchThing(said)
    raise Refused(said)


def _problem(answer: httpx.Response) -> str:
    """PayPal's name for what is wrong: the first issue, else the name of the error."""
    try:
        body = answer.json()
        issues = [str(detail.get("issue")) for detail in body.get("details") or () if detail.get("issue")]
        return f"{answer.status_code} {issues[0] if issues else body.get('name', '')}"
    except (ValueError, AttributeError):
        return str(answer.status_code)
