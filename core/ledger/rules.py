"""Accounts, and how entries become rows that cannot be out of balance. Pure.

A row of the ledger is a *transfer*: an amount that leaves one account and comes to another. It has both sides in it, so
no set of rows can be out of balance, whoever wrote them: the double entry is the shape of the table, not a promise.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.kernel.errors import InvalidInput, Unbalanced
from core.kernel.money import Money
from core.ledger.views import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.ledger.views import Posting

# Those in the second set always name a detail: a provider, a gift card's holder.
PLAIN: Final = frozenset(
    {
        "sales",
        "tax",
        "tips",
        "service_charge",
        "delivery_fees",
        "discounts",
        "receivable",
        "cash",
        "refunds",
        "rounding",
        "wallet",
        "points",
        "fees",
        "losses",
    }
)
DETAILED: Final = frozenset({"tax", "clearing", "wallet", "points", "fees"})
ACCOUNT_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount` minor units, more than zero, from the account `credit` to the account `debit`."""

    debit: str
    credit: str
    amount: int
    currency: str


def check_account(account: str) -> None:
    """Refuse what is no account.

    Raises:
        InvalidInput: an unknown family, or a detail where none belongs or one is needed.
    """
    family, colon, detail = account.partition(":")
    known = (family in DETAILED and bool(detail)) if colon else family in PLAIN
    if not known or len(account) > ACCOUNT_LENGTH:
        known_ones = ", ".join(sorted(PLAIN | {f"{name}:…" for name in DETAILED}))
        raise InvalidInput(field="account", problem=f"“{account}” is no account: use one of {known_ones}.")


def netted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """One entry an account and currency, in the order of their first appearance; nothing is left out but zeros."""
    sums: dict[tuple[str, str], int] = {}
    for entry in entries:
        key = (entry.account, entry.amount.currency)
        sums[key] = sums.get(key, 0) + entry.amount.amount
    return tuple(Entry(account, Money(amount, currency)) for (account, currency), amount in sums.items() if amount)


def transfers(ref: str, entries: Sequence[Entry]) -> tuple[Transfer, ...]:
    """The rows that say the same as these netted entries: debits and credits met in the order given.

    Raises:
        Unbalanced: the entries of a currency do not add up to zero.
        InvalidInput: something in them is no account.
    """
    for entry in entries:
        check_account(entry.account)
    rows: list[Transfer] = []
    for currency in dict.fromkeys(e.amount.currency for e in entries):
        mine = [e for e in entries if e.amount.currency == currency]
        whole = sum(e.amount.amount for e in mine)
        if whole:
            raise Unbalanced(ref=ref, sum=str(Money(whole, currency)))
        rows += _met(mine, currency)
    return tuple(rows)


def entries_of(rows: Iterable[Transfer]) -> tuple[Entry, ...]:
    """The netted entries that these rows say, in an order that depends on nothing but them."""
    sides = (
        side
        for row in rows
        for side in (
            Entry(row.debit, Money(row.amount, row.currency)),
            Entry(row.credit, Money(-row.amount, row.currency)),
        )
    )
    return tuple(sorted(netted(sides), key=lambda e: (e.amount.currency, e.account)))


def digest(posting: Posting, rows: Iterable[Transfer]) -> str:
    """The fingerprint of a posting with its rows: a change of any of them shows."""
    said: list[object] = [posting.merchant_id, posting.ref, posting.kind, posting.order_id, posting.location_id]
    said.append(round(posting.at.timestamp() * 1_000_000))
    said += [[row.debit, row.credit, row.amount, row.currency] for row in rows]
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=16).hexdigest()


def _met(entries: Iterable[Entry], currency: str) -> list[Transfer]:
    debits: deque[tuple[str, int]] = deque()
    credits_: deque[tuple[str, int]] = deque()
    for entry in entries:
        side = debits if entry.amount.amount > 0 else credits_
        side.append((entry.account, abs(entry.amount.amount)))
    rows = []
    while debits:
        debit, owed = debits.popleft()
        credit, given = credits_.popleft()
        amount = min(owed, given)
        rows.append(Transfer(debit, credit, amount, currency))
        if owed > amount:
            debits.appendleft((debit, owed - amount))
        if given > amount:
            credits_.appendleft((credit, given - amount))
    return rows
