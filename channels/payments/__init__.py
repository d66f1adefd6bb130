"""Payments: the port, its providers, and the routes of webhooks, links and the test page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from channels.payments.base import Delivery, Provider
from channels.payments.deps import Deps
from channels.payments.desk import Desk
from channels.payments.pages import DELAYED, deliver_late, pages
from channels.payments.test_page.provider import TestPageProvider
from channels.payments.webhooks import webhooks
from core.payments.rules import method_in_chat, online_methods

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.db.outbox import Work
    from core.db.session import Database
    from core.settings import Settings

__all__ = ["Delivery", "Deps", "Desk", "Provider", "handlers", "providers", "router"]


def providers(settings: Settings, key: bytes) -> dict[str, Provider]:
    """The providers that are set up, by the method of their payments. `key` signs what the test page says."""
    found: dict[str, Provider] = {}
    ways = online_methods(settings)
    if "stripe" in ways:
        # Imported only where it is used: it takes half a second.
        from channels.payments.stripe.provider import StripeProvider  # noqa: PLC0415

        found["stripe"] = StripeProvider(settings)
    if "paypal" in ways:
        from channels.payments.paypal.provider import PayPalProvider  # noqa: PLC0415 - as above

        found["paypal"] = PayPalProvider(settings)
    if method_in_chat(settings, "telegram"):
        from channels.payments.telegram.provider import TelegramProvider  # noqa: PLC0415 - as above

        found["telegram"] = TelegramProvider(settings)
    if "test" in ways:
        found["test"] = TestPageProvider(key, settings.public_url)
    return found


def handlers(known: Mapping[str, Provider]) -> dict[str, Callable[[Database, Work], None]]:
    """The handlers of the work that payments leave, by its kind."""
    desk = Desk(known)
    found: dict[str, Callable[[Database, Work], None]] = {"payment": desk.handle, "payment-expiry": desk.expire}
    test = known.get("test")
    if isinstance(test, TestPageProvider):
        found[DELAYED] = lambda database, work: deliver_late(database, work, test)
    return found


def router(deps: Deps) -> APIRouter:
    """All routes of payments."""
    routes = APIRouter()
    routes.include_router(webhooks(deps))
    routes.include_router(pages(deps))
    return routes
