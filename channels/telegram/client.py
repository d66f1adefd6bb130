"""Calls of the Bot API, by python-telegram-bot's client in a loop of a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from concurrent.futures import CancelledError, Future
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

# Durations as `timedelta`: the library asks to be told before it is imported.
os.environ.setdefault("PTB_TIMEDELTA", "true")

import httpx  # the library's own transport, whose errors say how far a request got
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from channels.base import NotAllowed, Refused, SendError, TryLater, Unanswered
from core.kernel.clock import now
from core.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = logger(__name__)
# Both write addresses, which hold the bot's token, at INFO and below.
for _chatty in ("httpx", "httpcore", "telegram"):
    logging.getLogger(_chatty).setLevel(logging.WARNING)

CONNECT: Final = 5.0  # seconds
ANSWER: Final = 15.0  # seconds
# None of these left us, or nobody was there to take it.
_BEFORE: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_CALLS: Final = 32  # connections, for sending and answering at once
_SPARE: Final = 10.0  # seconds beside the library's own limits, should one not hold


class Moved(Refused):
    """The group has another id now."""

    def __init__(self, chat_id: int) -> None:
        super().__init__("the group has become a supergroup")
        self.chat_id = chat_id


class Taken(TryLater):
    """Somebody else listens for this bot: another program that polls, or a webhook."""


class _Bot(Bot):
    """The library's client, called with parameters as they go over the wire and answering what comes."""

    async def ask(self, method: str, parameters: Mapping[str, Any], patience: float) -> Any:  # noqa: ANN401 - JSON
        return await self._post(method, dict(parameters), read_timeout=patience)


class Client:
    """One bot. Calls may come from any thread; the loop starts with the first one.

    After a 429 nothing but what is urgent is sent before Telegram's own time is over: it counts for the whole bot.
    """

    def __init__(self, token: str, base: str, *, connect: float = CONNECT, answer: float = ANSWER) -> None:
        self._token = token
        self.base = base.rstrip("/")
        self._connect, self._answer = connect, answer
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._bot: _Bot | None = None
        self._requests: tuple[HTTPXRequest, HTTPXRequest] | None = None
        self._quiet_until = datetime.min.replace(tzinfo=UTC)

    def call(
        self, method: str, parameters: Mapping[str, Any], *, patience: float | None = None, urgent: bool = False
    ) -> Any:  # noqa: ANN401 - whatever JSON the method answers
        """Call a method and wait for its result; `patience` is how long Telegram may take, in seconds.

        Raises:
            TryLater: not done: too fast (`after`), not reached, or a fault at Telegram's.
            Refused: it will never be done.
            NotAllowed: the token is not accepted.
            Unanswered: nobody knows whether it was done.
        """
        rest = self._quiet_until - now()
        if rest > timedelta(0) and not urgent:
            raise TryLater("Telegram asked for a pause", after=rest, account=True)
        limit = self._answer if patience is None else patience
        future = self._start(method, parameters, limit)
        try:
            return future.result(limit + self._connect * 2 + _SPARE)
        except TelegramError as error:
            raise self._classified(error) from error
        except (TimeoutError, CancelledError) as error:
            future.cancel()
            raise Unanswered("no answer came in time") from error

    def soon(
        self, method: str, parameters: Mapping[str, Any], *, otherwise: Callable[[SendError], None] | None = None
    ) -> None:
        """Call a method and wait for nothing; what goes wrong is logged, and told `otherwise`, which must not wait."""

        def ended(future: Future[Any]) -> None:
            if future.cancelled() or (error := future.exception()) is None:
                return
            reason = self._classified(error) if isinstance(error, TelegramError) else error
            log.info("a call came to nothing", method=method, reason=f"{type(reason).__name__}: {reason}")
            if otherwise is not None and isinstance(reason, SendError):
                otherwise(reason)

        self._start(method, parameters, self._answer).add_done_callback(ended)

    def file_url(self, path: str) -> str:
        """Where a file is. It holds the token: no log and no page may show it."""
        return f"{self.base}/file/bot{self._token}/{path}"

    def close(self) -> None:
        """Hang up; a later call begins anew."""
        with self._lock:
            loop, thread, requests = self._loop, self._thread, self._requests
            self._loop = self._thread = self._bot = self._requests = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_hang_up(requests or ()), loop).result(_SPARE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_SPARE)
        loop.close()

    def _start(self, method: str, parameters: Mapping[str, Any], patience: float) -> Future[Any]:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True)
                self._thread.start()
                self._bot = self._connected()
            loop, bot = self._loop, self._bot
        assert bot is not None  # noqa: S101 - made together with the loop
        return asyncio.run_coroutine_threadsafe(bot.ask(method, parameters, patience), loop)

    def _connected(self) -> _Bot:
        def line(size: int) -> HTTPXRequest:
            return HTTPXRequest(
                connection_pool_size=size,
                connect_timeout=self._connect,
                pool_timeout=self._connect,
                read_timeout=self._answer,
                write_timeout=self._answer,
            )

        self._requests = (line(1), line(_CALLS))
        return _Bot(
            self._token,
            base_url=f"{self.base}/bot",
            base_file_url=f"{self.base}/file/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )

    def _classified(self, error: TelegramError) -> SendError:
        """What an error of the library means for a message. No text of it names a person."""
        match error:
            case RetryAfter():
                pause = error.retry_after
                after = pause if isinstance(pause, timedelta) else timedelta(seconds=pause)
                self._quiet_until = max(self._quiet_until, now() + after)
                return TryLater("Telegram says that we are too fast", after=after, account=True)
            case ChatMigrated():
                return Moved(error.new_chat_id)
            case InvalidToken():
                return NotAllowed("Telegram does not accept the bot's token")
            case Forbidden():
                return Refused(f"Telegram: {error.message}")
            case BadRequest():  # a kind of network error for the library
                return Refused(f"Telegram: {error.message}")
        return _of_transport(error)


def _of_transport(error: TelegramError) -> SendError:
    """What broke before a request was out may be tried again; after that, nobody knows."""
    cause = error.__cause__
    if type(error).__name__ == "Conflict":
        return Taken("Telegram: another program or a webhook listens for this bot")
    if isinstance(cause, _BEFORE):
        return TryLater(f"Telegram was not reached ({type(cause).__name__})")
    if isinstance(cause, httpx.HTTPError):
        return Unanswered(f"the connection to Telegram broke ({type(cause).__name__})")
    if isinstance(cause, Exception):
        return Unanswered(f"Telegram's answer could not be read ({type(cause).__name__})")
    return TryLater(f"Telegram: {error.message}")  # an answer, and no good one: a fault inside


async def _hang_up(requests: tuple[HTTPXRequest, ...]) -> None:
    waiting = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    for request in requests:
        await request.shutdown()
