"""Worker processes that are killed while they answer, and one customer after another who is told everything thrice.

The variants are broken on purpose, each in one way: the test that they fail is the test that would notice.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, func, select, update

from channels import degrade, inbound
from channels.base import Abilities, Rate
from channels.outbound import Outbound
from comanda.drain import Drain
from core import messaging
from core.db import outbox
from core.db.outbox import WorkRow
from core.db.session import Database
from core.kernel.clock import now
from core.kernel.ids import new_id
from core.messaging import Content, Envelope
from core.messaging.models import InboundMessage, OutboundMessage

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from channels.base import Rendered
    from core.db.outbox import Work
    from core.db.uow import UnitOfWork
    from core.messaging import ConversationView

Variant = Literal["sound", "keyless", "early", "unfenced"]
LEASE: Final = timedelta(seconds=1)
_TURN: Final = 0.01
_TABLES = MetaData()
# What turns did, without any key that would keep doubles out; and what the provider was handed.
EFFECTS = Table(
    "storm_effects",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(32)),
    Column("external_id", Text),
    Column("began", Float),
    Column("ended", Float),
)
HANDED = Table(
    "storm_handed",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(32)),
    Column("text", Text),
)


@dataclass(frozen=True)
class Storm:
    """How much happens."""

    url: str
    merchant_id: str
    marks: Path  # an empty folder
    variant: Variant = "sound"
    customers: int = 24
    each: int = 6
    deliveries: int = 3
    workers: int = 6
    deaths: int = 12  # so many of the workers, counted as they are hired, are killed at a point of their own
    life: tuple[int, int] = (2, 12)  # at which of the points that such a worker comes to, from and to
    slow: float = 0.08  # the share of first attempts at a turn that take longer than the lease
    nap: float = 1.5  # seconds that such an attempt takes
    seed: int = 20


@dataclass(frozen=True)
class Aftermath:
    """What is in the database afterwards."""

    said: int
    unanswered: int
    effects: Counter[str]
    overlaps: int
    unsent: int
    disorder: int
    repeats: int
    reclaims: int
    open_work: int
    dead_work: int
    kills: int


class Provider:
    """Takes messages and writes down each, in a transaction that is not ours."""

    name = "storm"
    abilities = Abilities(text=1600)

    def __init__(self, database: Database, fate: Fate) -> None:
        self._database = database
        self._fate = fate

    def rates(self, _: ConversationView) -> tuple[Rate, ...]:
        """Be as fast as you like."""
        return ()

    def render(self, content: Content, _: ConversationView) -> tuple[Rendered, ...]:
        """One message."""
        return degrade.fit(content, self.abilities)

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Taken, for good."""
        self._fate.strike()
        with self._database.begin() as uow:
            uow.session.execute(HANDED.insert().values(conversation_id=conversation.id, text=part.text))
        self._fate.strike()
        return ref


class Fate:
    """Kills its own process with SIGKILL at one of the points where that may happen.

    The first workers that are hired are doomed, each at a point of its own; there are more points than all of them
    pass, so that all of them die.
    """

    def __init__(self, storm: Storm, number: int) -> None:
        self._mark = storm.marks / str(number)
        doomed = number < storm.deaths
        self._left = random.Random(f"{storm.seed} {number}").randint(*storm.life) if doomed else 0

    def strike(self) -> None:
        """Perhaps end here. Marked by a file, because the process may be in the middle of a transaction."""
        self._left -= 1
        if not self._left:
            self._mark.touch(exist_ok=False)
            os.kill(os.getpid(), signal.SIGKILL)


def work(storm: Storm, number: int) -> None:
    """The life of a worker process, the one hired as `number`: it ends when it is killed."""
    database = Database(storm.url, pool_size=2)
    turns = Turns(Fate(storm, number), storm.slow, storm.nap)
    answer = {"early": turns.answer_early, "unfenced": turns.answer_unfenced}.get(storm.variant, turns.answer)
    handlers = {"turn": answer, "send": Outbound({"storm": Provider(database, turns.fate)}, lease=LEASE).deliver}
    Drain(database, handlers, sweep=0.1, lease=LEASE).start(1)
    threading.Event().wait()


class Turns:
    """Ways to answer, the sound one and the broken ones."""

    def __init__(self, fate: Fate, slow: float, nap: float) -> None:
        self.fate = fate
        self._slow = slow
        self._nap = nap

    def answer(self, database: Database, work: Work) -> None:
        """All in one transaction, with the end of the work."""
        turn, began = self._think(database, work)
        with database.begin() as uow:
            if turn is not None:
                _close(uow, turn, began)
            outbox.finish(uow.session, work)
            self.fate.strike()
        self.fate.strike()

    def answer_early(self, database: Database, work: Work) -> None:
        """Broken: the work is finished before it is done."""
        with database.begin() as uow:
            outbox.finish(uow.session, work)
        turn, began = self._think(database, work)
        if turn is not None:
            with database.begin() as uow:
                _close(uow, turn, began)

    def answer_unfenced(self, database: Database, work: Work) -> None:
        """Broken: nobody asks whether the claim still holds, nor whether the turn was answered meanwhile."""
        turn, began = self._think(database, work)
        with database.begin() as uow:
            if turn is not None:
                _note(uow, turn, began)
                now_open = messaging.open_turn(uow.session, turn.conversation.id)
                if now_open is not None:
                    messaging.close_turn(uow, now_open, replies=_replies(now_open), state={}, trace={})
            uow.session.execute(update(WorkRow).where(WorkRow.id == work.id).values(done_at=now()))

    def _think(self, database: Database, work: Work) -> tuple[messaging.OpenTurn | None, float]:
        """Read the turn and take time over it; now and then, at first, more time than the lease allows."""
        began = time.monotonic()  # on Linux the same clock for every process
        with database.read() as session:
            turn = messaging.open_turn(session, work.payload["conversation_id"])
        if turn is not None:
            slow = work.attempts == 1 and random.Random(f"slow {work.id}").random() < self._slow
            time.sleep(self._nap if slow else _TURN)
        self.fate.strike()
        return turn, began


