"""Worker processes that are killed while they answer and send, and customers whose words are delivered several times.

Each message puts a thing into the customer's cart; the last one orders it. Replies go to a provider over HTTP, which
writes down what it gets and cannot be asked about it. The variants are broken on purpose, each in one way: the test
that they fail is the test that would notice.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, func, select, update
from sqlalchemy.exc import DBAPIError

from channels import inbound
from channels.outbound import Outbound
from comanda.drain import Drain
from core import catalogue, messaging, orders
from core.catalogue.format import menu_from_json
from core.db import outbox
from core.db.outbox import WorkRow
from core.db.session import Database
from core.kernel.clock import now
from core.kernel.ids import new_id
from core.messaging import Content, Envelope
from core.messaging.models import InboundMessage, OutboundMessage
from core.orders import Line
from tests.drain.crew import Crew, Doom, Fate
from tests.drain.post_office import NAME, ForgetfulPost, PostOffice, envelope
from tests.fakes.server import served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from channels.base import Rendered
    from core.db.outbox import Work
    from core.db.uow import UnitOfWork
    from core.messaging import ConversationView
    from core.orders.states import OrderState

Variant = Literal["sound", "keyless", "early", "unfenced"]
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
_NEW: Final[tuple[OrderState, ...]] = ("new",)
ITEMS: Final = ("bun", "pie", "soup", "tea", "cake")
_MENU: Final[dict[str, Any]] = {
    "name": "Storm Counter",
    "currency": "USD",
    "locale": "en-US",
    "items": [{"id": item, "name": item.title(), "price": "3.50", "category": "food"} for item in ITEMS],
}


@dataclass(frozen=True)
class Storm:
    """How much happens."""

    url: str
    merchant_id: str
    marks: Path  # an empty folder
    variant: Variant = "sound"
    customers: int = 16
    each: int = 4
    deliveries: int = 3  # of each message, at most
    office: str = ""  # the provider's address, once it is there
    workers: int = 4
    deaths: int = 8  # so many of the workers are killed, each at a point of its own
    stops: int = 0  # so many more are stopped at such a point, and go on when their lease is over
    life: tuple[int, int] = (1, 8)  # at which of the points that such a worker comes to, from and to
    slow: float = 0.08  # the share of first attempts at a turn that take longer than the lease
    nap: float = 3.0  # seconds that such an attempt takes
    seed: int = 20
    lease: timedelta = timedelta(seconds=2)

    @property
    def doom(self) -> Doom:
        """Who is struck."""
        return Doom(self.marks, self.deaths, self.stops, self.life, self.seed)


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
    stops: int  # workers that were stopped, went on, and came to the end of what they were doing
    refused: int  # of these, who were told that it is another's by now
    orders: Counter[str]  # of each conversation
    wrong_carts: int  # orders that do not have what was asked for
    copies: int  # most copies of one reply


class Doomed(ForgetfulPost):
    """The channel, by which a worker may die before the provider has a message, and after."""

    fate: Fate

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Taken, for good."""
        self.fate.strike()
        provider_id = super().send(conversation, part, ref)
        self.fate.strike()
        return provider_id


def work(storm: Storm, number: int) -> None:
    """The life of a worker process, the one hired as `number`: it ends when it is killed."""
    database = Database(storm.url, pool_size=2)
    fate = Fate(storm.doom, number)
    turns = Turns(fate, storm.slow, storm.nap)
    answer = {"early": turns.answer_early, "unfenced": turns.answer_unfenced}.get(storm.variant, turns.answer)
    post = Doomed(storm.office)
    post.fate = fate
    sender = Outbound({NAME: post}, lease=storm.lease)
    handlers = {"turn": fate.told(answer), "send": fate.told(sender.deliver)}
    Drain(database, handlers, sweep=0.1, lease=storm.lease, mourners={"send": sender.given_up}).start(1)
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
            self.fate.strike(holding=True)
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
    for message in turn.messages:
        _order(uow, turn.conversation, message.payload)
    messaging.close_turn(uow, turn, replies=_replies(turn), state={"turns": turn.number}, trace={})
    _note(uow, turn, began)


def _order(uow: UnitOfWork, talk: messaging.ConversationView, asked: dict[str, Any]) -> None:
    """One more of what is asked for; when all that the customer wants is there, it is ordered."""
    cart = orders.open_cart(uow, talk.merchant_id, talk.location_id, talk.customer_id, talk.id)
    wanted = Counter({line.item: line.quantity for line in cart.lines})
    wanted[asked["item"]] += 1
    orders.set_lines(uow, talk.merchant_id, cart.id, [Line(item, quantity=n) for item, n in sorted(wanted.items())])
    if wanted.total() == asked["of"]:
        orders.place_order(uow, talk.merchant_id, cart.id)


def _replies(turn: messaging.OpenTurn) -> list[Content]:
    return [Content(f"reply to {message.text}") for message in turn.messages]


