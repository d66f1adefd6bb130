"""An update of no kind: what a self-test sends through the public address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from channels.base import Probe
from channels.telegram.parse import NAME
from channels.telegram.webhook import HEADER, PATH

if TYPE_CHECKING:
    from core.settings import Settings

_NOTHING: Final = b'{"update_id":0}'


def probes(settings: Settings) -> tuple[Probe, ...]:
    """The update with the webhook's secret; none where the bot is polled."""
    secret = settings.telegram_webhook_secret.get_secret_value()
    if not secret:
        return ()
    return (Probe(NAME, PATH, _NOTHING, {"Content-Type": "application/json", HEADER: secret}, HEADER),)
