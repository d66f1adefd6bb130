"""WhatsApp by Meta's Cloud API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.whatsapp.probe import probes
from channels.whatsapp.send import WhatsApp
from channels.whatsapp.webhook import router

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channels.base import Channel
    from core.db.session import Database
    from core.settings import Settings

__all__ = ["WhatsApp", "connect", "probes", "router"]


def connect(settings: Settings, database: Database) -> Mapping[str, Channel]:  # noqa: ARG001 - as all channels
    """The channel, where the app secret is set. Without a token, messages wait until there is one."""
    if not settings.whatsapp_app_secret.get_secret_value():
        return {}
    return {WhatsApp.name: WhatsApp(settings)}
