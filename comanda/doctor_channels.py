"""What is missing for each text channel. No provider is called: `comanda channels selftest` is for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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


def text_channels(settings: Settings) -> list[Finding]:
    """A finding for each channel."""
    return [_channel(settings, name) for name in _NEEDS]


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
    if name == "Telegram" and not settings.telegram_webhook_secret.get_secret_value():
        return Finding(name, "on", "polled", "With a public address, COMANDA_TELEGRAM_WEBHOOK_SECRET makes it faster.")
    if name == "Telegram" and not _is_reachable(settings):
        return Finding(name, "broken", "Telegram cannot reach us", "Leave the webhook secret empty: it is polled then.")
    return Finding(
        name, "on", "set up", "" if name == "e-mail" else "`comanda channels selftest` shows that it is reached."
    )


def _value(settings: Settings, field: str) -> str:
    value = getattr(settings, field)
    return value if isinstance(value, str) else str(value.get_secret_value())


def _is_reachable(settings: Settings) -> bool:
    """Whether the public address is one that a provider may call."""
    return settings.public_url.startswith("https://") and "localhost" not in settings.public_url
