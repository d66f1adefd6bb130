"""A circuit breaker: a server that fails several times running is left alone for a while, then tried once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from core.kernel.clock import now


class Breaker:
    """Closed: calls pass. Open after `failures` in a row: none pass for `rest` seconds; then one may try."""

    def __init__(self, *, failures: int, rest: float) -> None:
        self._most = failures
        self._rest = timedelta(seconds=rest)
        self._failed = 0
        self._until: datetime | None = None
        self._trying = False
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        """Whether calls are being refused."""
        with self._lock:
            return self._until is not None

    def may_pass(self) -> bool:
        """Whether a call may be made now; after the rest, True for one call until its outcome is told."""
        with self._lock:
            if self._until is None:
                return True
            if now() < self._until or self._trying:
                return False
            self._trying = True
            return True

    def unused(self) -> None:
        """The call that was let pass was not made after all."""
        with self._lock:
            self._trying = False

    def succeeded(self) -> None:
        """The server answered: calls pass again."""
        with self._lock:
            self._failed, self._until, self._trying = 0, None, False

    def failed(self) -> None:
        """The server did not answer in time, or with an error."""
        with self._lock:
            self._failed += 1
            self._trying = False
            if self._failed >= self._most:
                self._until = now() + self._rest
