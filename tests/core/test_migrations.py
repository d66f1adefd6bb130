"""The migrations and the tables are the same thing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from core.db.schema import head, metadata, revision, upgrade
from core.db.session import Database

if TYPE_CHECKING:
    from pathlib import Path


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    with database.read() as session:
        assert revision(session) == head() != ""
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, metadata()) == []
        made = set(inspect(session.connection()).get_table_names()) - {"alembic_version"}
    assert made == set(metadata().tables)


def test_every_check_of_the_models_is_in_the_database(database: Database) -> None:
    with database.read() as session:
        found = inspect(session.connection())
        missing = {
            (name, str(check.name))
            for name, table in metadata().tables.items()
            for check in table.constraints
            if type(check).__name__ == "CheckConstraint"
            and check.name not in {c["name"] for c in found.get_check_constraints(name)}
        }
    assert missing == set()


def test_several_processes_may_migrate_at_once(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path / 'new.db'}") for _ in range(4)]
    failed: list[BaseException] = []

    def migrate(database: Database) -> None:
        try:
            upgrade(database)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
            failed.append(error)

    threads = [threading.Thread(target=migrate, args=(d,)) for d in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with databases[0].read() as session:
        assert revision(session) == head()
    for database in databases:
        database.close()
