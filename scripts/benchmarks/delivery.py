"""Ten thousand messages by a provider that fails, loses answers and asks for patience, by a clock that is set.

The provider is a real HTTP server; only the waiting is not real, so that hours of it pass in minutes. Its own book
shows whether any message came too soon. Options: `--messages N`, `--seed N`, `--postgres`.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from channels import inbound
from channels.outbound import Outbound
from comanda.drain import Drain
from core import merchants, messaging
from core.db import outbox
from core.messaging import Content, delivery
from core.messaging.delivery.models import OutboundPart
from core.messaging.models import OutboundMessage
from scripts.benchmarks.databases import fresh
from scripts.benchmarks.report import Figure
from tests.drain.post_office import NAME, Post, PostOffice, envelope
from tests.drain.timetable import Timetable
from tests.fakes.server import Troubles, served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.db.session import Database
    from tests.drain.post_office import Entry

MESSAGES, EACH = 10_000, 5
ACCOUNT, CUSTOMER = timedelta(seconds=1 / 80), timedelta(seconds=6)


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """What became of all of them, and what the provider's book says."""
    parser = argparse.ArgumentParser(prog="scripts/bench delivery")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--postgres", action="store_true")
    chosen = parser.parse_args(options)
    # A fifth of the calls is answered 503; a tenth gets no answer, half of those after the message was taken.
    troubles = Troubles(seed=chosen.seed, down=0.20, lost=0.05, reset=0.05, busy=0.05, retry_after=(1, 40))
    begun = time.perf_counter()
    with (
        fresh("PostgreSQL" if chosen.postgres else "SQLite") as database,
        served(PostOffice(troubles)) as office,
        Timetable().kept() as clock,
    ):
        office.clock = clock
        post = Post(office.url, per_account=ACCOUNT, per_customer=CUSTOMER)
        said = _say_all(database, chosen.messages)
        sender = Outbound({NAME: post})
        begin = clock.moment
        clock.run(database, Drain(database, {"send": sender.deliver}, mourners={"send": sender.given_up}))
        passed = clock.moment - begin
        post.close()
        return _figures(database, office, said, passed, time.perf_counter() - begun)


def _say_all(database: Database, messages: int) -> int:
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Bench", slug="bench", currency="USD", locale="en-US").id
        merchants.add_location(uow, shop, name="Counter")
    hellos = [envelope(f"c{number}", "hello", f"hello {number}") for number in range(messages // EACH)]
    chats = [inbound.accept(database, shop, hello).conversation_id for hello in hellos]
    with database.begin() as uow:
        while (work := outbox.claim(uow.session)) is not None:
            outbox.finish(uow.session, work)
    for chat in chats:
        with database.begin() as uow:
            for number in range(EACH):
                messaging.say(uow, chat, Content(f"{chat} {number}"), ref=str(number))
    return len(chats) * EACH


def _figures(database: Database, office: PostOffice, said: int, passed: timedelta, seconds: float) -> list[Figure]:
    with database.read() as session:
        states = Counter(session.scalars(select(OutboundMessage.state)))
        reasons = Counter(session.scalars(select(OutboundMessage.error).where(OutboundMessage.state == "dead")))
        resent = session.scalar(select(func.count(OutboundPart.id)).where(OutboundPart.resends > 0))
        waiting = outbox.backlog(session)
        shop = merchants.only_merchant(session)
        listed = len(delivery.given_up(session, shop.id, limit=said)) if shop is not None else 0
    copies = office.copies()
    unanswered = {e.ref for e in office.book if e.trouble in ("lost", "reset")}
    dead = ", ".join(f"{count} × {reason}" for reason, count in reasons.most_common(3)) or "none"
    return [
        Figure("messages", str(said)),
        Figure("sent / given up", f"{states['sent']} / {states['dead']}", f"together {said}"),
        Figure("given up and listed for replay", f"{listed} ({dead})", str(states["dead"])),
        Figure("work left", str(waiting[0]), "0"),
        Figure("messages that arrived", str(len(copies))),
        Figure("messages that arrived twice", str(sum(n > 1 for n in copies.values())), "0: the provider is asked"),
        Figure("… of which the provider had not left unanswered", str(_undoubted(copies, unanswered)), "0"),
        Figure("handed over again in doubt", str(resent)),
        Figure("calls before the time that a Retry-After named", str(impatient(office.book)), "0"),
        Figure("most in any second (80 are allowed)", str(_most(office.book)), "≤ 80"),
        Figure("shortest pause between two messages to one customer", f"{_shortest(office.book):.3f} s", "≥ 6 s"),
        Figure("out of order within a conversation", str(_disorder(office)), "0"),
        Figure("calls of the provider", f"{len(office.book)}, in {passed} of its time and {seconds:.0f} s of ours"),
    ]


def impatient(book: Sequence[Entry]) -> int:
    """Calls for a customer before the moment that the provider had named to them."""
    until: dict[str, object] = {}
    found = 0
    for entry in book:
        if (named := until.get(entry.to)) is not None and entry.at < named:  # type: ignore[operator] # moments
            found += 1
        if entry.retry_after is not None:
            until[entry.to] = entry.at + timedelta(seconds=entry.retry_after)
    return found


def _undoubted(copies: Counter[str], unanswered: set[str]) -> int:
    return sum(n > 1 and ref not in unanswered for ref, n in copies.items())


def _most(book: Sequence[Entry]) -> int:
    times = sorted(entry.at for entry in book)
    first = most = 0
    for last, moment in enumerate(times):
        while moment - times[first] >= timedelta(seconds=1):
            first += 1
        most = max(most, last - first + 1)
    return most


def _shortest(book: Sequence[Entry]) -> float:
    mine = defaultdict(list)
    for entry in book:
        mine[entry.to].append(entry.at)
    return min((later - earlier).total_seconds() for times in mine.values() for earlier, later in pairwise(times))


def _disorder(office: PostOffice) -> int:
    """Customers whose messages did not arrive in the order in which they were said."""
    heard = defaultdict(list)
    for to, _, text in office.taken:
        heard[to].append(int(text.rpartition(" ")[2]))
    return sum(list(dict.fromkeys(numbers)) != sorted(set(numbers)) for numbers in heard.values())
