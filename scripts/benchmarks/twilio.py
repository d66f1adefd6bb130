"""Twilio's part of the checks of all channels: its parser, its webhook, and what it is sent."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from jsonschema import Draft202012Validator
from twilio.request_validator import RequestValidator

from channels.twilio import sms, whatsapp
from channels.twilio.form import Form
from channels.twilio.parse import message, report
from core.kernel.sms import KEYWORDS, segments
from scripts.benchmarks import published
from tests.channels.fakes.twilio import ACCOUNT, TOKEN, Twilio
from tests.fakes.server import HttpError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels.base import Rendered
    from core.messaging import Content

Json = dict[str, Any]
HOME: Final = "https://shop.example"
PATH: Final = "/webhooks/twilio/messages"
HEADER: Final = "x-twilio-signature"
_SPECIFICATION: Final = "twilio_api_v2010.json"
_CONTENT: Final = "twilio_content_v1.json"
_OURS, _THEIRS = "+15550100", "+15550199"
_MOST_SEGMENTS: Final = 10
_NAMES: Final = {
    "body": "Body",
    "media_url": "MediaUrl",
    "content_sid": "ContentSid",
    "content_variables": "ContentVariables",
    "persistent_action": "PersistentAction",
}


def parse(body: bytes) -> object:
    """What the webhooks make of a body."""
    form = Form.read(body)
    return None if form is None else (message(form, "token"), report(form, "01ab.0"))


def seeds() -> tuple[bytes, ...]:
    """Deliveries as Twilio makes them."""
    known = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "From": f"whatsapp:{_THEIRS}", "To": f"whatsapp:{_OURS}"}
    media = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
    kinds: tuple[dict[str, str], ...] = (
        {"Body": "two lattes and a “croissant”, please 🥐", "NumMedia": "0", "ProfileName": "Zoë", "WaId": "15550199"},
        {"ButtonText": "Large", "ButtonPayload": "size:l", "MessageType": "interactive", "Body": "Large"},
        {"ListId": "cake:7", "ListTitle": "Cake 7", "ExternalUserId": "whatsapp:US.1349120865530"},
        {"Latitude": "51.500", "Longitude": "-0.1246", "Label": "Home", "Address": "2 Quay Street"},
        {"NumMedia": "2", "MediaUrl0": media, "MediaContentType0": "audio/ogg", "MediaUrl1": media, "Body": ""},
        {"Body": "STOP", "OptOutType": "STOP"},
        {"MessageStatus": "undelivered", "ErrorCode": "30003", "ChannelStatusMessage": "gone"},
        {"ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": {"Forwarded": True}}}), "Body": "x"},
    )
    return tuple(urlencode(known | kind).encode() for kind in kinds)


def delivery(number: int) -> bytes:
    """A text message; with no letter that can be written in two ways."""
    fields = {"AccountSid": ACCOUNT, "From": "15550199", "To": "15550100", "MessageSid": f"SM{number}"}
    return urlencode({**fields, "Body": f"tea number {number}"}).encode()


def sign(body: bytes, secret: str) -> dict[str, str]:
    """The headers of a delivery."""
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    signature = RequestValidator(secret).compute_signature(HOME + PATH, fields)
    return {"content-type": "application/x-www-form-urlencoded", HEADER: signature}


def settings() -> dict[str, str]:
    """The settings of a shop whose webhook this is."""
    return {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "public_url": HOME}


class Sender:
    """Says things by Twilio, to a pretended one that checks them."""

    def __init__(self, channel: str, *, templates: bool) -> None:
        self.twilio = Twilio()
        self.channel = channel
        self.contents: dict[str, str] = {}
        for number, (name, kind, content, _) in enumerate(whatsapp.templates() if templates else ()):
            self.contents[name] = f"HX{number:032x}"
            self.twilio.contents[self.contents[name]] = {"types": {kind: content}}
        self.abilities = sms.ABILITIES if channel == "sms" else whatsapp.abilities(self.contents)

    def render(self, content: Content) -> tuple[Rendered, ...]:
        """The messages that say it."""
        if self.channel == "sms":
            return sms.render(content, pictures=True)
        return whatsapp.render(content, "de-DE", self.contents)

    def body(self, part: Rendered) -> Json:
        """The fields as they are sent; each has all of its values."""
        prefix = "" if self.channel == "sms" else "whatsapp:"
        fields = {_NAMES[name]: value if isinstance(value, list) else [value] for name, value in part.body.items()}
        status = f"{HOME}/webhooks/twilio/status?ref={'f' * 32}.0"
        return {"To": [prefix + _THEIRS], "From": [prefix + _OURS], "StatusCallback": [status], **fields}

    def broken(self, body: Json) -> Iterator[str]:
        """What Twilio would refuse, and what would cost too much or end the conversation."""
        try:
            self.twilio.check(body)
        except HttpError as error:
            yield str(error)
        if self.channel != "sms":
            return
        text = body.get("Body", [""])[0]
        if segments(text) > _MOST_SEGMENTS:
            yield f"{segments(text)} segments"
        if any(line.partition(". ")[2].casefold().strip(" .!") in KEYWORDS for line in text.splitlines()):
            yield "an answer that carriers act upon"

    def pressed(self, body: Json) -> Iterator[str]:
        """The ids of what can be pressed."""
        if "ContentSid" in body:
            shown = self.twilio.check(body)
            yield from (each["id"] for each in shown.get("actions") or shown["items"])

    def published(self, body: Json) -> Iterator[str]:
        """What Twilio's specifications say against a message, or the content template that it fills."""
        for validator in _validators("CreateMessageRequest"):
            flat = {
                name: values if name in ("MediaUrl", "PersistentAction") else values[0] for name, values in body.items()
            }
            yield from (error.message[:200] for error in validator.iter_errors(flat))
        if "ContentSid" in body:
            for validator in _validators("ContentCreateRequest"):
                kind = next(iter(self.twilio.contents[body["ContentSid"][0]]["types"]))
                whole = {"language": "en", "types": {kind: self.twilio.check(body)}}
                yield from (error.message[:200] for error in validator.iter_errors(whole))


@lru_cache(maxsize=2)
def _validators(request: str) -> tuple[Draft202012Validator, ...]:
    """The validator of a request; none without the folder of specifications."""
    folder = os.environ.get(published.FOLDER)
    if not folder:
        return ()
    if request == "ContentCreateRequest":
        schemas = json.loads((Path(folder) / _CONTENT).read_text())["components"]["schemas"]
        whole = schemas[request] | {"components": {"schemas": schemas}}
    else:
        document = json.loads((Path(folder) / _SPECIFICATION).read_text())
        post = document["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]
        schema = post["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
        whole = schema | {"additionalProperties": False, "components": document["components"]}
    return (Draft202012Validator(whole),)
