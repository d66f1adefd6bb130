"""A small shop that speaks the chat's protocol on a loopback port, and breaks the line where a test wants it broken."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket
from typing import TYPE_CHECKING, Any, Literal

import uvicorn
from fastapi import APIRouter, FastAPI, Request, WebSocket
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.websockets import WebSocketDisconnect, WebSocketState

import channels

if TYPE_CHECKING:
    from collections.abc import Callable

STATIC = Path(channels.__file__ or "").parent / "web" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
    " form-action 'self'; frame-ancestors "
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".html": "text/html"}
HOST_PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>Corner Bakery</title>
<link rel="stylesheet" href="/host.css"><body><h1>Corner Bakery</h1><button id="theirs">Their button</button>
<script src="{origin}/widget.js" data-shop="corner" defer></script></body></html>"""
HOST_STYLE = "button { background: rgb(255, 0, 0) !important; font-size: 40px !important; }"

# Where the line breaks on a message: before it is kept, after that but before the acknowledgement, or after both but
# before the reply is sent.
Break = Literal["before", "kept", "acknowledged"]
Json = dict[str, Any]


@dataclass
class Shop:
    """One conversation, kept in memory. Texts are answered with "Noted: <text>" unless `answers` is off."""

    locale: str = "en-US"
    name: str = "Corner Bakery"
    answers: bool = True
    sockets: bool = True
    up: bool = True
    embedders: str = "*"
    overlap: int = 0
    breaks: Callable[[], Break | None] = lambda: None
    patches: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    log: list[Json] = field(default_factory=list)
    cart: Json | None = None
    refused: set[str] = field(default_factory=set)
    hurried: set[str] = field(default_factory=set)
    received: list[str] = field(default_factory=list)
    sockets_opened: int = 0
    posts: int = 0
    origin: str = ""

    def __post_init__(self) -> None:
        """Nobody is listening yet."""
        self._open: set[WebSocket] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()

    @property
    def kept(self) -> list[str]:
        """What the customer said, as the shop has it."""
        return [m["text"] for m in self.log if m["direction"] == "in"]

    @property
    def choices(self) -> list[str]:
        """The answers that were pressed."""
        return [m["choice"] for m in self.log if m.get("choice")]

    def say_before(
        self, text: str, kind: str = "text", options: tuple[tuple[str, str], ...] = (), at: str = ""
    ) -> Json:
        """Have said something, to be found by who comes later."""
        said = self._append("out", text, kind=kind, options=[{"id": i, "label": label} for i, label in options])
        return said.update({"at": at} if at else {}) or said

    def say(self, text: str, kind: str = "text", options: tuple[tuple[str, str], ...] = ()) -> None:
        """Say something to the customer."""
        self._tell(self.say_before(text, kind, options))

    def show_cart(self, cart: Json) -> None:
        """Let the customer see this cart."""
        self.cart = {"type": "cart", **cart}
        self._tell(self.cart)

    def type(self) -> None:
        """Show that an answer is on its way."""
        self._tell({"type": "typing"})

    def hang_up(self) -> None:
        """Break every line."""
        self._do(self._close_all())

    def _append(self, direction: str, text: str, **more: Any) -> Json:  # noqa: ANN401
        at = datetime.now(UTC).isoformat()
        message = {"type": "message", "seq": len(self.log) + 1, "direction": direction, "text": text, "kind": "text"}
        message |= {"options": [], "at": at, **more}
        self.log.append(message)
        return message

    def _keep(self, frame: Json) -> Json:
        """The acknowledgement of a message; the same id is kept once."""
        known = next((m for m in self.log if m.get("client_msg_id") == frame["client_msg_id"]), None)
        message = known or self._append(
            "in", **{k: frame[k] for k in ("text", "client_msg_id", "choice") if k in frame}
        )
        if known is None and self.answers:
            self._append("out", f"Noted: {frame['text']}")
        return {"type": "ack", "client_msg_id": frame["client_msg_id"], "seq": message["seq"]}

    def _tell(self, event: Json) -> None:
        self._do(self._send_all(event))

    def _do(self, work: Any) -> None:  # noqa: ANN401
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    async def _send_all(self, *events: Json) -> None:
        self._news.set()
        self._news = asyncio.Event()
        for line in list(self._open):
            for event in events:
                with suppress(RuntimeError, WebSocketDisconnect):
                    await line.send_json(event)

    async def _close_all(self) -> None:
        for line in list(self._open):
            self._open.discard(line)
            if line.application_state is WebSocketState.CONNECTED:
                await line.close(1011)

    async def news(self, after: int, wait: float) -> list[Json]:
        """What came after, and the cart; with nothing yet, wait so many seconds for something."""
        if not self.log[after:]:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), wait)
        return [*self.log[max(0, after - self.overlap) :], *([self.cart] if self.cart else [])]

    async def talk(self, line: WebSocket) -> None:
        """One socket of the chat."""
        if not (self.up and self.sockets):
            await line.close(1013)
            return
        await line.accept()
        self.sockets_opened += 1
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._resume(line, await line.receive_json())
            while True:
                await self._hear(line, await line.receive_json())
        self._open.discard(line)

    async def _resume(self, line: WebSocket, hello: Json) -> None:
        assert hello["type"] == "hello"
        assert hello["token"] == "t1"
        await line.send_json({"type": "resume", "last_seq": hello["last_seq"]})
        self._open.add(line)  # what is said from here on may arrive twice, or early
        for message in self.log[max(0, hello["last_seq"] - self.overlap) :]:
            await line.send_json(message)
        if self.cart:
            await line.send_json(self.cart)

    async def _hear(self, line: WebSocket, frame: Json) -> None:
        if frame["type"] != "message":
            await line.send_json({"type": "pong"})
            return
        where = self.breaks()
        self.received.append(frame["client_msg_id"])
        if frame["text"] in self.refused:
            await line.send_json(_fault(frame))
            return
        if frame["text"] in self.hurried:
            self.hurried.remove(frame["text"])
            await line.send_json({**_fault(frame), "code": "too_many"})
            return
        if where == "before":
            await self._close_all()
            return
        before = len(self.log)
        acknowledgement = self._keep(frame)
        if where != "kept":
            await line.send_json(acknowledgement)
        if where:
            await self._close_all()
            return
        await self._send_all(*self.log[before:])


