"""A million entries through the ledger's own door: in balance to the cent, and how fast balances are read."""

from __future__ import annotations

import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from core import ledger, merchants
from core.kernel.money import Money
from core.ledger import Entry, NewPosting
from scripts.benchmarks.databases import NAMES, fresh
from scripts.benchmarks.report import Figure

if TYPE_CHECKING:
    from core.db.session import Database

ENTRIES = 1_000_000
A_TRANSACTION = 1_000
SEED = 2
CURRENCIES = ("EUR", "JPY", "KWD")
ACCOUNTS = (
    "receivable",
    "sales",
    "discounts",
    "tips",
    "refunds",
    "cash",
    "rounding",
    "delivery_fees",
    "service_charge",
    "tax:700",
    "tax:1900",
    "clearing:stripe",
)


def measure(options: list[str] | None = None) -> list[Figure]:
    """Post, read and verify a million entries on both databases, or as many as `--entries=N` says."""
    entries = next((int(o.partition("=")[2]) for o in options or () if o.startswith("--entries=")), ENTRIES)
    figures = []
    for name in NAMES:
        with fresh(name) as database:
            figures += [Figure(f"{name}: {f.what}", f.value, f.aim) for f in _measured(database, entries)]
    return figures


def drawn(random: Random) -> list[Entry]:
    """Two to eight entries that add up to zero."""
    currency = random.choice(CURRENCIES)
    accounts = random.sample(ACCOUNTS, random.randint(2, 8))
    amounts = [random.randint(-100_000, 100_000) or 1 for _ in accounts[1:]]
    return [Entry(a, Money(n, currency)) for a, n in zip(accounts, [-sum(amounts), *amounts], strict=True)]


def fill(database: Database, merchant_id: str, wanted: int) -> tuple[Counter[tuple[str, str]], int]:
    """Post until there are so many entries; every account's balance by our own tally, and the number of entries."""
    random = Random(SEED)
    tally: Counter[tuple[str, str]] = Counter()
    posted = number = 0
    while posted < wanted:
        batch: list[NewPosting] = []
        while posted < wanted and len(batch) < A_TRANSACTION:
            number += 1
            entries = drawn(random)
            batch.append(NewPosting(f"n{number}", "adjustment", tuple(entries)))
            posted += len(entries)
            for entry in entries:
                tally[entry.account, entry.amount.currency] += entry.amount.amount
        with database.begin() as uow:
            ledger.post_all(uow, merchant_id, batch)
    return tally, posted


def _measured(database: Database, wanted: int) -> list[Figure]:
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Books", slug="books", currency="EUR", locale="en-IE").id
    begun = time.perf_counter()
    tally, posted = fill(database, shop, wanted)
    took = time.perf_counter() - begun
    with database.read() as session:
        begun = time.perf_counter()
        trial = ledger.trial_balance(session, shop)
        read = time.perf_counter() - begun
        begun = time.perf_counter()
        found = ledger.verify(session, shop)
        verified = time.perf_counter() - begun
    told = {(row.account, row.debit.currency): row.balance.amount for row in trial.rows}
    off = sum(told.get(key, 0) != amount for key, amount in tally.items())
    left = sum(row.balance.amount for row in trial.rows)
    return [
        Figure("entries posted", f"{posted:,}"),
        Figure("accounts whose balance differs from our own tally", str(off), "0"),
        Figure("what all balances add up to, in minor units", str(left), "0"),
        Figure("problems that verifying finds", str(len(found.problems)), "0"),
        Figure("entries a second", f"{posted / took:,.0f}"),
        Figure("trial balance", f"{read:.2f} s"),
        Figure("verifying every row", f"{verified:.1f} s"),
    ]
