"""Failures at every step of a checkout, and random days of a shop, on both databases.

Options: `--times N` failures at each step, `--days N` days on each database.
"""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core import orders
from core.kernel.clock import now
from core.orders import Line
from scripts.benchmarks.databases import NAMES, fresh
from scripts.benchmarks.report import Figure
from tests.orders.checkout import STEPS, Broken, breaking, faults
from tests.orders.day import DayMachine
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.db.session import Database

_STEPS_A_DAY = 15


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """Break every step so many times, and live so many days."""
    parser = argparse.ArgumentParser(prog="scripts/bench checkouts")
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--days", type=int, default=1000)
    asked = parser.parse_args(list(options))
    figures: list[Figure] = []
    for name in NAMES:
        with fresh(name) as database:
            figures += _broken(name, database, asked.times)
            figures += _days(name, database, asked.days)
    return figures


def _broken(name: str, database: Database, times: int) -> list[Figure]:
    shop = open_shop(database, "bench")
    shop.stock("roll", times * len(STEPS) * 2)
    started, broken, wrong = time.perf_counter(), 0, 0
    for module, step in STEPS:
        for number in range(times):
            cart = shop.cart(f"{step} {number}", (Line("roll", 2),))
            with database.begin() as uow:
                orders.set_details(uow, shop.merchant_id, cart.id, requested_for=now() + timedelta(hours=3))
            try:
                with breaking(module, step, before=bool(number % 2)):
                    shop.place(cart.id)
            except Broken:
                broken += 1
        wrong += len(faults(database, shop.merchant_id))
    seconds = time.perf_counter() - started
    tried = f"{broken} failures at {len(STEPS)} steps"
    return [Figure(f"{name}: {tried}, in {seconds:.0f} s: halves of orders", str(wrong), "0")]


def _days(name: str, database: Database, days: int) -> list[Figure]:
    machine = type("Here", (DayMachine,), {"database": database})
    started = time.perf_counter()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=days,
            stateful_step_count=_STEPS_A_DAY,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    seconds = time.perf_counter() - started
    what = f"{name}: {days} random days of up to {_STEPS_A_DAY} actions, in {seconds:.0f} s: illegal states"
    return [Figure(what, "0", "0")]
