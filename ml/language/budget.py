"""How often a model may be called: for one conversation, and in all on one day (UTC). Counted in this process."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from core.kernel.clock import now

if TYPE_CHECKING:
    from datetime import date


class Budget:
    """Calls left. A new day begins with all of them."""

    def __init__(self, *, per_conversation: int, per_day: int) -> None:
        self._per_conversation = per_conversation
        self._per_day = per_day
        self._day: date | None = None
        self._spent: Counter[str] = Counter()
        self._total = 0
        self._lock = threading.Lock()

    def take(self, conversation: str) -> bool:
        """Take one call of a conversation; False, and nothing taken, when its or the day's are used up."""
        with self._lock:
            today = now().date()
            if today != self._day:
                self._day, self._total = today, 0
                self._spent.clear()
            if self._total >= self._per_day or self._spent[conversation] >= self._per_conversation:
                return False
            self._total += 1
            self._spent[conversation] += 1
            return True
