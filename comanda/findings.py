"""What a look at the installation finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["on", "off", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` is empty when nothing needs doing."""

    what: str
    state: State
    detail: str
    remedy: str = ""
