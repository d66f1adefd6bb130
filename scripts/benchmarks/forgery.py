"""Forged deliveries at every webhook: all refused, and no row written; genuine ones count once however often they come.

Each channel adds its webhook to `doors`.
"""

from __future__ import annotations

import logging
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Final

import structlog

from channels.meta import signature
from core.settings import Settings
from scripts.benchmarks import telegram, twilio
from scripts.benchmarks.databases import fresh
from scripts.benchmarks.forgeries import Door, forgeries
from scripts.benchmarks.report import Figure
from tests.channels.fakes import meta
from tests.channels.fakes import telegram as telegram_fake
from tests.channels.fakes import twilio as twilio_fake
from tests.channels.orders_world import World, world

if TYPE_CHECKING:
    from collections.abc import Sequence

COUNT: Final = 10_000
_REFUSED: Final = 403
_REPLAYS: Final = 200
_SEED: Final = 7


def doors() -> dict[str, Door]:
    """Every webhook, by name."""
    return {door.name: door for door in (_whatsapp(), _messenger(), _twilio(), _telegram())}


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """Ten thousand forgeries, shared out over all webhooks; `--count N` makes others."""
    count = int(options[1]) if options[:1] == ["--count"] else COUNT
    found = doors()
    # Each one that is refused is a line of the log.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    figures = []
    for name, door in found.items():
        with fresh("SQLite") as database, world(database, Settings.model_validate(door.settings)) as shop:
            answers, rows = knock(shop, door, count // len(found))
            wrong = {what: n for (what, status), n in answers.items() if status != _REFUSED}
            again = replay(shop, door, _REPLAYS)
        figures += [
            Figure(f"{name}: forged deliveries, of {len({w for w, _ in answers})} kinds", f"{answers.total():,}"),
            Figure(f"{name}: not refused", str(wrong or 0), "0"),
            Figure(f"{name}: rows written", str(rows), "0"),
            Figure(f"{name}: rows after {_REPLAYS} genuine ones, each three times", str(again), str(_REPLAYS)),
        ]
    return figures


def knock(shop: World, door: Door, count: int) -> tuple[Counter[tuple[str, int]], int]:
    """Deliver forgeries: how each kind was answered, and how many rows there are afterwards."""
    answers: Counter[tuple[str, int]] = Counter()
    for forgery in forgeries(door, Random(_SEED), count):
        answer = shop.post(door.path, forgery.body, forgery.headers)
        answers[forgery.what, answer.status_code] += 1
    return answers, shop.rows()


def replay(shop: World, door: Door, count: int) -> int:
    """Deliver genuine ones three times each: how many rows there are afterwards."""
    for _ in range(3):
        for number in range(count):
            shop.post(door.path, *door.genuine(number))
    return shop.rows()


def _messenger() -> Door:
    return Door(
        name="messenger",
        path="/webhooks/messenger",
        settings={"messenger_app_secret": meta.SECRET, "messenger_verify_token": meta.VERIFY},
        delivery=lambda n: meta.page_webhook({"message": {"mid": f"m_{n}", "text": f"tea number {n}"}}),
        sign=lambda body, secret: {"x-hub-signature-256": signature(body, secret)},
        header="x-hub-signature-256",
        secret=meta.SECRET,
        others=("the secret of the app for WhatsApp", meta.TOKEN, meta.VERIFY, ""),
    )


def _whatsapp() -> Door:
    return Door(
        name="whatsapp",
        path="/webhooks/whatsapp",
        settings={"whatsapp_app_secret": meta.SECRET, "whatsapp_verify_token": meta.VERIFY},
        delivery=lambda n: meta.webhook(meta.arriving("text", {"body": f"tea number {n}"}, id=f"wamid.{n}")),
        sign=lambda body, secret: {"x-hub-signature-256": signature(body, secret)},
        header="x-hub-signature-256",
        secret=meta.SECRET,
        others=("another shop's secret", meta.TOKEN, meta.VERIFY, ""),
    )


def _twilio() -> Door:
    return Door(
        name="twilio",
        path=twilio.PATH,
        settings=twilio.settings(),
        delivery=twilio.delivery,
        sign=twilio.sign,
        header=twilio.HEADER,
        secret=twilio_fake.TOKEN,
        others=("another shop's token", twilio_fake.ACCOUNT, ""),
    )


def _telegram() -> Door:
    return Door(
        name="telegram",
        path=telegram.PATH,
        settings=telegram.settings(),
        delivery=telegram.delivery,
        sign=telegram.sign,
        header=telegram.HEADER,
        secret=telegram.SECRET,
        others=("another-shops_secret", telegram_fake.TOKEN, ""),
        over_body=False,
    )
