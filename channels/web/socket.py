"""The chat's socket: acknowledges what is kept, and tells all that is new, in order, also after a break."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from channels.web import frames, talk
from core.kernel.errors import ComandaError, InvalidInput, NotSignedIn, TooMany
from core.logs import logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channels.base import Watch
    from channels.web.deps import Deps
    from channels.web.limits import Buckets
    from channels.web.session import ChatSession, Signer
    from core.messaging import Received

log = logger(__name__)
_HELLO_WITHIN: Final = 10.0  # seconds
_POLICY_VIOLATION: Final = 1008
_TOO_LARGE: Final = 1009
_INTERNAL: Final = 1011


def allowed_origin(headers: Mapping[str, str], deps: Deps) -> bool:
    """Whether a page of this origin may open the socket: ours, or one that embeds us.

    Programs send no origin. They need none: the token, which no browser adds by itself, is what lets them in.
    """
    origin = headers.get("origin")
    if origin is None:
        return True
    ours = urlsplit(deps.settings.public_url)
    if origin in {f"{ours.scheme}://{ours.netloc}", *(site.rstrip("/") for site in deps.settings.chat_origins)}:
        return True
    return urlsplit(origin).netloc == headers.get("host")


@dataclass(slots=True)
class _Told:
    """What the page knows."""

    seq: int
    cart: dict[str, Any] | None = None
    conversation_id: str | None = None


class Line:
    """One open socket."""

    def __init__(self, socket: WebSocket, deps: Deps, signer: Signer, buckets: Buckets) -> None:
        self._socket = socket
        self._deps = deps
        self._signer = signer
        self._buckets = buckets
        # Turns run on, though the customer may hang up: what was said is answered.
        self._turns: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Talk until either side hangs up."""
        if not allowed_origin(self._socket.headers, self._deps):
            await self._socket.close(_POLICY_VIOLATION)
            return
        await self._socket.accept()
        try:
            await self._talk()
        except WebSocketDisconnect:
            return
        except Exception:
            log.exception("a chat broke off")
            with suppress(WebSocketDisconnect):
                await self._send(frames.error("internal", "Something went wrong on our side: connect again."))
                await self._close(_INTERNAL)

    async def _talk(self) -> None:
        hello = await self._hello()
        if hello is None:
            return
        session, last_seq = hello
        telling = asyncio.create_task(self._tell(session, last_seq))
        try:
            while (raw := await self._heard()) is not None:
                await self._hear(session, raw)
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError, WebSocketDisconnect):
                await telling

    async def _hello(self) -> tuple[ChatSession, int] | None:
        try:
            raw = await asyncio.wait_for(self._heard(), _HELLO_WITHIN)
            if raw is None:
                return None
            hello = frames.hello(frames.decoded(raw))
            return self._signer.session(hello.token), hello.last_seq
        except TimeoutError:
            await self._refuse("hello_missing", "Say hello first: {type, token, last_seq}.", _POLICY_VIOLATION)
        except NotSignedIn:
            await self._refuse("session_invalid", "This session has ended: begin a new one.", _POLICY_VIOLATION)
        except InvalidInput as error:
            await self._refuse(error.code, error.text, _POLICY_VIOLATION)
        return None

    async def _heard(self) -> str | None:
        """The next frame; None once the page was sent away."""
        event = await self._socket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1000))
        raw = event.get("text")
        if raw is None:
            await self._refuse("invalid_input", "Frames are JSON text.", _POLICY_VIOLATION)
        elif len(raw) > frames.LARGEST_FRAME or len(raw.encode(errors="replace")) > frames.LARGEST_FRAME:
            await self._refuse("too_many", f"A frame has at most {frames.LARGEST_FRAME} bytes.", _TOO_LARGE)
            raw = None
        return raw

    async def _hear(self, session: ChatSession, raw: str) -> None:
        frame: dict[str, Any] = {}
        try:
            self._buckets.take(session.sender)
            frame = frames.decoded(raw)
            if frame.get("type") == "message":
                await self._message(session, frames.said(frame))
            elif frame.get("type") == "ping":
                await self._send({"type": "pong"})
            elif frame.get("type") != "pong":
                raise InvalidInput(field="type", problem="is unknown: message, ping and pong are known.")
        except TooMany as error:
            with suppress(InvalidInput):
                frame = frame or frames.decoded(raw)
            await self._send(frames.error(error.code, error.text, frame.get("client_msg_id")))
        except ComandaError as error:
            await self._send(frames.error(error.code, error.text, frame.get("client_msg_id")))

    async def _message(self, session: ChatSession, said: frames.Said) -> None:
        received = await run_in_threadpool(talk.accept, self._deps, session, said)
        turn = asyncio.create_task(self._answer(received))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        await self._send(frames.ack(said.client_msg_id, received.seq))

    async def _answer(self, received: Received) -> None:
        try:
            await run_in_threadpool(self._deps.drain_lane, received.lane)
        except Exception:
            # The message and its work are kept: a worker's sweep finds them.
            log.exception("a turn could not be taken here", conversation=received.conversation_id)

    async def _tell(self, session: ChatSession, seq: int) -> None:
        """Send all that is new, for as long as the socket is open."""
        try:
            await self._send({"type": "resume", "last_seq": seq})
            told = _Told(seq)
            while True:
                with self._deps.live.watch(*talk.topics(session, told.conversation_id)) as watch:
                    await self._tell_news(session, told, watch)
        except WebSocketDisconnect:
            raise
        except Exception:
            log.exception("news could not be told")
            await self._close(_INTERNAL)

    async def _tell_news(self, session: ChatSession, told: _Told, watch: Watch) -> None:
        """Send all that is new, until the conversation begins whose topic must be watched then."""
        watched = told.conversation_id
        while True:
            news = await run_in_threadpool(talk.news, self._deps, session, told.seq)
            for message in news.messages:
                await self._send(message)
                told.seq = message["seq"]
            if news.cart != told.cart:
                await self._send(news.cart)
                told.cart = news.cart
            told.conversation_id = news.conversation_id
            if told.conversation_id != watched:
                return
            if not news.more and not await watch.changed(self._deps.ping_seconds):
                await self._send({"type": "ping"})

    async def _refuse(self, code: str, text: str, close: int) -> None:
        await self._send(frames.error(code, text))
        await self._close(close)

    async def _send(self, event: dict[str, Any]) -> None:
        try:
            await self._socket.send_json(event)
        except RuntimeError:  # what Starlette raises once the socket is closed
            raise WebSocketDisconnect from None

    async def _close(self, code: int) -> None:
        with suppress(RuntimeError):
            await self._socket.close(code)
