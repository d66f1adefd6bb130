"""Fixtures of the catalogue's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.db.schema import upgrade
from core.db.session import Database
from tests.catalogue.menus import make_shop

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def shop(database: Database) -> str:
    """The id of a shop without a menu, on each backend."""
    return make_shop(database)


@pytest.fixture
def sqlite_shop(sqlite_url: str) -> Iterator[tuple[Database, str]]:
    """A database on SQLite and the id of a shop in it, where the backend makes no difference."""
    database = Database(sqlite_url)
    upgrade(database)
    yield database, make_shop(database)
    database.close()
