"""Messenger and Instagram, by Meta's Send API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.messenger.parse import INSTAGRAM, MESSENGER
from channels.messenger.probe import probes
from channels.messenger.send import Messenger
from channels.messenger.webhook import router

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channels.base import Channel
    from core.db.session import Database
    from core.settings import Settings

__all__ = ["Messenger", "connect", "probes", "router"]


def connect(settings: Settings, database: Database) -> Mapping[str, Channel]:  # noqa: ARG001 - as all channels
    """Both channels, where the app secret is set. Without a token, messages wait until there is one."""
    if not settings.messenger_app_secret.get_secret_value():
        return {}
    base, token = settings.messenger_api_base, settings.messenger_access_token.get_secret_value()
    return {name: Messenger(name, base, token) for name in (MESSENGER, INSTAGRAM)}
