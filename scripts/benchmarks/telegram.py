"""Telegram's part of the checks of all channels: its parser, its webhook, and what it is sent."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from channels import degrade
from channels.telegram import render
from channels.telegram.buttons import Button, Buttons
from channels.telegram.parse import read
from channels.telegram.webhook import read_body
from core.kernel.ids import new_id
from core.messaging import ConversationView
from scripts.benchmarks import published
from tests.channels.fakes.telegram import BOT, TOKEN, Telegram, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels.base import Rendered
    from core.messaging import Content

Json = dict[str, Any]
PATH: Final = "/webhooks/telegram"
HEADER: Final = "x-telegram-bot-api-secret-token"
SECRET: Final = "a-Secret_of-the-webhook"  # noqa: S105 - pretended
_SPECIFICATION: Final = "telegram_bot_api_10.1.json"
_SOMEBODY: Final = 990_011_223
_MOST: Final = {"text": 4096, "caption": 1024}
_BUTTONS, _ROW, _DATA = 100, 8, 64
_PLAIN: Final[dict[str, type | tuple[type, ...]]] = {
    "Integer": int,
    "Float": (int, float),
    "String": str,
    "Boolean": bool,
    "True": bool,
}


def parse(body: bytes) -> object:
    """What the webhook makes of a body."""
    update = read_body(body)
    return None if update is None else read(update, str(BOT))


def seeds() -> tuple[bytes, ...]:
    """Updates of each kind, as Telegram makes them."""
    telegram = Telegram()
    file = {"file_id": "AgACAgQ", "file_unique_id": "AQAD", "file_size": 20_000, "mime_type": "audio/ogg"}
    place = {"latitude": 52.5, "longitude": 13.4}
    bill = {"currency": "EUR", "total_amount": 730, "title": "Order", "description": "Two teas", "start_parameter": ""}
    invoice = {**telegram.sends(_SOMEBODY, invoice=bill)["message"], "_payload": new_id()}
    contents: tuple[Json, ...] = (
        {"text": "two teas, please 🍵", "entities": [{"type": "bold", "offset": 0, "length": 3}]},
        {"text": "/start table-7"},
        {"photo": [file, file], "caption": "this one", "media_group_id": "99"},
        {"voice": {**file, "duration": 3}},
        {"sticker": {**file, "width": 9, "height": 9, "type": "regular", "is_animated": False, "is_video": False}},
        {"location": place, "venue": {"location": place, "title": "Home", "address": "1 Mill Lane"}},
        {"contact": {"phone_number": "+15550100", "first_name": "Bo", "user_id": _SOMEBODY}},
    )
    changed = {"user": person(BOT), "status": "kicked"}
    about = telegram.writes(_SOMEBODY, "a tea")["message"]
    updates = [
        *(telegram.sends(_SOMEBODY, **content) for content in contents),
        telegram.presses_data(_SOMEBODY, Buttons(TOKEN).data(str(_SOMEBODY), Button(new_id(), 3))),
        telegram.checks_out(_SOMEBODY, invoice),
        telegram.pays(_SOMEBODY, invoice, "7001_charge"),
        {"update_id": 1, "edited_message": {**about, "text": "two teas", "edit_date": 1_795_000_000}},
        {"update_id": 2, "my_chat_member": {**about, "old_chat_member": changed, "new_chat_member": changed}},
        {"update_id": 3, "message": {**about, "chat": {"id": -100, "type": "supergroup", "title": "Friends"}}},
        {"update_id": 4, "shipping_query": {"id": "5", "from": person(_SOMEBODY), "invoice_payload": "x"}},
    ]
    return tuple(json.dumps(update).encode() for update in updates)


def delivery(number: int) -> bytes:
    """A text message."""
    message = Telegram().writes(_SOMEBODY, f"tea number {number}")["message"]
    return json.dumps({"update_id": number, "message": {**message, "message_id": number + 1}}).encode()


def sign(_: bytes, secret: str) -> dict[str, str]:
    """The header of a delivery: it says nothing of the body."""
    return {HEADER: secret}


def settings() -> dict[str, str]:
    """The settings of a shop whose webhook this is."""
    return {"telegram_bot_token": TOKEN, "telegram_webhook_secret": SECRET}


class Sender:
    """Says things to somebody, with the buttons as they are signed."""

    def __init__(self) -> None:
        self._buttons = Buttons(TOKEN)
        self._message = new_id()
        self._answers: tuple[str, ...] = ()
        self._conversation = _conversation()

    def render(self, content: Content) -> tuple[Rendered, ...]:
        """The messages that say it."""
        self._answers = tuple(option.id for option in degrade.answers(content))
        return render.render(content, self._conversation)

    def body(self, part: Rendered) -> Json:
        """The parameters as they are sent, and the method."""
        rows = [
            [self._signed(button) if "callback_data" in button else button for button in row]
            for row in _rows(part.body)
        ]
        return {**part.body, "reply_markup": {"inline_keyboard": rows}} if rows else dict(part.body)

    def broken(self, body: Json) -> Iterator[str]:
        """What Telegram would refuse."""
        for name, most in _MOST.items():
            if name in body and not 0 < degrade.units(body[name]) <= most:
                yield f"{name}: {degrade.units(body[name])} units"
        rows = _rows(body)
        if sum(map(len, rows)) > _BUTTONS or any(not 0 < len(row) <= _ROW for row in rows):
            yield "too many buttons"
        for button in (b for row in rows for b in row):
            if not button["text"].strip() or ("url" in button) == ("callback_data" in button):
                yield "a button without a label or an end"
            if not 0 < len(button.get("callback_data", "x").encode()) <= _DATA:
                yield "a button that says too much"
        if "parse_mode" in body:
            yield "text that is read as markup"

    def pressed(self, body: Json) -> Iterator[str]:
        """The ids of what can be pressed."""
        for button in (b for row in _rows(body) for b in row):
            said = self._buttons.read(self._conversation.sender, button.get("callback_data", ""))
            if said is not None and said.outbound_id == self._message:
                yield self._answers[said.number]

    def published(self, body: Json) -> Iterator[str]:
        """What the published list of methods says against a call; nothing without the folder."""
        specification = _specification()
        if not specification:
            return
        parameters = {name: value for name, value in body.items() if name != "method"}
        yield from _against(specification, parameters, specification["methods"][body["method"]]["fields"], "")

    def _signed(self, button: Json) -> Json:
        number = int(button["callback_data"].removeprefix(render.NUMBER))
        data = self._buttons.data(self._conversation.sender, Button(self._message, number))
        return {**button, "callback_data": data}


@lru_cache(maxsize=1)
def _specification() -> Json:
    folder = os.environ.get(published.FOLDER)
    return json.loads((Path(folder) / _SPECIFICATION).read_text()) if folder else {}


def _against(specification: Json, given: Json, fields: list[Json], place: str) -> Iterator[str]:
    known = {field["name"]: field for field in fields}
    yield from (f"{place}{name} is not published" for name in given.keys() - known.keys())
    for name, field in known.items():
        if name not in given:
            if field["required"]:
                yield f"{place}{name} is missing"
        elif not any(_is(specification, given[name], kind) for kind in field["types"]):
            yield f"{place}{name} is none of {field['types']}"


def _is(specification: Json, value: object, kind: str) -> bool:
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        return isinstance(value, list) and all(_is(specification, each, inner) for each in value)
    if kind in _PLAIN:
        return isinstance(value, _PLAIN[kind]) and (kind in ("Boolean", "True") or not isinstance(value, bool))
    described = specification["types"].get(kind, {})
    if "subtypes" in described:
        return any(_is(specification, value, each) for each in described["subtypes"])
    return isinstance(value, dict) and not list(_against(specification, value, described.get("fields", []), ""))


def _rows(body: Any) -> list[list[Json]]:  # noqa: ANN401 - a mapping or JSON
    rows: list[list[Json]] = body.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def _conversation() -> ConversationView:
    moment = datetime.now(UTC)
    return ConversationView(
        id=new_id(),
        merchant_id=new_id(),
        customer_id=new_id(),
        location_id=new_id(),
        channel="telegram",
        account=str(BOT),
        sender=str(_SOMEBODY),
        thread="",
        locale="en",
        owner="assistant",
        pushes=True,
        state={},
        last_seq=0,
        turns=0,
        created_at=moment,
        heard_at=moment,
        updated_at=moment,
    )
