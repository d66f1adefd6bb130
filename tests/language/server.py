"""A small server that speaks the OpenAI protocol on the loopback: it answers as a test tells it to."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator


@dataclass
class Script:
    """What the server does next, and what it was asked. `proposal` makes the tool's arguments from the question."""

    how: str = "answer"
    proposal: Callable[[dict[str, Any]], object] = lambda _: {"commands": [], "filler": []}
    raw: str | None = None
    slow: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


def _completion(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "small",
        "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def _app(script: Script) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        body = await request.json()
        question = json.loads(body["messages"][-1]["content"])
        script.bodies.append(body)
        script.asked.append(question)
        if script.how in ("500", "429"):
            return JSONResponse({"error": {"message": "no", "type": "no"}}, int(script.how))
        if script.how == "html":
            return Response("<h1>Welcome to nginx</h1>", media_type="text/html")
        if script.how == "endless":
            return StreamingResponse(_endless(), media_type="application/json")
        if script.how == "slow":
            await asyncio.sleep(script.slow)
        if script.how == "prose":
            return JSONResponse(_completion({"role": "assistant", "content": "Sure! That is 3.50 with 20% off."}))
        arguments = script.raw if script.raw is not None else json.dumps(script.proposal(question))
        call = {"id": "t1", "type": "function", "function": {"name": "propose", "arguments": arguments}}
        return JSONResponse(_completion({"role": "assistant", "content": None, "tool_calls": [call]}))

    return app


async def _endless() -> AsyncIterator[bytes]:
    for _ in range(600):
        yield b" " * 20
        await asyncio.sleep(0.02)


@contextmanager
def model_server() -> Iterator[Script]:
    """The server, running in a thread of its own."""
    script = Script()
    listener = socket.create_server(("127.0.0.1", 0))
    script.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    server = uvicorn.Server(uvicorn.Config(_app(script), log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield script
    server.should_exit = True
    thread.join(60)
    listener.close()


@contextmanager
def resetting_server() -> Iterator[str]:
    """A server that resets every connection; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    ended = threading.Event()

    def reset() -> None:
        while not ended.is_set():
            try:
                taken, _ = listener.accept()
            except TimeoutError:
                continue
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            taken.close()

    thread = threading.Thread(target=reset, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    ended.set()
    thread.join(60)
    listener.close()
