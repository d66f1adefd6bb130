"""A pretended Twilio: its messages, its lists and its content templates, as far as we use them, on loopback.

`tests/channels/twilio/test_fake.py` drives it with Twilio's official client. It checks what it is sent against the
limits that Twilio publishes.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator

from core.kernel.sms import segments
from tests.fakes.server import Fake, HttpError, Json, Reply, Request

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fakes.server import Troubles

ACCOUNT: Final = "AC" + "0a" * 16
TOKEN: Final = "test-token"
PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_FIELDS: Final = frozenset(
    {"To", "From", "Body", "MediaUrl", "StatusCallback", "ContentSid", "ContentVariables", "PersistentAction"}
)
_BODY, _MOST_MEDIA, _MOST_SEGMENTS = 1600, 10, 10
_CONTENT_BODY, _TITLE, _ROW, _CHOICE_ID = 1024, 20, 24, 200
_MOST_BUTTONS, _MOST_ROWS = 3, 10
_VARIABLE: Final = re.compile(r"\{\{(\w+)\}\}")


@dataclass
class Message:
    """A message, ours or a customer's. `files` are the types of what comes with it."""

    sid: str
    to: str
    sender: str
    body: str
    inbound: bool
    at: datetime
    files: list[str] = field(default_factory=list)
    callback: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    shown: Json = field(default_factory=dict)


