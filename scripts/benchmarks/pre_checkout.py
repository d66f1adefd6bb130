"""Somebody pays on Telegram while 2,000 other updates wait: our word must be there within two seconds.

The real program, by webhook (as many connections as Telegram uses) and by polling, with the turns that follow. By
polling, whoever pays waits behind what Telegram has not yet handed over, for it tells in the order it heard: so a
backlog is taken in before anybody works on it.
`--updates N` for another number, `--postgres` on that database.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from core import catalogue, customers, merchants, orders
from core.db.session import Database
from core.orders.lines import Line
from core.settings import settings
from scripts.benchmarks.databases import postgres
from scripts.benchmarks.report import Figure, milliseconds
from scripts.benchmarks.turn import running
from tests.channels.fakes.telegram import BOT, TOKEN, Telegram, person
from tests.fakes.server import served

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UPDATES: Final = 2000
LINES: Final = 40  # connections, as `comanda telegram webhook` asks for
PEOPLE: Final = 250
EVERY: Final = 0.1  # seconds from one payment to the next
SECRET: Final = "secret-of-the-webhook"  # noqa: S105 - pretended
WARM: Final = 4.0  # seconds until the menu is compiled and the models are loaded
PAYER: Final = 42
OK: Final = 200


@dataclass(frozen=True, slots=True)
class Paying:
    """How long our word took, in seconds, and how many updates were kept by then."""

    waits: list[float]
    refused: int
    kept: int


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """The wait of those who pay, by webhook and by polling."""
    parser = argparse.ArgumentParser(prog="scripts/bench pre_checkout")
    parser.add_argument("--updates", type=int, default=UPDATES)
    parser.add_argument("--postgres", action="store_true")
    chosen = parser.parse_args(options)
    figures = []
    for way in ("webhook", "polling"):
        found = _measured(way, chosen.updates, on_postgres=chosen.postgres)
        p50, _, p99 = milliseconds(found.waits)
        figures += [
            Figure(f"by {way}: payments asked about, while {chosen.updates} updates waited", str(len(found.waits))),
            Figure(f"by {way}: our word, p50 / longest", f"{p50:.0f} / {max(found.waits) * 1000:.0f} ms"),
            Figure(f"by {way}: our word, p99", f"{p99:.0f} ms", "≤ 2000 ms"),
            Figure(f"by {way}: refused, updates lost", f"{found.refused}, {chosen.updates - found.kept}", "0, 0"),
        ]
    return figures


def _measured(way: str, updates: int, *, on_postgres: bool) -> Paying:
    with served(Telegram()) as telegram, _program(way, telegram, on_postgres=on_postgres) as (port, url):
        database = Database(url)
        invoice = _invoice(database, telegram)
        telegram.chats |= {1000 + n: [] for n in range(PEOPLE)}
        time.sleep(WARM)
        asked: dict[str, float] = {}
        stop = Event()
        flood = [_text(number) for number in range(updates)]
        if way == "webhook":
            lines = [
                threading.Thread(target=_deliver, args=(port, flood[n::LINES])) for n in range(min(LINES, updates))
            ]
        else:
            with telegram.news:
                telegram.updates += flood
                telegram.news.notify_all()
            lines = [threading.Thread(target=_until, args=(telegram, flood[-1]["update_id"]))]
        for line in lines:
            line.start()
        payer = threading.Thread(
            target=_pay, args=(port if way == "webhook" else None, telegram, invoice, asked), kwargs={"stop": stop}
        )
        payer.start()
        for line in lines:
            line.join()
        stop.set()
        payer.join()
        telegram.until(lambda t: len(t.checkouts) == len(asked), 60)
        waits = [telegram.checkouts[key][1] - at for key, at in asked.items()]
        refused = sum(not answer["ok"] for answer, _ in telegram.checkouts.values())
        found = Paying(waits, refused, _kept(database))
        database.close()
        return found


def _pay(
    port: int | None, telegram: Telegram, invoice: dict[str, Any], asked: dict[str, float], *, stop: Event
) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port or 0, timeout=60)
    while True:
        with telegram.lock:
            update = telegram.checks_out(PAYER, invoice)
            asked[update["pre_checkout_query"]["id"]] = time.monotonic()
        if port is not None:
            _post(line, update)
        if stop.wait(EVERY):
            break
    line.close()


def _deliver(port: int, updates: Sequence[dict[str, Any]]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for update in updates:
        _post(line, update)
    line.close()


def _post(line: http.client.HTTPConnection, update: dict[str, Any]) -> None:
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
    line.request("POST", "/webhooks/telegram", json.dumps(update), headers)
    answer = line.getresponse()
    said = answer.read()
    if answer.status != OK:
        message = f"{answer.status} {said[:200]!r}"
        raise RuntimeError(message)


def _until(telegram: Telegram, update_id: int) -> None:
    """Wait until Telegram has heard that an update was kept."""
    telegram.until(lambda t: all(u["update_id"] > update_id for u in list(t.updates)), 300)


def _text(number: int) -> dict[str, Any]:
    sender = 1000 + number % PEOPLE
    chat = {"id": sender, "type": "private", "first_name": "Ada"}
    message = {"message_id": 10_000 + number, "from": person(sender), "chat": chat, "date": int(time.time())}
    return {"update_id": 1 + number, "message": {**message, "text": "do you have decaf?"}}


def _invoice(database: Database, telegram: Telegram) -> dict[str, Any]:
    """The invoice of an order that somebody has placed."""
    with database.begin() as uow:
        shop = merchants.only_merchant(uow.session)
        if shop is None:
            message = "the program has no shop"
            raise RuntimeError(message)
        place = merchants.default_location(uow.session, shop.id).id
        payer = customers.identify(uow, shop.id, "telegram", str(BOT), str(PAYER))
        cart = orders.open_cart(uow, shop.id, place, payer.id, "bench-conversation")
        menu = catalogue.load_menu(uow.session, shop.id)
        item = next(i for i in menu.items if i.available and not i.variations and not i.modifier_groups)
        orders.set_lines(uow, shop.id, cart.id, [Line(item.id, 1)])
        orders.set_details(uow, shop.id, cart.id, fulfilment="pickup")
        order = orders.place_order(uow, shop.id, cart.id)
        payment = orders.pay_by_link(uow, shop.id, order.id, method="telegram")
    bill = {"currency": payment.amount.currency, "total_amount": payment.amount.amount}
    return {**telegram.writes(PAYER, "hello")["message"], "invoice": bill, "_payload": payment.id}


def _kept(database: Database) -> int:
    with database.read() as session:
        found = session.connection().exec_driver_sql(
            "SELECT count(*) FROM inbound_messages WHERE text = 'do you have decaf?'"
        )
        return int(found.scalar() or 0)


@contextmanager
def _program(way: str, telegram: Telegram, *, on_postgres: bool) -> Iterator[tuple[int, str]]:
    with tempfile.TemporaryDirectory() as folder, postgres(folder, wanted=on_postgres) as server:
        url = server or f"sqlite:///{folder}/bench.db"
        wanted = {
            "COMANDA_DATABASE_URL": url,
            "COMANDA_DATA_PATH": folder,
            "COMANDA_LOG_LEVEL": "ERROR",
            "COMANDA_EMBEDDINGS": "off",
            "COMANDA_PUBLIC_URL": "https://shop.example",
            "COMANDA_TELEGRAM_BOT_TOKEN": TOKEN,
            "COMANDA_TELEGRAM_API_BASE": telegram.url,
            "COMANDA_TELEGRAM_PAYMENT_TOKEN": "1:TEST:pretended",
            "COMANDA_TELEGRAM_WEBHOOK_SECRET": SECRET if way == "webhook" else "",
        }
        before = dict(os.environ)
        os.environ.update(wanted)  # what is paid how is asked here, too
        settings.cache_clear()
        try:
            command = [sys.executable, "-m", "comanda", "serve", "--demo", "--port"]
            with running(command, dict(os.environ)) as (port, _, __):
                yield port, url
        finally:
            os.environ.clear()
            os.environ.update(before)
            settings.cache_clear()
