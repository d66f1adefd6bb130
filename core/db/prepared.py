"""Statements that run several times a turn: compiled once for each database, then given to its driver directly.

SQLAlchemy spends several times what the database does on finding the compiled form of a statement and on wrapping its
rows. Here a statement is written and compiled with SQLAlchemy, types included, and only the repeated execution is
ours. The first run of each goes the usual way, and so does every run while somebody listens to cursors: who watches
statements sees them all.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Dialect
    from sqlalchemy.orm import Session

    Values: TypeAlias = Mapping[str, Any]
    Processor: TypeAlias = Callable[[Any], Any]


class Prepared:
    """A statement with every value in a `bindparam`, or an INSERT whose `columns` are given.

    Rows are named tuples of the columns that it selects or returns.
    """

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._forms: dict[str, _Form] = {}

    def all(self, session: Session, values: Values) -> list[Any]:
        """Every row."""
        return self._run(session, values)[0]

    def first(self, session: Session, values: Values) -> Any | None:  # noqa: ANN401 - rows differ by statement
        """The first row, if there is one."""
        rows = self._run(session, values)[0]
        return rows[0] if rows else None

    def change(self, session: Session, values: Values) -> int:
        """Run what answers no rows; how many it changed."""
        return self._run(session, values)[1]

    def change_many(self, session: Session, many: Sequence[Values]) -> int:
        """Run what answers no rows once for each; how many rows all of them changed."""
        if len(many) == 1:
            return self._run(session, many[0])[1]
        session.flush()
        connection = session.connection()
        form = self._forms.get(connection.dialect.name)
        if form is None or connection.dispatch.before_cursor_execute:
            self._form(connection.dialect)
            return connection.execute(self._statement, [dict(values) for values in many]).rowcount
        driver = connection.connection.driver_connection
        try:
            cursor = driver.cursor()  # type: ignore[union-attr] # there is one while the connection is in use
            cursor.executemany(form.sql, [form.arguments(values) for values in many])
        except form.error as error:
            raise _told(connection, form, error) from error
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def _run(self, session: Session, values: Values) -> tuple[list[Any], int]:
        session.flush()
        connection = session.connection()
        form = self._forms.get(connection.dialect.name)
        if form is None or connection.dispatch.before_cursor_execute:
            form = self._form(connection.dialect)
            result = connection.execute(self._statement, dict(values))
            return [form.row(*row) for row in result] if form.keys else [], result.rowcount
        driver = connection.connection.driver_connection
        try:
            cursor = driver.cursor()  # type: ignore[union-attr] # there is one while the connection is in use
            cursor.execute(form.sql, form.arguments(values))
            found = cursor.fetchall() if form.keys else []
        except form.error as error:
            raise _told(connection, form, error) from error
        changed: int = cursor.rowcount
        if found and form.reading is None:
            form.learn(connection.dialect, cursor.description)
        cursor.close()
        return [form.row(*form.read(row)) for row in found], changed

    def _form(self, dialect: Dialect) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _compiled(self._statement, dialect, self._columns)
        return form


@dataclass(slots=True)
class _Form:
    """A statement as one database takes it. `reading` says which columns of a row a processor has to read."""

    sql: str
    order: tuple[str, ...] | None
    fixed: dict[str, Any]
    binding: tuple[tuple[str, Processor], ...]
    processors: dict[str, Processor]
    keys: tuple[str, ...]
    types: tuple[Any, ...]
    row: Callable[..., Any]
    error: type[Exception]
    reading: tuple[tuple[int, Processor], ...] | None = None

    def arguments(self, values: Values) -> Any:  # noqa: ANN401 - a tuple or a mapping, as the driver takes it
        """What the driver is given for these values."""
        given = {**self.fixed, **values} if self.fixed else values
        if self.order is not None:
            processors = self.processors
            return [processors[name](given[name]) if name in processors else given[name] for name in self.order]
        bound = dict(given)
        for name, processor in self.binding:
            bound[name] = processor(bound[name])
        return bound

    def learn(self, dialect: Dialect, description: Sequence[Sequence[Any]]) -> None:
        """How the driver's values become ours: known once it has described a row."""
        found = []
        for n, of in enumerate(self.types):
            processor = of._cached_result_processor(dialect, description[n][1])  # noqa: SLF001 - the only way to it
            if processor is not None:
                found.append((n, processor))
        self.reading = tuple(found)

    def read(self, row: tuple[Any, ...]) -> Sequence[Any]:
        """A row of the driver as ours."""
        if not self.reading:
            return row
        values = list(row)
        for n, processor in self.reading:
            values[n] = processor(values[n])
        return values


def _compiled(statement: Any, dialect: Dialect, columns: Sequence[str] | None) -> _Form:  # noqa: ANN401 - any of Core's
    named = {} if columns is None else {"column_keys": list(columns)}
    compiled = statement.compile(dialect=dialect, for_executemany=True, **named)
    fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    for column in compiled.insert_prefetch:
        fixed[column.key] = column.default.arg
    processors = dict(compiled._bind_processors)  # noqa: SLF001 - how SQLAlchemy itself binds
    selected = compiled._result_columns  # noqa: SLF001 - and reads
    keys = tuple(str(entry.keyname) for entry in selected)
    order = tuple(compiled.positiontup) if compiled.positional else None
    return _Form(
        sql=str(compiled),
        order=order,
        fixed=fixed,
        binding=tuple(processors.items()),
        processors=processors,
        keys=keys,
        types=tuple(entry.type for entry in selected),
        row=namedtuple("Found", keys, rename=True),  # noqa: PYI024 - its columns are known only now
        error=dialect.loaded_dbapi.Error,
    )


def _told(connection: Connection, form: _Form, error: Exception) -> DBAPIError | Exception:
    """The driver's error as SQLAlchemy tells it; a connection that broke is not used again."""
    dialect = connection.dialect
    driver = connection.connection.driver_connection
    lost = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type] # what the dialect connected to
    if lost:
        connection.invalidate(error)
    told = DBAPIError.instance(
        form.sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
    return told if isinstance(told, Exception) else error
