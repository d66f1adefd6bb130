"""What is done again and again: each round is one piece of work in the database, which leaves the next one behind.

So each is made by one process at a time, whichever that is, and none is forgotten while all of them are down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from channels import inbound
from channels.base import ListsMissed, SendError
from core import merchants, messaging
from core.db import outbox
from core.kernel.clock import now
from core.logs import logger, mask
from core.messaging import delivery

if TYPE_CHECKING:
    from channels.base import Abilities, Channel
    from core.db.outbox import Work
    from core.db.session import Database
    from core.messaging import Envelope

log = logger(__name__)
ROUND: Final = "round"
# Of no shop: the work of the program itself.
_NOBODY: Final = ""
# Providers' lists lag behind; what is listed twice changes nothing.
_OVERLAP: Final = timedelta(minutes=10)
_FIRST: Final = timedelta(hours=1)
_AT_ONCE: Final = 50
_FAILURES: Final = 3
_DAY: Final = timedelta(days=1)

# Does a round with what the one before left, and answers what it leaves for the next.
Doing = Callable[["Database", dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Round:
    """Something that is done every so often."""

    name: str
    every: timedelta
    do: Doing


class Rounds:
    """The handler of “round” work."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        self._rounds = {each.name: each for each in rounds}

    def begin(self, database: Database) -> None:
        """Plan the first of each that is not planned yet. Harmless however often, by however many processes."""
        for each in self._rounds.values():
            with database.begin() as uow:
                if not outbox.is_planned(uow.session, _lane(each.name)):
                    uow.enqueue(_lane(each.name), ROUND, {"name": each.name}, merchant_id=_NOBODY)

    def go(self, database: Database, work: Work) -> None:
        """Make a round and plan the next; one that is not made any more ends here."""
        each = self._rounds.get(str(work.payload["name"]))
        left = each.do(database, work.payload) if each is not None else {}
        with database.begin() as uow:
            outbox.finish(uow.session, work)
            if each is not None:
                payload = {**left, "name": each.name}
                uow.enqueue(work.lane, ROUND, payload, merchant_id=_NOBODY, at=now() + each.every)


def all_rounds(
    channels: Mapping[str, Channel], shop_of: Callable[[str, str], str | None], every: timedelta
) -> tuple[Round, ...]:
    """Asking each provider that can tell what its customers sent (`every` 0: none), and tidying up."""
    asking = [
        Round(f"missed:{name}", every, _asking(name, channel, channel.abilities, shop_of))
        for name, channel in channels.items()
        if isinstance(channel, ListsMissed) and every
    ]
    return (*asking, Round("tidy", _DAY, _tidy))


def _asking(name: str, channel: ListsMissed, abilities: Abilities, shop_of: Callable[[str, str], str | None]) -> Doing:
    """Take in what a provider has and we have not: a delivery that was lost on its way, or while we were away."""

    def ask(database: Database, payload: dict[str, Any]) -> dict[str, Any]:
        began = now()
        since = datetime.fromisoformat(payload["since"]) if "since" in payload else began - _FIRST
        try:
            listed = [(shop, e) for e in channel.received(since) if (shop := shop_of(e.channel, e.account)) is not None]
            found = _take_in(database, listed, abilities)
        except SendError as error:
            failures = int(payload.get("failures", 0)) + 1
            log.warning("a provider could not be asked for lost messages", channel=name, error=str(mask(str(error))))
            if failures >= _FAILURES:
                _alarm(database, name, f"{type(error).__name__}: {mask(str(error))}")
            # The next round begins where this one should have.
            return {"since": since.isoformat(), "failures": failures}
        if found:
            log.warning("messages were found that had never been delivered", channel=name, count=found)
        if payload.get("failures"):
            _calm(database, name)
        return {"since": (began - _OVERLAP).isoformat()}

    return ask


def _take_in(database: Database, listed: list[tuple[str, Envelope]], abilities: Abilities) -> int:
    found = 0
    for first in range(0, len(listed), _AT_ONCE):
        received = inbound.accept_all(database, listed[first : first + _AT_ONCE], abilities=abilities)
        found += sum(not one.duplicate for one in received)
    return found


def _alarm(database: Database, name: str, error: str) -> None:
    problem = f"Lost messages cannot be looked for: {error}. What is delivered to us still comes in."
    for shop in _shops(database):
        with database.begin() as uow:
            delivery.raise_alarm(uow, shop, "missed", name, problem)


def _calm(database: Database, name: str) -> None:
    for shop in _shops(database):
        with database.begin() as uow:
            delivery.clear_alarm(uow, shop, "missed", name)


def _tidy(database: Database, _: dict[str, Any]) -> dict[str, Any]:
    for shop in _shops(database):
        with database.begin() as uow:
            messaging.tidy(uow, shop)
    return {}


def _shops(database: Database) -> list[str]:
    with database.read() as session:
        return [shop.id for shop in merchants.every_merchant(session)]


def _lane(name: str) -> str:
    return f"{ROUND}:{name}"
