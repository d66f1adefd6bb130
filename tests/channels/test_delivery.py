"""What a provider does wrong, and what becomes of messages then; by a clock that is set."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from channels import inbound
from channels.base import TryLater
from channels.outbound import Outbound
from comanda.drain import Drain
from core import merchants, messaging
from core.db import audit, outbox
from core.kernel.errors import Conflict, LeaseLost, NotAllowed, NotFound
from core.messaging import Content, delivery
from core.messaging.delivery.models import Alarm, OutboundPart
from core.messaging.models import OutboundMessage
from core.staff import ALLOWED
from scripts.benchmarks.delivery import impatient
from tests.drain.post_office import ACCOUNT, NAME, ForgetfulPost, Post, PostOffice, envelope, report
from tests.drain.timetable import Timetable
from tests.fakes.server import Troubles, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels.base import Rendered
    from core.db.session import Database
    from core.messaging import ConversationView
    from core.messaging.states import ReportStatus


@dataclass
class World:
    """A shop, the provider, and those who wait for messages."""

    database: Database
    shop: str
    office: PostOffice
    time: Timetable
    post: Post
    former: list[Post] = field(default_factory=list)

    def use(self, post: Post) -> None:
        """Send by another channel from now on."""
        self.former.append(self.post)
        self.post = post

    def meet(self, *senders: str) -> dict[str, str]:
        """Conversations of these customers, whose own turns are nobody's business here."""
        found = {}
        for sender in senders:
            found[sender] = inbound.accept(self.database, self.shop, envelope(sender, "hello", f"hello {sender}"))
        with self.database.begin() as uow:
            while (work := outbox.claim(uow.session)) is not None:
                outbox.finish(uow.session, work)
        return {sender: received.conversation_id for sender, received in found.items()}

    def say(self, conversation_id: str, *texts: str) -> None:
        """Tell a customer something."""
        for text in texts:
            with self.database.begin() as uow:
                messaging.say(uow, conversation_id, Content(text), ref=text)

    def drain(self) -> Drain:
        """A process of its own, with nothing in its memory."""
        sender = Outbound({NAME: self.post})
        return Drain(self.database, {"send": sender.deliver}, mourners={"send": sender.given_up})

    def run(self, **until: float) -> None:
        """Let time pass: so much of it, or all that it takes."""
        end = self.time.moment + timedelta(**until) if until else None
        self.time.run(self.database, self.drain(), until=end)

    def states(self) -> list[str]:
        """How far our messages are, in the order in which we said them."""
        with self.database.read() as session:
            return list(
                session.scalars(select(OutboundMessage.state).order_by(OutboundMessage.created_at, OutboundMessage.seq))
            )

    def parts(self) -> list[OutboundPart]:
        """All that was handed over."""
        with self.database.read() as session:
            return list(session.scalars(select(OutboundPart).order_by(OutboundPart.started_at, OutboundPart.id)))

    def seconds(self) -> list[float]:
        """When the office was asked to take something, from the beginning."""
        first = Timetable().moment
        return [(entry.at - first).total_seconds() for entry in self.office.book]

    def alarms(self) -> list[tuple[str, str]]:
        """What somebody should look at."""
        with self.database.read() as session:
            return [(alarm.kind, alarm.subject) for alarm in delivery.alarms(session, self.shop)]


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """Where time stands still unless it is told to pass."""
    with served(PostOffice()) as office, Timetable().kept() as time:
        office.clock = time
        with database.begin() as uow:
            merchant = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="USD", locale="en-US")
            merchants.add_location(uow, merchant.id, name="Main Street")
        made = World(database, merchant.id, office, time, Post(office.url))
        yield made
        for post in (made.post, *made.former):
            post.close()


def test_so_long_as_the_provider_says_and_no_longer(world: World) -> None:
    chats = world.meet("ana", "ben")
    world.office.troubles.planned = ["busy", "busy"]
    world.office.troubles.retry_after = (40, 40)
    world.say(chats["ana"], "first", "second")
    world.run(seconds=1)
    world.say(chats["ben"], "other")
    world.run()
    # Ana's first is asked to wait, then Ben's; Ana's second goes behind her first.
    assert world.seconds() == [0, 1, 40, 40, 41]
    assert [text for _, _, text in world.office.taken] == ["first", "second", "other"]
    with world.database.read() as session:
        assert set(session.scalars(select(outbox.WorkRow.attempts).where(outbox.WorkRow.kind == "send"))) == {1}


def test_a_provider_that_means_all_of_us_is_left_alone_by_all(world: World) -> None:
    chats = world.meet("ana", "ben")
    world.office.troubles.planned = ["busy"]
    world.office.troubles.retry_after = (40, 40)
    world.office.account_wide = True
    world.say(chats["ana"], "first")
    world.run(seconds=1)
    world.say(chats["ben"], "other")
    world.run()
    assert world.seconds() == [0, 40, 40]
    assert world.states() == ["sent", "sent"]
    assert world.alarms() == []


