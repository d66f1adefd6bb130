"""Statements that run several times a turn: compiled once for each database, then given to its driver directly.

SQLAlchemy spends several times what the database does on finding the compiled form of a statement and on wrapping its
rows. Here a statement is written and compiled with SQLAlchemy, types included, and only the repeated execution is
ours. The first run of each goes the usual way, and so does every run while somebody listens to cursors: who watches
statements sees them all.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Executable

from core.db.wire import wire_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Dialect
    from sqlalchemy.orm import Session

    from core.db.wire import Wire

    Values: TypeAlias = Mapping[str, Any]
    Processor: TypeAlias = Callable[[Any], Any]

_VIEWS_KEPT = 256


class Prepared:
    """A statement with every value in a `bindparam`, or an INSERT whose `columns` are given.

    Rows are named tuples of the columns that it selects or returns; or what `view` makes of each, which must be frozen:
    where the driver gives plain values, equal rows are the same view.
    """

    def __init__(
        self,
        statement: Executable,
        columns: Sequence[str] | None = None,
        *,
        view: Callable[[Any], Any] | None = None,
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._view = view
        self._changes = bool(getattr(statement, "is_dml", False))
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
        return sum(changed for _, changed in together(session, *((self, values) for values in many)))

    def send(self, session: Session, many: Sequence[Values], lacking: Callable[[], Exception] | None = None) -> None:
        """Run it once for each, whatever it answers: at once, or with the next statement that must be answered.

        Where each must change one row, `lacking` is raised when one does not: now or soon, and before the commit.
        """
        wire = wire_of(session)
        wire.ahead.clear()
        form = self._ready(wire)
        if form is None:
            given = [dict(values) for values in many]
            run, counted = wire.connection.execute, {"preserve_rowcount": True}
            if lacking is None:
                run(self._statement, given if len(given) > 1 else given[0])
            elif any(run(self._statement, one, execution_options=counted).rowcount != 1 for one in given):
                raise lacking()
        else:
            wire.send(form.sql, [form.arguments(wire, values) for values in many], lacking)

    def _run(self, session: Session, values: Values) -> tuple[list[Any], int]:
        wire = wire_of(session)
        form = self._ready(wire)
        if form is None:
            return self._by_sqlalchemy(wire, values)
        if wire.ahead:
            known = self._known(wire, values)
            if known is not None:
                return form.answer(wire, known)
        return form.answer(wire, wire.ask(((form.sql, form.arguments(wire, values)),))[0])

    def _known(self, wire: Wire, values: Values) -> Any:  # noqa: ANN401 - a cursor
        """What was read ahead, unless something may have been changed since."""
        if self._changes:
            wire.ahead.clear()
            return None
        return wire.ahead.pop((self, *values.items()), None)

    def _ready(self, wire: Wire) -> _Form | None:
        """The statement as the driver takes it; None when SQLAlchemy must run it."""
        form = self._forms.get(wire.dialect.name)
        if form is None:
            self._forms[wire.dialect.name] = _compiled(self._statement, wire.dialect, self._columns, self._view)
            return None
        return None if wire.watched else form

    def _by_sqlalchemy(self, wire: Wire, values: Values) -> tuple[list[Any], int]:
        result = wire.connection.execute(self._statement, dict(values))
        form = self._forms[wire.dialect.name]
        return [form.seen(form.row(*row)) for row in result] if form.keys else [], result.rowcount


def read_ahead(session: Session, *asked: tuple[Prepared, Values]) -> None:
    """Say what will be read next, so that all of it comes in one round trip; nothing where that saves none.

    The answers are for whoever asks exactly this in the transaction, as long as it changes nothing. Statements that
    lock have no place here.
    """
    wire = wire_of(session)
    if wire.pipeline is None:
        return
    ready = [(*pair, form) for pair in asked if (form := pair[0]._ready(wire)) is not None]  # noqa: SLF001
    found = wire.ask([(form.sql, form.arguments(wire, values)) for _, values, form in ready]) if ready else ()
    wire.ahead = {
        (statement, *values.items()): cursor for (statement, values, _), cursor in zip(ready, found, strict=True)
    }


def settle(session: Session, lacking: Callable[[], Exception]) -> None:
    """Have everything that was sent and would raise this run, where it has not."""
    wire_of(session).settle(lacking)


def together(session: Session, *asked: tuple[Prepared, Values]) -> list[tuple[list[Any], int]]:
    """Run statements in their order, in one round trip where that costs something: rows and rows changed of each."""
    wire = wire_of(session)
    wire.ahead.clear()
    forms = [statement._ready(wire) for statement, _ in asked]  # noqa: SLF001 - of this module
    ready = [form for form in forms if form is not None]
    if len(ready) < len(forms):
        return [statement._by_sqlalchemy(wire, values) for statement, values in asked]  # noqa: SLF001
    found = wire.ask([(form.sql, form.arguments(wire, values)) for form, (_, values) in zip(ready, asked, strict=True)])
    return [form.answer(wire, cursor) for form, cursor in zip(ready, found, strict=True)]


@dataclass(slots=True)
class _Form:
    """A statement as one database takes it.

    `order` names its values with what processes each, `reading` the columns of a row that a processor has to read.
    """

    sql: str
    order: tuple[tuple[str, Processor | None], ...]
    fixed: dict[str, Any]
    keys: tuple[str, ...]
    types: tuple[Any, ...]
    row: Callable[..., Any]
    view: Callable[[Any], Any] | None
    write: Callable[[Iterable[Any]], list[bytes | None]] | None
    reading: tuple[tuple[int, Processor], ...] | None = None
    seen_before: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def arguments(self, wire: Wire, values: Values) -> list[Any]:
        """What the driver is given for these values.

        Raises:
            DBAPIError: one of them cannot be in a database at all.
        """
        given = {**self.fixed, **values} if self.fixed else values
        bound = [given[name] if process is None else process(given[name]) for name, process in self.order]
        if self.write is None:
            return bound
        try:
            return self.write(bound)
        except wire.error as error:
            raise wire.told(self.sql, error) from error

    def learn(self, dialect: Dialect, description: Sequence[Sequence[Any]]) -> None:
        """How the driver's values become ours: known once it has described a row."""
        found = []
        for n, of in enumerate(self.types):
            processor = of._cached_result_processor(dialect, description[n][1])  # noqa: SLF001 - the only way to it
            if processor is not None:
                found.append((n, processor))
        self.reading = tuple(found)

    def answer(self, wire: Wire, cursor: Any) -> tuple[list[Any], int]:  # noqa: ANN401 - a driver's own
        """The rows of a cursor as ours, and how many rows were changed."""
        if not self.keys:
            return [], cursor.rowcount
        try:
            found = cursor.fetchall()
        except wire.error as error:
            raise wire.told(self.sql, error) from error
        if found and self.reading is None:
            self.learn(wire.dialect, cursor.description)
        if self.view is not None:
            return [self.viewed(row) for row in found], cursor.rowcount
        return [self.read(row) for row in found], cursor.rowcount

    def read(self, row: tuple[Any, ...]) -> Any:  # noqa: ANN401 - rows differ by statement
        """A row of the driver as ours."""
        if not self.reading:
            return self.row(*row)
        values = list(row)
        for n, processor in self.reading:
            values[n] = processor(values[n])
        return self.row(*values)

    def viewed(self, row: tuple[Any, ...]) -> Any:  # noqa: ANN401 - views differ by statement
        """The view of a row of the driver; made once of equal ones."""
        try:
            return self.seen_before[row]
        except KeyError:
            if len(self.seen_before) >= _VIEWS_KEPT:
                self.seen_before.clear()
            made = self.seen_before[row] = self.seen(self.read(row))
            return made
        except TypeError:  # a driver that has read the JSON already: such rows cannot be looked up
            return self.seen(self.read(row))

    def seen(self, row: Any) -> Any:  # noqa: ANN401 - as above
        """A row of ours as it is answered."""
        return row if self.view is None else self.view(row)


