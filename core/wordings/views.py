"""Frozen answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Source = Literal["person", "model"]
# Language, then the template's key, then the text that is said in its place.
Wordings = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that somebody may accept in place of a template."""

    language: str
    key: str
    text: str
    source: Source
