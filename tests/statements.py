"""Counting what goes to the database: statements, and on PostgreSQL round trips."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event

from core.db import pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from core.db.session import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that is run inside the block."""
    run: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        run.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield run
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


@contextmanager
def round_trips(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """For each round trip to PostgreSQL inside the block how many statements it took along; none on SQLite.

    Statements that SQLAlchemy sends by itself count as one each.
    """
    made: list[int] = []
    exchange = pipeline.Pipeline.exchange

    def counted(self: pipeline.Pipeline, sent: list[object], *, commit: bool = False) -> object:
        made.append(len(sent))
        return exchange(self, sent, commit=commit)  # type: ignore[arg-type] # passed on as it came

    def alone(*_: object) -> None:
        made.append(1)

    with monkeypatch.context() as patch:
        patch.setattr(pipeline.Pipeline, "exchange", counted)
        if not database.sqlite:
            event.listen(database.engine, "before_execute", alone)
        try:
            yield made
        finally:
            if not database.sqlite:
                event.remove(database.engine, "before_execute", alone)
