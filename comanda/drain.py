"""Doing the work that commits leave behind: threads that are woken by commits and sweep the database besides."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from core.db import outbox
from core.kernel import events
from core.kernel.errors import ComandaError, LeaseLost
from core.logs import logger, mask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import timedelta

    from core.db.outbox import Work
    from core.db.session import Database
    from core.db.uow import Committed, UnitOfWork

    # Does one piece of work; finishes it (`outbox.finish`) in the transaction of its effect.
    Handler = Callable[[Database, Work], None]
    # Runs in the unit of work that also finishes the delivery of the event.
    Subscriber = Callable[[UnitOfWork, events.Event], None]
    # Runs in the unit of work that gives a piece of work up; is told why.
    Mourner = Callable[[UnitOfWork, Work, str], None]

log = logger(__name__)
_EVENT = "event:"


class Drain:
    """Claims work and hands it to the handler of its kind.

    Work that fails is tried again after a pause and given up in the end; the next work of its lane then runs. Work of
    the kind "event:<name>" goes to the subscribers of that name, all in one unit of work; an event that nobody
    subscribes to is done. `sweep` is how often, in seconds, the database is looked at without being asked: it finds
    what a crash, a pause or another process left. `mourners`, by the kind of work, note what it means that it was
    given up.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        subscribers: Mapping[str, Sequence[Subscriber]] | None = None,
        *,
        sweep: float = 0.5,
        lease: timedelta = outbox.LEASE,
        mourners: Mapping[str, Mourner] | None = None,
    ) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._subscribers = dict(subscribers or {})
        self._sweep = sweep
        self._lease = lease
        self._mourners = dict(mourners or {})
        self._threads: list[threading.Thread] = []
        self._news = threading.Condition()
        self._wanted = 0
        self._holds = 0
        self._stopping = False
        self._here = threading.local()
        database.on_commit(self._committed)

    def lane(self, lane: str, claimed: Work | None = None) -> int:
        """Do all work of a lane that is ready, in this thread; says how much was done.

        None when another worker holds the lane: it will do what is there when it has finished. `claimed` is work of the
        lane that the caller has claimed already (`UnitOfWork.claim`): it is done first.
        """
        done = 0
        previous = getattr(self._here, "lane", None)
        self._here.lane = lane
        try:
            if claimed is not None:
                self._do(claimed)
                done += 1
            # Looking costs less than claiming, which is a transaction that writes.
            while (not done or self._is_ready(lane)) and self._one(lane):
                done += 1
        finally:
            self._here.lane = previous
        return done

    def all(self, limit: int = 1000) -> int:
        """Do work of any lane in this thread until none is ready, `limit` pieces at most; says how much was done."""
        done = 0
        while done < limit and self._one(None):
            done += 1
        return done

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Let commits of this thread wake no worker: the caller drains the lane itself, right away.

        Were it to fail to, the sweep would find the work.
        """
        previous = getattr(self._here, "quiet", False)
        self._here.quiet = True
        try:
            yield
        finally:
            self._here.quiet = previous

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the background begin no other piece of work: messages are taken in meanwhile that somebody waits behind.

        What is under way goes on, and so does what a request does itself (`lane`).
        """
        with self._news:
            self._holds += 1
        try:
            yield
        finally:
            with self._news:
                self._holds -= 1
                self._news.notify_all()

    def wait_for_go(self) -> None:
        """Wait until nobody holds the background back. Whoever works in it asks before each piece."""
        with self._news:
            self._news.wait_for(lambda: not self._holds or self._stopping)

    def start(self, threads: int) -> None:
        """Drain in the background; with no threads, only `lane` and `all` do."""
        self._stopping = False
        for number in range(threads):
            thread = threading.Thread(target=self._run, name=f"drain-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """Let each thread finish the piece it is at; answers whether all did within `timeout` seconds.

        What is left stays in the database for the next start.
        """
        with self._news:
            self._stopping = True
            self._news.notify_all()
        for thread in self._threads:
            thread.join(timeout)
        finished = not any(thread.is_alive() for thread in self._threads)
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        return finished

    def for_others(self, listener: Callable[[Committed], None]) -> Callable[[Committed], None]:
        """A listener for commits that hears only of work which this thread does not do itself."""

        def heard(committed: Committed) -> None:
            if lanes := self._for_others(committed):
                listener(replace(committed, lanes=lanes))

        return heard

    def _for_others(self, committed: Committed) -> frozenset[str]:
        if getattr(self._here, "quiet", False):
            return frozenset()
        return committed.lanes - {getattr(self._here, "lane", None)}

    def _committed(self, committed: Committed) -> None:
        if others := self._for_others(committed):
            with self._news:
                self._wanted += len(others)
                self._news.notify(len(others))

    def _run(self) -> None:
        while not self._stopping:
            self.wait_for_go()
            try:
                worked = self._one(None)
            except Exception:
                log.exception("work could not be claimed")
                worked = False
            if not worked:
                self._rest()

    def _rest(self) -> None:
        """Sleep until a commit leaves work, or a sweep finds some."""
        while not self._stopping:
            with self._news:
                if not self._wanted and not self._stopping:
                    self._news.wait(self._sweep)
                if self._wanted:
                    self._wanted -= 1
                    return
            try:
                with self._database.read() as session:
                    if outbox.is_ready(session):
                        return
            except Exception:
                log.exception("the database could not be swept")

    def _one(self, lane: str | None) -> bool:
        with self._database.begin() as uow:
            work = outbox.claim(uow.session, lane=lane, lease=self._lease)
        if work is None:
            return False
        self._do(work)
        return True

    def _is_ready(self, lane: str) -> bool:
        with self._database.read() as session:
            return outbox.is_ready(session, lane=lane)

    def _do(self, work: Work) -> None:
        try:
            self._handle(work)
        except LeaseLost:
            log.warning("work was taken over", work=work.id, kind=work.kind)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the lane must go on
            self._give_back(work, error)

    def _handle(self, work: Work) -> None:
        if work.attempts > outbox.MAX_ATTEMPTS:
            # Each attempt ended without a word: the work kills its worker, or never ends.
            problem = f"no attempt of {outbox.MAX_ATTEMPTS} came to an end"
            raise TimeoutError(problem)
        if (handler := self._handlers.get(work.kind)) is not None:
            handler(self._database, work)
        elif work.kind.startswith(_EVENT):
            self._deliver(work)
        else:
            problem = f"no handler for work of kind {work.kind}"
            raise LookupError(problem)

    def _deliver(self, work: Work) -> None:
        name = work.kind.removeprefix(_EVENT)
        subscribers = self._subscribers.get(name, ())
        with self._database.begin() as uow:
            if subscribers:
                event = events.known()[name].of(work.payload)
                for subscriber in subscribers:
                    subscriber(uow, event)
            outbox.finish(uow.session, work)

    def _give_back(self, work: Work, error: Exception) -> None:
        reason = str(mask(error.text if isinstance(error, ComandaError) else str(error)))
        reason = f"{type(error).__name__}: {reason}"
        try:
            with self._database.begin() as uow:
                dead = outbox.fail(uow.session, work, reason)
                if dead and (mourner := self._mourners.get(work.kind)) is not None:
                    mourner(uow, work, reason)
        except LeaseLost:
            log.warning("failed work was taken over", work=work.id, kind=work.kind)
            return
        write = log.error if dead else log.warning
        write("work given up" if dead else "work failed", work=work.id, kind=work.kind, exc_info=error)
