"""Every message is answered once and in order, whoever is killed while answering it."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, text

from core import merchants
from tests.drain.storm import Aftermath, Storm, Variant, rage

if TYPE_CHECKING:
    from pathlib import Path

    from core.db.session import Database

# A storm takes seconds, and many times as long where many others want the machine: only one without an end is wrong.
pytestmark = pytest.mark.timeout(600)


def _open_shop(database: Database) -> str:
    with database.begin() as uow:
        merchant = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="USD", locale="en-US")
        merchants.add_location(uow, merchant.id, name="Main Street")
    return merchant.id


@pytest.fixture
def shop(database: Database) -> str:
    """The id of a shop with one location."""
    return _open_shop(database)


@pytest.fixture
def postgres_shop(postgres_database: Database) -> str:
    """The same on PostgreSQL."""
    return _open_shop(postgres_database)


def _check_once(after: Aftermath, messages: int) -> None:
    assert after.said == messages
    assert after.unanswered == 0
    assert len(after.effects) == messages
    assert set(after.effects.values()) == {1}
    assert after.wrong_carts == 0


def _check_order(after: Aftermath) -> None:
    assert after.kills == 8
    assert after.overlaps == 0
    assert (after.unsent, after.disorder) == (0, 0)
    # Sent twice only what a worker died over, or was too slow with for its lease.
    assert after.repeats <= after.reclaims
    assert (after.open_work, after.dead_work) == (0, 0)


def test_the_storm(database: Database, database_url: str, shop: str, tmp_path: Path) -> None:
    after = rage(Storm(database_url, shop, _marks(tmp_path)), database)
    _check_once(after, 16 * 4)
    _check_order(after)
    assert sorted(after.orders.values()) == [1] * 16


def test_a_server_that_drops_its_connections_and_workers_that_are_stopped(
    postgres_database: Database, postgres_shop: str, tmp_path: Path
) -> None:
    """Whoever goes on after its lease changes nothing any more; what was under way when a connection ends is done."""
    url = postgres_database.url.render_as_string(hide_password=False)
    storm = Storm(url, postgres_shop, _marks(tmp_path), customers=8, each=4, workers=4, deaths=0, stops=3, life=(1, 2))

    def drop() -> None:
        engine = create_engine(url)
        others = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        for _ in range(6):
            with engine.connect() as connection:
                connection.execute(others)
            sleep(0.2)
        engine.dispose()

    after = rage(storm, postgres_database, meanwhile=drop)
    _check_once(after, 8 * 4)
    assert after.stops == 3
    assert sorted(after.orders.values()) == [1] * 8
    assert (after.unsent, after.disorder, after.overlaps) == (0, 0, 0)
    assert (after.open_work, after.dead_work) == (0, 0)


@pytest.mark.parametrize(
    ("variant", "broken"),
    [
        ("keyless", {"workers": 1, "deaths": 0, "slow": 0}),
        ("early", {"workers": 1, "deaths": 1, "life": (1, 1), "slow": 0}),
        ("unfenced", {"workers": 2, "deaths": 0, "stops": 2, "life": (1, 1), "slow": 0}),
    ],
)
def test_what_is_broken_does_not_weather_it(
    database: Database, database_url: str, shop: str, tmp_path: Path, *, variant: Variant, broken: dict[str, Any]
) -> None:
    """The controls: without the unique key, with work finished before it is done, without the fence.

    Each customer says one thing only: the turn for a second message would answer a first one that was lost.
    """
    after = rage(Storm(database_url, shop, _marks(tmp_path), variant, customers=2, each=1, **broken), database)
    with pytest.raises(AssertionError):
        _check_once(after, 2)


def _marks(folder: Path) -> Path:
    marks = folder / "marks"
    marks.mkdir()
    return marks
