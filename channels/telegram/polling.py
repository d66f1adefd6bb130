"""Asking Telegram for updates, where it cannot call us: one process at a time, and nothing confirmed before it is kept.

Telegram remembers what was confirmed: an offset above an update says that it is. So a process that dies loses nothing;
what it had kept without confirming is delivered again, and is there already.

Updates come in the order they were made: whoever pays behind a backlog is heard when all before them is kept. So a
backlog is taken in at a stretch, and turns wait for it.
"""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from channels.base import NotAllowed, SendError, TryLater
from channels.telegram.client import Taken
from channels.telegram.parse import NAME
from channels.telegram.updates import ALLOWED
from core.access import SYSTEM
from core.db import lease
from core.kernel.errors import ComandaError
from core.kernel.ids import new_id
from core.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from channels.telegram.client import Client
    from channels.telegram.desk import Desk
    from core.db.session import Database

log = logger(__name__)
LONG: Final = 25  # seconds that Telegram may hold a question without news
LEASE: Final = timedelta(seconds=90)
_SURE: Final = LEASE.total_seconds() / 3  # so long a lease is not asked for again
_BATCH: Final = 100
_CATCHING_UP: Final = 5.0  # seconds that turns wait for a backlog at most, and then have for themselves
_PROMPT: Final = 2.0  # seconds for an answer meanwhile
_GIVE_UP: Final = 8  # tries
_REST: Final = 1.0  # seconds after something went wrong, doubled each time
_LONGEST_REST: Final = 60.0
_MOMENT: Final = 0.1


class Poller:
    """A thread that listens for one bot, in whichever of the processes has the lease.

    `client` is its own: it is hung up on to stop. `long` are the seconds that Telegram may hold a question. No turn is
    begun while `held` is entered.
    """

    def __init__(
        self,
        database: Database,
        client: Client,
        account: str,
        desk: Desk,
        *,
        held: Callable[[], AbstractContextManager[None]] = nullcontext,
        long: int = LONG,
        rest: float = _REST,
    ) -> None:
        self._database = database
        self._client = client
        self._desk = desk
        self._held = held
        self._long = long
        self._rest = rest
        self._name = f"{NAME}:{account}:poll"
        self._holder = new_id()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._offset: int | None = None
        self._open_until = 0.0
        self._failed: dict[int, int] = {}
        self.troubles = 0

    def start(self) -> None:
        """Begin to listen."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="telegram-poll", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the batch at hand, and let another process listen. A question that waits for news is hung up on."""
        self._stopping.set()
        self._client.close()
        deadline = time.monotonic() + timeout
        while self._thread is not None and time.monotonic() < deadline:
            self._thread.join(_MOMENT)
            # It may just have been about to ask.
            self._client.close()
            if not self._thread.is_alive():
                self._thread = None

    def once(self) -> int:
        """Ask and keep what came, and of a backlog all there is; how many came. The next question confirms them.

        Raises:
            SendError: Telegram could not be asked.
            ComandaError: nothing could be kept: the shop is not set up.
        """
        updates = self._ask(self._long, self._long + 10)
        if len(updates) >= _BATCH and time.monotonic() >= self._open_until:
            return self._catch_up(updates)
        if updates:
            self._keep(updates)
        return len(updates)

    def _ask(self, long: int, patience: float) -> list[dict[str, Any]]:
        asked: dict[str, Any] = {"timeout": long, "limit": _BATCH, "allowed_updates": list(ALLOWED)}
        if self._offset is not None:
            asked["offset"] = self._offset
        found = self._client.call("getUpdates", asked, patience=patience, urgent=True)
        return [u for u in found if isinstance(u, dict)] if isinstance(found, list) else []

    def _catch_up(self, updates: Sequence[dict[str, Any]]) -> int:
        """Keep a full batch and those behind it, while nobody works on them."""
        came, until = 0, time.monotonic() + _CATCHING_UP
        with self._held():
            while updates:
                self._keep(updates)
                came += len(updates)
                if time.monotonic() > until:
                    self._open_until = time.monotonic() + _CATCHING_UP
                    break
                if len(updates) < _BATCH or self._stopping.is_set():
                    break
                updates = self._ask(0, _PROMPT)
        return came

    def _run(self) -> None:
        leads, until = False, 0.0
        while not self._stopping.is_set():
            try:
                if time.monotonic() >= until:
                    leads, until = self._lead(), time.monotonic() + _SURE
                if leads:
                    self.once()
                    self.troubles = 0
                else:
                    self._offset = None  # another process goes on, and confirms
                    self._stopping.wait(_SURE)
            except Exception as error:  # noqa: BLE001 - the thread must outlive whatever is wrong
                self._complain(error)
        self._leave()

    def _lead(self) -> bool:
        with self._database.begin(SYSTEM) as uow:
            return lease.take(uow.session, self._name, self._holder, LEASE)

    def _leave(self) -> None:
        try:
            with self._database.begin(SYSTEM) as uow:
                lease.leave(uow.session, self._name, self._holder)
        except Exception as error:  # noqa: BLE001 - the lease ends by itself
            log.warning("the lease of polling was not given back", error=type(error).__name__)

    def _keep(self, updates: Sequence[dict[str, Any]]) -> None:
        """Keep a batch; what cannot be kept is tried again, and given up when others go on without it."""
        try:
            self._desk.take(updates)
        except ComandaError:
            raise
        except Exception as error:  # noqa: BLE001 - one of them is to blame, or the database is away
            log.warning("a batch of updates is taken one by one", error=type(error).__name__)
            self._keep_each(updates)
        else:
            self._offset = _id(updates[-1]) + 1

    def _keep_each(self, updates: Sequence[dict[str, Any]]) -> None:
        errors: dict[int, Exception] = {}
        for update in updates:
            try:
                self._desk.take([update])
            except Exception as problem:  # noqa: BLE001 - as above
                errors[_id(update)] = problem
        if len(errors) == len(updates):
            raise next(iter(errors.values()))
        kept = max(map(_id, updates)) + 1
        for key, error in errors.items():
            self._failed[key] = self._failed.get(key, 0) + 1
            if self._failed[key] >= _GIVE_UP:
                log.error("an update was given up", update=key, exc_info=error)
                del self._failed[key]
            else:
                kept = min(kept, key)
        self._offset = kept

    def _complain(self, error: Exception) -> None:
        if self._stopping.is_set():
            return
        self.troubles += 1
        rest = min(self._rest * 2 ** min(self.troubles, 10), _LONGEST_REST)
        if isinstance(error, TryLater) and error.after is not None:
            rest = error.after.total_seconds()
        if isinstance(error, NotAllowed | Taken | ComandaError):
            log.error("Telegram is not listened to", reason=_reason(error))
            rest = max(rest, self._rest * 10)
        else:
            log.warning("Telegram was not reached", reason=_reason(error), seconds=rest)
        self._stopping.wait(rest)


def _reason(error: Exception) -> str:
    if isinstance(error, ComandaError):
        return error.text
    return str(error) if isinstance(error, SendError) else type(error).__name__


def _id(update: dict[str, Any]) -> int:
    found = update.get("update_id")
    return found if type(found) is int else 0
