"""A delivery of Meta's without an entry: what a self-test sends through the public address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from channels import meta
from channels.base import Probe
from channels.messenger.parse import MESSENGER

if TYPE_CHECKING:
    from core.settings import Settings

_NOTHING: Final = b'{"object":"page","entry":[]}'
_HEADER: Final = "X-Hub-Signature-256"


def probes(settings: Settings) -> tuple[Probe, ...]:
    """The delivery, signed with the app's secret."""
    signed = meta.signature(_NOTHING, settings.messenger_app_secret.get_secret_value())
    headers = {"Content-Type": "application/json", _HEADER: signed}
    return (Probe(MESSENGER, "/webhooks/messenger", _NOTHING, headers, _HEADER),)
