"""Card numbers in what people write: found in any spelling, and taken out."""

from __future__ import annotations

from core.kernel.cards.finding import REMOVED, Found, could_end, find, redact, redact_all, redacted, split, without
from core.kernel.cards.numbers import luhn

__all__ = ["REMOVED", "Found", "could_end", "find", "luhn", "redact", "redact_all", "redacted", "split", "without"]
