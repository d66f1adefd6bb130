"""A status of a message that was never sent: what a self-test sends through the public address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from channels.base import Probe

if TYPE_CHECKING:
    from core.settings import Settings

_PATH: Final = "/webhooks/twilio/status"
_HEADER: Final = "X-Twilio-Signature"
_NEVER_SENT: Final = "SM" + "0" * 32


def probes(settings: Settings) -> tuple[Probe, ...]:
    """The status, signed for the public address of the settings; none without a token."""
    token = settings.twilio_auth_token.get_secret_value()
    if not token:
        return ()
    form = {"AccountSid": settings.twilio_account_sid, "MessageSid": _NEVER_SENT, "MessageStatus": "sent"}
    url = settings.public_url.rstrip("/") + _PATH
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        _HEADER: RequestValidator(token).compute_signature(url, form),
    }
    return (Probe("sms", _PATH, urlencode(form).encode(), headers, _HEADER),)
