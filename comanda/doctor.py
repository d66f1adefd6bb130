"""What is configured, what is off, and how to turn it on."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from comanda import doctor_channels
from comanda.findings import Finding, State
from core import catalogue, merchants, messaging, staff
from core.db import outbox
from core.db.schema import head, revision
from core.db.session import Database
from core.payments import rules as paying
from ml import language

if TYPE_CHECKING:
    from core.settings import Settings

_LEAST_DISK = 500_000_000


def examine(settings: Settings) -> list[Finding]:
    """Look at everything the program stands on; changes nothing."""
    return [
        Finding("Python", "on", sys.version.split()[0]),
        _disk(settings),
        *_database(settings),
        _broker(settings),
        _public_url(settings),
        _embedding(settings),
        *_payments(settings),
        *doctor_channels.text_channels(settings),
        _language_model(settings),
    ]


def _disk(settings: Settings) -> Finding:
    folder = settings.data_path if settings.data_path.exists() else settings.data_path.absolute().parent
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    if not writable:
        return Finding(
            "data folder", "broken", f"{folder} cannot be written", "Set COMANDA_DATA_PATH to a folder that can."
        )
    if free < _LEAST_DISK:
        return Finding("data folder", "broken", f"{free // 1_000_000} MB free in {folder}", "Make room on the disk.")
    return Finding("data folder", "on", f"{settings.data_path}, {free // 1_000_000_000} GB free")


def _database(settings: Settings) -> list[Finding]:
    kind = "SQLite" if settings.sqlite else "PostgreSQL"
    if settings.sqlite and not _sqlite_exists(settings):
        return [Finding("database", "off", "no file yet", "`comanda serve --demo` or `comanda db upgrade` makes it.")]
    database = Database(settings.database_url)
    try:
        with database.read() as session:
            at = revision(session)
            if at != head():
                return [Finding("database", "broken", f"{kind} at revision {at}", "Run `comanda db upgrade`.")]
            waiting, dead = outbox.backlog(session)
            work = Finding("background work", "broken" if dead else "on", f"{waiting} waiting, {dead} given up")
            return [Finding("database", "on", f"{kind} at revision {at}"), work, *_shop(session)]
    except Exception as error:  # noqa: BLE001 - any failure to reach it is the finding
        reason = str(error).splitlines()[0][:120]
        return [Finding("database", "broken", reason, "Check COMANDA_DATABASE_URL, and that the server runs.")]
    finally:
        database.close()


def _sqlite_exists(settings: Settings) -> bool:
    return os.path.exists(settings.database_url.removeprefix("sqlite:///"))  # noqa: PTH110 - may be empty


def _shop(session: object) -> list[Finding]:
    merchant = merchants.only_merchant(session)  # type: ignore[arg-type]
    if merchant is None:
        return [
            Finding("shop", "off", "none yet", "`comanda demo` makes one; your own menu: `comanda menu import FILE`.")
        ]
    menu = catalogue.load_menu(session, merchant.id)  # type: ignore[arg-type]
    people = staff.anyone(session, merchant.id)  # type: ignore[arg-type]
    alarms = messaging.alarms(session, merchant.id)  # type: ignore[arg-type]
    return [
        *(Finding(f"delivery: {a.subject}", "broken", a.problem, "See Deliveries in the admin.") for a in alarms),
        Finding("shop", "on", f"{merchant.name}: {len(menu.items)} items, {len(menu.combos)} combos"),
        Finding("staff", "on", "somebody can sign in")
        if people
        else Finding("staff", "off", "nobody can sign in", "Open the link that `comanda serve` prints."),
    ]


def _broker(settings: Settings) -> Finding:
    if not settings.broker_url:
        detail = f"{settings.worker_threads} threads of the web process do the work"
        return Finding("workers", "off", detail, "To scale: COMANDA_REDIS_URL, and `comanda worker`.")
    from redis import Redis, RedisError  # noqa: PLC0415 - only where it is used

    try:
        Redis.from_url(settings.broker_url, socket_connect_timeout=2).ping()
    except (RedisError, ValueError) as error:
        return Finding(
            "workers", "broken", f"the broker does not answer: {error}", "Start Redis, or check COMANDA_REDIS_URL."
        )
    return Finding("workers", "on", "the broker answers", "Keep `comanda worker` running.")


def _public_url(settings: Settings) -> Finding:
    if why := doctor_channels.unreachable(settings):
        detail = f"{settings.public_url} {why}"
        return Finding("public address", "off", detail, "Set COMANDA_PUBLIC_URL to your https address.")
    return Finding("public address", "on", settings.public_url)


def _embedding(settings: Settings) -> Finding:
    if not settings.chat_origins:
        return Finding(
            "chat on other sites", "off", "only our own page", 'Set COMANDA_CHAT_ORIGINS=["https://your.site"].'
        )
    return Finding("chat on other sites", "on", ", ".join(settings.chat_origins))


def _payments(settings: Settings) -> list[Finding]:
    """Which ways to pay there are; no provider is called."""
    ways = paying.online_methods(settings)
    findings = []
    if "stripe" in ways:
        hears = bool(settings.stripe_webhook_secret.get_secret_value())
        findings.append(_provider("Stripe", settings.stripe_api_base, "COMANDA_STRIPE_WEBHOOK_SECRET", hears=hears))
    if "paypal" in ways:
        hears = bool(settings.paypal_webhook_id)
        findings.append(_provider("PayPal", settings.paypal_api_base, "COMANDA_PAYPAL_WEBHOOK_ID", hears=hears))
    elif settings.paypal_client_id:
        findings.append(Finding("PayPal", "broken", "no secret", "Set COMANDA_PAYPAL_CLIENT_SECRET."))
    if "test" in ways:
        findings.append(
            Finding("test payments", "on", "pretended money only", "Before customers order: COMANDA_TEST_PAYMENTS=off.")
        )
    elif settings.test_payments == "on":
        findings.append(Finding("test payments", "off", "never beside a provider with live keys"))
    if not ways:
        state: State = "broken" if settings.prepay else "off"
        detail = (
            "payment in advance is wanted, but there is no way to pay" if settings.prepay else "at the counter only"
        )
        findings.append(Finding("payments by link", state, detail, "Set up Stripe or PayPal: docs/guides/payments.md."))
    return findings


def _provider(name: str, address: str, secret: str, *, hears: bool) -> Finding:
    if not hears:
        return Finding(name, "broken", f"{address}; it cannot tell us that somebody paid", f"Set {secret}.")
    return Finding(name, "on", address)


def _language_model(settings: Settings) -> Finding:
    """What is set and installed; the server is not called, since a call may cost money."""
    what = "language model"
    if not settings.llm_model:
        return Finding(what, "off", "none; nothing needs one", "To try one: docs/guides/language-model.md.")
    if not language.wanted(settings):
        return Finding(what, "off", f"{settings.llm_model}, but nowhere", "Set COMANDA_LLM_BASE_URL or _LLM_API_KEY.")
    if not language.installed():
        return Finding(what, "broken", "its packages are missing", "Run `scripts/setup llm`.")
    where = settings.llm_base_url or "OpenAI"
    return Finding(
        what, "on", f"{settings.llm_model} at {where}, at most {settings.llm_calls_per_day} calls a day and process"
    )
