"""What a person must look at: raised once while it lasts, cleared by what puts it right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires
from core.db.insert import insert_once
from core.kernel.clock import now
from core.kernel.ids import new_id
from core.messaging import views
from core.messaging.delivery import repository
from core.messaging.delivery.models import Alarm
from core.messaging.delivery.views import AlarmView
from core.messaging.events import AlarmCleared, AlarmRaised

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.messaging.delivery.views import AlarmKind

_LONGEST = 500


@requires("conversations.send")
def raise_alarm(uow: UnitOfWork, merchant_id: str, kind: AlarmKind, subject: str, problem: str) -> None:
    """Have somebody look at something; while an alarm of this kind and subject is up, it is only counted.

    `problem` says in a sentence what is wrong and what to do, without personal data.
    """
    moment = now()
    fresh = insert_once(
        uow.session,
        Alarm,
        id=new_id(),
        merchant_id=merchant_id,
        kind=kind,
        subject=subject,
        problem=problem[:_LONGEST],
        times=1,
        raised_at=moment,
        last_at=moment,
    )
    if fresh:
        uow.record(AlarmRaised(merchant_id=merchant_id, kind=kind, subject=subject))
        uow.notify(views.deliveries_topic(merchant_id))
    elif (known := repository.open_alarm(uow.session, merchant_id, kind, subject)) is not None:
        known.times += 1
        known.last_at = moment
        known.problem = problem[:_LONGEST]


@requires("conversations.send")
def clear_alarm(uow: UnitOfWork, merchant_id: str, kind: AlarmKind, subject: str) -> bool:
    """Note that what an alarm was about is over; answers whether there was one."""
    known = repository.open_alarm(uow.session, merchant_id, kind, subject)
    if known is None:
        return False
    known.cleared_at = now()
    uow.record(AlarmCleared(merchant_id=merchant_id, kind=kind, subject=subject))
    uow.notify(views.deliveries_topic(merchant_id))
    return True


def alarms(session: Session, merchant_id: str) -> tuple[AlarmView, ...]:
    """What somebody of the shop must look at now, the oldest first."""
    return tuple(
        AlarmView(row.id, row.kind, row.subject, row.problem, row.times, row.raised_at, row.last_at)  # type: ignore[arg-type] # kinds only
        for row in repository.alarms(session, merchant_id)
    )
