"""Fixtures: two shops in one installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.admin.shops import Shop, furnish, two_shops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with two shops."""
    file = tmp_path_factory.mktemp("furnished") / "admin.db"
    furnish(file)
    return file


@pytest.fixture
def shops(furnished: Path, tmp_path: Path) -> Iterator[tuple[Shop, Shop]]:
    """Two shops on SQLite; the admin has no SQL of its own."""
    with two_shops(furnished, tmp_path / "admin.db") as pair:
        yield pair


@pytest.fixture
def shop(shops: tuple[Shop, Shop]) -> Shop:
    """The first of them."""
    return shops[0]


@pytest.fixture(scope="module")
def same_shops(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, Shop]]:
    """Two shops for tests that change nothing that another looks at."""
    with two_shops(furnished, tmp_path_factory.mktemp("admin") / "admin.db") as pair:
        yield pair
