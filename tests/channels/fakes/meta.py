"""A Meta that keeps state: WhatsApp's Cloud API, the Send API of Messenger and Instagram, and their webhooks."""

from __future__ import annotations

import json
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any

from channels.meta import signature
from tests.channels.fakes.meta_limits import broken, broken_messenger
from tests.fakes.server import Fake, HttpError, Json, Reply, Request, Troubles, served

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "the app's secret"
VERIFY = "a word of our choice"
TOKEN = "EAAfake"
NUMBER = "106500000000001"
WABA = "100500000000001"
PAGE = "108700000000001"
INSTAGRAM = "178400000000001"


class FakeMeta(Fake):
    """One app with a number, a page and an Instagram account.

    `sent` are the messages it took, in order, each with its id; `typing` the ids for which it was shown. `busy_code` is
    the error of a refusal for speed. With `statuses`, webhooks "sent" and "delivered" follow each message taken.
    """

    def __init__(self, troubles: Troubles | None = None, *, statuses: bool = True) -> None:
        super().__init__(troubles)
        self.sent: list[Json] = []
        self.typing: list[str] = []
        self.media: dict[str, tuple[str, bytes]] = {}
        self.token = TOKEN
        self.busy_code = 130429
        self.statuses = statuses
        self.errors: list[HttpError] = []
        self._numbers = count(1)

    @property
    def base(self) -> str:
        """What COMANDA_WHATSAPP_API_BASE is set to."""
        return f"{self.url}/v23.0"

    def signed(self, body: bytes) -> dict[str, str]:
        """As Meta signs."""
        return {"x-hub-signature-256": signature(body, SECRET), "content-type": "application/json"}

    def fault(self) -> Json:
        """A failure inside."""
        return graph_error(131000, "Something went wrong")

    def busy(self, seconds: int) -> Reply:
        """Too fast."""
        return Reply.of(429, graph_error(self.busy_code, "Too many messages"), {"Retry-After": str(seconds)})

    def call(self, request: Request) -> Json | Reply:
        """The calls that we make."""
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise HttpError(401, graph_error(190, "The access token has expired", subcode=463))
        if self.errors:
            raise self.errors.pop(0)
        match request.verb, request.path.strip("/").split("/"):
            case "POST", [_, "me", "messages"]:
                return self._take_messenger(request.json())
            case "POST", [_, str(number), "messages"]:
                return self._take(number, request.json())
            case "GET", ["whatsapp_business", "attachments"]:
                return self._download(request.query["mid"])
            case "GET", [_, str(media_id)] if media_id in self.media:
                mime, content = self.media[media_id]
                url = f"{self.url}/whatsapp_business/attachments/?mid={media_id}&ext=1&hash=x"
                digest = sha256(content).hexdigest()
                return {"url": url, "mime_type": mime, "file_size": len(content), "id": media_id, "sha256": digest}
        raise HttpError(404, graph_error(100, "Unsupported request", subcode=33))

    def spared(self, request: Request) -> bool:
        """Trouble is for messages; that we are writing is shown all the same."""
        aside = b'"typing_indicator"' in request.body or b'"sender_action"' in request.body
        return aside or super().spared(request)

    def refuse(self, code: int, message: str, *, status: int = 400, subcode: int | None = None) -> None:
        """Answer the next call so."""
        self.errors.append(HttpError(status, graph_error(code, message, subcode=subcode)))

    def texts(self) -> list[str]:
        """What was sent, in words."""
        return [said(message) for message in self.sent]

    # What Meta delivers.

    def deliver(self, value: Json, *, field: str = "messages", account: str = NUMBER) -> bytes:
        """The body of a webhook with one change, which is put on the way."""
        body = webhook(value, field=field, account=account)
        self.deliveries.append(body)
        return body

    def status(self, message: Json, word: str, **more: object) -> bytes:
        """News of a message of ours."""
        status = {"id": message["id"], "status": word, "timestamp": self._time(), "recipient_id": _to(message), **more}
        if ref := message.get("biz_opaque_callback_data"):
            status["biz_opaque_callback_data"] = ref
        return self.deliver({"statuses": [status]}, account=message["from"])

    def _time(self) -> str:
        return str(int(self.clock().timestamp()))

    def _take(self, number: str, body: Json) -> Json:
        if body.get("status") == "read":
            self.typing.append(body["message_id"])
            return {"success": True}
        if wrong := list(broken(body)):
            raise HttpError(400, graph_error(131009, "; ".join(wrong)))
        message = {**body, "id": f"wamid.fake{next(self._numbers)}", "from": number}
        self.sent.append(message)
        if self.statuses:
            for word in ("sent", "delivered"):
                self.status(message, word)
        contact = {"input": _to(body), "wa_id" if "to" in body else "user_id": _to(body)}
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": message["id"]}]}

    def _take_messenger(self, body: Json) -> Json:
        receiver = body["recipient"]["id"]
        if "sender_action" in body:
            self.typing.append(receiver)
            return {"recipient_id": receiver}
        if wrong := list(broken_messenger(body["message"])):
            raise HttpError(400, graph_error(100, "; ".join(wrong)))
        message = {**body, "id": f"m_fake{next(self._numbers)}"}
        self.sent.append(message)
        if self.statuses:
            echo = {"mid": message["id"], "is_echo": True, "app_id": 1, "metadata": body["message"].get("metadata")}
            self.deliveries.append(page_webhook({"message": echo}, sender=PAGE, recipient=receiver))
            arrived = {"mids": [message["id"]], "watermark": 1767000000000}
            self.deliveries.append(page_webhook({"delivery": arrived}, sender=receiver))
        return {"recipient_id": receiver, "message_id": message["id"]}

    def _download(self, media_id: str) -> Reply:
        mime, content = self.media[media_id]
        return Reply(200, content, {"Content-Type": mime})


