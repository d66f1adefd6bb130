"""The text channels of this installation: those whose secrets are set.

A channel that is off is not even imported, and its webhook answers 404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from core import merchants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import APIRouter

    from channels.base import Channel, ChannelDeps
    from core.db.session import Database
    from core.settings import Settings


class Package(Protocol):
    """The face of a package of `channels`."""

    def connect(self, settings: Settings, database: Database) -> Mapping[str, Channel]:
        """Its channels, by name: those that the settings allow."""

    def router(self, deps: ChannelDeps) -> APIRouter:
        """Its webhooks."""


def packages(settings: Settings) -> tuple[Package, ...]:
    """The packages whose secrets are set."""
    found: list[Package] = []
    if settings.whatsapp_app_secret.get_secret_value():
        from channels import whatsapp  # noqa: PLC0415 - a channel that is off is not imported

        found.append(whatsapp)
    return tuple(found)


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
