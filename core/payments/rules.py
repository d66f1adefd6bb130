"""Which ways to pay an installation has. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from core.payments.states import Method
    from core.settings import Settings

_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0", "testserver"})  # noqa: S104 - compared, not bound
_PAYPAL_TRIAL: Final = "sandbox"


def online_methods(settings: Settings) -> tuple[Method, ...]:
    """The ways to pay by link, the preferred first; empty when there is none."""
    methods: list[Method] = []
    if settings.stripe_api_key.get_secret_value():
        methods.append("stripe")
    if settings.paypal_client_id and settings.paypal_client_secret.get_secret_value():
        methods.append("paypal")
    if test_page_allowed(settings):
        methods.append("test")
    return tuple(methods)


def method_in_chat(settings: Settings, channel: str) -> Method | None:
    """The way to pay inside a chat of this channel; None where payment is by link, as elsewhere."""
    tokens = (settings.telegram_bot_token, settings.telegram_payment_token)
    return "telegram" if channel == "telegram" and all(t.get_secret_value() for t in tokens) else None


def takes_real_money(settings: Settings) -> bool:
    """Whether a provider is set up with its live keys."""
    key = settings.stripe_api_key.get_secret_value()
    stripe = bool(key) and "_test_" not in key[:12]
    paypal = bool(settings.paypal_client_id) and _PAYPAL_TRIAL not in settings.paypal_api_base
    # Whoever points a provider's address at this machine has a stand-in there, whatever its keys look like.
    # Tokens of payment providers at Telegram say what they are: “…:LIVE:…” or “…:TEST:…”.
    telegram = ":TEST:" not in (settings.telegram_payment_token.get_secret_value() or ":TEST:")
    return (
        (stripe and not _here(settings.stripe_api_base))
        or (paypal and not _here(settings.paypal_api_base))
        or (telegram and not _here(settings.telegram_api_base))
    )


def test_page_allowed(settings: Settings) -> bool:
    """Whether pretended payments are taken: never beside real ones, and unasked only where nobody else can order."""
    if settings.test_payments == "off" or takes_real_money(settings):
        return False
    return settings.test_payments == "on" or _here(settings.public_url)


def _here(address: str) -> bool:
    return (urlsplit(address).hostname or "") in _HERE
