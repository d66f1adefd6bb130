"""Facts of a shop's own words."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReworded(Event):
    """From now on the shop says something else in place of a template; or the template again, when `text` is empty."""

    language: str
    key: str
    text: str
