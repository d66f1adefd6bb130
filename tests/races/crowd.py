"""Many threads that begin at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from core.kernel.errors import ComandaError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Job = TypeVar("Job")
Answer = TypeVar("Answer")


def rush(
    jobs: Sequence[Job], work: Callable[[Job], Answer], *, workers: int = 24
) -> tuple[list[Answer], list[ComandaError]]:
    """Do every job, `workers` at a time, starting together; answers and refusals. Any other error is raised."""
    gate = threading.Barrier(min(workers, len(jobs)))
    waited = threading.local()

    def one(job: Job) -> Answer | ComandaError:
        if not getattr(waited, "done", False):
            waited.done = True
            gate.wait(60)
        try:
            return work(job)
        except ComandaError as refused:
            return refused

    with ThreadPoolExecutor(gate.parties) as pool:
        results = list(pool.map(one, jobs))
    refusals = [r for r in results if isinstance(r, ComandaError)]
    return [r for r in results if not isinstance(r, ComandaError)], refusals
