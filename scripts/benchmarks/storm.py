"""Five thousand messages, each delivered once to five times and shuffled, while workers are killed two hundred times.

The replies go to a provider over HTTP that cannot be asked what it has: whatever a worker dies over may be sent again.
Options: `--customers N`, `--each N`, `--kills N`, `--postgres`. Beside it, workers that finish work before it is done.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from core import merchants
from scripts.benchmarks.databases import fresh
from scripts.benchmarks.report import Figure
from tests.drain.storm import Aftermath, Storm, rage

if TYPE_CHECKING:
    from collections.abc import Sequence

CUSTOMERS, EACH, DELIVERIES, KILLS, WORKERS = 250, 20, 5, 200, 4
_LONGEST = 3600.0
# So long that nobody is too slow for it, however busy the machine: only who is killed is taken over.
_LEASE = timedelta(seconds=15)
# Points where a worker may die that every reply passes: before the provider has it, and after.
_POINTS = 2


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """What is left after the storm, and after one that broken workers went through."""
    parser = argparse.ArgumentParser(prog="scripts/bench storm")
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--postgres", action="store_true")
    chosen = parser.parse_args(options)
    messages = chosen.customers * chosen.each
    # All of them die: together they pass no more points than the replies alone have.
    life = (1, max(1, messages * _POINTS // chosen.kills))
    whole = Storm(
        "",
        "",
        Path(),
        customers=chosen.customers,
        each=chosen.each,
        deliveries=DELIVERIES,
        workers=WORKERS,
        deaths=chosen.kills,
        life=life,
        slow=0.0,
        lease=_LEASE,
    )
    begun = time.perf_counter()
    after = _through(whole, on_postgres=chosen.postgres)
    seconds = time.perf_counter() - begun
    few = replace(whole, variant="early", customers=20, each=1, deaths=10, life=(1, 1), workers=2)
    broken = _through(few, on_postgres=chosen.postgres)
    return [
        Figure("messages kept", str(after.said), str(messages)),
        Figure("answered exactly once", str(sum(n == 1 for n in after.effects.values())), str(messages)),
        Figure("orders, one of each customer", f"{len(after.orders)}, {max(after.orders.values(), default=0)} at most"),
        Figure("orders that are not what was asked for", str(after.wrong_carts), "0"),
        Figure("workers killed", str(after.kills), str(chosen.kills)),
        Figure("replies that were not sent", str(after.unsent), "0"),
        Figure("replies sent again", str(after.repeats), f"≤ {after.kills}"),
        Figure("most copies of one reply", str(after.copies)),
        Figure("conversations in which a reply came out of order", str(after.disorder), "0"),
        Figure("work left / given up", f"{after.open_work} / {after.dead_work}", "0 / 0"),
        Figure("it took", f"{seconds:.0f} s"),
        Figure("control, finished before it is done: unanswered of 20", str(broken.unanswered), "> 0"),
    ]


def _through(storm: Storm, *, on_postgres: bool) -> Aftermath:
    with (
        fresh("PostgreSQL" if on_postgres else "SQLite") as database,
        tempfile.TemporaryDirectory(prefix="comanda-storm-") as marks,
    ):
        with database.begin() as uow:
            shop = merchants.create_merchant(uow, name="Bench", slug="bench", currency="USD", locale="en-US").id
            merchants.add_location(uow, shop, name="Counter")
        url = database.url.render_as_string(hide_password=False)
        return rage(replace(storm, url=url, merchant_id=shop, marks=Path(marks)), database, _LONGEST)