class Twilio(Fake):
    """One account. `refuse` has the error for all that is sent to an address: HTTP status and Twilio's number."""

    def __init__(self, troubles: Troubles | None = None) -> None:
        super().__init__(troubles)
        self.messages: list[Message] = []
        self.contents: dict[str, Json] = {}
        self.refuse: dict[str, tuple[int, int]] = {}
        self.page = 1000
        self.typed: list[str] = []

    @property
    def sent(self) -> list[Message]:
        """What was sent by us, in order."""
        return [each for each in self.messages if not each.inbound]

    def call(self, request: Request) -> Json | Reply:
        """Answer a call."""
        if request.path.startswith("/files/"):
            return Reply(200, PICTURE, {"Content-Type": "image/png"})
        expected = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            raise HttpError(401, {"code": 20003, "message": "Authenticate", "status": 401})
        prefix = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
        if (request.verb, request.path) == ("POST", f"{prefix}.json"):
            return Reply.of(201, self._create(request))
        if request.path == f"{prefix}.json":
            return self._list(request)
        if request.path.startswith(f"{prefix}/"):
            return self._file(request.path.removeprefix(f"{prefix}/"))
        if (request.verb, request.path) == ("POST", "/v2/Indicators/Typing.json"):
            self.typed.append(request.form()["messageId"])
            return {"success": True}
        if request.path == "/v1/Content":
            return Reply.of(201, self._content(request)) if request.verb == "POST" else self._contents()
        raise _missing()

    def busy(self, seconds: int) -> Reply:
        """The refusal for speed."""
        return Reply.of(
            429, {"code": 20429, "message": "Too Many Requests", "status": 429}, {"Retry-After": str(seconds)}
        )

    def heard(self, sender: str, to: str, body: str = "", **more: str) -> tuple[str, dict[str, str]]:
        """A customer's message: its id, and the fields of its webhook."""
        sid = more.pop("MessageSid", f"SM{len(self.messages):032x}")
        files = [value for name, value in more.items() if name.startswith("MediaContentType")]
        with self.lock:
            self.messages.append(Message(sid, to, sender, body, inbound=True, at=self.clock(), files=files))
        known = {"MessageSid": sid, "SmsMessageSid": sid, "AccountSid": ACCOUNT, "From": sender, "To": to}
        return sid, {**known, "Body": body, "NumMedia": str(len(files)), "ApiVersion": "2010-04-01", **more}

    def reports(self, message: Message, status: str, error: str = "") -> tuple[str, dict[str, str]]:
        """The address and the fields of a status callback."""
        fields = {"MessageSid": message.sid, "MessageStatus": status, "AccountSid": ACCOUNT}
        fields |= {"From": message.sender, "To": message.to, "ApiVersion": "2010-04-01"}
        return message.callback, fields | ({"ErrorCode": error} if error else {})

    def _create(self, request: Request) -> Json:
        fields: dict[str, list[str]] = {}
        for name, value in parse_qsl(request.body.decode(), keep_blank_values=True):
            fields.setdefault(name, []).append(value)
        shown = self.check(fields)
        one = {name: values[0] for name, values in fields.items()}
        if one["To"] in self.refuse:
            status, code = self.refuse[one["To"]]
            raise HttpError(status, {"code": code, "message": f"refused {code}", "status": status})
        sid = f"SM{len(self.messages):032x}"
        body = shown.get("body", one.get("Body", ""))
        message = Message(sid, one["To"], one["From"], body, inbound=False, at=self.clock())
        message.files = ["image/png"] * len(fields.get("MediaUrl", []))
        message.callback, message.fields, message.shown = one.get("StatusCallback", ""), fields, shown
        self.messages.append(message)
        return _json(message)

    def check(self, fields: dict[str, list[str]]) -> Json:
        """Refuse what Twilio refuses; what a customer is shown of a content template.

        Raises:
            HttpError: refused.
        """
        one = {name: values[0] for name, values in fields.items()}
        self._check(fields, one)
        return self._filled(one) if "ContentSid" in one else {}

    def _check(self, fields: dict[str, list[str]], one: dict[str, str]) -> None:
        if unknown := set(fields) - _FIELDS:
            raise _bad(20001, f"unknown: {sorted(unknown)}")
        if not one.get("To"):
            raise _bad(21604, "no To")
        if not one.get("From"):
            raise _bad(21603, "no From")
        if one["To"].startswith("whatsapp:") != one["From"].startswith("whatsapp:"):
            raise _bad(63007, "one of them is on WhatsApp")
        if not {"Body", "MediaUrl", "ContentSid"} & set(fields):
            raise _bad(21619, "nothing to send")
        parts = 0 if one["To"].startswith("whatsapp:") else segments(one.get("Body", ""))
        if _long(one.get("Body", ""), _BODY) or parts > _MOST_SEGMENTS:
            raise _bad(21617, "longer than 1600 characters")
        if len(fields.get("MediaUrl", [])) > _MOST_MEDIA:
            raise _bad(21623, "too many files")
        callback = urlsplit(one.get("StatusCallback", "https://a.example"))
        if callback.scheme not in ("http", "https") or "." not in (callback.hostname or ""):
            raise _bad(21609, "no address on the internet")

    def _filled(self, one: dict[str, str]) -> Json:
        """What a customer is shown of a content template."""
        content = self.contents.get(one["ContentSid"])
        if content is None:
            raise _bad(21655, "no such content")
        values = json.loads(one.get("ContentVariables", "{}"))
        if not all(isinstance(value, str) and value for value in values.values()):
            raise _bad(21656, "a variable is empty")
        kind, raw = next(iter(content["types"].items()))
        text = json.dumps(raw)
        if missing := set(_VARIABLE.findall(text)) - set(values):
            raise _bad(21656, f"no value for {sorted(missing)}")
        shown = json.loads(_VARIABLE.sub(lambda found: json.dumps(values[found[1]])[1:-1], text))
        _check_content(kind, shown)
        return dict(shown)

    def _list(self, request: Request) -> Json:
        asked = request.query
        wanted = [
            each
            for each in reversed(self.messages)
            if asked.get("To", each.to) == each.to
            and asked.get("From", each.sender) == each.sender
            and asked.get("DateSent>", "")[:10] <= each.at.date().isoformat()
        ]
        size, number = min(int(asked.get("PageSize", "50")), self.page), int(asked.get("Page", "0"))
        rows = wanted[number * size : (number + 1) * size]
        following = urlencode({**asked, "Page": str(number + 1), "PageSize": str(size)})
        more = len(wanted) > (number + 1) * size
        return {
            "messages": [_json(each) for each in rows],
            "page": number,
            "page_size": size,
            "uri": request.path,
            "first_page_uri": request.path,
            "previous_page_uri": None,
            "next_page_uri": f"{request.path}?{following}" if more else None,
        }

    def _file(self, path: str) -> Json | Reply:
        """The files of a message, or where one of them is."""
        sid, _, rest = path.partition("/")
        if found := re.fullmatch(r"Media/(\w+)", rest):
            return Reply(307, b"", {"Location": f"{self.url}/files/{found[1]}"})
        message = next((each for each in self.messages if each.sid == sid), None)
        if message is None or rest != "Media.json":
            raise _missing()
        rows = [
            {"sid": f"ME{number:032x}", "parent_sid": sid, "account_sid": ACCOUNT, "content_type": mime}
            for number, mime in enumerate(message.files)
        ]
        return {"media_list": rows, "page": 0, "page_size": 50, "next_page_uri": None, "uri": "", "first_page_uri": ""}

    def _content(self, request: Request) -> Json:
        body = request.json()
        if set(body) - {"friendly_name", "language", "variables", "types"} or len(body["types"]) != 1:
            raise _bad(20001, "unknown fields")
        sid = f"HX{len(self.contents):032x}"
        self.contents[sid] = {**body, "sid": sid, "account_sid": ACCOUNT}
        return self.contents[sid]

    def _contents(self) -> Json:
        meta = {"page": 0, "page_size": 500, "key": "contents", "next_page_url": None, "url": "", "first_page_url": ""}
        return {"contents": list(self.contents.values()), "meta": meta}


