"""Every message is answered once and in order, whoever is killed while answering it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core import merchants
from tests.drain.storm import Aftermath, Storm, Variant, rage

if TYPE_CHECKING:
    from pathlib import Path

    from core.db.session import Database


@pytest.fixture
def shop(database: Database) -> str:
    """The id of a shop with one location."""
    with database.begin() as uow:
        merchant = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="USD", locale="en-US")
        merchants.add_location(uow, merchant.id, name="Main Street")
    return merchant.id


def _check_once(after: Aftermath, messages: int) -> None:
    assert after.said == messages
    assert after.unanswered == 0
    assert len(after.effects) == messages
    assert set(after.effects.values()) == {1}
    assert after.wrong_carts == 0


def _check_order(after: Aftermath) -> None:
    # All twelve that are doomed, unless others have done all there was to do before they were up.
    assert 3 <= after.kills <= 12
    assert after.overlaps == 0
    assert (after.unsent, after.disorder) == (0, 0)
    # Sent twice only what a worker died over, or was too slow with for its lease.
    assert after.repeats <= after.reclaims
    assert (after.open_work, after.dead_work) == (0, 0)


def test_the_storm(database: Database, database_url: str, shop: str, tmp_path: Path) -> None:
    after = rage(Storm(database_url, shop, _marks(tmp_path)), database)
    _check_once(after, 24 * 6)
    _check_order(after)
    assert sorted(after.orders.values()) == [1] * 24


@pytest.mark.parametrize(
    ("variant", "broken"),
    [
        ("keyless", {"workers": 1, "deaths": 0, "slow": 0}),
        ("early", {"workers": 1, "deaths": 1, "life": (1, 1), "slow": 0}),
        ("unfenced", {"workers": 4, "deaths": 0, "slow": 1, "nap": 2.5}),
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
