"""Facts of a shop's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReworded(Event):
    """From now on the shop says something else in place of a template; or the template again, when `text` is empty."""

    language: str
    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepliesProposed(Event):
    """Texts wait for a person to accept them. `source` says who wrote them."""

    quiet: ClassVar[bool] = True
    language: str
    keys: list[str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDiscarded(Event):
    """A proposed text will not be said."""

    quiet: ClassVar[bool] = True
    language: str
    key: str