def _close(uow: UnitOfWork, turn: messaging.OpenTurn, began: float) -> None:
    messaging.close_turn(uow, turn, replies=_replies(turn), state={"turns": turn.number}, trace={})
    _note(uow, turn, began)


def _replies(turn: messaging.OpenTurn) -> list[Content]:
    return [Content(f"reply to {message.text}") for message in turn.messages]


def _note(uow: UnitOfWork, turn: messaging.OpenTurn, began: float) -> None:
    ended = time.monotonic()
    with_ids = [m.payload["external_id"] for m in turn.messages]
    uow.session.execute(
        EFFECTS.insert(),
        [{"conversation_id": turn.conversation.id, "external_id": e, "began": began, "ended": ended} for e in with_ids],
    )


def rage(storm: Storm, database: Database) -> Aftermath:
    """Deliver everything, kill workers, wait until all is quiet, and say what is left."""
    _TABLES.create_all(database.engine)
    dice = random.Random(storm.seed)
    crew = _Crew(storm)
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda e: inbound.accept(database, storm.merchant_id, e), _mail(storm, dice)))
        crew.watch_until(lambda: _quiet(database) and (storm.variant != "unfenced" or _doubled(database)))
    finally:
        crew.dismiss()
    return _look(storm, database)


def _mail(storm: Storm, dice: random.Random) -> list[Envelope]:
    mail = [
        Envelope(
            channel="storm",
            account="a",
            external_id=f"{customer}-{number}" + (f"-{new_id()}" if storm.variant == "keyless" else ""),
            sender=f"customer {customer}",
            kind="text",
            text=f"message {number} of {customer}",
            payload={"external_id": f"{customer}-{number}"},
        )
        for customer in range(storm.customers)
        for number in range(storm.each)
        for _ in range(storm.deliveries)
    ]
    dice.shuffle(mail)
    return mail


class _Crew:
    """The worker processes: whoever is killed is replaced."""

    def __init__(self, storm: Storm) -> None:
        self._storm = storm
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._hired = 0
        self._workers = [self._hire() for _ in range(storm.workers)]

    def _hire(self) -> BaseProcess:
        worker = self._context.Process(target=work, args=(self._storm, self._hired), daemon=True)
        self._hired += 1
        worker.start()
        return worker

    def watch_until(self, over: Callable[[], bool], within: float = 60) -> None:
        """Replace whoever was killed, until all is over."""
        deadline = time.monotonic() + within
        while not over() and time.monotonic() < deadline:
            for place, worker in enumerate(self._workers):
                if not worker.is_alive():
                    self._workers[place] = self._hire()
            time.sleep(0.05)

    def dismiss(self) -> None:
        """End all of them."""
        for worker in self._workers:
            worker.kill()
            worker.join(10)


def _quiet(database: Database) -> bool:
    with database.read() as session:
        return outbox.backlog(session)[0] == 0


def _doubled(database: Database) -> bool:
    """Whether the worker that was too slow has come back with what another has done meanwhile."""
    with database.read() as session:
        return max(Counter(session.scalars(select(EFFECTS.c.external_id))).values(), default=0) > 1


def _look(storm: Storm, database: Database) -> Aftermath:
    with database.read() as session:
        heard = session.scalars(select(InboundMessage)).all()
        ours = session.scalars(select(OutboundMessage).order_by(OutboundMessage.seq)).all()
        effects = session.execute(select(EFFECTS)).all()
        handed = session.execute(select(HANDED).order_by(HANDED.c.id)).all()
        reclaims = session.scalar(select(func.sum(WorkRow.attempts - 1)).where(WorkRow.kind == "send"))
        open_work, dead_work = outbox.backlog(session)
    spans: dict[str, set[tuple[float, float]]] = {}
    for effect in effects:
        spans.setdefault(effect.conversation_id, set()).add((effect.began, effect.ended))
    expected: dict[str, list[str]] = {}
    for message in ours:
        expected.setdefault(message.conversation_id, []).append(message.content["text"])
    arrived: dict[str, list[str]] = {}
    for row in handed:
        arrived.setdefault(row.conversation_id, []).append(row.text)
    return Aftermath(
        said=len(heard),
        unanswered=sum(message.turn_id is None for message in heard),
        effects=Counter(effect.external_id for effect in effects),
        overlaps=sum(later[0] < earlier[1] for s in spans.values() for earlier, later in pairwise(sorted(s))),
        unsent=sum(message.state != "sent" for message in ours),
        disorder=sum(list(dict.fromkeys(arrived.get(c, []))) != texts for c, texts in expected.items()),
        repeats=len(handed) - len(ours),
        open_work=open_work,
        dead_work=dead_work,
        reclaims=reclaims or 0,
        kills=len(list(storm.marks.iterdir())),
    )
