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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged(CustomerEvent):
    """A customer allowed something, or forbade it; the words are in the ledger of consent."""

    identity_id: str
    purpose: str
    allowed: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRenewed(CustomerEvent):
    """A provider vouched that somebody whom we know has another id now."""

    identity_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityEnded(CustomerEvent):
    """Whoever comes with this id from now on is somebody else. `why`: "taken over", "silence", "asked"."""

    identity_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLinked(CustomerEvent):
    """A customer has proved to be on another channel too."""

    quiet: ClassVar[bool] = False
    identity_id: str
    link_id: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityParted(CustomerEvent):
    """An identity is a customer of its own again. `told` are the conversations to be told."""

    quiet: ClassVar[bool] = False
    identity_id: str
    link_id: str
    own_customer_id: str
    told: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerExported(CustomerEvent):
    """All that is kept of a customer was handed out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerErased(CustomerEvent):
    """What is kept of a customer is gone, but for amounts, codes and times."""

    rows: int
