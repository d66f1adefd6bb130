"""Orders drawn at random, priced by us and by an oracle in exact fractions that shares no code with us."""

from __future__ import annotations

import time
from random import Random

from scripts.benchmarks.report import Figure
from tests.orders.money_cases import plain, quoted
from tests.orders.money_oracle import exact, random_case

CARTS = 100_000
SEED = 1


def measure(options: list[str] | None = None) -> list[Figure]:
    """Price 100,000 carts, or as many as the option `--carts=N` says."""
    carts = next((int(o.partition("=")[2]) for o in options or () if o.startswith("--carts=")), CARTS)
    random = Random(SEED)
    wrong = unexplained = 0
    ours = 0.0
    for _ in range(carts):
        case = random_case(random)
        begun = time.perf_counter()
        quote = quoted(case)
        ours += time.perf_counter() - begun
        wrong += plain(quote) != exact(case)
        unexplained += sum(r.amount.amount for r in quote.explain() if r.counts) != quote.total.amount
    return [
        Figure("carts priced", f"{carts:,}"),
        Figure("carts in which any amount differs from the oracle's", str(wrong), "0"),
        Figure("carts whose reasons do not add up to the total", str(unexplained), "0"),
        Figure("reading a menu and pricing a cart on it", f"{ours / carts * 1000:.2f} ms"),
    ]
