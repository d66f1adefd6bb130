"""Fixtures: two shops in one installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.admin.shops import Shop, two_shops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shops(tmp_path: Path) -> Iterator[tuple[Shop, Shop]]:
    """Two shops on SQLite; the admin has no SQL of its own."""
    with two_shops(f"sqlite:///{tmp_path / 'admin.db'}") as pair:
        yield pair


@pytest.fixture
def shop(shops: tuple[Shop, Shop]) -> Shop:
    """The first of them."""
    return shops[0]


@pytest.fixture(scope="module")
def same_shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, Shop]]:
    """Two shops for tests that change nothing that another looks at."""
    with two_shops(f"sqlite:///{tmp_path_factory.mktemp('admin') / 'admin.db'}") as pair:
        yield pair
