"""A pretended provider of messages, over HTTP, and the channel that sends by it: for what every channel relies on.

It hands our name of a message back, can be asked for it, and lists what customers sent, as the best of them do; it has
no idempotency, as none of them has.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx

from channels import degrade
from channels.base import (
    Abilities,
    DeliveryReport,
    Found,
    NotAllowed,
    Rate,
    Refused,
    Rendered,
    SendError,
    TryLater,
    Unanswered,
)
from core.messaging import Envelope
from tests.fakes.server import Fake, HttpError, Reply, Request, Troubles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.messaging import Content, ConversationView

NAME = "post"
ACCOUNT = "office"
TOO_FAST, NOBODY, NO_SUCH = 429, 401, 404


@dataclass(frozen=True)
class Entry:
    """A line of the office's own book: when, for whom, our name of it, and what became of it."""

    at: datetime
    to: str
    ref: str
    trouble: str
    status: int
    retry_after: float | None

    @property
    def taken(self) -> bool:
        """Whether the office has the message, whatever it answered."""
        return self.trouble in ("fine", "lost", "hang", "fault") and self.status in (0, 200, 500)


class PostOffice(Fake):
    """Takes messages. `key` is the only word that it accepts; `dead_letters` are customers who do not exist."""

    def __init__(self, troubles: Troubles | None = None) -> None:
        super().__init__(troubles)
        self.key = "open sesame"
        self.book: list[Entry] = []
        self.taken: list[tuple[str, str, str]] = []
        self.nobody: set[str] = set()
        self.mail: list[dict[str, str]] = []
        self.account_wide = False

    def answer(self, request: Request) -> tuple[Any, Reply | None]:
        """As always, written into the book."""
        at = self.clock()
        trouble, reply = super().answer(request)
        if request.verb == "POST":
            sent = request.json()
            after = None if reply is None else reply.headers.get("Retry-After")
            status = 0 if reply is None else reply.status
            waits = None if after is None else float(after)
            with self.lock:
                self.book.append(Entry(at, sent["to"], sent["ref"], trouble, status, waits))
        return trouble, reply

    def call(self, request: Request) -> dict[str, Any]:
        """Take a message, or tell of one, or of the customers' letters."""
        if request.headers.get("authorization") != self.key:
            raise HttpError(NOBODY, {"error": "no such key"})
        if request.path == "/letters":
            return {"letters": [one for one in self.mail if one["at"] >= request.query["since"]]}
        if request.verb == "GET":
            found = [n for n, (_, ref, _) in enumerate(self.taken) if ref == request.query["ref"]]
            return {"id": f"m{found[0]}" if found else None}
        sent = request.json()
        if sent["to"] in self.nobody:
            raise HttpError(NO_SUCH, {"error": "nobody of that name"})
        self.taken.append((sent["to"], sent["ref"], sent["text"]))
        return {"id": f"m{len(self.taken) - 1}"}

    def busy(self, seconds: int) -> Reply:
        """Says whether it means the one customer or everything that we send."""
        headers = {"Retry-After": str(seconds), "Scope": "account" if self.account_wide else "customer"}
        return Reply.of(TOO_FAST, {"error": "slower"}, headers)

    def copies(self) -> Counter[str]:
        """How often each message was taken, by our name of it."""
        return Counter(ref for _, ref, _ in self.taken)

    def write(self, sender: str, text: str, external_id: str) -> Envelope:
        """A customer's letter that lies in the office."""
        self.mail.append({"from": sender, "text": text, "id": external_id, "at": self.clock().isoformat()})
        return envelope(sender, text, external_id, sent_at=self.clock())


@dataclass
class Post:
    """The channel. `limits` are those of the account (burst included) and of each customer."""

    url: str
    key: str = "open sesame"
    name: str = NAME
    abilities: Abilities = field(default=Abilities(text=1600))
    per_account: timedelta | None = None
    per_customer: timedelta | None = None
    patience: float = 5.0
    word_after: timedelta = timedelta(seconds=5)

    def __post_init__(self) -> None:
        """One client for all threads."""
        self._http = httpx.Client(base_url=self.url, timeout=self.patience)

    def close(self) -> None:
        """End all connections."""
        self._http.close()

    def rates(self, conversation: ConversationView) -> tuple[Rate, ...]:
        """As the office asks for."""
        found = []
        if self.per_account is not None:
            found.append(Rate(f"{NAME}:{conversation.account}", self.per_account))
        if self.per_customer is not None:
            found.append(Rate(f"{NAME}:{conversation.account}:{conversation.sender}", self.per_customer))
        return tuple(found)

    def render(self, content: Content, _: ConversationView) -> tuple[Rendered, ...]:
        """Plain text."""
        return degrade.fit(content, self.abilities)

    def fingerprint(self, _: str) -> str:
        """The key itself: it is no secret here."""
        return self.key

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Post it."""
        letter = {"to": conversation.sender, "ref": ref, "text": part.text}
        return str(self._asked("POST", "/messages", json=letter)["id"])

    def look_up(self, _: ConversationView, __: Rendered, ref: str, ___: datetime) -> Found:
        """Ask the office by our own name of it."""
        return Found(self._asked("GET", "/messages", params={"ref": ref})["id"])

    def received(self, since: datetime) -> Iterable[Envelope]:
        """The letters that customers gave in."""
        found = self._asked("GET", "/letters", params={"since": since.astimezone(UTC).isoformat()})
        for one in found["letters"]:
            yield envelope(one["from"], one["text"], one["id"], sent_at=datetime.fromisoformat(one["at"]))

    def _asked(self, verb: str, path: str, **what: Any) -> dict[str, Any]:  # noqa: ANN401 - of httpx
        try:
            answer = self._http.request(verb, path, headers={"Authorization": self.key}, **what)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TryLater(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise Unanswered(type(error).__name__, after=self.word_after) from None
        if answer.is_success:
            return dict(answer.json())
        raise _problem(answer)


@dataclass
class ForgetfulPost(Post):
    """The same, of an office that cannot be asked what it took."""

    look_up: None = None  # type: ignore[assignment] # no such thing


def _problem(answer: httpx.Response) -> SendError:
    if answer.status_code == TOO_FAST:
        after = timedelta(seconds=float(answer.headers["Retry-After"]))
        return TryLater("too fast", after=after, account=answer.headers["Scope"] == "account")
    if answer.status_code == NOBODY:
        return NotAllowed("the key is wrong")
    if answer.status_code == NO_SUCH:
        return Refused("nobody of that name")
    return TryLater(f"status {answer.status_code}")


def envelope(sender: str, text: str, external_id: str, *, sent_at: datetime | None = None) -> Envelope:
    """A letter as our webhook would have parsed it."""
    return Envelope(
        channel=NAME,
        account=ACCOUNT,
        external_id=external_id,
        sender=sender,
        kind="text",
        text=text,
        payload={"external_id": external_id},
        sent_at=sent_at,
    )


def report(provider_id: str, status: Any, *, ref: str = "", error: str = "") -> DeliveryReport:  # noqa: ANN401 - a status
    """What the office says of a message."""
    return DeliveryReport(NAME, ACCOUNT, provider_id, status, ref, error)
