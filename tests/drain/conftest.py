"""A database of one kind, for what the other cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.db.session import Database

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    """An empty PostgreSQL database with the schema."""
    opened = Database(postgres_url)
    yield opened
    opened.close()
