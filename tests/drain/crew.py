"""Worker processes of which some are killed and some are stopped for a while, every one of them for certain.

Whoever is doomed comes first, each with a point of its own at which it is struck; those who stay come when all of
these have been struck, so that nobody does the work at which the others were to be struck.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from comanda.drain import Handler
    from core.db.outbox import Work
    from core.db.session import Database

_KILLED: Final = "killed"
_STOPPED: Final = "stopped"
_HOLDING: Final = "holding"
_ENDED: Final = "ended"
_LOOK: Final = 0.05
# Nobody is struck over work that was tried more often: that would be given up, as what ends all its workers.
_TRIES: Final = 2


@dataclass(frozen=True)
class Doom:
    """Who is struck, and where: the first `deaths` workers are killed, the next `stops` are stopped for a while.

    There must be more points than all of them pass together, or those who stay never come.
    """

    marks: Path  # an empty folder
    deaths: int
    stops: int
    life: tuple[int, int]  # at which of the points that such a worker comes to, from and to
    seed: int

    @property
    def all(self) -> int:
        """How many are struck."""
        return self.deaths + self.stops

    def count(self, what: str) -> int:
        """How many marks of a kind there are."""
        return sum(1 for _ in self.marks.glob(f"{what} *"))

    @property
    def kills(self) -> int:
        """How many were killed."""
        return self.count(_KILLED)

    @property
    def ends(self) -> int:
        """How many of the stopped went on and came to the end of what they were doing."""
        return self.count(_ENDED)

    @property
    def refused(self) -> int:
        """How many of these were told that their work is another's by now."""
        return sum(mark.read_text(encoding="ascii") == "LeaseLost" for mark in self.marks.glob(f"{_ENDED} *"))


class Fate:
    """Strikes its own process at one of the points where that may happen; marks are files, for any transaction ends."""

    def __init__(self, doom: Doom, number: int) -> None:
        self._doom = doom
        self._number = number
        self._left = random.Random(f"{doom.seed} {number}").randint(*doom.life) if number < doom.all else 0
        self._spared = False
        self._went_on = False

    def strike(self, *, holding: bool = False) -> None:
        """Perhaps end here, or stop here for a while; `holding` what others wait for, such as an open transaction."""
        if self._spared or self._left == 0:
            return
        self._left -= 1
        if self._left:
            return
        if self._number < self._doom.deaths:
            self._mark(_KILLED)
            os.kill(os.getpid(), signal.SIGKILL)
        self._mark(_HOLDING if holding else _STOPPED)
        # This thread itself, at this very point: a signal to the process may let it run on for a moment.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
        self._went_on = True

    def told(self, handler: Handler) -> Handler:
        """The handler, after which it is noted how the work ended at which this process was stopped."""

        def handle(database: Database, work: Work) -> None:
            self._spared = work.attempts > _TRIES
            outcome = "done"
            try:
                handler(database, work)
            except Exception as error:
                outcome = type(error).__name__
                raise
            finally:
                if self._went_on:
                    self._went_on = False
                    self._mark(_ENDED, outcome)

        return handle

    def _mark(self, what: str, how: str = "") -> None:
        # Under its name at once with what it says.
        unnamed = self._doom.marks / f".{self._number}"
        unnamed.write_text(how, encoding="ascii")
        unnamed.rename(self._doom.marks / f"{what} {self._number}")


class Crew:
    """The worker processes, `size` that run at a time: for whoever is struck another one is hired.

    Whoever was stopped goes on when all else is done (`is_quiet`), or, when the others may be waiting for what it
    holds, when its lease is long over.
    """

    def __init__(
        self, doom: Doom, size: int, target: Callable[[int], None], is_quiet: Callable[[], bool], lease: timedelta
    ) -> None:
        self._doom = doom
        self._size = size
        self._target = target
        self._is_quiet = is_quiet
        self._lease = lease
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.drain.storm"])
        self._over = threading.Event()
        self._workers: list[BaseProcess] = []
        # By itself: whoever is stopped may hold what everybody else waits for.
        self._caring = threading.Thread(target=self._care)
        self._caring.start()

    def wait_until_quiet(self, within: float) -> None:
        """Wait until all who were to be struck were, the stopped have ended what they were at, and nothing is left.

        Raises:
            TimeoutError: that was not so `within` so many seconds.
        """
        deadline = time.monotonic() + within
        while not (self._all_struck() and self._doom.ends == self._doom.stops and self._is_quiet()):
            if time.monotonic() > deadline:
                problem = f"not over in {within:.0f} s: {sorted(mark.name for mark in self._doom.marks.iterdir())}"
                raise TimeoutError(problem)
            time.sleep(_LOOK)

    def dismiss(self) -> None:
        """End all of them."""
        self._over.set()
        self._caring.join()
        for worker in self._workers:
            worker.kill()
            worker.join(10)

    def _care(self) -> None:
        while not self._over.is_set():
            self._hire()
            self._let_go_on()
            self._over.wait(_LOOK)

    def _hire(self) -> None:
        """Fill the places of those who are struck: first with all who are doomed, then with those who stay."""
        struck = self._doom.count(_KILLED) + len(self._halted())
        most = self._size if self._all_struck() else self._doom.all - len(self._workers)
        for _ in range(min(most, self._size - (len(self._workers) - struck))):
            worker = self._context.Process(target=self._target, args=(len(self._workers),), daemon=True)
            self._workers.append(worker)
            worker.start()

    def _halted(self) -> list[Path]:
        marks = [*self._doom.marks.glob(f"{_STOPPED} *"), *self._doom.marks.glob(f"{_HOLDING} *")]
        return [mark for mark in marks if not (self._doom.marks / f"{_ENDED} {_number(mark)}").exists()]

    def _all_struck(self) -> bool:
        stopped = self._doom.count(_STOPPED) + self._doom.count(_HOLDING)
        return self._doom.kills + stopped == self._doom.all

    def _let_go_on(self) -> None:
        """Again and again until they do: it may be that one has left its mark, and is not stopped yet."""
        halted = self._halted()
        quiet = bool(halted) and self._is_quiet()
        for mark in halted:
            if quiet or (mark.name.startswith(_HOLDING) and self._is_late(mark)):
                os.kill(self._workers[_number(mark)].pid or 0, signal.SIGCONT)

    def _is_late(self, mark: Path) -> bool:
        return time.time() - mark.stat().st_mtime > 2 * self._lease.total_seconds()


def _number(mark: Path) -> int:
    return int(mark.name.rpartition(" ")[2])
