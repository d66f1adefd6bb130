"""Random days of a shop, and controls with one guard taken away that must be found out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core import inventory
from core.orders import states
from tests.orders.day import Day, DayMachine

if TYPE_CHECKING:
    from core.db.session import Database

_SHARE = settings(
    max_examples=6, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def test_no_day_comes_to_a_state_that_cannot_be(database: Database) -> None:
    machine = type("Here", (DayMachine,), {"database": database})
    run_state_machine_as_test(machine, settings=_SHARE)


def _history(day: Day) -> list[str]:
    """A day with a bit of everything; what was wrong after each of its actions."""
    day.add(0, 0, 2)
    day.checkout(0)
    day.webhook(0, again=False)
    day.webhook(0, again=True)
    day.act(0, "accept")
    found = day.wrong()
    day.act(0, "change", 3)
    day.act(0, "amount", 2)
    day.add(1, 0, 3)
    day.checkout(1)
    day.act(1, "complete")
    day.act(1, "cancel")
    day.act(0, "ready")
    found += day.wrong()
    day.act(0, "complete")
    found += day.wrong()
    day.act(0, "refund", 2)
    return found + day.wrong()


def test_a_day_with_a_bit_of_everything(database: Database) -> None:
    day = Day(database)
    assert _history(day) == []
    assert day.wrong_at_the_end() == []
    assert [day.seen[order] for order in day.placed] == ["completed", "cancelled"]
    assert day.refused == 1


def test_control_a_cancellation_that_keeps_the_stock_is_found_out(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventory, "release", lambda *_: None)
    day = Day(database)
    assert any("which is over" in fault for fault in _history(day))


def test_control_a_machine_without_arrows_is_found_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "moves", lambda state, target: state != target)
    day = Day(database)
    day.add(0, 0, 1)
    day.checkout(0)
    day.act(0, "complete")
    assert "order went from new to completed" in day.wrong()
