"""What is missing for each text channel. No provider is called: `comanda channels selftest` is for that."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from comanda.findings import Finding

if TYPE_CHECKING:
    from core.settings import Settings

# What switches a channel on, and what it needs besides, each with what is lost without it.
_NEEDS: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "WhatsApp (Meta)": (
        ("whatsapp_app_secret", "whatsapp_access_token", "whatsapp_verify_token"),
        {
            "whatsapp_app_secret": "nothing comes in",
            "whatsapp_access_token": "nothing can be sent",
            "whatsapp_verify_token": "Meta cannot set the webhook up",
        },
    ),
    "Messenger and Instagram": (
        ("messenger_app_secret", "messenger_access_token", "messenger_verify_token"),
        {
            "messenger_app_secret": "nothing comes in",
            "messenger_access_token": "nothing can be sent",
            "messenger_verify_token": "Meta cannot set the webhook up",
        },
    ),
    "SMS and WhatsApp (Twilio)": (
        ("twilio_account_sid", "twilio_auth_token"),
        {
            "twilio_account_sid": "it is not known whose messages they are",
            "twilio_auth_token": "nothing comes in and nothing can be sent",
        },
    ),
    "Telegram": (("telegram_bot_token",), {"telegram_bot_token": "there is no bot"}),
    "e-mail": (
        ("smtp_url", "mail_from"),
        {"smtp_url": "there is no server to send by", "mail_from": "mails have no sender"},
    ),
}
_GUIDES: Final = {
    "WhatsApp (Meta)": "whatsapp",
    "Messenger and Instagram": "messenger",
    "SMS and WhatsApp (Twilio)": "sms",
    "Telegram": "telegram",
    "e-mail": "email",
}
_CALLED: Final = frozenset({"WhatsApp (Meta)", "Messenger and Instagram", "SMS and WhatsApp (Twilio)"})
_META_TEMPLATE: Final = re.compile(r"[a-z0-9_]{1,512}(:[a-z]{2,3}(_[A-Z]{2})?)?")
_TWILIO_TEMPLATE: Final = re.compile(r"HX[0-9a-f]{32}")
_PAYMENT_TOKEN: Final = re.compile(r"\d+:(TEST|LIVE):\S+")
_TELEGRAM_PORTS: Final = frozenset({443, 80, 88, 8443})


def text_channels(settings: Settings) -> list[Finding]:
    """A finding for each channel, and for what some of them need besides."""
    return [*(_channel(settings, name) for name in _NEEDS), *_templates(settings), *_telegram_payments(settings)]


def unreachable(settings: Settings) -> str:
    """Why no provider can call the public address; empty where it may."""
    try:
        parts = urlsplit(settings.public_url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no address"
    if parts.scheme != "https":
        return "does not begin with https"
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".lan")) or "." not in host:
        return "is known in this network only"
    try:
        return "" if ip_address(host).is_global else "is known in this network only"
    except ValueError:
        return ""


def _channel(settings: Settings, name: str) -> Finding:
    needed, losses = _NEEDS[name]
    missing = [field for field in needed if not _value(settings, field)]
    guide = f"docs/guides/{_GUIDES[name]}.md"
    if len(missing) == len(needed):
        return Finding(name, "off", "not set up", f"To set it up: {guide}.")
    if missing:
        return Finding(name, "broken", losses[missing[0]], f"Set COMANDA_{missing[0].upper()}: {guide}.")
    if name in _CALLED and not _is_reachable(settings):
        return Finding(name, "broken", "its provider cannot reach us", "Set COMANDA_PUBLIC_URL to your https address.")
    if name == "Telegram" and (finding := _telegram(settings)) is not None:
        return finding
    return Finding(
        name, "on", "set up", "" if name == "e-mail" else "`comanda channels selftest` shows that it is reached."
    )


def _telegram(settings: Settings) -> Finding | None:
    """What stands between Telegram and us."""
    if not _has_webhook(settings):
        advice = "With a public address, COMANDA_TELEGRAM_WEBHOOK_SECRET makes it faster."
        return Finding("Telegram", "on", "polled", advice)
    if not _is_reachable(settings):
        advice = "Leave the webhook secret empty: it is polled then."
        return Finding("Telegram", "broken", "Telegram cannot reach us", advice)
    port = urlsplit(settings.public_url).port or 443
    if port not in _TELEGRAM_PORTS:
        advice = "Use 443, 80, 88 or 8443 in COMANDA_PUBLIC_URL."
        return Finding("Telegram", "broken", f"Telegram calls no port {port}", advice)
    return None


def _value(settings: Settings, field: str) -> str:
    value = getattr(settings, field)
    return value if isinstance(value, str) else str(value.get_secret_value())


def _is_reachable(settings: Settings) -> bool:
    """Whether the public address is one that a provider may call."""
    return not unreachable(settings)


def _has_webhook(settings: Settings) -> bool:
    return bool(settings.telegram_webhook_secret.get_secret_value())


def _templates(settings: Settings) -> list[Finding]:
    """What may be said on WhatsApp a day after the customer wrote. Whether it is approved, the provider alone knows."""
    found = []
    if settings.whatsapp_app_secret.get_secret_value():
        remedy = "Write its name and language as Meta has them, like order_news:en_US."
        found.append(_template("Meta", "COMANDA_WHATSAPP_TEMPLATE", settings.whatsapp_template, _META_TEMPLATE, remedy))
    if settings.twilio_account_sid:
        remedy = "Its id begins with HX and 32 digits and letters follow."
        found.append(_template("Twilio", "COMANDA_TWILIO_TEMPLATE", settings.twilio_template, _TWILIO_TEMPLATE, remedy))
    return found


def _template(of: str, setting: str, name: str, form: re.Pattern[str], remedy: str) -> Finding:
    what = f"news after a day ({of})"
    if not name:
        return Finding(what, "off", "no template: such news on WhatsApp is not sent", f"Set {setting}.")
    if form.fullmatch(name) is None:
        return Finding(what, "broken", f"{name[:60]} is no template of {of}'s", f"{setting}: {remedy}")
    return Finding(what, "on", name, f"See at {of} that it is approved; one that is taken back raises an alarm here.")


def _telegram_payments(settings: Settings) -> list[Finding]:
    token, what = settings.telegram_payment_token.get_secret_value(), "payments on Telegram"
    if not token:
        return []
    if not settings.telegram_bot_token.get_secret_value():
        return [Finding(what, "broken", "there is no bot", "Set COMANDA_TELEGRAM_BOT_TOKEN: docs/guides/telegram.md.")]
    if _PAYMENT_TOKEN.fullmatch(token) is None:
        remedy = "COMANDA_TELEGRAM_PAYMENT_TOKEN is like 1234:TEST:…: @BotFather gives it under Payments."
        return [Finding(what, "broken", "this is no provider's token", remedy)]
    if not _has_webhook(settings):
        detail = "polled: whoever pays waits behind other messages, and a payment may run out of time"
        return [Finding(what, "broken", detail, "Set COMANDA_TELEGRAM_WEBHOOK_SECRET and a public address.")]
    return [Finding(what, "on", "pretended money only" if ":TEST:" in token else "set up")]
