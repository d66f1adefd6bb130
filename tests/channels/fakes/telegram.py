"""A pretended Telegram: the Bot API's methods that we use, on loopback, with customers who write, press and pay."""

from __future__ import annotations

import itertools
import json
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.fakes.server import Call, Fake, HttpError, Json, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.fakes.server import Trouble, Troubles

BOT = 7001
TOKEN = f"{BOT}:a-pretended-token"
# Trouble leaves these alone: they ask, or listen.
_ASKING = ("getMe", "getUpdates", "getWebhookInfo", "getFile", "setWebhook", "deleteWebhook")
_TEXT, _CAPTION, _DATA, _BUTTONS, _ROW, _NOTE = 4096, 1024, 64, 100, 8, 200


class Telegram(Fake):
    """One bot and its chats. `updates` wait to be asked for; `chats` are the messages by chat, as they stand."""

    def __init__(self, troubles: Troubles | None = None, token: str = TOKEN) -> None:
        super().__init__(troubles)
        self.token = token
        self.chats: dict[int, list[Json]] = {}
        self.updates: list[Json] = []
        self.answered: dict[str, Json] = {}
        self.checkouts: dict[str, tuple[Json, float]] = {}
        self.described: dict[str, Json] = {}
        self.blocked: set[int] = set()
        self.moved: dict[int, int] = {}
        self.files: dict[str, bytes] = {}
        self.webhook: Json = {"url": ""}
        # Trouble leaves these methods alone.
        self.lucky = set(_ASKING)
        self.news = threading.Condition(self.lock)
        self._ids = {name: itertools.count(first) for name, first in (("message", 1), ("update", 5000), ("query", 1))}

    # What Telegram answers.

    def call(self, request: Request) -> Json | Reply:
        """Answer a method, or a file."""
        _, bot, method = [*unquote(request.path).split("/", 2), "", ""][:3]
        if bot == "file":
            return self._file(method)
        if bot != f"bot{self.token}":
            raise _refusal(401, "Unauthorized")
        answer = getattr(self, f"_{method}", None)
        if answer is None:
            raise _refusal(404, "Not Found")
        return {"ok": True, "result": answer(_parameters(request))}

    def answer(self, request: Request) -> tuple[Trouble, Reply | None]:
        """What happens; a question for updates waits without keeping others waiting."""
        if not request.path.endswith("/getUpdates"):
            return super().answer(request)
        at = time.monotonic()
        reply = self.done(request)
        with self.lock:
            self.calls.append(f"{request.verb} {request.path}")
            self.log.append(Call(request, at, "fine", reply.status))
        return "fine", reply

    def spared(self, request: Request) -> bool:
        """Questions are left alone, and what else is lucky."""
        return request.path.rpartition("/")[2] in self.lucky or request.path.startswith("/file/")

    def fault(self) -> Json:
        """A failure inside."""
        return {"ok": False, "error_code": 500, "description": "Internal Server Error"}

    def busy(self, seconds: int) -> Reply:
        """The refusal for speed."""
        described = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {seconds}"}
        headers = {"Retry-After": str(seconds)}
        return Reply.of(429, {**described, "parameters": {"retry_after": seconds}}, headers)

    # What customers do. Each answers the update that Telegram makes of it.

    def writes(self, sender: int, text: str, **more: Any) -> Json:  # noqa: ANN401 - fields of a message
        """Somebody writes."""
        return self.sends(sender, text=text, **more)

    def sends(self, sender: int, **content: Any) -> Json:  # noqa: ANN401 - fields of a message
        """Somebody sends whatever it is."""
        with self.lock:
            message = {**self._message(sender, person(sender)), **content}
            self.chats.setdefault(sender, []).append(message)
            return self._update(message=message)

    def presses(self, sender: int, label: str, *, message_id: int | None = None) -> Json:
        """Somebody presses a button of a message, the last that has it unless another is meant."""
        with self.lock:
            for message in reversed(self.chats[sender]):
                for button in buttons(message):
                    if button["text"] == label and message_id in (None, message["message_id"]):
                        return self.presses_data(sender, button["callback_data"], message)
        raise LookupError(label)

    def presses_data(self, sender: int, data: str, message: Json | None = None) -> Json:
        """Somebody's client says what a button might say."""
        with self.lock:
            about = message or self._message(sender, {"id": BOT, "is_bot": True, "first_name": "Bot"})
            query = {"id": f"q{next(self._ids['query'])}", "from": person(sender), "message": about, "data": data}
            return self._update(callback_query={**query, "chat_instance": "1"})

    def checks_out(self, sender: int, invoice: Json, **changed: Any) -> Json:  # noqa: ANN401 - fields of a query
        """Somebody is about to pay an invoice."""
        with self.lock:
            query = {"id": f"c{next(self._ids['query'])}", "from": person(sender), **_bill(invoice), **changed}
            return self._update(pre_checkout_query=query)

    def pays(self, sender: int, invoice: Json, charge: str, **changed: Any) -> Json:  # noqa: ANN401 - as above
        """Somebody has paid an invoice."""
        names = {"telegram_payment_charge_id": charge, "provider_payment_charge_id": f"at-provider-{charge}"}
        return self.sends(sender, successful_payment={**_bill(invoice), **names, **changed})

    def said(self, chat: int) -> list[Json]:
        """What the bot has said in a chat, as it stands now."""
        with self.lock:
            return [dict(m) for m in self.chats.get(chat, []) if m["from"]["id"] == BOT]

    def made(self, method: str) -> list[Json]:
        """The parameters of every call of a method, in order."""
        with self.lock:
            return [_parameters(c.request) for c in self.log if c.request.path.endswith(f"/{method}")]

    def until(self, done: Callable[[Telegram], bool], seconds: float = 60) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not done(self):
            assert time.monotonic() < deadline, "waited too long"
            time.sleep(0.005)

    # Methods.

    def _getMe(self, _: Json) -> Json:  # noqa: N802 - as Telegram calls it; so are those below
        return {"id": BOT, "is_bot": True, "first_name": "Bot", "username": "pretended_bot"}

    def _getUpdates(self, asked: Json) -> list[Json]:  # noqa: N802
        if self.webhook["url"]:
            problem = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete"
            raise _refusal(409, problem)
        offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", 100))
        deadline = time.monotonic() + float(asked.get("timeout", 0))
        with self.news:
            self.updates = [u for u in self.updates if u["update_id"] >= offset]
            while not self.updates and time.monotonic() < deadline and not self.closed.is_set():
                self.news.wait(0.05)
            return self.updates[:limit]

    def _setWebhook(self, asked: Json) -> bool:  # noqa: N802
        if not str(asked["url"]).startswith("https://"):
            raise _refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = dict(asked)
        return True

    def _deleteWebhook(self, asked: Json) -> bool:  # noqa: N802
        if asked.get("drop_pending_updates"):
            self.updates.clear()
        self.webhook = {"url": ""}
        return True

    def _getWebhookInfo(self, _: Json) -> Json:  # noqa: N802
        waiting = {"has_custom_certificate": False, "pending_update_count": len(self.updates)}
        return {"url": self.webhook["url"], **waiting}

    def _sendMessage(self, asked: Json) -> Json:  # noqa: N802
        return self._say(asked, text=_limited(asked["text"], _TEXT, "message is too long"))

    def _sendPhoto(self, asked: Json) -> Json:  # noqa: N802
        caption = {"caption": _limited(asked["caption"], _CAPTION, "message caption is too long")}
        photo = [{"file_id": "photo", "file_unique_id": "p", "width": 1, "height": 1}]
        return self._say(asked, photo=photo, **(caption if "caption" in asked else {}))

    def _sendLocation(self, asked: Json) -> Json:  # noqa: N802
        return self._say(asked, location={k: asked[k] for k in ("latitude", "longitude")})

    def _sendVenue(self, asked: Json) -> Json:  # noqa: N802
        where = {k: asked[k] for k in ("latitude", "longitude")}
        return self._say(asked, venue={"location": where, "title": asked["title"], "address": asked["address"]})

    def _sendInvoice(self, asked: Json) -> Json:  # noqa: N802
        invoice = {k: asked[k] for k in ("title", "description", "currency")}
        total = sum(price["amount"] for price in asked["prices"])
        # Telegram shows the payload to the bot alone; here it is what a paying customer's client would send back.
        shown = {**invoice, "start_parameter": "", "total_amount": total}
        return self._say(asked, invoice=shown, _payload=str(asked["payload"]))

    def _createInvoiceLink(self, asked: Json) -> str:  # noqa: N802
        return f"https://t.me/${asked['payload']}"

    def _editMessageText(self, asked: Json) -> Json:  # noqa: N802
        for message in self.chats.get(int(asked["chat_id"]), []):
            if message["message_id"] == int(asked["message_id"]):
                new = {"text": _limited(asked["text"], _TEXT, "message is too long"), **_markup(asked)}
                if all(message.get(k) == new.get(k) for k in ("text", "reply_markup")):
                    raise _refusal(400, "Bad Request: message is not modified")
                message.pop("reply_markup", None)
                message.update(new, edit_date=int(time.time()))
                return message
        raise _refusal(400, "Bad Request: message to edit not found")

    def _editMessageReplyMarkup(self, asked: Json) -> Json:  # noqa: N802
        for message in self.chats.get(int(asked["chat_id"]), []):
            if message["message_id"] == int(asked["message_id"]):
                message.pop("reply_markup", None)
                message.update(_markup(asked))
                return message
        raise _refusal(400, "Bad Request: message to edit not found")

    def _answerCallbackQuery(self, asked: Json) -> bool:  # noqa: N802
        _limited(asked.get("text", ""), _NOTE, "MESSAGE_TOO_LONG")
        self.answered[asked["callback_query_id"]] = asked
        return True

    def _answerPreCheckoutQuery(self, asked: Json) -> bool:  # noqa: N802
        self.checkouts[asked["pre_checkout_query_id"]] = (asked, time.monotonic())
        return True

    def _answerShippingQuery(self, asked: Json) -> bool:  # noqa: N802
        self.answered[asked["shipping_query_id"]] = asked
        return True

    def _sendChatAction(self, asked: Json) -> bool:  # noqa: N802
        return bool(asked["action"])

    def _setMyDescription(self, asked: Json) -> bool:  # noqa: N802
        return self._describe("description", asked)

    def _setMyShortDescription(self, asked: Json) -> bool:  # noqa: N802
        return self._describe("short_description", asked)

    def _getFile(self, asked: Json) -> Json:  # noqa: N802
        content = self.files.get(asked["file_id"])
        if content is None:
            raise _refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        named = {"file_id": asked["file_id"], "file_unique_id": "u", "file_size": len(content)}
        return {**named, "file_path": f"files/{asked['file_id']}"}

    def _file(self, path: str) -> Reply:
        bot, _, name = path.partition("/files/")
        if bot != f"bot{self.token}" or name not in self.files:
            raise _refusal(404, "Not Found")
        return Reply(200, self.files[name], {"Content-Type": "application/octet-stream"})

    def _describe(self, what: str, asked: Json) -> bool:
        self.described.setdefault(asked.get("language_code", ""), {})[what] = asked[what]
        return True

    def _say(self, asked: Json, **content: Any) -> Json:  # noqa: ANN401 - fields of a message
        chat = int(asked["chat_id"])
        if chat in self.moved:
            described = {"ok": False, "error_code": 400, "description": "Bad Request: group chat was upgraded"}
            raise HttpError(400, {**described, "parameters": {"migrate_to_chat_id": self.moved[chat]}})
        if chat in self.blocked:
            raise _refusal(403, "Forbidden: bot was blocked by the user")
        if chat not in self.chats:
            raise _refusal(400, "Bad Request: chat not found")
        message = {**self._message(chat, self._getMe({})), **content, **_markup(asked)}
        self.chats[chat].append(message)
        return message

    def _message(self, chat: int, sender: Json) -> Json:
        where = {"id": chat, "type": "private" if chat > 0 else "group", "first_name": "Ada", "title": "Friends"}
        kept = ("id", "type", "first_name") if chat > 0 else ("id", "type", "title")
        number, moment = next(self._ids["message"]), int(self.clock().timestamp())
        return {"message_id": number, "from": sender, "chat": {k: where[k] for k in kept}, "date": moment}

    def _update(self, **content: Json) -> Json:
        with self.news:
            update = {"update_id": next(self._ids["update"]), **content}
            self.updates.append(update)
            self.news.notify_all()
            return update