def signed(url: str, fields: dict[str, str], token: str = TOKEN) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of a delivery that Twilio makes to this address."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "X-Twilio-Signature": RequestValidator(token).compute_signature(url, fields),
    }
    return urlencode(fields).encode(), headers


def _check_content(kind: str, shown: Json) -> None:
    if _long(shown["body"], _CONTENT_BODY) or not shown["body"].strip():
        raise _bad(63013, "the body")
    pairs = [(each["title"], each["id"]) for each in shown.get("actions", ())]
    most, longest = _MOST_BUTTONS, _TITLE
    if kind == "twilio/list-picker":
        pairs, most, longest = [(each["item"], each["id"]) for each in shown["items"]], _MOST_ROWS, _ROW
        if _long(shown["button"], _TITLE):
            raise _bad(63013, "the button")
    if len(pairs) > most or len({title for title, _ in pairs}) < len(pairs) or len({i for _, i in pairs}) < len(pairs):
        raise _bad(63013, "too many, or not told apart")
    if any(_long(title, longest) or not title.strip() or _long(each, _CHOICE_ID) for title, each in pairs):
        raise _bad(63013, "a label or an id")


def _long(text: str, most: int) -> bool:
    return len(text.encode("utf-16-le")) // 2 > most


def _missing() -> HttpError:
    return HttpError(404, {"code": 20404, "message": "not found", "status": 404})


def _bad(code: int, problem: str) -> HttpError:
    return HttpError(400, {"code": code, "message": problem, "status": 400, "more_info": ""})


def _json(message: Message) -> Json:
    moment = format_datetime(message.at)
    shown: dict[str, Any] = {
        "sid": message.sid,
        "account_sid": ACCOUNT,
        "to": message.to,
        "from": message.sender,
        "body": message.body,
        "direction": "inbound" if message.inbound else "outbound-api",
        "status": "received" if message.inbound else "queued",
        "num_media": str(len(message.files)),
        "num_segments": str(segments(message.body)),
        "date_created": moment,
        "date_updated": moment,
        # Twilio fills this in when the message leaves its queue.
        "date_sent": moment if message.inbound else None,
    }
    return shown
