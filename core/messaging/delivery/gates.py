"""Accounts by which nothing is sent for a while: the provider asked for it, is failing, or does not accept us.

What waits at a closed gate counts no attempt, and is woken when one message has got through.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from core.access import requires
from core.db import outbox
from core.kernel.clock import now
from core.messaging import views
from core.messaging.delivery import repository
from core.messaging.delivery.alarms import clear_alarm, raise_alarm
from core.messaging.delivery.views import ACCOUNT_ALARMS, GateView

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.messaging.delivery.models import SendGate
    from core.messaging.delivery.views import AlarmKind, GateReason

# How long nobody tries; how long a try may take before another one is made.
REST: Final[dict[GateReason, timedelta]] = {
    "asked": timedelta(0),
    "failing": timedelta(seconds=30),
    "credentials": timedelta(seconds=60),
}
_PROBE: Final = timedelta(seconds=90)
# What waits looks again by itself, should nobody wake it: some at once, all within five minutes.
_GROUPS: Final = 16
_APART: Final = timedelta(seconds=20)
_LONGEST_ERROR: Final = 500
_ALARMS: Final[dict[GateReason, tuple[AlarmKind, str]]] = {
    "failing": ("sending", "Nothing is being sent: {error}. It is tried again every half minute; messages wait."),
    "credentials": (
        "credentials",
        "The provider does not accept our credentials: {error}. Renew them; messages wait and go out then.",
    ),
}


def gate(
    session: Session, merchant_id: str, channel: str, account: str, *, fingerprint: str = "", held: bool = False
) -> GateView | None:
    """The closed gate of an account; None while all is well.

    Credentials of another `fingerprint` than those that were not accepted may be tried at once. Work that is to wait at
    a gate asks for it `held`: nobody opens it then before the work is known to wait.
    """
    row = (repository.lock_gate if held else repository.gate)(session, merchant_id, channel, account)
    if row is None:
        return None
    return _view(row, renewed=row.reason == "credentials" and bool(fingerprint) and fingerprint != row.fingerprint)


def gates(session: Session, merchant_id: str) -> tuple[GateView, ...]:
    """The shop's accounts by which nothing is sent now."""
    moment = now()
    found = (_view(row) for row in repository.gates(session, merchant_id))
    return tuple(g for g in found if g.reason != "asked" or g.closed_until > moment)


@requires("conversations.send")
def take_probe(uow: UnitOfWork, merchant_id: str, channel: str, account: str) -> datetime | None:
    """Be the one message that tries whether a gate is open again; None: go on. Else: when to ask again."""
    row = repository.lock_gate(uow.session, merchant_id, channel, account)
    moment = now()
    if row is None or row.reason == "asked":
        return None
    if row.probe_until is not None and row.probe_until > moment:
        return row.probe_until
    row.probe_until = moment + _PROBE
    return None


@requires("conversations.send")
def close_gate(
    uow: UnitOfWork,
    merchant_id: str,
    channel: str,
    account: str,
    *,
    reason: GateReason,
    error: str,
    until: datetime | None = None,
    fingerprint: str = "",
) -> datetime:
    """Send nothing by an account until this moment, by default for the usual while; answers until when.

    What the provider asked for is never cut short; an alarm that is up stays until a message has got through.
    """
    moment = now()
    until = until or moment + REST[reason]
    row = repository.close_gate(
        uow.session,
        {
            "merchant_id": merchant_id,
            "channel": channel,
            "account": account,
            "reason": reason,
            "since": moment,
            "closed_until": until,
            "fingerprint": fingerprint,
            "error": error[:_LONGEST_ERROR],
        },
    )
    asked = row.closed_until if row.reason == "asked" else moment
    row.closed_until, row.probe_until = max(until, asked), None
    row.error = error[:_LONGEST_ERROR]
    if row.reason == "asked" or reason == "credentials":
        row.reason, row.since = reason, moment if row.reason != reason else row.since
        row.fingerprint = fingerprint
    if reason in _ALARMS:
        kind, problem = _ALARMS[reason]
        raise_alarm(uow, merchant_id, kind, subject(channel, account), problem.format(error=error))
    uow.notify(views.deliveries_topic(merchant_id))
    return row.closed_until


@requires("conversations.send")
def open_gate(uow: UnitOfWork, merchant_id: str, channel: str, account: str) -> int:
    """Let everything go that waits for an account: a message got through. Answers how many were waiting."""
    row = repository.lock_gate(uow.session, merchant_id, channel, account)
    if row is not None:
        uow.session.delete(row)
        uow.session.flush()
    for kind in ACCOUNT_ALARMS:
        clear_alarm(uow, merchant_id, kind, subject(channel, account))
    uow.notify(views.deliveries_topic(merchant_id))
    return outbox.wake(uow.session, waits_for(merchant_id, channel, account))


@requires("deliveries.replay")
def try_account(uow: UnitOfWork, merchant_id: str, channel: str, account: str) -> None:
    """Try an account again at once, as a person asks for who has put it right; one message goes first."""
    row = repository.lock_gate(uow.session, merchant_id, channel, account)
    if row is not None and row.reason != "asked":
        row.closed_until, row.probe_until = now(), None
        outbox.wake(uow.session, waits_for(merchant_id, channel, account))


def waiting_until(closed: GateView, seed: int) -> datetime:
    """When a message that found a gate closed looks again, should nobody wake it before."""
    if closed.reason == "asked":
        return closed.closed_until
    return closed.closed_until + seed % _GROUPS * _APART


def subject(channel: str, account: str) -> str:
    """An account, as alarms name it."""
    return f"{channel}:{account}"


def waits_for(merchant_id: str, channel: str, account: str) -> str:
    """What work that waits at this gate waits for."""
    return f"gate:{merchant_id}:{channel}:{account}"


def _view(row: SendGate, *, renewed: bool = False) -> GateView:
    return GateView(
        channel=row.channel,
        account=row.account,
        reason=row.reason,  # type: ignore[arg-type] # the table checks it
        error=row.error,
        since=row.since,
        closed_until=row.since if renewed else row.closed_until,
    )
