"""The driver's connection beneath a transaction, and what waits to be sent over it.

A statement that PostgreSQL answers with nothing but "done" is not sent at once: it waits for the next one that must be
answered, or for the commit, and goes with it in one network round trip (libpq's pipeline mode). On SQLite, which is no
further away than a function call, nothing waits. Whatever else goes over the connection is preceded by what waits, so
nobody reads what was there before; what fails, fails the transaction, at the latest when it commits.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

_KEY = "wire"
_savepoints = count(1)


class Sendable(Protocol):
    """A statement as a driver takes it."""

    sql: str


class Wire:
    """The driver's connection. `watched`: somebody listens to cursors, so SQLAlchemy must execute every statement."""

    __slots__ = ("connection", "dialect", "driver", "error", "pipelined", "waiting", "watched")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect
        self.driver: Any = connection.connection.driver_connection
        self.error: type[Exception] = self.dialect.loaded_dbapi.Error
        self.watched = bool(connection.dispatch.before_cursor_execute)
        self.pipelined = self.dialect.name == "postgresql" and not self.watched
        self.waiting: list[tuple[str, Any]] = []

    def ask(self, statements: Sequence[tuple[str, Any]]) -> list[Any]:
        """Run statements whose outcome is needed now; a cursor for each, with its rows and its count.

        Raises:
            DBAPIError: as SQLAlchemy tells it; of the first that failed, be it one that was waiting.
        """
        try:
            if not self.pipelined:
                return [self.driver.execute(*statement) for statement in statements]
            sent = self.waiting
            if not sent and len(statements) == 1:
                return [self.driver.execute(*statements[0])]
            self.waiting = []
            with self.driver.pipeline():
                self._queue(sent)
                cursors = [self.driver.cursor() for _ in statements]
                for cursor, statement in zip(cursors, statements, strict=True):
                    cursor.execute(*statement)
        except self.error as error:
            raise self.told(statements[0][0] if len(statements) == 1 else "several statements", error) from error
        return cursors

    def send(self, sql: str, many: Sequence[Any]) -> None:
        """Run a statement, once for each of the given values, whose outcome nobody needs: now or soon."""
        if self.pipelined:
            self.waiting += [(sql, values) for values in many]
        elif len(many) == 1:
            self.ask([(sql, many[0])])
        else:
            try:
                self.driver.executemany(sql, many)
            except self.error as error:
                raise self.told(sql, error) from error

    def flush(self, *, commit: bool = False) -> None:
        """Send what waits, and the commit with it where asked."""
        sent, self.waiting = self.waiting, []
        if not sent:
            return
        try:
            with self.driver.pipeline():
                self._queue(sent)
                if commit:
                    self.driver.commit()
        except self.error as error:
            raise self.told("several statements", error) from error

    def run(self, sql: str) -> None:
        """Run a statement without values, such as a savepoint."""
        if self.watched:
            self.connection.exec_driver_sql(sql)
        else:
            self.send(sql, ((),))

    def told(self, sql: str, error: Exception) -> DBAPIError | Exception:
        """The driver's error as SQLAlchemy tells it; a connection that broke is not used again."""
        lost = self.dialect.is_disconnect(error, self.driver, None)  # type: ignore[arg-type] # what the dialect connected to
        if lost:
            self.connection.invalidate(error)
        told = DBAPIError.instance(
            sql,
            None,
            error,
            self.error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=self.dialect,
        )
        return told if isinstance(told, Exception) else error

    def _queue(self, statements: Sequence[tuple[str, Any]]) -> None:
        cursor = self.driver.cursor()
        for statement in statements:
            cursor.execute(*statement)


class Savepoint:
    """A place in a transaction that can be gone back to, past the session's own: it costs no round trip by itself."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._wire = wire_of(session)
        self._name = f"part_{next(_savepoints)}"
        # What the session knows by now stays known to it; empty where rows are read and written without objects.
        self._known = list(session)
        self._wire.run(f"SAVEPOINT {self._name}")

    def keep(self) -> None:
        """All went well."""
        self._session.flush()
        self._wire.run(f"RELEASE SAVEPOINT {self._name}")

    def undo(self) -> None:
        """Take back everything since, the session's objects included."""
        if self._wire.connection.invalidated:
            return
        begun = (f"SAVEPOINT {self._name}", ())
        if begun in self._wire.waiting:
            del self._wire.waiting[self._wire.waiting.index(begun) :]
        else:
            self._wire.waiting.clear()
            self._wire.run(f"ROLLBACK TO SAVEPOINT {self._name}")
            self._wire.run(f"RELEASE SAVEPOINT {self._name}")
        session = self._session
        known = {id(one) for one in self._known}
        for one in list(session):
            if id(one) not in known:
                session.expunge(one)
        session.expire_all()


def wire_of(session: Session) -> Wire:
    """What the session's transaction goes over; begun if it was not."""
    session.flush()
    mine = session.get_transaction()
    known = session.info.get(_KEY)
    if known is not None and known[0] is mine and mine is not None:
        wire: Wire = known[1]
        return wire
    connection = session.connection()
    wire = connection.info[_KEY] = Wire(connection)
    session.info[_KEY] = (session.get_transaction(), wire)
    return wire


def watch(engine: Engine) -> None:
    """Let everything that goes over this engine's connections by another road be preceded by what waits."""
    event.listen(engine, "before_execute", _before)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "rollback", _forget)
    event.listen(engine, "rollback_savepoint", _forget)


def _before(connection: Connection, *_: object) -> None:
    wire = connection.info.get(_KEY)
    if wire is not None and wire.waiting:
        wire.flush()


def _commit(connection: Connection) -> None:
    wire = connection.info.get(_KEY)
    if wire is not None:
        wire.flush(commit=True)


def _forget(connection: Connection, *_: object) -> None:
    wire = connection.info.get(_KEY)
    if wire is not None:
        wire.waiting.clear()
