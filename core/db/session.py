"""One database, on SQLite or PostgreSQL: how it is reached, read and changed."""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.db.base import json_text
from core.db.uow import Committed, UnitOfWork
from core.db.wire import watch
from core.kernel.errors import Conflict

__all__ = ["Database", "Session"]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

    from core.access import Actor

_BUSY_SECONDS = 30
# A commit is on the disk before it is told. What a savepoint may have to take back is kept in memory, not in a file.
# The log is copied into the database every 16 MB: a page that many commits have changed is then copied once.
# Pages are small, since a commit writes each page that it touches whole, and an order touches some fifty; files that
# were made with larger ones keep them.
_PRAGMAS = (
    "page_size=1024",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "wal_autocheckpoint=16000",
)


class Database:
    """Reads see one snapshot and change nothing; a unit of work changes everything it touches, or nothing.

    On SQLite the writers of one process queue on a lock of our own: its busy handler sleeps and starves under load.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.sqlite else _postgres_engine(url, pool_size)
        self._writing = self.engine.execution_options(comanda_write=True)
        # SQLite's readers have one snapshot anyway; PostgreSQL's only when they ask for it.
        self._reading = self.engine if self.sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._gate = threading.Lock() if self.sqlite else nullcontext()
        self._listeners: list[Callable[[Committed], None]] = []

    def on_commit(self, listener: Callable[[Committed], None]) -> None:
        """Call `listener` after every commit that left work or news. It is a hint: listeners must not fail."""
        self._listeners.append(listener)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; whatever it changed is thrown away."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def begin(self, actor: Actor = SYSTEM) -> Iterator[UnitOfWork]:
        """A unit of work for an actor: committed when the block ends well, rolled back when it raises."""
        with self._gate, Session(self._writing, expire_on_commit=False) as session:
            uow = UnitOfWork(session, actor)
            yield uow
            committed = uow.seal()
        if committed.lanes or committed.topics:
            for listener in self._listeners:
                listener(committed)

    def compact(self) -> None:
        """On SQLite, write the file anew: what was deleted stays in freed pages and in the log until then.

        Nobody else writes meanwhile; it takes about a second for every 100 MB. PostgreSQL vacuums by itself.

        Raises:
            Conflict: a reader holds on to an old state of the log; try again later.
        """
        if not self.sqlite:
            return
        with self._gate:
            connection = self.engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("VACUUM")
                busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                cursor.close()
            finally:
                connection.close()
        if busy:
            raise Conflict(problem="The database is being read: what was deleted will be out of its file later.")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,
        json_serializer=json_text,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's own connection
    # The driver must not begin transactions by itself: it would begin deferred ones, which fail when two upgrade.
    connection.isolation_level = None
    for pragma in (*_PRAGMAS, f"busy_timeout={_BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("comanda_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgres_engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        json_serializer=json_text,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
    )
    watch(engine)
    return engine
