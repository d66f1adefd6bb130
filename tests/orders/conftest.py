"""Fixtures of the tests of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.db.session import Database
from tests.orders.shop import Shop, open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sqlite_shop(sqlite_url: str) -> Iterator[Shop]:
    """A shop in a SQLite file, for what does not depend on the database."""
    database = Database(sqlite_url)
    yield open_shop(database)
    database.close()