def person(number: int) -> Json:
    """A customer, as Telegram shows one."""
    return {"id": number, "is_bot": False, "first_name": "Ada", "last_name": f"No {number}", "language_code": "en"}


def buttons(message: Mapping[str, Any]) -> list[Json]:
    """Every button below a message."""
    rows: Sequence[Sequence[Json]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _bill(invoice: Json) -> Json:
    shown = invoice["invoice"]
    named = {"invoice_payload": invoice["_payload"]}
    return {"currency": shown["currency"], "total_amount": shown["total_amount"], **named}


def _parameters(request: Request) -> Json:
    """The parameters of a call: each is text, or JSON."""
    found: Json = {}
    for name, value in request.form().items():
        try:
            found[name] = json.loads(value) if value[:1] in '[{-0123456789tfn"' else value
        except ValueError:
            found[name] = value
        if name in ("text", "caption", "payload", "callback_query_id", "title", "description", "error_message"):
            found[name] = value
    return found


def _markup(asked: Json) -> Json:
    if "reply_markup" not in asked:
        return {}
    rows = asked["reply_markup"]["inline_keyboard"]
    if sum(map(len, rows)) > _BUTTONS or any(len(row) > _ROW for row in rows):
        raise _refusal(400, "Bad Request: reply markup is too long")
    for button in (b for row in rows for b in row):
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= _DATA:
            raise _refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return {"reply_markup": asked["reply_markup"]}


def _limited(text: str, limit: int, problem: str) -> str:
    if len(text) > limit:
        raise _refusal(400, f"Bad Request: {problem}")
    return text


def _refusal(status: int, description: str) -> HttpError:
    return HttpError(status, {"ok": False, "error_code": status, "description": description})