def webhook(value: Json, *, field: str = "messages", account: str = NUMBER) -> bytes:
    """The body of a delivery with one change."""
    metadata = {"display_phone_number": "15550100000", "phone_number_id": account}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    entry = {"id": WABA, "time": 1767000000, "changes": [{"field": field, "value": whole}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def arriving(kind: str, content: object = None, **more: Any) -> Json:  # noqa: ANN401 - fields of Meta
    """The value of a change in which Ana sends a message. `by` "phone", "user" or "both" says how she is known."""
    by, phone, user = more.pop("by", "phone"), more.pop("phone", "15550100001"), more.pop("user", "US.9900112233")
    contact: Json = {"profile": {"name": more.pop("name", "Ana")}}
    message: Json = {"id": more.pop("id", "wamid.in1"), "timestamp": more.pop("timestamp", "1767000000"), "type": kind}
    if by != "user":
        contact["wa_id"] = message["from"] = phone
    if by != "phone":
        contact["user_id"] = message["from_user_id"] = user
    if content is not None:
        message[kind] = content
    return {"contacts": [contact], "messages": [message | more]}


def page_webhook(event: Json, *, sender: str = "7100000000000001", recipient: str = PAGE, to: str = "page") -> bytes:
    """The body of a delivery with one event of a page, or of an Instagram account."""
    account = INSTAGRAM if to == "instagram" else PAGE
    ends = {"sender": {"id": sender}, "recipient": {"id": account if recipient == PAGE else recipient}}
    whole = {**ends, "timestamp": 1767000000000, **event}
    entry = {"id": account, "time": 1767000000001, "messaging": [whole]}
    return json.dumps({"object": to, "entry": [entry]}).encode()


def graph_error(code: int, message: str, *, subcode: int | None = None) -> Json:
    """An error as the Graph API writes it."""
    error: Json = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "Afake"}
    if subcode is not None:
        error["error_subcode"] = subcode
    return {"error": error | {"error_data": {"messaging_product": "whatsapp", "details": message}}}


def said(message: Json) -> str:
    """The words of a message that was taken."""
    if "message" in message:
        whole = message["message"]
        return str(whole.get("text") or whole.get("attachment", {}).get("payload", {}).get("text", ""))
    kind = message["type"]
    if kind == "interactive":
        return str(message["interactive"]["body"]["text"])
    return str(message["text"]["body"] if kind == "text" else message[kind].get("caption", ""))


def _to(message: Json) -> str:
    return str(message.get("to") or message.get("recipient"))


@contextmanager
def meta_server(troubles: Troubles | None = None, *, statuses: bool = True) -> Iterator[FakeMeta]:
    """A Meta on this machine."""
    with served(FakeMeta(troubles, statuses=statuses)) as fake:
        yield fake
