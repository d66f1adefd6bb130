"""What the assistant can be given from outside. Each port is optional, and the assistant works without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


class Intent(Protocol):
    """A guess at what a message wants that is no order."""

    @property
    def topic(self) -> str:
        """One that we answer, a greeting, or what a person is needed for."""

    @property
    def confidence(self) -> float:
        """How sure the guesser is, from 0 to 1."""


class IntentClassifier(Protocol):
    """Names the topic of a message that no phrase pattern explains."""

    def classify(self, text: str, language: str) -> Intent | None:
        """The topic; None when the message is an order, out of scope, or the classifier is not sure."""


class LeavingListener(Protocol):
    """Hears that somebody wants to be written to no more, where our own rules do not."""

    def leaves(self, text: str) -> bool:
        """Whether a message that nothing else explains says so."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """An unclear message, for somebody who may know what it means.

    `conversation` and `message` are our ids, for budgets; `words` the message as compared, numbered from 0; `menu` an
    excerpt without prices; `cart` its lines; `question` what we had asked; `schema` the JSON schema of a proposal.
    """

    conversation: str
    message: str
    language: str
    text: str
    words: tuple[str, ...]
    menu: dict[str, Any]
    cart: tuple[dict[str, Any], ...]
    question: dict[str, Any] | None
    schema: dict[str, Any]


class Proposer(Protocol):
    """Proposes commands for a message that the parser is not sure of. Whatever it answers is verified."""

    def propose(self, inquiry: Inquiry) -> object | None:
        """A JSON value, or None: no time, no budget, no idea. Never raises."""
