"""Twilio's REST API, by its official client."""

from __future__ import annotations

import base64
import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from channels.base import NotAllowed, Refused
from channels.fetch import Download, Origin
from channels.twilio import errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from twilio.http.response import Response

    from core.settings import Settings

CONNECT: Final = 5.0  # seconds
ANSWER: Final = 15.0  # seconds
TWILIO: Final = "https://api.twilio.com"
# Where files are kept, and where an address of the API leads.
_MEDIA_HOSTS: Final = (
    "https://mms.twiliocdn.com",
    "https://media.twiliocdn.com",
    "https://s3-external-1.amazonaws.com",
)
_FILE: Final = re.compile(r"[A-Za-z0-9]{2,64}/Media/[A-Za-z0-9]{2,64}")
_PAGE: Final = 50
_ROUGHLY: Final = timedelta(hours=1)
_ERROR: Final = 400

# The client writes every text and telephone number into its log.
_SILENT: Final = logging.Logger("twilio, silent", logging.CRITICAL + 1)  # noqa: LOG001 - nobody else shall configure it


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as Twilio lists it. `at` is when it was sent, or else when it was made."""

    sid: str
    sender: str
    receiver: str
    body: str
    inbound: bool
    files: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message: its address, and its type."""

    address: str
    mime: str


class Api:
    """Calls with one account's credentials. Nothing is tried again here, and no redirect is followed."""

    def __init__(self, settings: Settings, *, answer: float = ANSWER) -> None:
        self.account = settings.twilio_account_sid
        self._token = settings.twilio_auth_token.get_secret_value()
        self._base = settings.twilio_api_base.rstrip("/")
        self._http = _Http(self._base, answer)
        # An environment of its own: the client would also read variables that are meant for other programs.
        self._client = Client(self.account, self._token or "-", http_client=self._http, environment={"-": ""})

    def send(self, fields: Mapping[str, Any]) -> str:
        """Hand over a message and answer its id there.

        Raises:
            SendError: how it went wrong.
        """
        self._check_token()
        with _called():
            made = self._client.messages.create(**fields)
            if not made.sid:
                raise ValueError(made.status)
            return str(made.sid)

    def typing(self, sid: str) -> None:
        """Show on WhatsApp that a message was read and we are writing, until ours comes or for 25 seconds.

        Raises:
            SendError: it was not shown.
        """
        self._check_token()
        with _called():
            self._client.messaging.v2.typing_indicator.create(channel="whatsapp", message_id=sid)

    def sent_to(self, receiver: str, sender: str) -> tuple[Listed, ...]:
        """The last messages from us to a customer, the newest first.

        Raises:
            SendError: it cannot be asked now.
        """
        self._check_token()
        with _called():
            found = self._client.messages.list(to=receiver, from_=sender, limit=_PAGE, page_size=_PAGE)
            return tuple(_listed(each) for each in found)

    def received(self, since: datetime) -> Iterator[Listed]:
        """What customers sent to any number of the account, at `since` or later, the newest first.

        Raises:
            SendError: it cannot be asked now.
        """
        self._check_token()
        with _called():
            # Twilio filters by days, and lists the newest first.
            for each in self._client.messages.stream(date_sent_after=since.strftime("%Y-%m-%d"), page_size=1000):
                found = _listed(each)
                if found.at is not None and found.at < since - _ROUGHLY:
                    return
                if found.inbound and (found.at is None or found.at >= since):
                    yield found

    def files(self, sid: str) -> tuple[File, ...]:
        """The files of a message.

        Raises:
            SendError: it cannot be asked now.
        """
        with _called():
            media = self._client.messages(sid).media.list(limit=10)
            path = f"{TWILIO}/2010-04-01/Accounts/{self.account}/Messages/{sid}/Media"
            return tuple(File(f"{path}/{each.sid}", str(each.content_type or "")) for each in media)

    def download(self, address: str) -> Download:
        """How a file is fetched. Credentials go to messages of this account, and to nothing else.

        Raises:
            Refused: it is no file of a message of this account.
        """
        path = f"/2010-04-01/Accounts/{self.account}/Messages/"
        if not address.startswith(TWILIO + path) or not _FILE.fullmatch(address[len(TWILIO + path) :]):
            raise Refused("no file of a message of ours")
        proof = base64.b64encode(f"{self.account}:{self._token}".encode()).decode()
        return Download(
            self._base + address[len(TWILIO) :],
            (Origin.of(self._base, trusted=self._base != TWILIO), *map(Origin.of, _MEDIA_HOSTS)),
            {"Authorization": f"Basic {proof}"},
            (self._base + path,),
        )

    def fingerprint(self, account: str) -> str:
        """Changes with the token."""
        return sha256(f"{account} {self._token}".encode()).hexdigest()[:16]

    def make_content(self, name: str, kind: str, content: Mapping[str, Any], variables: Mapping[str, str]) -> str:
        """Make a content template and answer its id.

        Raises:
            SendError: how it went wrong.
        """
        self._check_token()
        whole = {"friendly_name": name, "language": "en", "variables": dict(variables), "types": {kind: dict(content)}}
        with _called():
            return str(self._client.content.v1.contents.create(_Json(whole)).sid)

    def contents(self) -> dict[str, str]:
        """The ids of the account's content templates, by name.

        Raises:
            SendError: it cannot be asked now.
        """
        self._check_token()
        with _called():
            return {str(each.friendly_name): str(each.sid) for each in self._client.content.v1.contents.list(limit=500)}

    def close(self) -> None:
        """Close the connections that are kept; the next call opens a new one."""
        self._http.close()

    def _check_token(self) -> None:
        if not self._token:
            raise NotAllowed("no token is set (COMANDA_TWILIO_AUTH_TOKEN)")


