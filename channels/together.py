"""Keeping what comes in at the same time in one transaction: one wait for the disk instead of one each.

Whoever comes while a transaction is being committed lines up; the next one in takes along all that wait. Alone, nobody
waits for company.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

_MOST: Final = 64

J = TypeVar("J")
R = TypeVar("R")


@dataclass(eq=False)
class _Job(Generic[J, R]):
    """Something to be done, and what came of it."""

    key: Hashable
    what: J
    done: bool = False
    result: R | None = None
    failed: BaseException | None = field(default=None)


class Together(Generic[J, R]):
    """Does jobs of many threads by `do`, which gets several of one key and answers as many results, or raises.

    What fails in company is done again alone, so that nobody fails for another's fault: `do` must undo all when it
    raises, as a transaction does.
    """

    def __init__(self, do: Callable[[Sequence[J]], Sequence[R]]) -> None:
        self._do = do
        self._waiting: deque[_Job[J, R]] = deque()
        self._line = threading.Lock()
        self._counter = threading.Lock()

    def submit(self, key: Hashable, what: J) -> R:
        """Have a job done, alone or with others of its key; answers or raises when it is."""
        job: _Job[J, R] = _Job(key, what)
        with self._line:
            self._waiting.append(job)
        with self._counter:
            if not job.done:
                self._serve(job)
        if job.failed is not None:
            raise job.failed
        return job.result  # type: ignore[return-value] # there is one when nothing failed

    def _serve(self, first: _Job[J, R]) -> None:
        with self._line:
            jobs = [job for job in self._waiting if job.key == first.key][:_MOST]
            if first not in jobs:  # so many came before
                jobs = [*jobs[:-1], first]
            for job in jobs:
                self._waiting.remove(job)
        self._try(jobs)
        if len(jobs) > 1 and any(job.failed is not None for job in jobs):
            for job in jobs:
                job.failed = None
                self._try([job])
        for job in jobs:
            job.done = True

    def _try(self, jobs: Sequence[_Job[J, R]]) -> None:
        try:
            results = self._do([job.what for job in jobs])
        except Exception as error:  # noqa: BLE001 - raised again where it belongs
            for job in jobs:
                job.failed = error
        else:
            for job, result in zip(jobs, results, strict=True):
                job.result = result
