"""Frozen answers about consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Purpose = Literal["transactional", "marketing"]
# How far a purpose is allowed: at any time, only in answer to a message of theirs, or not at all.
Allowed = Literal["always", "in_answer", "never"]
# What was chosen. stop: the carrier's word, nothing more at all; out: in other words, nothing that was not asked for;
# in: as it was before; offers: news and offers too; no_offers: all but these.
Choice = Literal["stop", "out", "in", "offers", "no_offers"]
How = Literal["keyword", "words", "provider", "staff", "disclosure"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be sent to an identity now."""

    transactional: Allowed = "always"
    marketing: Allowed = "never"

    @property
    def is_out(self) -> bool:
        """Whether they have told us to stop."""
        return self.transactional != "always"


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One entry of the ledger: the words as they were written, and what they mean for a purpose."""

    identity_id: str
    number: int
    purpose: str
    allowed: str
    how: How
    words: str
    channel: str
    language: str
    at: datetime