class _Json:
    """A body that the client sends as JSON."""

    def __init__(self, whole: Mapping[str, Any]) -> None:
        self._whole = dict(whole)

    def to_dict(self) -> dict[str, Any]:
        """What the client asks for."""
        return self._whole


class _Http(TwilioHttpClient):  # type: ignore[misc] # the client has no types
    """The client's own, with another address where one is set, both time-outs, and errors that keep their headers."""

    def __init__(self, base: str, answer: float) -> None:
        super().__init__(logger=_SILENT)
        self._base = base
        # Two time-outs, which its own constructor does not know.
        self.timeout = (CONNECT, answer)

    def request(self, method: str, url: str, *more: Any, **options: Any) -> Response:  # noqa: ANN401 - the client's own
        """Call; what is no success is raised as what it means for a message."""
        try:
            answer = super().request(method, self._moved(url), *more, **options)
        except requests.RequestException as error:
            raise errors.broken(error) from None
        if answer.status_code >= _ERROR:
            raise errors.problem(answer.status_code, answer.text, answer.headers or {})
        return answer

    def close(self) -> None:
        """Close the connections that are kept."""
        if self.session is not None:
            self.session.close()

    def _moved(self, url: str) -> str:
        if self._base == TWILIO:
            return url
        asked = urlsplit(url)
        return f"{self._base}{asked.path}" + (f"?{asked.query}" if asked.query else "")


@contextmanager
def _called() -> Iterator[None]:
    """What the client makes of an answer that it cannot read, as an error of ours."""
    try:
        yield
    except (TwilioException, ValueError, KeyError) as error:
        raise errors.unreadable(error) from None


def _listed(message: Any) -> Listed:  # noqa: ANN401 - the client has no types
    return Listed(
        sid=str(message.sid),
        sender=str(message.from_ or ""),
        receiver=str(message.to or ""),
        body=str(message.body or ""),
        inbound=message.direction == "inbound",
        files=int(message.num_media or 0),
        at=message.date_sent or message.date_created,
    )
