"""A full text turn of the running program (HTTP in, understand, cart, commit, reply), beside a bare FastAPI echo."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from scripts.benchmarks.report import Figure, milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 5
TURNS_A_ROUND = 60
TALKERS = 8
TURNS_A_TALKER = 30
START_SECONDS = 60
SAYINGS = (
    "two large oat lattes, one with an extra shot, and a croissant please",
    "make that two croissants",
    "what time do you close today?",
    "no extra shot after all",
    "take the croissants off",
    "start over",
)
ECHO = """
from fastapi import FastAPI, Request
import uvicorn, sys
app = FastAPI()
@app.post("/echo")
async def echo(request: Request):
    return await request.json()
@app.get("/readyz")
async def ready():
    return {}
uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False)
"""


def measure() -> list[Figure]:
    """Latency one after the other, throughput with eight talkers, start-up time and memory."""
    with _program() as (port, process, started), _echo() as echo_port:
        resident = [_resident(process.pid)]
        turns: list[float] = []
        echoes: list[float] = []
        for _ in range(ROUNDS):  # interleaved, so that a busy moment of the machine hits both
            turns += _one_after_the_other(_Talker(port).say, TURNS_A_ROUND)
            echoes += _one_after_the_other(_Echo(echo_port).say, TURNS_A_ROUND)
        rate = _together([_Talker(port).say for _ in range(TALKERS)])
        echo_rate = _together([_Echo(echo_port).say for _ in range(TALKERS)])
        resident.append(_resident(process.pid))
    turn, echo = milliseconds(turns), milliseconds(echoes)
    return [
        Figure("a turn, p50", f"{turn[0]:.1f} ms", "≤ 10 ms"),
        Figure("a turn, p95", f"{turn[1]:.1f} ms"),
        Figure("a turn, p99", f"{turn[2]:.1f} ms"),
        Figure("bare echo, p50 / p95", f"{echo[0]:.2f} / {echo[1]:.2f} ms"),
        Figure("turns a second, eight talkers", f"{rate:.0f}", "≥ 100"),
        Figure("bare echoes a second, eight talkers", f"{echo_rate:.0f}"),
        Figure("turn rate / echo rate", f"{rate / echo_rate:.3f}"),
        Figure("from start to ready (new database, demo shop)", f"{started[0]:.2f} s"),
        Figure("from start to ready (database is there)", f"{started[1]:.2f} s", "≤ 3 s"),
        Figure("resident memory when ready / after the run", f"{resident[0]:.0f} / {resident[1]:.0f} MB", "≤ 300 MB"),
    ]


class _Client:
    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Content-Type": "application/json"}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self._connection.request("POST", path, json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        data = answer.read()
        if answer.status != HTTPStatus.OK:
            message = f"{path}: {answer.status} {data[:300]!r}"
            raise RuntimeError(message)
        decoded: dict[str, Any] = json.loads(data)
        return decoded


class _Echo(_Client):
    def say(self, number: int) -> None:
        self.post("/echo", {"client_msg_id": str(uuid4()), "text": SAYINGS[number % len(SAYINGS)]})


class _Talker(_Client):
    """A customer with a conversation of their own."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        token = self.post("/api/v1/chat/session", {})["token"]
        self._headers["Authorization"] = f"Bearer {token}"

    def say(self, number: int) -> None:
        body = {"client_msg_id": str(uuid4()), "text": SAYINGS[number % len(SAYINGS)]}
        answer = self.post("/api/v1/chat/messages", body)
        if not any(e["type"] == "message" and e["direction"] == "out" for e in answer["events"]):
            message = f"no reply to {body['text']}: {answer}"
            raise RuntimeError(message)


def _one_after_the_other(say: Callable[[int], None], times: int) -> list[float]:
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        say(number)
        taken.append(time.perf_counter() - begun)
    return taken


def _together(talkers: list[Callable[[int], None]]) -> float:
    """Turns a second when everybody talks at once; the median of three runs."""
    rates = []
    for _ in range(3):
        threads = [threading.Thread(target=_one_after_the_other, args=(say, TURNS_A_TALKER // 3)) for say in talkers]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rates.append(len(talkers) * (TURNS_A_TALKER // 3) / (time.perf_counter() - begun))
    return statistics.median(rates)


@contextmanager
def _program() -> Iterator[tuple[int, subprocess.Popen[bytes], tuple[float, float]]]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "COMANDA_DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "COMANDA_DATA_PATH": folder,
            "COMANDA_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "comanda", "serve", "--demo", "--port"]
        with running(command, environment) as (_, _, first):
            pass
        with running(command, environment) as (port, process, again):
            yield port, process, (first, again)


@contextmanager
def _echo() -> Iterator[int]:
    with running([sys.executable, "-c", ECHO], dict(os.environ)) as (port, _, _):
        yield port


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes], float]]:
    """A server, started by a command that ends in a free port: port, process, seconds until it was ready."""
    from tests.journeys.served import free_port  # noqa: PLC0415 - the tests' own

    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen([*command, str(port)], env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    try:
        while not _ready(port):
            if process.poll() is not None or time.perf_counter() - begun > START_SECONDS:
                message = f"{command} did not start"
                raise RuntimeError(message)
            time.sleep(0.01)
        yield port, process, time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(20)


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _resident(pid: int) -> float:
    """Megabytes of memory that a process holds (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
