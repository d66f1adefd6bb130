"""Statements for PostgreSQL, many in one round trip, by libpq's own calls.

psycopg's cursors send each statement of a pipeline by itself and look for its answer at once; they also forget what
they have prepared at every rollback. Here statements are prepared once a connection and leave together. What a value is
in the database is said by the statement's own casts, so values go as text.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from psycopg import errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import fetch_many, send
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.types.json import Json, Jsonb

from core.db.base import json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from psycopg import Connection, Error
    from psycopg.abc import PQGen
    from psycopg.pq.abc import PGresult

_PLACE: Final = re.compile(r"%\((\w+)\)s|%%")
_numbers = count(1)
_NO_NUL: Final = "PostgreSQL text fields cannot contain NUL (0x00) bytes"


class Answer:
    """What a statement came to, as a cursor tells it: rows, how many were changed, and the types of its columns."""

    __slots__ = ("_pipeline", "_result", "rowcount")

    def __init__(self, pipeline: Pipeline, result: PGresult) -> None:
        self._pipeline = pipeline
        self._result = result
        self.rowcount = result.command_tuples or 0

    def fetchall(self) -> list[Any]:
        """Every row as a tuple."""
        if not self._result.ntuples:
            return []
        transformer = self._pipeline.transformer
        transformer.set_pgresult(self._result)
        return transformer.load_rows(0, self._result.ntuples, tuple)

    @property
    def description(self) -> list[tuple[str, int]]:
        """Name and type of each column; the name is nobody's business here."""
        return [("", self._result.ftype(n)) for n in range(self._result.nfields)]


class Pipeline:
    """One connection to PostgreSQL, for as long as it lives."""

    def __init__(self, driver: Connection[Any]) -> None:
        self._driver = driver
        self._names: dict[str, bytes] = {}
        self.transformer = Transformer(driver)

    def exchange(
        self, statements: Sequence[tuple[str, Sequence[bytes | None]]], *, commit: bool = False
    ) -> tuple[list[Answer], Error | None]:
        """Run statements in their order, begin a transaction before and commit it after where that is to be.

        Answers what they came to up to the first that failed, and its error: nothing after it was run.
        """
        driver, connection = self._driver, self._driver.pgconn
        with driver.lock:
            connection.enter_pipeline_mode()
            try:
                results = driver.wait(self._exchanged(statements, commit=commit))
            finally:
                if connection.status != ConnStatus.BAD:
                    connection.exit_pipeline_mode()
        answers: list[Answer] = []
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                return answers, errors.error_from_result(result, encoding="utf-8")
            answers.append(Answer(self, result))
        return answers, None

    def forget(self) -> None:
        """The transaction is rolled back: psycopg then drops all that is prepared, if anything was by itself."""
        if getattr(getattr(self._driver, "_prepared", None), "_names", True):
            self._names.clear()

    def _exchanged(
        self, statements: Sequence[tuple[str, Sequence[bytes | None]]], *, commit: bool
    ) -> PQGen[list[PGresult]]:
        connection = self._driver.pgconn
        # For each command whether its result is a statement's, or the name under which it was prepared.
        sent: list[tuple[str, bytes] | bool] = []
        if connection.transaction_status == TransactionStatus.IDLE:
            connection.send_query_params(self._begin(), None)
            sent.append(False)
        new: dict[str, bytes] = {}
        for sql, values in statements:
            name = self._names.get(sql) or new.get(sql)
            if name is None:
                name = new[sql] = b"comanda_%d" % next(_numbers)
                connection.send_prepare(name, sql.encode(), None)
                sent.append((sql, name))
            connection.send_query_prepared(name, values)
            sent.append(True)
        if commit:
            connection.send_query_params(b"COMMIT", None)
            sent.append(False)
        connection.pipeline_sync()
        yield from send(connection)
        wanted = []
        for kind in sent:
            results = yield from fetch_many(connection)
            result = results[-1]
            if result.status == ExecStatus.FATAL_ERROR or kind is True:
                wanted.append(result)
            elif isinstance(kind, tuple) and result.status == ExecStatus.COMMAND_OK:
                self._names[kind[0]] = kind[1]
        yield from fetch_many(connection)
        return wanted

    def _begin(self) -> bytes:
        level = self._driver.isolation_level
        return b"BEGIN" if level is None else f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}".encode()


def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """A statement with places by number (`$1`) instead of by name, and the names in the order of their numbers."""
    names: dict[str, int] = {}

    def place(match: re.Match[str]) -> str:
        name = match[1]
        return "%" if name is None else f"${names.setdefault(name, len(names) + 1)}"

    return _PLACE.sub(place, sql), tuple(names)


def written(values: Iterable[Any]) -> list[bytes | None]:
    """Values as PostgreSQL reads them. An order has two hundred and fifty, most of them texts.

    Raises:
        psycopg.Error: one of them cannot be in a database at all.
    """
    done: list[bytes | None] = []
    add = done.append
    for value in values:
        if value is None:
            add(None)
        elif type(value) is str:
            if "\x00" in value:
                raise errors.DataError(_NO_NUL)
            add(value.encode())
        else:
            writer = _WRITERS.get(type(value))
            add(_by_driver(value) if writer is None else writer(value))
    return done


def _by_driver(value: Any) -> bytes | None:  # noqa: ANN401 - any value that a column takes
    dumped = Transformer().get_dumper(value, PyFormat.TEXT).dump(value)
    return None if dumped is None else bytes(dumped)


_WRITERS: Final[dict[type, Callable[[Any], bytes]]] = {
    bool: lambda value: b"t" if value else b"f",
    int: lambda value: b"%d" % value,
    float: lambda value: repr(float(value)).encode(),
    datetime: lambda value: value.isoformat().encode(),
    date: lambda value: value.isoformat().encode(),
    Json: lambda value: json_text(value.obj).encode(),
    Jsonb: lambda value: json_text(value.obj).encode(),
}
