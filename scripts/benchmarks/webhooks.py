"""A signed webhook of WhatsApp: verified, kept and committed before it is answered, beside a bare FastAPI echo.

Workers do the turns in processes of their own in such an installation, and the web process only takes messages in; with
`--together` it does both, as a small shop's does. `--seconds N` for shorter runs, `--postgres` on that database.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

from scripts.benchmarks.databases import postgres
from scripts.benchmarks.report import Figure, milliseconds
from scripts.benchmarks.turn import ECHO, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SECRET = "the app's secret"  # noqa: S105 - of a pretended app
NUMBER = "1055501"
TALKERS, ROUNDS, SECONDS = 8, 5, 2.0
RATE, PACED_SECONDS, CUSTOMERS = 200, 15.0, 400
OK = 200
_IDLE = 0.03  # seconds of processor time in one second
_ids = count()


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """The rate that webhooks are taken in at, and how long one takes at 200 a second."""
    parser = argparse.ArgumentParser(prog="scripts/bench webhooks")
    parser.add_argument("--seconds", type=float, default=1.0, help="how much longer than usual")
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    chosen = parser.parse_args(options)
    with _program(together=chosen.together, on_postgres=chosen.postgres) as (ours, url), _echo() as bare:
        ours.settle()
        _together(ours, _deliver, 1.0)  # every statement is prepared
        rounds = []
        for _ in range(ROUNDS):  # in turns, so that a busy moment of the machine hits both
            taken = _together(ours, _deliver, SECONDS * chosen.seconds)
            rounds.append((*taken, *_together(bare, _say, SECONDS * chosen.seconds)))
        paced = _paced(ours.port, PACED_SECONDS * chosen.seconds)
        kept = _kept(url)
    rate, work, echo, echo_work = (statistics.median(column) for column in zip(*rounds, strict=True))
    p50, p95, p99 = milliseconds(paced)
    what = "PostgreSQL" if chosen.postgres else "SQLite"
    return [
        Figure(f"webhooks a second, {TALKERS} at once ({what})", f"{rate:.0f}"),
        Figure(f"bare echoes a second, {TALKERS} at once", f"{echo:.0f}"),
        Figure("webhook rate / echo rate", f"{rate / echo:.3f}", "≥ 0.10"),
        Figure("processor time of one webhook / one echo", f"{work * 1000:.2f} / {echo_work * 1000:.2f} ms"),
        Figure(f"one webhook at {RATE} a second, p50 / p95", f"{p50:.1f} / {p95:.1f} ms"),
        Figure(f"one webhook at {RATE} a second, p99", f"{p99:.1f} ms", "≤ 50 ms"),
        Figure("answered 200 and kept / answered 200", f"{kept} / {_Sent.number}", "equal"),
    ]


@dataclass(frozen=True, slots=True)
class Server:
    """A program that is being measured."""

    port: int
    pid: int

    def settle(self, longest: float = 120.0) -> None:
        """Wait until it has done what it does after its start: menus are compiled, models loaded."""
        end = time.perf_counter() + longest
        while time.perf_counter() < end:
            before = self.worked()
            time.sleep(1.0)
            if self.worked() - before < _IDLE:
                return

    def worked(self) -> float:
        """Seconds of processor time that it has had (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class _Sent:
    """How many deliveries were answered 200."""

    number = 0
    lock = threading.Lock()


def _delivery() -> tuple[bytes, dict[str, str]]:
    number = next(_ids)
    sender = f"1415555{number % CUSTOMERS:04}"
    message = {
        "from": sender,
        "id": f"wamid.bench{number:08}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": "two large lattes and a croissant please"},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "14155550100", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": "Ana"}, "wa_id": sender}],
        "messages": [message],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return body, {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}


def _deliver(connection: http.client.HTTPConnection) -> None:
    body, headers = _delivery()
    _post(connection, "/webhooks/whatsapp", body, headers)
    with _Sent.lock:
        _Sent.number += 1


def _say(connection: http.client.HTTPConnection) -> None:
    body, headers = _delivery()
    _post(connection, "/echo", body, headers)


def _post(connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> None:
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    data = answer.read()
    if answer.status != OK:
        message = f"{path}: {answer.status} {data[:300]!r}"
        raise RuntimeError(message)


def _together(
    server: Server, post: Callable[[http.client.HTTPConnection], None], seconds: float
) -> tuple[float, float]:
    """How many a second, by so many clients one after the other each; and the server's processor time for one."""
    done: list[int] = []

    def talk() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        end, number = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            post(connection)
            number += 1
        connection.close()
        done.append(number)

    worked, begun = server.worked(), time.perf_counter()
    _run([threading.Thread(target=talk) for _ in range(TALKERS)])
    return sum(done) / (time.perf_counter() - begun), (server.worked() - worked) / sum(done)


def _paced(port: int, seconds: float) -> list[float]:
    """What each takes from the moment it was due, at a steady rate: a slow one does not hold the next back."""
    taken: list[float] = []
    first = time.perf_counter() + 0.2
    numbers = iter(range(int(RATE * seconds)))
    lock = threading.Lock()

    def talk() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            due = first + number / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            _deliver(connection)
            taken.append(time.perf_counter() - due)
        connection.close()

    _run([threading.Thread(target=talk) for _ in range(2 * TALKERS)])
    return taken


def _run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _kept(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT count(*) FROM inbound_messages WHERE external_id LIKE 'wamid.bench%'"))
    engine.dispose()
    return int(found or 0)


@contextmanager
def _program(*, together: bool, on_postgres: bool) -> Iterator[tuple[Server, str]]:
    with tempfile.TemporaryDirectory() as folder, postgres(folder, wanted=on_postgres) as server:
        url = server or f"sqlite:///{folder}/bench.db"
        environment = {
            **os.environ,
            "COMANDA_DATABASE_URL": url,
            "COMANDA_DATA_PATH": folder,
            "COMANDA_LOG_LEVEL": "ERROR",
            "COMANDA_WORKER_THREADS": "2" if together else "0",
            "COMANDA_WHATSAPP_APP_SECRET": SECRET,
            "COMANDA_WHATSAPP_VERIFY_TOKEN": "word",
            "COMANDA_WHATSAPP_ACCESS_TOKEN": "",
        }
        command = [sys.executable, "-m", "comanda", "serve", "--demo", "--port"]
        with running(command, environment) as (port, process, _):
            yield Server(port, process.pid), url


@contextmanager
def _echo() -> Iterator[Server]:
    with running([sys.executable, "-c", ECHO], dict(os.environ)) as (port, process, _):
        yield Server(port, process.pid)
