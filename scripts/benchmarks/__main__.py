"""Run the benchmarks named on the command line, or all of them."""

from __future__ import annotations

import os
import platform
import sys
from importlib import import_module

from scripts.benchmarks.report import table

NAMES = {
    "cards": "Card numbers: found in any spelling, and other numbers left alone",
    "consent": "Opt-outs in customers' own words, and ordinary messages that are none",
    "stock": "Checkouts for the last units, and carts that share ingredients",
    "turn": "A text turn, from HTTP request to reply",
    "webhooks": "Webhooks taken in: signed, kept, committed, answered",
    "delivery": "Messages sent by a provider that fails, is slow and asks for patience",
    "storm": "Messages delivered several times while workers are killed",
    "storm_faults": "The database and the broker go away under load",
    "ordering": "Understanding orders: our own orders and dialogues in six languages",
    "money": "Prices: random orders against an oracle in exact fractions",
    "catalogue": "Allergens against an oracle, and ten thousand rows of a menu changed at once",
    "ledger": "The ledger: a million entries",
    "orders": "Orders committed, beside single rows",
    "fuzz": "Damaged deliveries of every provider",
    "forgery": "Deliveries that nobody genuine sent",
    "pre_checkout": "Paying on Telegram while 2,000 other updates wait",
    "rendering": "What we say, on every channel: limits kept, answers reachable, bodies as published",
    "checkouts": "Checkouts that fail at every step, and random days of a shop",
}


def main(arguments: list[str]) -> int:
    """Measure and print; 2 for a name that nobody knows. What follows the first option goes to the benchmark."""
    first = next((n for n, argument in enumerate(arguments) if argument.startswith("-")), len(arguments))
    names, options = arguments[:first], arguments[first:]
    unknown = [n for n in names if n not in NAMES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}\n")
    for name in names or list(NAMES):
        module = import_module(f"scripts.benchmarks.{name}")
        figures = module.measure(options) if options else module.measure()
        print(table(NAMES[name], figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
