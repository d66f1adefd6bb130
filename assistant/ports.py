"""What the assistant can be given from outside. Each port is optional, and the assistant works without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Intent:
    """A guess at what a message wants that is no order: a topic of ours, and how sure the guesser is, from 0 to 1."""

    topic: str
    confidence: float


class IntentClassifier(Protocol):
    """Names the topic of a message that no phrase pattern explains."""

    def classify(self, text: str, language: str) -> Intent | None:
        """The topic, or None when the message is out of scope."""
