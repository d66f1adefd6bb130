"""The work that payments leave: doing things at providers with no transaction open, and keeping what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from channels.payments.base import Faulty, Refused, SendError, TryLater, Unanswered
from core import payments
from core.access import SYSTEM
from core.db import outbox
from core.kernel.clock import now
from core.logs import logger, mask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from channels.payments.base import Provider
    from core.db.outbox import Work
    from core.db.session import Database
    from core.payments import ProviderFact, Task

log = logger(__name__)
# After this many tries in a row, patience: money is never given up on, it is asked after again and again.
_QUICK_TRIES = outbox.MAX_ATTEMPTS - 1
_PATIENT = timedelta(minutes=10)


class Desk:
    """Handlers of "payment" and "payment-expiry" work. `providers` by the method of the payments they take."""

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self.providers = dict(providers)

    def handle(self, database: Database, work: Work) -> None:
        """Do one thing at a provider."""
        with database.begin(SYSTEM) as uow:
            task = payments.begin_task(
                uow,
                work.merchant_id,
                str(work.payload["payment_id"]),
                work.payload["task"],
                refund_id=str(work.payload.get("refund_id", "")),
            )
            if task is None:
                outbox.finish(uow.session, work)
                return
        try:
            facts = self._done(task)
        except Refused as error:
            self._refused(database, work, task, error)
        except SendError as error:
            _again(database, work, task, error)
        else:
            with database.begin(SYSTEM) as uow:
                payments.end_task(uow, facts)
                outbox.finish(uow.session, work)

    def expire(self, database: Database, work: Work) -> None:
        """The time to pay by link is over."""
        with database.begin(SYSTEM) as uow:
            payments.expire(uow, work.merchant_id, str(work.payload["payment_id"]))
            outbox.finish(uow.session, work)

    def _done(self, task: Task) -> tuple[ProviderFact, ...]:
        provider = self.providers.get(task.payment.method)
        if provider is None:
            problem = f"{task.payment.method} is not set up any more"
            raise TryLater(problem, after=_PATIENT)
        steps: Mapping[str, Callable[[Task], tuple[ProviderFact, ...]]] = {
            "open": provider.open,
            "close": provider.close,
            "capture": provider.capture,
            "look": provider.look,
            "refund": provider.refund,
        }
        return steps[task.name](task)

    @staticmethod
    def _refused(database: Database, work: Work, task: Task, error: Refused) -> None:
        reason = str(mask(str(error)))
        with database.begin(SYSTEM) as uow:
            payments.task_refused(uow, task, reason)
            outbox.finish(uow.session, work)
        log.error("a provider refused", payment=task.payment.id, task=task.name, error=reason)


def _again(database: Database, work: Work, task: Task, error: SendError) -> None:
    """Note that it was not done, or that nobody knows, and when to see to it again."""
    reason = str(mask(f"{type(error).__name__}: {error}"))
    pause = error.after if isinstance(error, TryLater | Unanswered) else None
    with database.begin(SYSTEM) as uow:
        if isinstance(error, Faulty):
            payments.task_faulty(uow, task)
        if work.attempts >= _QUICK_TRIES:
            outbox.postpone(uow.session, work, now() + _PATIENT)
        else:
            outbox.fail(uow.session, work, reason, pause=pause)
    log.warning("a provider was not reached", payment=task.payment.id, task=task.name, error=reason)
