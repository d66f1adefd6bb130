"""Frozen answers about what a customer has before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.messaging.content import Content

PRESSED: Final = "of"
"""In the payload of a pressed answer: the message of ours that it was below. Nothing is written into the chat by it."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Our last message of a turn, whose answers can still be pressed."""

    outbound_id: str
    content: Content


@dataclass(frozen=True, slots=True)
class Above:
    """A message that is being sent, and ours right above it with the ids that the provider knows it by.

    `first`: the one above is the first that we said to them.
    """

    content: Content
    before: Content
    before_ids: tuple[str, ...]
    first: bool