def _compiled(
    statement: Any,  # noqa: ANN401 - any of Core's
    dialect: Dialect,
    columns: Sequence[str] | None,
    view: Callable[[Any], Any] | None,
) -> _Form:
    named = {} if columns is None else {"column_keys": list(columns)}
    compiled = statement.compile(dialect=dialect, for_executemany=True, **named)
    fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    for column in compiled.insert_prefetch:
        fixed[column.key] = column.default.arg
    processors = dict(compiled._bind_processors)  # noqa: SLF001 - how SQLAlchemy itself binds
    selected = compiled._result_columns  # noqa: SLF001 - and reads
    keys = tuple(str(entry.keyname) for entry in selected)
    if dialect.name == "postgresql":
        from core.db.pipeline import numbered, written  # noqa: PLC0415 - SQLite needs no driver of another database

        write: Callable[[Iterable[Any]], list[bytes | None]] | None = written
        sql, order = numbered(str(compiled))
    else:
        write, sql, order = None, str(compiled), tuple(compiled.positiontup)
    return _Form(
        sql=sql,
        order=tuple((name, processors.get(name)) for name in order),
        fixed=fixed,
        keys=keys,
        types=tuple(entry.type for entry in selected),
        row=namedtuple("Found", keys, rename=True),  # noqa: PYI024 - its columns are known only now
        view=view,
        write=write,
    )
