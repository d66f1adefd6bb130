"""The money: one double-entry, append-only ledger in minor units."""

from core.ledger import rules
from core.ledger.service import (
    balance,
    by_order,
    day_report,
    find,
    of_order,
    order_balances,
    post,
    reverse,
    trial_balance,
    verify,
)
from core.ledger.views import (
    AccountBalance,
    DayReport,
    Entry,
    LedgerProblem,
    Posting,
    PostingKind,
    TaxTaken,
    TrialBalance,
    Verification,
)

__all__ = [
    "AccountBalance",
    "DayReport",
    "Entry",
    "LedgerProblem",
    "Posting",
    "PostingKind",
    "TaxTaken",
    "TrialBalance",
    "Verification",
    "balance",
    "by_order",
    "day_report",
    "find",
    "of_order",
    "order_balances",
    "post",
    "reverse",
    "rules",
    "trial_balance",
    "verify",
]
