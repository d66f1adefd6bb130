"""News for live pages: which topics have changed. A hint to look at the database again, never the data itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections import deque
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from core.logs import logger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

log = logger(__name__)
_CHANNEL = "comanda:live"
_PATIENCE = 0.5  # seconds that a broker may take to answer
_RETRY = 1.0  # seconds until a lost broker is tried again, and between looks at the database meanwhile
_UNSENT = 1000  # hints kept for a slow broker; the oldest are dropped, and pages find out by looking


class Live:
    """Wakes whoever watches a topic: threads and coroutines of this process, and with Redis those of all processes.

    A hint may be lost (Redis is away, a page was slow): watchers look again after a while by themselves.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._url = redis_url
        self._me = uuid4().hex
        self._lock = threading.Lock()
        self._watches: dict[str, set[Watch]] = {}
        self._unsent: deque[str] = deque(maxlen=_UNSENT)
        self._outgoing = threading.Event()
        self._stopping = False
        self._listening = False
        self._sender: threading.Thread | None = None
        self._listener: asyncio.Task[None] | None = None

    @property
    def complete(self) -> bool:
        """Whether hints of all processes arrive now."""
        return not self._url or self._listening

    def publish(self, topics: Iterable[str]) -> None:
        """Wake the watchers of these topics. From any thread; never waits, never fails."""
        names = list(topics)
        self._wake(names)
        if self._url and names:
            self._unsent.append(json.dumps({"from": self._me, "topics": names}))
            self._start_sender()
            self._outgoing.set()

    def watch(self, *topics: str) -> Watch:
        """A watch over topics: `with` it, look at the database, then wait for a change, and so on."""
        return Watch(self, topics)

    async def start(self) -> None:
        """Listen to the other processes, where there is a Redis."""
        self._stopping = False
        if self._url:
            self._listener = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Listen no longer; what was published is sent first, if that is quick."""
        self._stopping = True
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
            self._listener = None
        self._outgoing.set()
        if self._sender is not None:
            await asyncio.to_thread(self._sender.join, 2 * _PATIENCE)
            self._sender = None

    def _wake(self, topics: Iterable[str]) -> None:
        with self._lock:
            watches = {watch for topic in topics for watch in self._watches.get(topic, ())}
        for watch in watches:
            watch.wake()

    def _add(self, watch: Watch) -> None:
        with self._lock:
            for topic in watch.topics:
                self._watches.setdefault(topic, set()).add(watch)

    def _remove(self, watch: Watch) -> None:
        with self._lock:
            for topic in watch.topics:
                watches = self._watches.get(topic, set())
                watches.discard(watch)
                if not watches:
                    self._watches.pop(topic, None)

    def _start_sender(self) -> None:
        with self._lock:
            if self._sender is None and not self._stopping:
                self._sender = threading.Thread(target=self._send, name="live", daemon=True)
                self._sender.start()

    def _send(self) -> None:
        from redis import Redis, RedisError  # noqa: PLC0415 - takes a third of a second, and most shops have none

        client = Redis.from_url(self._url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
        with client:
            while True:
                self._outgoing.wait()
                self._outgoing.clear()
                try:
                    while self._unsent:
                        client.publish(_CHANNEL, self._unsent.popleft())
                except RedisError as error:
                    log.warning("live news could not be passed on", error=type(error).__name__)
                if self._stopping:
                    return

    async def _listen(self) -> None:
        from redis import RedisError  # noqa: PLC0415 - as above
        from redis import asyncio as redis_asyncio  # noqa: PLC0415

        while True:
            try:
                async with (
                    redis_asyncio.from_url(self._url, socket_connect_timeout=_PATIENCE) as client,
                    client.pubsub(ignore_subscribe_messages=True) as pubsub,
                ):
                    await pubsub.subscribe(_CHANNEL)
                    self._listening = True
                    self._wake_all()  # something may have happened while nobody listened
                    async for message in pubsub.listen():
                        self._heard(message["data"])
            except (RedisError, OSError) as error:
                log.warning("live news of other processes cannot be heard", error=type(error).__name__)
            finally:
                self._listening = False
            await asyncio.sleep(_RETRY)

    def _heard(self, data: bytes) -> None:
        try:
            news = json.loads(data)
            sender, topics = news["from"], [str(topic) for topic in news["topics"]]
        except (ValueError, LookupError, TypeError):
            log.warning("strange live news was ignored")
            return
        if sender != self._me:
            self._wake(topics)

    def _wake_all(self) -> None:
        with self._lock:
            topics = list(self._watches)
        self._wake(topics)


class Watch:
    """Remembers that its topics changed until somebody asks. Use it in one thread or in one event loop."""

    def __init__(self, live: Live, topics: tuple[str, ...]) -> None:
        self.topics = topics
        self._live = live
        self._changed = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._signal: asyncio.Event | None = None

    def __enter__(self) -> Self:
        with contextlib.suppress(RuntimeError):  # no loop here: a thread waits
            self._loop = asyncio.get_running_loop()
            self._signal = asyncio.Event()
        self._live._add(self)  # noqa: SLF001 - the two are one mechanism
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live._remove(self)  # noqa: SLF001 - as above

    def wake(self) -> None:
        """Note a change, from any thread."""
        self._changed.set()
        if self._loop is not None and self._signal is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits there any more
                self._loop.call_soon_threadsafe(self._signal.set)

    def wait(self, timeout: float) -> bool:
        """Block this thread until a topic changes, at most `timeout` seconds; answers whether one did."""
        changed = self._changed.wait(self._patience(timeout))
        self._changed.clear()
        return changed

    async def changed(self, timeout: float) -> bool:  # noqa: ASYNC109 - the caller looks again when it ends
        """Wait until a topic changes, at most `timeout` seconds; answers whether one did, or might have."""
        assert self._signal is not None, "a watch is awaited inside its with block"  # noqa: S101 - a bug of ours
        patience = self._patience(timeout)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._signal.wait(), patience)
        changed = self._signal.is_set()
        self._signal.clear()
        self._changed.clear()
        return changed or patience < timeout

    def _patience(self, timeout: float) -> float:
        return timeout if self._live.complete else min(timeout, _RETRY)
