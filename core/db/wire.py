"""The driver's connection beneath a transaction, and what waits to be sent over it.

A statement that PostgreSQL answers with nothing but "done" is not sent at once: it waits for the next one that must be
answered, or for the commit, and goes with it in one network round trip (libpq's pipeline mode). On SQLite, which is no
further away than a function call, nothing waits. Whatever else goes over the connection is preceded by what waits, so
nobody reads what was there before; what fails, fails the transaction, at the latest when it commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

    from core.db.pipeline import Pipeline

# A statement, its values, and what is raised should it not change one row.
Waiting: TypeAlias = "tuple[str, Any, Callable[[], Exception] | None]"
_KEY = "wire"
_PIPELINE = "pipeline"


class Wire:
    """The driver's connection. `watched`: somebody listens to cursors, so SQLAlchemy must execute every statement."""

    __slots__ = ("ahead", "connection", "depth", "dialect", "driver", "error", "pipeline", "waiting", "watched")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect
        self.driver: Any = connection.connection.driver_connection
        self.error: type[Exception] = self.dialect.loaded_dbapi.Error
        self.watched = bool(connection.dispatch.before_cursor_execute)
        self.pipeline = None if self.watched else _pipeline(connection)
        self.waiting: list[Waiting] = []
        # What was read before anybody asked; see `prepared.read_ahead`.
        self.ahead: dict[Any, Any] = {}
        # How many savepoints are open, one inside another.
        self.depth = 0

    def ask(self, statements: Sequence[tuple[str, Any]]) -> list[Any]:
        """Run statements whose outcome is needed now; a cursor for each, with its rows and its count.

        Raises:
            DBAPIError: as SQLAlchemy tells it; of the first that failed, be it one that was waiting.
        """
        if self.pipeline is not None:
            return self._exchange(statements)
        try:
            return [self.driver.execute(*statement) for statement in statements]
        except self.error as error:
            raise self.told(statements[0][0], error) from error

    def send(self, sql: str, many: Sequence[Any], lacking: Callable[[], Exception] | None = None) -> None:
        """Run a statement, once for each of the given values, whose outcome nobody needs: now or soon.

        Where each must change one row, `lacking` is raised when one does not: now or soon, and before the commit.
        """
        if self.pipeline is not None:
            self.waiting += [(sql, values, lacking) for values in many]
            return
        try:
            cursor = self.driver.execute(sql, many[0]) if len(many) == 1 else self.driver.executemany(sql, many)
        except self.error as error:
            raise self.told(sql, error) from error
        if lacking is not None and cursor.rowcount != len(many):
            raise lacking()

    def flush(self, *, commit: bool = False) -> None:
        """Send what waits, and the commit with it where asked, if nothing that waits may be lacking."""
        if self.waiting:
            self._exchange((), commit=commit and not any(lacking for _, _, lacking in self.waiting))

    def settle(self, lacking: Callable[[], Exception]) -> None:
        """Wait for what would raise this."""
        if any(kind is lacking for _, _, kind in self.waiting):
            self.flush()

    def run(self, sql: str) -> Waiting:
        """Run a statement without values, such as a savepoint; answers it as it may be waiting."""
        statement = (sql, (), None)
        if self.watched:
            self.connection.exec_driver_sql(sql)
        elif self.pipeline is not None:
            self.waiting.append(statement)
        else:
            self.send(sql, ((),))
        return statement

    def _exchange(self, statements: Sequence[tuple[str, Any]], *, commit: bool = False) -> list[Any]:
        pipeline = cast("Pipeline", self.pipeline)
        sent, self.waiting = self.waiting, []
        all_of_them = [(sql, values) for sql, values, _ in sent] + list(statements)
        try:
            answers, failure = pipeline.exchange(all_of_them, commit=commit)
        except self.error as error:
            raise self.told(_named(all_of_them), error) from error
        for answer, (_, _, lacking) in zip(answers, sent, strict=False):
            if lacking is not None and answer.rowcount != 1:
                raise lacking()
        if failure is not None:
            raise self.told(_named(all_of_them), failure) from failure
        return answers[len(sent) :]

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


def _named(statements: Sequence[tuple[str, Any]]) -> str:
    return statements[0][0] if len(statements) == 1 else f"one of {len(statements)} statements"


class Savepoint:
    """A place in a transaction that can be gone back to, past the session's own: it costs no round trip by itself."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._wire = wire_of(session)
        # What the session knows by now stays known to it; empty where rows are read and written without objects.
        self._known = list(session)
        # Named by their depth, so that statements stay the same; one inside another ends with it.
        self._wire.depth += 1
        self._name = f"part{self._wire.depth}"
        self._begun = self._wire.run(f"SAVEPOINT {self._name}")

    def keep(self) -> None:
        """All went well."""
        self._session.flush()
        self._wire.run(f"RELEASE SAVEPOINT {self._name}")
        self._wire.depth -= 1

    def undo(self) -> None:
        """Take back everything since, the session's objects included."""
        wire = self._wire
        wire.depth -= 1
        if wire.connection.invalidated:
            return
        wire.ahead.clear()
        unsent = next((n for n, statement in enumerate(wire.waiting) if statement is self._begun), None)
        if unsent is not None:
            del wire.waiting[unsent:]
        else:
            wire.waiting.clear()
            wire.run(f"ROLLBACK TO SAVEPOINT {self._name}")
            wire.run(f"RELEASE SAVEPOINT {self._name}")
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


def _pipeline(connection: Connection) -> Pipeline | None:
    """The pipeline of a connection to PostgreSQL: what it has prepared lasts as long as the connection."""
    if connection.dialect.name != "postgresql":
        return None
    from core.db.pipeline import Pipeline  # noqa: PLC0415 - who keeps all in SQLite needs no driver of another database

    found: Pipeline | None = connection.info.get(_PIPELINE)
    if found is None:
        found = connection.info[_PIPELINE] = Pipeline(connection.connection.driver_connection)  # type: ignore[arg-type]
    return found


def watch(engine: Engine) -> None:
    """Let everything that goes over this engine's connections by another road be preceded by what waits."""
    event.listen(engine, "before_execute", _before)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "rollback", _forget)
    event.listen(engine, "rollback_savepoint", _forget)


def _before(connection: Connection, *_: object) -> None:
    wire = connection.info.get(_KEY)
    if wire is not None:
        wire.ahead.clear()
        wire.flush()


def _commit(connection: Connection) -> None:
    wire = connection.info.get(_KEY)
    if wire is None:
        return
    try:
        wire.flush(commit=True)
    except BaseException:
        # SQLAlchemy takes the transaction for ended once its commit has begun.
        if not connection.invalidated:
            wire.driver.rollback()
            _forget(connection)
        raise


def _forget(connection: Connection, *_: object) -> None:
    if connection.invalidated:
        return
    wire = connection.info.get(_KEY)
    if wire is not None:
        wire.waiting.clear()
        wire.ahead.clear()
        if wire.pipeline is not None:
            wire.pipeline.forget()
