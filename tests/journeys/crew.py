"""Worker processes of the real program, which may be killed at any moment."""

from __future__ import annotations

import multiprocessing
import random
import signal
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from comanda.wiring import build, warm
from core.settings import Settings

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from pathlib import Path
    from types import TracebackType

LEASE = timedelta(seconds=3)


def work(url: str, folder: str) -> None:
    """Do what there is to do until killed."""
    program = build(Settings(database_url=url, data_path=folder, worker_threads=1, embeddings="off"), lease=LEASE)
    warm(program)  # a first turn must not take longer than the lease
    program.drain.start(1)
    signal.pause()


class Crew:
    """`size` workers; after so many answers (`every`) one of them is killed without warning and replaced."""

    def __init__(self, url: str, folder: Path, size: int, every: int, seed: int) -> None:
        self.kills = 0
        self._answers = 0
        self._every = every
        self._arguments = (url, str(folder))
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["comanda.wiring", __name__])
        self._dice = random.Random(seed)
        self._lock = threading.Lock()
        self._workers = [self._hire() for _ in range(size)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.kill()
            worker.join()

    def answered(self) -> None:
        """Count an answer; the others are at work on the next ones."""
        with self._lock:
            self._answers += 1
            if self._answers % self._every == 0:
                self._kill()

    def _hire(self) -> BaseProcess:
        worker = self._context.Process(target=work, args=self._arguments, daemon=True)
        worker.start()
        return worker

    def _kill(self) -> None:
        place = self._dice.randrange(len(self._workers))
        victim = self._workers[place]
        victim.kill()
        victim.join()
        self.kills += 1
        self._workers[place] = self._hire()


def until(done: object, seconds: float) -> None:
    """Wait until `done()` is true."""
    assert callable(done)
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
