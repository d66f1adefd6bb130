"""The web chat behind a real server on a loopback port."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from socket import AF_INET, SOCK_STREAM, socket
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx2
import uvicorn
from fastapi import FastAPI
from websockets.sync.client import ClientConnection, connect

from channels import web
from comanda import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]


class Served:
    """A running server and what a page would do with it."""

    def __init__(self, deps: web.Deps) -> None:
        app = FastAPI()
        errors.install(app)
        app.include_router(web.router(deps))
        listener = socket(AF_INET, SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{listener.getsockname()[1]}"
        self.deps = deps
        config = uvicorn.Config(
            app, log_level="critical", ws="websockets-sansio", lifespan="off", ws_max_size=64 * 1024
        )
        config.timeout_graceful_shutdown = 1
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._listener = listener
        self._thread.start()
        self.http = httpx2.Client(base_url=f"http://{self.host}", timeout=20)
        deadline = time.monotonic() + 60
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self._server.started

    def stop(self) -> None:
        """Stop serving."""
        self.http.close()
        self._server.should_exit = True
        self._thread.join(timeout=60)
        self._listener.close()
        assert not self._thread.is_alive()

    def token(self, **asked: str) -> str:
        """A new browser's token."""
        answer = self.http.post("/api/v1/chat/session", json=asked)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    def post(self, token: str, frame: Json) -> httpx2.Response:
        """Say something without a socket."""
        return self.http.post("/api/v1/chat/messages", json=frame, headers=bearer(token))

    def get(self, token: str, path: str, **query: str | float) -> Json:
        """Ask for something of the chat."""
        answer = self.http.get(f"/api/v1/chat/{path}", params=query, headers=bearer(token))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    @contextmanager
    def socket(self, **options: Any) -> Iterator[ClientConnection]:  # noqa: ANN401 - the client's own options
        """An open socket that has not said hello."""
        with connect(f"ws://{self.host}/ws/chat", proxy=None, open_timeout=10, close_timeout=2, **options) as line:
            yield line

    @contextmanager
    def chat(self, token: str, last_seq: int = 0) -> Iterator[ClientConnection]:
        """A socket that has said hello and heard that the talk goes on."""
        with self.socket() as line:
            tell(line, {"type": "hello", "token": token, "last_seq": last_seq})
            assert hear(line) == {"type": "resume", "last_seq": last_seq}
            yield line


def bearer(token: str) -> dict[str, str]:
    """The header that proves a session."""
    return {"Authorization": f"Bearer {token}"}


def saying(text: str, **fields: Any) -> Json:  # noqa: ANN401 - whatever a test wants to send
    """A frame that says something, under a new id."""
    return {"type": "message", "client_msg_id": str(uuid4()), "text": text, **fields}


def tell(line: ClientConnection, frame: Json) -> None:
    """Send a frame."""
    line.send(json.dumps(frame))


def hear(line: ClientConnection, within: float = 10) -> Json:
    """The next frame."""
    return dict(json.loads(line.recv(timeout=within)))


def hear_until(line: ClientConnection, last: Callable[[Json], bool]) -> list[Json]:
    """All frames up to one that a test waits for."""
    heard = [hear(line)]
    while not last(heard[-1]):
        heard.append(hear(line))
    return heard


def texts(events: list[Json]) -> list[tuple[int, str, str]]:
    """Number, direction and text of the messages among events."""
    return [(e["seq"], e["direction"], e["text"]) for e in events if e["type"] == "message"]
