"""A pretended provider: HTTP on loopback, a log of every call with its time, and trouble as planned or by seed."""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import parse_qsl

from core.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

Json = dict[str, Any]
Trouble = Literal["fine", "lost", "hang", "fault", "down", "busy", "reset"]
"""What happens to a call.

fine   it is done and answered
lost   it is done, and the connection ends without an answer
hang   it is done, and nothing is answered for `Troubles.patience` seconds
fault  it is done, and answered as a failure inside
down   it is not done, and answered 503
busy   it is not done, and answered 429 with Retry-After
reset  it is not done, and the connection is reset
"""
_UNSEEN: tuple[Trouble, ...] = ("lost", "hang", "reset")
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class HttpError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


@dataclass
class Request:
    """A call as it came. Names of headers are in lower case."""

    verb: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Json:
        """The body, where it is a JSON object."""
        return dict(json.loads(self.body))

    def form(self) -> dict[str, str]:
        """The body, where it is a form; of a field given twice, the last."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """What is answered, whole."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, body: Json, headers: Mapping[str, str] | None = None) -> Reply:
        """An answer in JSON."""
        return cls(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})


@dataclass(frozen=True)
class Call:
    """A line of the log. `at` is in seconds of `time.monotonic`; `status` 0: no answer was given."""

    request: Request
    at: float
    trouble: Trouble
    status: int
    retry_after: float | None = None


@dataclass
class Troubles:
    """How often a changing call goes wrong, from 0 to 1 for each way; `planned` comes first, one for each call.

    `retry_after` are the seconds that a busy provider asks for, least and most; `patience` how long "hang" lasts.
    """

    seed: int = 0
    lost: float = 0.0
    fault: float = 0.0
    busy: float = 0.0
    hang: float = 0.0
    down: float = 0.0
    reset: float = 0.0
    planned: list[Trouble] = field(default_factory=list)
    retry_after: tuple[int, int] = (1, 1)
    patience: float = 30.0
    _random: random.Random | None = None

    @property
    def chance(self) -> random.Random:
        """Numbers by the seed."""
        if self._random is None:
            self._random = random.Random(self.seed)
        return self._random

    def next(self) -> Trouble:
        """What happens to the next changing call."""
        if self.planned:
            return self.planned.pop(0)
        drawn = self.chance.random()
        ways: tuple[tuple[Trouble, float], ...] = (
            ("lost", self.lost),
            ("fault", self.fault),
            ("busy", self.busy),
            ("hang", self.hang),
            ("down", self.down),
            ("reset", self.reset),
        )
        for trouble, share in ways:
            if drawn < share:
                return trouble
            drawn -= share
        return "fine"


class Fake(ABC):
    """A provider. Subclasses answer `call`; `deliveries` are bodies of webhooks not yet delivered."""

    def __init__(self, troubles: Troubles | None = None) -> None:
        self.lock = threading.RLock()
        self.troubles = troubles or Troubles()
        self.calls: list[str] = []
        self.log: list[Call] = []
        self.deliveries: list[bytes] = []
        self.url = ""
        self.closed = threading.Event()
        # The server answers in threads of its own, where the clock of the test is not known.
        self.clock: Callable[[], datetime] = now

    @abstractmethod
    def call(self, request: Request) -> Json | Reply:
        """Answer a call, or raise HttpError."""

    def signed(self, body: bytes) -> dict[str, str]:  # noqa: ARG002 - providers that sign override this
        """The headers of a delivery that is made now."""
        return {}

    def fault(self) -> Json:
        """The body of a failure inside, and of an answer 503."""
        return {"error": {"message": "We are having trouble."}}

    def busy(self, seconds: int) -> Reply:
        """The refusal for speed."""
        return Reply.of(429, {"error": {"message": "Too many requests."}}, {"Retry-After": str(seconds)})

    def spared(self, request: Request) -> bool:
        """Whether trouble leaves this call alone: as a rule, those that change nothing."""
        return request.verb == "GET"

    def answer(self, request: Request) -> tuple[Trouble, Reply | None]:
        """What happens, and the answer; None for a connection that ends without one."""
        at = time.monotonic()
        with self.lock:
            self.calls.append(f"{request.verb} {request.path}")
            trouble = "fine" if self.spared(request) else self.troubles.next()
            reply = self._reply(request, trouble)
            after = None if reply is None else reply.headers.get("Retry-After")
            status = 0 if reply is None else reply.status
            self.log.append(Call(request, at, trouble, status, None if after is None else float(after)))
        if trouble == "hang":
            self.closed.wait(self.troubles.patience)
        return trouble, reply

    def _reply(self, request: Request, trouble: Trouble) -> Reply | None:
        match trouble:
            case "reset":
                return None
            case "busy":
                return self.busy(self.troubles.chance.randint(*self.troubles.retry_after))
            case "down":
                return Reply.of(503, self.fault())
        reply = self.done(request)
        if trouble == "fault":
            return Reply.of(500, self.fault())
        return None if trouble in _UNSEEN else reply

    def done(self, request: Request) -> Reply:
        """What a call without trouble gets."""
        try:
            answer = self.call(request)
        except HttpError as error:
            return Reply.of(error.status, error.body, error.headers)
        return answer if isinstance(answer, Reply) else Reply.of(200, answer)

    def shaken(self, seed: int) -> Iterator[bytes]:
        """Every delivery that waits, shuffled, and about half of them twice."""
        order = random.Random(seed)
        waiting = self.deliveries + [d for d in self.deliveries if order.random() < 0.5]
        self.deliveries = []
        order.shuffle(waiting)
        yield from waiting


F = TypeVar("F", bound=Fake)


@contextmanager
def served(fake: F) -> Iterator[F]:
    """The fake behind a real port of this machine; its address is `fake.url`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _do(self) -> None:
            path, _, query = self.path.partition("?")
            length = int(self.headers.get("Content-Length") or 0)
            headers = {k.lower(): v for k, v in self.headers.items()}
            read = dict(parse_qsl(query, keep_blank_values=True))
            trouble, reply = fake.answer(Request(self.command, path, read, headers, self.rfile.read(length)))
            if reply is None:
                self._hang_up(reset=trouble == "reset")
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def _hang_up(self, *, reset: bool) -> None:
            self.close_connection = True
            if reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)

        do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815 - names that http.server asks for

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        fake.closed.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A client that went away is no news."""
