"""Celery, which only wakes workers up: what is to be done is in the database, and a lost message loses nothing.

`celery -A comanda.tasks worker --pool threads` works as well as `comanda worker`.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from time import sleep
from typing import TYPE_CHECKING, Final

from celery import Celery  # type: ignore[import-untyped] # the package has no types
from celery.signals import worker_ready, worker_shutdown  # type: ignore[import-untyped] # as above

from channels.base import ChannelDeps
from comanda import text_channels
from core.logs import logger
from core.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from comanda.text_channels import Listener
    from comanda.wiring import Program
    from core.db.uow import Committed

log = logger(__name__)
_PATIENCE: Final = 0.5  # seconds that a broker may take to answer
_UNSENT: Final = 1000  # lanes kept for a slow broker; the oldest are dropped, and the sweep finds them
_RETRY: Final = 1.0  # seconds until a lost broker is tried again
_STALE: Final = 60  # seconds after which a wake-up call is pointless: the sweep has been there

celery = Celery("comanda", broker=settings().broker_url or None)
celery.conf.update(
    accept_content=["json"],
    broker_connection_retry_on_startup=True,
    # A worker that is killed leaves its message to another one; none waits for longer than this.
    broker_transport_options={"visibility_timeout": 600, "socket_connect_timeout": _PATIENCE},
    task_acks_late=True,
    task_default_queue="comanda",
    task_ignore_result=True,
    task_publish_retry=False,
    task_reject_on_worker_lost=True,
    worker_hijack_root_logger=False,
    worker_pool="threads",
    worker_prefetch_multiplier=1,
)


class _Here:
    """The program of this worker process: given by `run_worker`, or built when the first task comes."""

    program: Program | None = None
    listeners: tuple[Listener, ...] = ()
    lock = threading.Lock()


def _program() -> Program:
    with _Here.lock:
        if _Here.program is None:
            from comanda.wiring import build  # noqa: PLC0415 - the wiring imports this module

            _Here.program = build()
        return _Here.program


@celery.task(name="comanda.drain_lane")  # type: ignore[untyped-decorator] # as above
def drain_lane(lane: str) -> None:
    """Do the work of a lane that is ready."""
    drain = _program().drain
    drain.wait_for_go()
    drain.lane(lane)


@celery.task(name="comanda.drain_ready")  # type: ignore[untyped-decorator] # as above
def drain_ready() -> None:
    """Do all work that is ready, of any lane."""
    drain = _program().drain
    drain.wait_for_go()
    drain.all()


class Waker:
    """Calls workers after commits, from a thread of its own: no commit waits for the broker, or fails with it."""

    def __init__(self, broker_url: str) -> None:
        self._url = broker_url
        self._lanes: deque[str] = deque(maxlen=_UNSENT)
        self._news = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self, committed: Committed) -> None:
        """Call workers to the lanes of a commit."""
        if not committed.lanes:
            return
        self._lanes.extend(committed.lanes)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
                self._thread.start()
        self._news.set()

    def _run(self) -> None:
        while True:
            try:
                with celery.connection_for_write(self._url) as connection:
                    self._call(connection)
            except Exception as error:  # noqa: BLE001 - each kind of broker has its own; the thread must outlive them
                self._lanes.clear()
                log.warning("the broker is away: work waits for the next sweep", error=type(error).__name__)
                sleep(_RETRY)

    def _call(self, connection: object) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            while self._lanes:
                lane = self._lanes.popleft()
                drain_lane.apply_async((lane,), connection=connection, expires=_STALE, retry=False)


def waker(broker_url: str) -> Callable[[Committed], None]:
    """A listener for commits that calls the workers on this broker."""
    celery.conf.broker_url = broker_url
    return Waker(broker_url)


def run_worker(program: Program, threads: int) -> None:
    """Work until told to stop (SIGTERM): the piece at hand is finished, the rest waits in the database."""
    _Here.program = program
    worker = celery.Worker(
        concurrency=threads, pool="threads", without_gossip=True, without_mingle=True, without_heartbeat=True
    )
    worker.start()


@worker_ready.connect  # type: ignore[untyped-decorator] # as above
def _sweep(**_: object) -> None:
    """One thread looks at the database by itself: it finds what no message came for."""
    program = _program()
    program.rounds.begin(program.database)
    program.drain.start(1)
    shop_of = text_channels.shop_of(program.database)
    deps = ChannelDeps(program.settings, program.database, program.channels, shop_of, program.drain.held)
    _Here.listeners = text_channels.listeners(deps)
    for listener in _Here.listeners:
        listener.start()


@worker_shutdown.connect  # type: ignore[untyped-decorator] # as above
def _leave(**_: object) -> None:
    program = _program()
    for listener in _Here.listeners:
        listener.stop()
    program.drain.stop()
    text_channels.hang_up(program.channels)
    asyncio.run(program.live.stop())
