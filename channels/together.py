"""Keeping what comes in at the same time in one transaction: one wait for the disk instead of one each.

Whoever comes while a transaction is being committed lines up; the next one takes along all that wait. Alone, nobody
waits for company.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

_MOST: Final = 64

J = TypeVar("J")
R = TypeVar("R")


@dataclass(eq=False, slots=True)
class _Job(Generic[J, R]):
    """Something to be done for somebody, who is told what came of it."""

    key: Hashable
    what: J
    told: Future[R] = field(default_factory=Future)
    context: Context = field(default_factory=copy_context)


class Together(Generic[J, R]):
    """Does jobs by `do`, in one thread; it gets several of one key and answers as many results, or raises.

    What fails in company is done again alone, so that nobody fails for another's fault: `do` must undo all when it
    raises, as a transaction does.
    """

    def __init__(self, do: Callable[[Sequence[J]], Sequence[R]]) -> None:
        self._do = do
        self._waiting: deque[_Job[J, R]] = deque()
        self._line = threading.Lock()
        self._serving = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="together")

    def submit(self, key: Hashable, what: J) -> R:
        """Have a job done, alone or with others of its key; answers or raises when it is."""
        return self._lined_up(key, what).result()

    async def ask(self, key: Hashable, what: J) -> R:
        """The same for a coroutine, which blocks nobody meanwhile."""
        return await asyncio.wrap_future(self._lined_up(key, what))

    def _lined_up(self, key: Hashable, what: J) -> Future[R]:
        job: _Job[J, R] = _Job(key, what)
        with self._line:
            self._waiting.append(job)
            sleeps, self._serving = not self._serving, True
        if sleeps:
            self._thread.submit(self._serve)
        return job.told

    def _serve(self) -> None:
        """Serve all who wait, the first with all of its key, until nobody does."""
        while jobs := self._next():
            for job, result in zip(jobs, self._done(jobs), strict=True):
                _tell(job, result)

    def _next(self) -> list[_Job[J, R]]:
        with self._line:
            if not self._waiting:
                self._serving = False
                return []
            key = self._waiting[0].key
            jobs = [job for job in self._waiting if job.key == key][:_MOST]
            if len(jobs) == len(self._waiting):
                self._waiting.clear()
            else:
                for job in jobs:
                    self._waiting.remove(job)
            return jobs

    def _done(self, jobs: Sequence[_Job[J, R]]) -> Sequence[R | BaseException]:
        try:
            return jobs[0].context.run(self._do, [job.what for job in jobs])
        except BaseException as error:  # noqa: BLE001 - raised again where it belongs
            return [error] if len(jobs) == 1 else [self._done([job])[0] for job in jobs]


def _tell(job: _Job[J, R], result: R | BaseException) -> None:
    if not job.told.set_running_or_notify_cancel():
        return  # nobody waits for it any more
    if isinstance(result, BaseException):
        job.told.set_exception(result)
    else:
        job.told.set_result(result)
