"""Mail, out only: receipts, to an address that the customer gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from channels.email.address import usable
from channels.email.channel import Email
from core.logs import logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channels.base import Channel, ChannelDeps, Probe
    from core.db.session import Database
    from core.settings import Settings

log = logger(__name__)

__all__ = ["Email", "connect", "probes", "router", "usable"]


def connect(settings: Settings, database: Database) -> Mapping[str, Channel]:  # noqa: ARG001 - as all channels
    """The channel, where a mail server and a sender are set.

    Raises:
        InvalidSetting: the server's address, or the sender's, cannot be used.
    """
    if not settings.smtp_url.get_secret_value():
        return {}
    if not settings.mail_from.strip():
        # A shop takes orders without receipts; `comanda doctor` says that they are missing.
        log.error("no mail is sent: COMANDA_MAIL_FROM is not set")
        return {}
    return {Email.name: Email(settings)}


def probes(settings: Settings) -> tuple[Probe, ...]:  # noqa: ARG001 - as all channels
    """Nothing to test: no webhook."""
    return ()


def router(deps: ChannelDeps) -> APIRouter:  # noqa: ARG001 - as all channels
    """No routes: nothing comes in by mail."""
    return APIRouter()
