"""Telegram: one bot, by webhook where Telegram can reach us, by polling where it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.telegram.client import Client
from channels.telegram.desk import Desk
from channels.telegram.parse import NAME
from channels.telegram.polling import Poller
from channels.telegram.probe import probes
from channels.telegram.send import TelegramChannel
from channels.telegram.webhook import webhook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import APIRouter

    from channels.base import Channel, ChannelDeps
    from core.db.session import Database
    from core.settings import Settings

__all__ = ["Client", "Desk", "Poller", "TelegramChannel", "connect", "listener", "probes", "router"]


def connect(settings: Settings, database: Database) -> Mapping[str, Channel]:
    """The bot whose token is set."""
    token = settings.telegram_bot_token.get_secret_value()
    if not token:
        return {}
    return {NAME: TelegramChannel(settings, database, Client(token, settings.telegram_api_base))}


def router(deps: ChannelDeps) -> APIRouter:
    """/webhooks/telegram."""
    return webhook(_desk(deps), deps.settings.telegram_webhook_secret.get_secret_value())


def listener(deps: ChannelDeps) -> Poller | None:
    """Polls where no secret for a webhook is set; None where there is one, or no bot."""
    channel = deps.channels.get(NAME)
    desk = _desk(deps)
    if desk is None or not isinstance(channel, TelegramChannel):
        return None
    if deps.settings.telegram_webhook_secret.get_secret_value():
        return None
    client = Client(deps.settings.telegram_bot_token.get_secret_value(), deps.settings.telegram_api_base)
    return Poller(deps.database, client, channel.account, desk, held=deps.held)


def _desk(deps: ChannelDeps) -> Desk | None:
    channel = deps.channels.get(NAME)
    return Desk(deps.database, channel, deps.shop_of) if isinstance(channel, TelegramChannel) else None
