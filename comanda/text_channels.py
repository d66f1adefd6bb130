"""The text channels of this installation: those whose secrets are set.

A channel that is off is not even imported, and its webhook answers 404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from core import merchants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import APIRouter

    from channels.base import Channel, ChannelDeps, Probe
    from core.db.session import Database
    from core.settings import Settings


@runtime_checkable
class Keeps(Protocol):
    """A channel that keeps connections."""

    def close(self) -> None:
        """Close them; sending opens new ones."""


class Package(Protocol):
    """The face of a package of `channels`."""

    def connect(self, settings: Settings, database: Database) -> Mapping[str, Channel]:
        """Its channels, by name: those that the settings allow."""

    def router(self, deps: ChannelDeps) -> APIRouter:
        """Its webhooks."""

    def probes(self, settings: Settings) -> tuple[Probe, ...]:
        """Deliveries that say nothing, for a self-test of its webhooks; none where it has no webhook."""


def packages(settings: Settings) -> tuple[Package, ...]:
    """The packages whose secrets are set."""
    found: list[Package] = []
    if settings.whatsapp_app_secret.get_secret_value():
        from channels import whatsapp  # noqa: PLC0415 - a channel that is off is not imported

        found.append(whatsapp)
    if settings.messenger_app_secret.get_secret_value():
        from channels import messenger  # noqa: PLC0415 - as above

        found.append(messenger)
    if settings.twilio_account_sid:
        from channels import twilio  # noqa: PLC0415 - as above

        found.append(twilio)
    if settings.telegram_bot_token.get_secret_value():
        from channels import telegram  # noqa: PLC0415 - as above

        found.append(telegram)
    if settings.smtp_url.get_secret_value():
        from channels import email  # noqa: PLC0415 - as above

        found.append(email)
    return tuple(found)


class Listener(Protocol):
    """Asks a provider for what customers write, where it cannot call us; in one process at a time."""

    def start(self) -> None:
        """Begin, in a thread of its own."""

    def stop(self) -> None:
        """End, and let another process go on."""


def listeners(deps: ChannelDeps) -> tuple[Listener, ...]:
    """Those of the channels that are to be listened to."""
    found: list[Listener] = []
    if deps.settings.telegram_bot_token.get_secret_value():
        from channels import telegram  # noqa: PLC0415 - as above

        poller = telegram.listener(deps)
        found += [poller] if poller is not None else []
    return tuple(found)


def hang_up(channels: Mapping[str, Channel]) -> None:
    """Close the connections that channels keep."""
    for channel in channels.values():
        if isinstance(channel, Keeps):
            channel.close()


def connected(settings: Settings, database: Database) -> dict[str, Channel]:
    """Every channel that can be sent by, by name."""
    return {
        name: channel for package in packages(settings) for name, channel in package.connect(settings, database).items()
    }


def shop_of(database: Database) -> Callable[[str, str], str | None]:
    """Who answers whose an account at a provider is."""

    def found(channel: str, account: str) -> str | None:
        with database.read() as session:
            owner = merchants.account_of(session, channel, account)
        return owner.merchant_id if owner is not None else None

    return found
