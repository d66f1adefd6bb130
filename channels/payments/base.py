"""What a provider of payments is: what it is asked to do, what it says, and how asking goes wrong.

The counter needs none: what is taken there is known at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from channels.base import Refused, SendError, TryLater, Unanswered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.payments import ProviderFact, Task
    from core.payments.states import Method

__all__ = ["Delivery", "Faulty", "NotGenuine", "Provider", "Refused", "SendError", "TryLater", "Unanswered", "numbers"]


class Faulty(Unanswered):
    """The provider failed inside. Perhaps it was done; the same idempotency key would only repeat the failure."""


class NotGenuine(Exception):
    """A delivery that does not come from the provider, is too old, or cannot be read."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it came: the raw body, and its headers by lower-case name."""

    body: bytes
    headers: Mapping[str, str]


class Provider(Protocol):
    """Somebody who takes money for us. All calls are made with no transaction open, and answer facts to be applied.

    Each is told by the task's idempotency key what it may have done before, and may be asked again after any failure.
    They raise TryLater (not done), Refused (never will be), Unanswered (perhaps done), Faulty (perhaps, by a new key).
    """

    @property
    def name(self) -> Method:
        """The method of the payments it takes."""

    @property
    def listens(self) -> bool:
        """Whether its deliveries can be verified: without a secret, none is taken in."""

    def open(self, task: Task) -> tuple[ProviderFact, ...]:
        """Make the page where the customer pays: one for each payment, however often this is called."""

    def close(self, task: Task) -> tuple[ProviderFact, ...]:
        """Let nobody pay there any more; if somebody has, that is answered."""

    def capture(self, task: Task) -> tuple[ProviderFact, ...]:
        """Take the money that the customer agreed to; nothing where agreeing is paying."""

    def look(self, task: Task) -> tuple[ProviderFact, ...]:
        """Everything that is so now: paid, given back, disputed."""

    def refund(self, task: Task) -> tuple[ProviderFact, ...]:
        """Give money back, once; with `task.again`, after reading that it was not done."""

    def verify(self, delivery: Delivery) -> None:
        """Make sure that a delivery is the provider's.

        Raises:
            NotGenuine: it is not.
            TryLater: that cannot be told now; the provider will deliver it again.
        """

    def hang_up(self) -> None:
        """Close connections that were kept; calling again opens new ones."""

    def parse(self, body: bytes) -> tuple[ProviderFact, ...]:
        """What a verified delivery says; nothing for what is of no interest, or another program's.

        Raises:
            NotGenuine: it cannot be read.
        """


def numbers(task: Task) -> dict[str, str]:
    """Our ids, for the provider to repeat."""
    ids = {
        "merchant_id": task.payment.merchant_id,
        "payment_id": task.payment.id,
        "order_id": task.payment.order_id,
    }
    return ids | ({"refund_id": task.refund.id} if task.refund else {})
