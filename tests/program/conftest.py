"""A program with the demo shop, on a database of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comanda.demo import make_demo_shop
from comanda.wiring import Program, build
from core.settings import Settings, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def program(sqlite_url: str, tmp_path: Path) -> Iterator[Program]:
    """The program; nothing of it runs yet."""
    built = build(Settings(database_url=sqlite_url, data_path=tmp_path))
    make_demo_shop(built.database)
    yield built
    built.database.close()


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The folder of somebody at the command line, without a database yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMANDA_DATABASE_URL", "sqlite:///data/comanda.db")
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()
