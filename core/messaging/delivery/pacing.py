"""The limits of providers, held to by all processes together: each is a row that says when it allows one message more.

The clocks of the machines that send have to agree, as those of one installation do; no row is asked for the time.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from core.access import requires
from core.kernel.clock import now
from core.messaging import repository as messages
from core.messaging.delivery import repository, rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from core.db.uow import UnitOfWork

_LONGEST_KEY: Final = 320
# Limits that are this slow are counted from when the provider has the message: what a request takes matters to them.
_SLOW: Final = timedelta(seconds=1)


class Limit(Protocol):
    """At most one message every `every` on average for `key`, `burst` at once."""

    @property
    def key(self) -> str:
        """Of what: an account, a customer."""

    @property
    def every(self) -> timedelta:
        """The pause from one to the next."""

    @property
    def burst(self) -> int:
        """How many may go at once after a while of silence."""


@requires("conversations.send")
def take_turn(uow: UnitOfWork, merchant_id: str, outbound_id: str, limits: Sequence[Limit]) -> datetime | None:
    """Count one message of ours against its limits, or say when its turn comes: then nothing is counted.

    Messages that wait for one limit are promised moments one after the other, so that each comes back once. New ones
    go behind those.

    Raises:
        NotFound: there is no such message.
    """
    if not limits:
        return None
    moment = now()
    message = messages.lock_outbound(uow.session, merchant_id, outbound_id)
    has_waited = message.slot_at is not None
    rows = repository.lock_rates(uow.session, [_key(limit) for limit in limits], moment)
    free = {limit.key: rules.earliest(rows[_key(limit)].free_at, limit.every, limit.burst) for limit in limits}
    if not has_waited or max(free.values()) > moment:
        # Behind all who were promised a moment; whoever comes at theirs and finds it taken lines up anew.
        for limit in limits:
            row = rows[_key(limit)]
            if row.queued_to > moment:
                free[limit.key] = max(free[limit.key], row.queued_to + limit.every)
            if free[limit.key] > moment:
                row.queued_to = max(row.queued_to, free[limit.key])
    turn = max(free.values())
    if turn > moment:
        message.slot_at = turn
        return turn
    for limit in limits:
        row = rows[_key(limit)]
        row.free_at = rules.used(row.free_at, limit.every, moment)
    return None


@requires("conversations.send")
def count_from_now(uow: UnitOfWork, merchant_id: str, limits: Sequence[Limit]) -> None:  # noqa: ARG001 - for the guard
    """Let slow limits run from now, when the provider has the message for certain, not from when it was sent."""
    moment = now()
    for limit in limits:
        if limit.every >= _SLOW and limit.burst == 1:
            repository.push_rate(uow.session, _key(limit), moment + limit.every)


def _key(limit: Limit) -> str:
    return limit.key[:_LONGEST_KEY]
