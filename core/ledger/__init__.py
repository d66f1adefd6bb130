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
    post_all,
    reverse,
    trial_balance,
    verify,
)
from core.ledger.views import (
    AccountBalance,
    DayReport,
    Entry,
    LedgerProblem,
    NewPosting,
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
    "NewPosting",
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
    "post_all",
    "reverse",
    "rules",
    "trial_balance",
    "verify",
]
