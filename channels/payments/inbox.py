"""Taking deliveries in: verified on the raw body, kept once, and only then acknowledged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from channels.payments.base import TryLater
from core import payments
from core.access import of_provider

if TYPE_CHECKING:
    from channels.payments.base import Delivery, Provider
    from core.db.session import Database

Outcome = Literal["applied", "duplicate", "unknown", "ignored"]


def take(database: Database, provider: Provider, delivery: Delivery) -> Outcome:
    """Apply what a provider tells us, in one transaction; once this returns it may be acknowledged.

    Raises:
        NotGenuine: it is not the provider's.
        TryLater: that cannot be told now.
    """
    provider.verify(delivery)
    facts = provider.parse(delivery.body)
    if not facts:
        return "ignored"
    with database.begin(of_provider(provider.name)) as uow:
        applied = [payments.apply(uow, fact) for fact in facts]
        if any(a.payment is not None and a.outcome == "unknown" for a in applied):
            # About money of ours that has not come in yet, as far as we know: it will be delivered again.
            raise TryLater("it came before what it is about")
    outcomes = {a.outcome for a in applied}
    return next((o for o in ("applied", "duplicate") if o in outcomes), "unknown")
