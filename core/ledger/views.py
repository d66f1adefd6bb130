"""Frozen answers about money. Amounts are signed: a debit is positive, a credit negative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from core.kernel.money import Money

PostingKind = Literal[
    "sale", "change", "cancellation", "refund", "payment", "payout", "dispute", "adjustment", "wallet", "points"
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a posting. `account` is a family such as "sales", or a family with a detail: "tax:825"."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class NewPosting:
    """What is to be posted, one of many; `at` is now unless told."""

    ref: str
    kind: PostingKind
    entries: tuple[Entry, ...]
    order_id: str | None = None
    location_id: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """Something that happened to money, once. `entries` have one amount an account and currency; they add up to zero.

    `fresh` is True for the call that posted it, False for those that found it there.
    """

    id: str
    merchant_id: str
    ref: str
    kind: PostingKind
    order_id: str | None
    location_id: str | None
    at: datetime
    entries: tuple[Entry, ...]
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """All that came to an account (`debit`) and left it (`credit`), both zero or more."""

    account: str
    debit: Money
    credit: Money

    @property
    def balance(self) -> Money:
        """Debits less credits: what is owed to the shop is positive, what it earned is negative."""
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account that anything was posted to, by name; the debits of a currency equal its credits."""

    rows: tuple[AccountBalance, ...]

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies in it, by code."""
        return tuple(sorted({row.debit.currency for row in self.rows}))

    def balance(self, account: str, currency: str) -> Money:
        """The balance of an account, with all its details when it is a family."""
        mine = (r for r in self.rows if r.account == account or r.account.startswith(f"{account}:"))
        return sum((r.balance for r in mine if r.debit.currency == currency), Money.zero(currency))


@dataclass(frozen=True, slots=True)
class TaxTaken:
    """Tax of one rate. 825 basis points are 8.25 %."""

    basis_points: int
    amount: Money


@dataclass(frozen=True, slots=True)
class DayReport:
    """A location's day by its own clock. Everything in it is an amount taken; what was given back is negative.

    `sales` is before discounts and without tax. `taken` is what came into the till and to each provider.
    """

    location_id: str
    day: date
    since: datetime
    until: datetime
    orders: int
    sales: Money
    discounts: Money
    refunds: Money
    taxes: tuple[TaxTaken, ...]
    tips: Money
    service_charge: Money
    delivery_fees: Money
    rounding: Money
    receivable: Money
    taken: tuple[AccountBalance, ...]

    @property
    def net_sales(self) -> Money:
        """What the goods earned, without tax, after discounts and refunds."""
        return self.sales + self.discounts + self.refunds

    @property
    def tax(self) -> Money:
        """The tax of all rates."""
        return sum((t.amount for t in self.taxes), Money.zero(self.sales.currency))


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """Something in the ledger that was not written by it. `code` is stable; `text` is for a person."""

    code: Literal["changed", "missing", "stray"]
    posting_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a look at every row of a shop's ledger found."""

    postings: int
    entries: int
    problems: tuple[LedgerProblem, ...]

    @property
    def good(self) -> bool:
        """Whether every row is as it was written."""
        return not self.problems
