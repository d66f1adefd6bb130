"""A town on each database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.privacy.town import Town

if TYPE_CHECKING:
    from pathlib import Path

    from core.db.session import Database


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Town:
    """The shop, its channels and its worker."""
    return Town(database, tmp_path)
