"""What both fakes share: HTTP on loopback, idempotency as the providers keep it, and trouble by seed."""

from __future__ import annotations

import json
import random
import threading
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal

from core.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

Json = dict[str, Any]
Trouble = Literal["fine", "lost", "fault", "busy"]


class HttpError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


@dataclass
class Request:
    """A call as it came."""

    verb: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Troubles:
    """How often a changing call goes wrong: accepted and never answered, failed inside after it was done, too fast."""

    seed: int = 0
    lost: float = 0.0
    fault: float = 0.0
    busy: float = 0.0
    planned: list[Trouble] = field(default_factory=list)
    _random: random.Random | None = None

    def next(self) -> Trouble:
        """What happens to the next changing call."""
        if self.planned:
            return self.planned.pop(0)
        if self._random is None:
            self._random = random.Random(self.seed)
        chance = self._random.random()
        if chance < self.lost:
            return "lost"
        if chance < self.lost + self.fault:
            return "fault"
        return "busy" if chance < self.lost + self.fault + self.busy else "fine"


class Fake(ABC):
    """A provider. Subclasses answer `call`; `deliveries` are bodies of webhooks not yet delivered."""

    def __init__(self, troubles: Troubles | None = None) -> None:
        self.lock = threading.RLock()
        self.troubles = troubles or Troubles()
        self.calls: list[str] = []
        self.deliveries: list[bytes] = []
        self.kept: dict[str, tuple[str, int, Json]] = {}
        self.url = ""
        # The server answers in threads of its own, where the clock of the test is not known.
        self.clock: Callable[[], datetime] = now

    @abstractmethod
    def call(self, request: Request) -> Json:
        """Answer a call, or raise HttpError."""

    @abstractmethod
    def signed(self, body: bytes) -> dict[str, str]:
        """The headers of a delivery that is made now."""

    @abstractmethod
    def key_of(self, request: Request) -> str:
        """The idempotency key of a call; empty without one."""

    def fault(self) -> Json:
        """The body of a failure inside."""
        return {"name": "INTERNAL_SERVER_ERROR", "error": {"type": "api_error", "message": "We are having trouble."}}

    def busy(self) -> Json:
        """The body of a refusal for speed."""
        return {"name": "RATE_LIMIT_REACHED", "error": {"type": "invalid_request_error", "code": "rate_limit"}}

    def conflict(self) -> tuple[int, Json]:
        """What a key gets that was used for something else."""
        said = {"type": "idempotency_error", "message": "Keys for idempotent requests can only be used once."}
        return 400, {"name": "DUPLICATE_REQUEST_ID", "error": said}

    def answer(self, request: Request) -> tuple[int, Json] | None:
        """Status and body; None for a connection that breaks after the call was taken."""
        with self.lock:
            self.calls.append(f"{request.verb} {request.path}")
            if request.verb == "GET" or "oauth" in request.path or "verify" in request.path:
                return self._plain(request)
            trouble = self.troubles.next()
            if trouble == "busy":
                return 429, self.busy()
            return self._changing(request, trouble)

    def _changing(self, request: Request, trouble: Trouble) -> tuple[int, Json] | None:
        key, mark = self.key_of(request), f"{request.path} {request.body.decode()}"
        if key and key in self.kept:
            first, status, body = self.kept[key]
            return (status, body) if first == mark else self.conflict()
        status, body = self._plain(request)
        if trouble == "fault":  # done inside, and kept as a failure: the same key repeats it
            status, body = 500, self.fault()
        if key and (status < 400 or status >= 500):
            self.kept[key] = (mark, status, body)
        return None if trouble == "lost" else (status, body)

    def _plain(self, request: Request) -> tuple[int, Json]:
        try:
            return 200, json.loads(json.dumps(self.call(request)))
        except HttpError as error:
            return error.status, error.body

    def shaken(self, seed: int) -> Iterator[bytes]:
        """Every delivery that waits, shuffled, and about half of them twice."""
        order = random.Random(seed)
        waiting = self.deliveries + [d for d in self.deliveries if order.random() < 0.5]
        self.deliveries = []
        order.shuffle(waiting)
        yield from waiting


@contextmanager
def served(fake: Fake, read: Callable[[str], dict[str, str]]) -> Iterator[Fake]:
    """The fake behind a real port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _do(self) -> None:
            path, _, query = self.path.partition("?")
            length = int(self.headers.get("Content-Length") or 0)
            headers = {k.lower(): v for k, v in self.headers.items()}
            answered = fake.answer(Request(self.command, path, read(query), headers, self.rfile.read(length)))
            if answered is None:
                self.close_connection = True
                return
            body = json.dumps(answered[1]).encode()
            self.send_response(answered[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _do  # noqa: N815 - names that http.server asks for

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