def test_the_limits_of_a_channel_are_kept_by_all_processes_together(world: World) -> None:
    world.post.per_account, world.post.per_customer = timedelta(seconds=0.1), timedelta(seconds=6)
    chats = world.meet(*"abcdef")
    for name, chat in chats.items():
        world.say(chat, f"{name} 1", f"{name} 2", f"{name} 3")
    world.run(seconds=3)  # each run is another process
    world.run(seconds=7)
    world.run()
    assert world.states() == ["sent"] * 18
    times = sorted(entry.at for entry in world.office.book)
    assert min(later - earlier for earlier, later in pairwise(times)) >= timedelta(seconds=0.1)
    for name in chats:
        mine = [entry.at for entry in world.office.book if entry.to == name]
        assert [later - earlier >= timedelta(seconds=6) for earlier, later in pairwise(mine)] == [True, True]
    # No slower than need be: each customer's third message waits for two pauses, in the turn of its first.
    assert world.seconds()[-1] <= 13.5
    assert [part.resends for part in world.parts()] == [0] * 18


def test_without_limits_all_would_go_at_once(world: World) -> None:
    """The control of the test above."""
    for name, chat in world.meet(*"abc").items():
        world.say(chat, f"{name} 1", f"{name} 2")
    world.run()
    assert world.seconds() == [0] * 6


_TROUBLES = Troubles(seed=5, down=0.20, lost=0.05, reset=0.05, busy=0.05, retry_after=(1, 40))