def _note(uow: UnitOfWork, turn: messaging.OpenTurn, began: float) -> None:
    ended = time.monotonic()
    with_ids = [m.payload["external_id"] for m in turn.messages]
    uow.session.execute(
        EFFECTS.insert(),
        [{"conversation_id": turn.conversation.id, "external_id": e, "began": began, "ended": ended} for e in with_ids],
    )


def rage(
    storm: Storm, database: Database, within: float = 500, meanwhile: Callable[[], None] | None = None
) -> Aftermath:
    """Deliver everything, kill workers, wait until all is quiet, and say what is left.

    `meanwhile` runs in a thread beside it, and makes trouble of its own.

    Raises:
        TimeoutError: it was not over `within` so many seconds.
    """
    _TABLES.create_all(database.engine)
    with database.begin() as uow:
        catalogue.import_menu(uow, storm.merchant_id, menu_from_json(_MENU))
    with served(PostOffice()) as office:
        storm = replace(storm, office=office.url)
        crew = Crew(storm.doom, storm.workers, partial(work, storm), partial(_quiet, database), storm.lease)
        beside = threading.Thread(target=meanwhile or _nothing)
        beside.start()
        try:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda e: _deliver(database, storm.merchant_id, e), _mail(storm)))
            beside.join()
            crew.wait_until_quiet(within)
        finally:
            crew.dismiss()
        return _look(storm, database, office)


def _nothing() -> None:
    """No trouble besides."""


def _deliver(database: Database, merchant_id: str, one: Envelope) -> None:
    """Deliver as a provider does: again, until it is answered."""
    while True:
        try:
            inbound.accept_all(database, [(merchant_id, one)])
        except DBAPIError:
            time.sleep(0.05)
        else:
            return


def _mail(storm: Storm) -> list[Envelope]:
    """Every message, delivered once to so many times, in no order at all."""
    dice = random.Random(storm.seed)
    mail = [
        replace(
            envelope(
                f"customer {customer}",
                f"message {number} of {customer}",
                f"{customer}-{number}" + (f"-{new_id()}" if storm.variant == "keyless" else ""),
            ),
            payload={"external_id": f"{customer}-{number}", "item": asked(customer, number), "of": storm.each},
        )
        for customer in range(storm.customers)
        for number in range(storm.each)
        for _ in range(storm.deliveries if number == 0 else dice.randint(1, storm.deliveries))
    ]
    dice.shuffle(mail)
    return mail


def asked(customer: int, number: int) -> str:
    """What a customer asks for in a message."""
    return ITEMS[(customer * 7 + number * number) % len(ITEMS)]


def _quiet(database: Database) -> bool:
    try:
        with database.read() as session:
            return outbox.backlog(session)[0] == 0
    except DBAPIError:
        return False


def _look(storm: Storm, database: Database, office: PostOffice) -> Aftermath:
    with database.read() as session:
        heard = session.scalars(select(InboundMessage)).all()
        ours = session.scalars(select(OutboundMessage).order_by(OutboundMessage.seq)).all()
        effects = session.execute(select(EFFECTS)).all()
        reclaims = session.scalar(select(func.sum(WorkRow.attempts - 1)).where(WorkRow.kind == "send"))
        placed = orders.list_orders(session, storm.merchant_id, states=_NEW, limit=storm.customers * 2)
        talks = messaging.conversations(session, storm.merchant_id, storm.customers)
        open_work, dead_work = outbox.backlog(session)
    spans: dict[str, set[tuple[float, float]]] = {}
    for effect in effects:
        spans.setdefault(effect.conversation_id, set()).add((effect.began, effect.ended))
    sender = {talk.id: talk.sender for talk in talks}
    expected: dict[str, list[str]] = {}
    for message in ours:
        expected.setdefault(sender[message.conversation_id], []).append(message.content["text"])
    arrived: dict[str, list[str]] = {}
    for to, _, text in office.taken:
        arrived.setdefault(to, []).append(text)
    wanted = {
        f"customer {c}": Counter(asked(c, number) for number in range(storm.each)) for c in range(storm.customers)
    }
    carts = [(o.conversation_id, Counter({line.line.item: line.line.quantity for line in o.lines})) for o in placed]
    return Aftermath(
        said=len(heard),
        unanswered=sum(message.turn_id is None for message in heard),
        effects=Counter(effect.external_id for effect in effects),
        overlaps=sum(later[0] < earlier[1] for s in spans.values() for earlier, later in pairwise(sorted(s))),
        unsent=sum(message.state != "sent" for message in ours),
        disorder=sum(list(dict.fromkeys(arrived.get(to, []))) != texts for to, texts in expected.items()),
        repeats=len(office.taken) - len(ours),
        open_work=open_work,
        dead_work=dead_work,
        reclaims=reclaims or 0,
        kills=storm.doom.kills,
        stops=storm.doom.ends,
        refused=storm.doom.refused,
        orders=Counter(order.conversation_id for order in placed),
        wrong_carts=sum(wanted[sender[conversation_id]] != cart for conversation_id, cart in carts),
        copies=max(office.copies().values(), default=0),
    )
