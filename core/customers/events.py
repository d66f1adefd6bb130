"""What happens to customers. No names: they are in the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEvent(Event):
    """Something happened to what is known of a customer."""

    quiet: ClassVar[bool] = True
    customer_id: str

    @property
    def lane(self) -> str:
        """What happens to one customer is told in order."""
        return f"customer:{self.customer_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMet(CustomerEvent):
    """Somebody wrote for the first time on a channel."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNamed(CustomerEvent):
    """What to call a customer has changed."""
