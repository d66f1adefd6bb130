"""Text messages, and WhatsApp, by Twilio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.twilio.api import Api
from channels.twilio.channel import TwilioSms, TwilioWhatsApp
from channels.twilio.probe import probes
from channels.twilio.webhook import router

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channels.base import Channel
    from core.db.session import Database
    from core.settings import Settings

__all__ = ["Api", "TwilioSms", "TwilioWhatsApp", "connect", "probes", "router"]


def connect(settings: Settings, database: Database) -> Mapping[str, Channel]:
    """Both channels, where the account is set."""
    if not settings.twilio_account_sid:
        return {}
    api = Api(settings)
    return {
        channel.name: channel
        for channel in (TwilioSms(settings, database, api), TwilioWhatsApp(settings, database, api))
    }
