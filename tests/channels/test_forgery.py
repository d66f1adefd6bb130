"""Forged deliveries: a share of what `scripts/bench forgery` does. All are refused, and none leaves a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from channels import meta
from core.settings import Settings
from scripts.benchmarks.forgery import doors, knock, replay
from tests.channels.orders_world import world

if TYPE_CHECKING:
    from core.db.session import Database


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: what is looked at here happens before any."""
    return sqlite_url


@pytest.mark.parametrize("name", doors())
def test_no_forgery_leaves_a_row(database: Database, name: str) -> None:
    door = doors()[name]
    with world(database, Settings.model_validate(door.settings)) as shop:
        answers, rows = knock(shop, door, 84)
        assert {status for _, status in answers} == {403}, answers
        assert rows == 0
        assert replay(shop, door, 10) == 10


def test_a_door_without_a_guard_is_found_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meta, "is_genuine", lambda *_: True)
    door = doors()["whatsapp"]
    with world(database, Settings.model_validate(door.settings)) as shop:
        answers, rows = knock(shop, door, 34)
    assert (set(answers) & {("missing", 200), ("another secret's", 200)}, rows > 20) == (
        {("missing", 200), ("another secret's", 200)},
        True,
    )
