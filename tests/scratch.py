"""A PostgreSQL database that tests share one after the other: emptied in between, and made anew when it was bent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

TEMPLATE: Final = "template_comanda"
# Deleted rows leave holes behind: after so many tests it is quicker to begin anew.
_USES: Final = 200
# What a table is made of; a test that leaves another sum has changed the schema.
_SHAPE: Final = text(
    """SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
              (SELECT sum(oid::bigint) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
              (SELECT sum(attnum * attrelid::bigint) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                WHERE c.relnamespace = 'public'::regnamespace AND NOT attisdropped),
              (SELECT sum(oid::bigint) FROM pg_constraint WHERE connamespace = 'public'::regnamespace)"""
)
_OTHERS: Final = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_FROM_ONE: Final = text(
    "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
)


class Scratch:
    """The database. Making one takes some hundred milliseconds of the processor, emptying it a few."""

    def __init__(self, admin: Engine) -> None:
        self._admin = admin
        self._name = ""
        self._uses = 0
        self._make()

    @property
    def url(self) -> str:
        """Its address."""
        return make_url(self._admin.url).set(database=self._name).render_as_string(hide_password=False)

    def clear(self) -> None:
        """Take out what a test left; nobody is connected any more."""
        self._uses += 1
        if self._uses >= _USES or not self._emptied():
            self.drop()
            self._make()

    def drop(self) -> None:
        """Be rid of it."""
        with self._admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)"))

    def _make(self) -> None:
        self._name, self._uses = f"test_{uuid4().hex}", 0
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {self._name} TEMPLATE {TEMPLATE}"))
        self._engine = create_engine(self.url, poolclass=NullPool)
        with self._engine.connect() as connection:
            self._shape = tuple(connection.execute(_SHAPE).one())
            tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            names = [row[0] for row in connection.execute(text(tables)) if row[0] != "alembic_version"]
        self._filled = text(" UNION ALL ".join(f"SELECT '{n}' WHERE EXISTS (SELECT 1 FROM \"{n}\")" for n in names))  # noqa: S608 - names of our tables

    def _emptied(self) -> bool:
        """Empty every table that has rows; False when the database is not what it was."""
        with self._engine.begin() as connection:
            connection.execute(_OTHERS)
            if tuple(connection.execute(_SHAPE).one()) != self._shape:
                return False
            _empty(connection, [row[0] for row in connection.execute(self._filled)])
        return True


def _empty(connection: Connection, tables: list[str]) -> None:
    connection.execute(
        text("SET LOCAL session_replication_role = replica")
    )  # in any order, without asking other tables
    for table in tables:
        connection.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608 - names of our tables
    connection.execute(_FROM_ONE)
