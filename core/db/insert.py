"""Inserting rows by statements that are built once, past the session's bookkeeping: this runs several times a turn."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite

from core.db.base import Base
from core.db.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.orm import Session


# Rows of one statement on PostgreSQL: each number of rows is a statement of its own, which a connection prepares.
_AT_ONCE = 8


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that name the same columns; none is fine. They are there for whatever the session does next."""
    if not rows:
        return
    columns = tuple(rows[0])
    if len(rows) == 1 or session.get_bind().dialect.name == "sqlite":
        _plain(model, columns).send(session, rows)
        return
    # PostgreSQL reads a table's constraints anew for each statement, so few statements cost less than many.
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        statement, names = _several(model, columns, len(some))
        values = (row[column] for row in some for column in columns)
        statement.send(session, (dict(zip(names, values, strict=True)),))


def insert_once(session: Session, model: type[Base], **values: object) -> bool:
    """Insert a row; False when a unique constraint has its like already, and then nothing has changed.

    The constraint decides, so two at once make one: this waits for another transaction that is inserting the same, and
    inserts after all should that one roll back.
    """
    return _once(model, session.get_bind().dialect.name, tuple(values)).first(session, values) is not None


def insert_or(session: Session, model: type[Base], lacking: Callable[[], Exception], **values: object) -> None:
    """Insert a row; where a unique constraint has its like already, nothing changes and `lacking` is raised.

    That is now or soon, and before the commit; `settle` waits for it.
    """
    insert_new(session, model, lacking, (values,))


def insert_new(
    session: Session, model: type[Base], lacking: Callable[[], Exception], rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows that name the same columns, as `insert_or` does one."""
    if rows:
        _quiet(model, session.get_bind().dialect.name, tuple(rows[0])).send(session, rows, lacking)


@lru_cache(maxsize=256)
def _quiet(model: type[Base], dialect: str, columns: tuple[str, ...]) -> Prepared:
    return Prepared(_inserting(model, dialect), columns)


@lru_cache(maxsize=256)
def _plain(model: type[Base], columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(Base.metadata.tables[model.__tablename__]), columns)


@lru_cache(maxsize=512)
def _several(model: type[Base], columns: tuple[str, ...], count: int) -> tuple[Prepared, tuple[str, ...]]:
    """A statement that inserts so many rows, and the names of its values: row by row, in the order of the columns."""
    named = [{column: f"{column}_{n}" for column in columns} for n in range(count)]
    table = Base.metadata.tables[model.__tablename__]
    rows = [{column: bindparam(name, type_=table.c[column].type) for column, name in row.items()} for row in named]
    return Prepared(insert(table).values(rows)), tuple(name for row in named for name in row.values())


@lru_cache(maxsize=256)
def _once(model: type[Base], dialect: str, columns: tuple[str, ...]) -> Prepared:
    key = next(iter(Base.metadata.tables[model.__tablename__].primary_key))
    return Prepared(_inserting(model, dialect).returning(key), columns)


def _inserting(model: type[Base], dialect: str) -> Any:  # noqa: ANN401 - an INSERT of one of two dialects
    table = Base.metadata.tables[model.__tablename__]
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return statement.on_conflict_do_nothing()
