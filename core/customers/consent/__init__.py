"""What customers allow us to send, in their own words: a ledger that is only ever added to."""

from core.customers.consent.rules import Word, keyword
from core.customers.consent.service import disclose, history, is_disclosed, is_out, may_send, record, standing
from core.customers.consent.views import Choice, ConsentView, Purpose, Standing

__all__ = [
    "Choice",
    "ConsentView",
    "Purpose",
    "Standing",
    "Word",
    "disclose",
    "history",
    "is_disclosed",
    "is_out",
    "keyword",
    "may_send",
    "record",
    "standing",
]