def _fault(frame: Json) -> Json:
    return {"type": "error", "code": "invalid_input", "message": "No.", "client_msg_id": frame["client_msg_id"]}


def _app(shop: Shop) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.include_router(_pages(shop))
    app.include_router(_answers(shop))
    app.add_api_websocket_route("/ws/chat", shop.talk)
    return app


def _pages(shop: Shop) -> APIRouter:
    router = APIRouter()

    @router.get("/")
    def page() -> Response:
        return _file(shop, "chat.html")

    @router.get("/widget.js")
    def widget() -> Response:
        return _file(shop, "widget.js")

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        return _file(shop, name)

    @router.get("/host")
    def host(widget_origin: str) -> HTMLResponse:
        return HTMLResponse(HOST_PAGE.format(origin=widget_origin))

    @router.get("/host.css")
    def host_style() -> Response:
        return Response(HOST_STYLE, media_type="text/css")

    return router


def _answers(shop: Shop) -> APIRouter:
    router = APIRouter(prefix="/api/v1/chat")

    @router.post("/session")
    async def session(request: Request) -> Response:
        if not shop.up:
            return JSONResponse({}, 503)
        slug = (await request.json())["shop"]
        if slug not in {None, "corner"}:
            return JSONResponse({"detail": f"There is no shop {slug}."}, 404)
        return JSONResponse({"token": "t1", "shop": {"name": shop.name, "locale": shop.locale, "slug": slug or "one"}})

    @router.post("/messages")
    async def post(request: Request) -> Response:
        shop.posts += 1
        frame = await request.json()
        if not shop.up:
            return JSONResponse({}, 503)
        if frame["text"] in shop.refused:
            return JSONResponse({}, 422)
        shop.received.append(frame["client_msg_id"])
        where = shop.breaks()
        if where == "before":
            return JSONResponse({}, 503)
        before = len(shop.log)
        answer = shop._keep(frame)
        await shop._send_all(*shop.log[before:])
        return JSONResponse({}, 503) if where else JSONResponse({**answer, "events": shop.log[answer["seq"] :]})

    @router.get("/messages")
    async def news(after: int, wait: float = 2) -> Response:
        if not shop.up:
            return JSONResponse({}, 503)
        return JSONResponse({"events": await shop.news(after, wait)})

    return router


def _file(shop: Shop, name: str) -> Response:
    path = STATIC / Path(name).name
    if not path.is_file():
        return Response(status_code=404)
    text = path.read_text(encoding="utf-8")
    for old, new in shop.patches.get(name, ()):
        assert old in text, f"{name} has no {old!r} to patch"
        text = text.replace(old, new)
    return Response(text, media_type=TYPES[path.suffix], headers={"Content-Security-Policy": POLICY + shop.embedders})


class Running:
    """A shop behind a real server in a thread of its own."""

    def __init__(self, shop: Shop) -> None:
        listener = socket(AF_INET, SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        shop.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(_app(shop), log_level="critical", ws="websockets-sansio", lifespan="off")
        config.timeout_graceful_shutdown = 1
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=asyncio.run, args=(self._serve(shop, listener),), daemon=True)
        self.listener = listener
        self.thread.start()
        deadline = time.monotonic() + 10
        while not self.server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.server.started

    async def _serve(self, shop: Shop, listener: socket) -> None:
        shop._loop = asyncio.get_running_loop()
        await self.server.serve([listener])

    def stop(self) -> None:
        """Stop serving, whoever still listens."""
        self.server.should_exit = True
        self.thread.join(timeout=60)
        self.listener.close()
        assert not self.thread.is_alive()