class Impatient(Post):
    """Broken: it does not pass on how long the provider asked us to wait."""

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Post it."""
        try:
            return super().send(conversation, part, ref)
        except TryLater as error:
            raise TryLater(str(error)) from None


def test_through_all_troubles_everything_arrives_or_is_given_up(world: World) -> None:
    """A share of `scripts/bench delivery`."""
    world.post.per_account, world.post.per_customer = timedelta(seconds=1 / 80), timedelta(seconds=6)
    world.office.troubles = replace(_TROUBLES, planned=["lost", "reset", "busy", "down"])
    for name, chat in world.meet(*"abcdefgh").items():
        world.say(chat, *(f"{name} {n}" for n in range(4)))
    world.run()
    states = world.states()
    copies = world.office.copies()
    assert states.count("sent") + states.count("dead") == 32
    assert len(copies) >= states.count("sent") >= 30
    assert set(copies.values()) == {1}
    assert len({entry.trouble for entry in world.office.book}) == 5  # all kinds came up
    assert impatient(world.office.book) == 0
    for name in "abcdefgh":
        mine = [entry.at for entry in world.office.book if entry.to == name]
        assert min(later - earlier for earlier, later in pairwise(mine)) >= timedelta(seconds=6)


def test_impatience_would_be_noticed(world: World) -> None:
    """The control: without Retry-After, calls come too soon."""
    world.use(Impatient(world.office.url))
    world.office.troubles.planned = ["busy"]
    world.office.troubles.retry_after = (40, 40)
    world.say(world.meet("ana")["ana"], "first")
    world.run()
    assert impatient(world.office.book) == 1


def test_what_the_provider_has_is_not_sent_again(world: World) -> None:
    chat = world.meet("ana")["ana"]
    world.office.troubles.planned = ["lost"]
    world.say(chat, "first", "second")
    world.run(seconds=1)
    assert world.states() == ["ambiguous", "pending"]
    world.run()
    assert world.states() == ["sent", "sent"]
    assert [text for _, _, text in world.office.taken] == ["first", "second"]
    assert [(part.provider_id, part.resends) for part in world.parts()] == [("m0", 0), ("m1", 0)]


def test_what_the_provider_never_got_is_sent_again(world: World) -> None:
    chat = world.meet("ana")["ana"]
    world.office.troubles.planned = ["reset", "reset", "reset"]
    world.say(chat, "first")
    world.run()
    assert world.states() == ["sent"]
    assert list(world.office.copies().values()) == [1]
    assert len(world.office.book) == 4


def test_a_provider_that_cannot_be_asked_gets_it_once_more_and_both_are_written_down(world: World) -> None:
    world.use(ForgetfulPost(world.office.url))
    chat = world.meet("ana")["ana"]
    world.office.troubles.planned = ["lost", "lost"]
    world.say(chat, "first", "second")
    world.run()
    assert world.states() == ["dead", "sent"]
    assert [text for _, _, text in world.office.taken] == ["first", "first", "second"]
    part = world.parts()[0]
    assert (part.resends, part.unanswered, part.state) == (1, 2, "ambiguous")
    # Even now its word is believed: both copies arrived, and are known by their names there.
    for provider_id in ("m0", "m1"):
        assert inbound.reported(
            world.database, world.shop, report(provider_id, "delivered", ref=f"{part.outbound_id}.0")
        ) == (provider_id == "m0")
    part = world.parts()[0]
    assert (part.state, part.provider_id, part.also) == ("delivered", "m0", ["m1"])
    assert world.states() == ["delivered", "sent"]


def test_a_report_settles_what_nobody_knew(world: World) -> None:
    world.use(ForgetfulPost(world.office.url))
    chat = world.meet("ana")["ana"]
    world.office.troubles.planned = ["lost"]
    world.say(chat, "first", "second")
    world.run(seconds=1)
    ref = world.office.taken[0][1]
    assert inbound.reported(world.database, world.shop, report("m0", "sent", ref=ref))
    world.run()
    assert world.states() == ["sent", "sent"]
    assert set(world.office.copies().values()) == {1}


def test_a_report_may_come_before_we_know_the_message(world: World) -> None:
    chat = world.meet("ana")["ana"]
    assert not inbound.reported(world.database, world.shop, report("m0", "delivered"))
    assert not inbound.reported(world.database, world.shop, report("m0", "sent"))
    world.say(chat, "first")
    world.run()
    assert world.states() == ["delivered"]
    with world.database.begin() as uow:
        messaging.tidy(uow, world.shop)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (("sent", "delivered", "read"), "read"),
        (("delivered", "delivered", "sent"), "delivered"),
        (("sent", "failed"), "dead"),
        (("sent", "failed", "delivered"), "delivered"),
        (("failed", "read"), "read"),
    ],
)
def test_reports_come_in_any_order(world: World, said: tuple[ReportStatus, ...], state: str) -> None:
    orders = list(permutations(said))
    chats = world.meet(*(f"c{n}" for n in range(len(orders))))
    for name, chat in chats.items():
        world.say(chat, name)
    world.run()
    for part, order in zip(world.parts(), orders, strict=True):
        assert part.provider_id is not None
        for status in order:
            inbound.reported(world.database, world.shop, report(part.provider_id, status, error="gone"))
    assert world.states() == [state] * len(orders)


def test_reports_of_others_change_nothing(world: World, database: Database) -> None:
    chat = world.meet("ana")["ana"]
    world.say(chat, "first")
    world.run()
    part = world.parts()[0]
    with database.begin() as uow:
        other = merchants.create_merchant(uow, name="Other", slug="other", currency="USD", locale="en-US").id
    ref = f"{part.outbound_id}.0"
    assert not inbound.reported(database, other, report("m0", "failed", ref=ref))
    wrong: list[dict[str, Any]] = [{"provider_id": "x" * 300}, {"provider_id": ""}, {"account": "another"}]
    for change in wrong:
        fields = {"provider_id": "m0", "ref": ref, "account": ACCOUNT, **change}
        with database.begin() as uow:
            known = messaging.report_delivery(uow, world.shop, channel=NAME, status="failed", **fields)
        assert not known
    for ref in (
        "",
        ".",
        "1.",
        f"{part.outbound_id}.one",
        f"{part.outbound_id}.²",
        f"{part.outbound_id}.99999999999999",
    ):
        assert not inbound.reported(database, world.shop, report("unknown", "failed", ref=ref))
    assert world.states() == ["sent"]


def test_a_provider_that_fails_is_left_alone_and_tried_by_one_message(world: World) -> None:
    names = [f"c{n}" for n in range(8)]
    chats = world.meet(*names)
    world.office.troubles.down = 1.0
    for name, chat in chats.items():
        world.say(chat, name)
    world.run(seconds=29)
    # Five in a row, and then nobody until half a minute is over.
    assert len(world.office.book) == 5
    assert world.alarms() == [("sending", f"{NAME}:{ACCOUNT}")]
    world.run(minutes=3)
    tries = [later - earlier for earlier, later in pairwise(world.seconds()[4:])]
    assert min(tries) >= 30
    assert "dead" not in world.states()
    world.office.troubles.down = 0.0
    world.run(minutes=6)
    assert world.states() == ["sent"] * 8
    assert set(world.office.copies().values()) == {1}
    assert world.alarms() == []
    with world.database.read() as session:
        assert delivery.gates(session, world.shop) == ()


def test_credentials_that_are_not_accepted_raise_an_alarm_and_lose_nothing(world: World) -> None:
    chats = world.meet("ana", "ben")
    world.office.key = "changed"
    world.say(chats["ana"], "first", "second")
    world.say(chats["ben"], "third")
    world.run(minutes=10)
    assert world.office.taken == []
    assert world.states() == ["pending"] * 3
    assert world.alarms() == [("credentials", f"{NAME}:{ACCOUNT}")]
    with world.database.read() as session:
        (gate,) = delivery.gates(session, world.shop)
        assert (gate.reason, gate.error) == ("credentials", "NotAllowed: the key is wrong")
    # What comes in, comes in.
    assert not inbound.accept(world.database, world.shop, envelope("ana", "still there?", "2")).duplicate
    asked = len(world.office.book)
    assert asked <= 11  # one message a minute tries
    world.use(Post(world.office.url, key="changed"))
    with world.database.begin() as uow:  # any message that looks finds other credentials, without waiting
        outbox.wake(uow.session, delivery.waits_for(world.shop, NAME, ACCOUNT))
    world.run(seconds=1)
    assert sorted(text for _, _, text in world.office.taken) == ["first", "second", "third"]
    assert world.states() == ["sent"] * 3
    assert world.alarms() == []
    with world.database.read() as session:
        assert session.scalars(select(Alarm.cleared_at)).one() is not None


def test_what_was_given_up_is_listed_and_sent_again_by_who_may(world: World) -> None:
    chat = world.meet("ana")["ana"]
    world.office.nobody.add("ana")
    world.say(chat, "first", "second")
    world.run()
    with world.database.read() as session:
        entries = delivery.given_up(session, world.shop)
    assert sorted((e.kind, e.summary, e.reason) for e in entries) == [
        ("send", "first", "Refused: nobody of that name"),
        ("send", "second", "Refused: nobody of that name"),
    ]
    first = next(e.id for e in entries if e.summary == "first")
    world.office.nobody.clear()
    clerk = messaging_actor("staff", world.shop)
    with pytest.raises(NotAllowed), world.database.begin(clerk) as uow:
        delivery.replay(uow, world.shop, first)
    with pytest.raises(NotFound), world.database.begin() as uow:
        delivery.replay(uow, "another shop", first)
    assert world.office.taken == []
    with world.database.begin(messaging_actor("manager", world.shop)) as uow:
        delivery.replay(uow, world.shop, first)
    world.run()
    assert [text for _, _, text in world.office.taken] == ["first"]
    assert sorted(world.states()) == ["dead", "sent"]
    with pytest.raises(Conflict), world.database.begin() as uow:
        delivery.replay(uow, world.shop, first)
    with world.database.read() as session:
        assert [e.event for e in audit.entries(session, world.shop, event="MessageReplayed")] == ["MessageReplayed"]


def test_work_that_was_given_up_is_done_again(world: World) -> None:
    received = inbound.accept(world.database, world.shop, envelope("ana", "hello", "1"))

    def fail(_: Database, work: outbox.Work) -> None:
        raise LookupError(work.kind)

    world.time.run(world.database, Drain(world.database, {"turn": fail}))
    with world.database.read() as session:
        (entry,) = delivery.given_up(session, world.shop)
    assert (entry.kind, entry.reason, entry.conversation_id) == ("turn", "LookupError: turn", received.conversation_id)
    with world.database.begin() as uow:
        delivery.replay(uow, world.shop, entry.id)
    done = []

    def succeed(database: Database, work: outbox.Work) -> None:
        done.append(work.payload["conversation_id"])
        with database.begin() as uow:
            outbox.finish(uow.session, work)

    world.time.run(world.database, Drain(world.database, {"turn": succeed}))
    assert done == [received.conversation_id]
    with world.database.read() as session:
        assert delivery.given_up(session, world.shop) == ()


def test_a_channel_with_a_bug_gives_its_message_up_in_the_end(world: World) -> None:
    chat = world.meet("ana")["ana"]

    class Broken(Post):
        def render(self, *_: object) -> Any:  # noqa: ANN401 - it never answers
            raise ZeroDivisionError

    world.use(Broken(world.office.url))
    world.say(chat, "first")
    world.run()
    assert world.states() == ["dead"]
    assert world.office.book == []


def test_who_was_asleep_beyond_the_lease_changes_nothing(world: World) -> None:
    chat = world.meet("ana")["ana"]
    world.say(chat, "first")
    with world.database.begin() as uow:
        asleep = outbox.claim(uow.session, lane=messaging.send_lane(chat))
    assert asleep is not None
    world.time.forward(hours=1)
    world.run()
    assert world.states() == ["sent"]
    with pytest.raises(LeaseLost):
        Outbound({NAME: world.post}).deliver(world.database, asleep)
    assert len(world.office.book) == 1


def messaging_actor(role: Any, shop: str) -> Any:  # noqa: ANN401 - names of roles
    """Somebody who works there."""
    from core.access import of_staff  # noqa: PLC0415

    assert role in ALLOWED
    return of_staff(shop, "somebody", role)
