"""What is to be done at providers. It is begun and ended in transactions; between them, with none open, it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from core.access import requires
from core.kernel.clock import now
from core.payments import repository
from core.payments.service import moves
from core.payments.service.applying import apply
from core.payments.service.reading import locked
from core.payments.service.refunding import settle_refund
from core.payments.states import OPEN
from core.payments.views import Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.db.uow import UnitOfWork
    from core.payments.views import PaymentView, ProviderFact, TaskName

_PAUSE = timedelta(seconds=5)


@requires("payments.report")
def begin_task(
    uow: UnitOfWork, merchant_id: str, payment_id: str, name: TaskName, *, refund_id: str = ""
) -> Task | None:
    """What to do at the provider now, noted as tried; None when it is not called for any more.

    Raises:
        NotFound: no such payment of this shop.
    """
    found = locked(uow, merchant_id, payment_id)
    if name == "refund":
        return _begin_refund(uow, found, refund_id)
    if name == "open":
        return _begin_opening(uow, found)
    if name == "capture":
        return Task(name, found, again=True) if found.state == "authorised" else None
    return Task(name, found) if found.provider_ref or found.charge_ref else None


@requires("payments.report")
def end_task(uow: UnitOfWork, facts: Iterable[ProviderFact]) -> None:
    """Take in what the provider answered."""
    for fact in facts:
        apply(uow, fact)


@requires("payments.report")
def task_refused(uow: UnitOfWork, task: Task, reason: str) -> None:
    """The provider will never do it."""
    found = locked(uow, task.payment.merchant_id, task.payment.id)
    if task.refund is not None:
        refund = repository.refund(uow.session, found.merchant_id, task.refund.id)
        if refund is not None:
            settle_refund(uow, found, refund, "failed", problem=reason)
    elif task.name in ("open", "capture") and found.state in OPEN:
        moves.fail(uow, found, reason)


@requires("payments.report")
def task_faulty(uow: UnitOfWork, task: Task) -> None:
    """The provider had a fault of its own, which the same idempotency key would only repeat: take a new one, after
    reading that nothing was done.
    """  # noqa: D205 - one sentence
    if task.refund is not None:
        repository.change_refund(uow.session, task.payment.merchant_id, task.refund.id, key=task.refund.key + 1)
    else:
        repository.change(uow.session, task.payment.merchant_id, task.payment.id, key=task.payment.key + 1)


@requires("payments.report")
def look_again(uow: UnitOfWork, merchant_id: str, payment_id: str) -> None:
    """The customer is back from the provider's page: ask it how things stand, once every few seconds at most."""
    found = locked(uow, merchant_id, payment_id)
    if found.state in OPEN and found.provider_ref and (found.looked_at is None or now() - found.looked_at > _PAUSE):
        repository.change(uow.session, merchant_id, payment_id, looked_at=now())
        moves.ask(uow, found, "look")


def _begin_opening(uow: UnitOfWork, found: PaymentView) -> Task | None:
    # One that is not wanted any more, but may have been opened: find out, so that it can be closed.
    if found.provider_ref or (found.state not in OPEN and not found.tries):
        return None
    repository.change(uow.session, found.merchant_id, found.id, tries=found.tries + 1)
    return Task("open", replace(found, tries=found.tries + 1), again=found.tries > 0)


def _begin_refund(uow: UnitOfWork, found: PaymentView, refund_id: str) -> Task | None:
    refund = repository.refund(uow.session, found.merchant_id, refund_id)
    if refund is None or refund.state != "pending" or refund.provider_ref:
        return None
    repository.change_refund(uow.session, found.merchant_id, refund.id, tries=refund.tries + 1)
    return Task("refund", found, refund, again=refund.tries > 0)
