"""Noticing that a provider fails: counted by each process in its memory, decided for all of them in the database."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

IN_A_ROW: Final = 5
OF_THE_LAST: Final = 20
SHARE: Final = 0.5


class Outcomes:
    """What became of the last attempts by each account. An answer of the provider is good, whatever it says."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str, str], deque[bool]] = {}
        self._lock = threading.Lock()

    def good(self, account: tuple[str, str, str]) -> None:
        """The provider answered."""
        with self._lock:
            self._of(account).append(True)

    def bad(self, account: tuple[str, str, str]) -> bool:
        """It did not, or not as it should; answers whether that is enough to leave it alone, and starts anew then."""
        with self._lock:
            last = self._of(account)
            last.append(False)
            in_a_row = len(last) >= IN_A_ROW and not any(list(last)[-IN_A_ROW:])
            share = len(last) == OF_THE_LAST and last.count(False) >= OF_THE_LAST * SHARE
            if in_a_row or share:
                last.clear()
            return in_a_row or share

    def _of(self, account: tuple[str, str, str]) -> deque[bool]:
        return self._last.setdefault(account, deque(maxlen=OF_THE_LAST))
