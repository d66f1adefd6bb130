"""What comes in at the same time is kept together, and nobody pays for another's mistake."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from channels import inbound
from channels.together import Together
from core import merchants
from core.kernel.errors import NotFound
from core.messaging.models import InboundMessage
from tests.drain.post_office import envelope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.db.session import Database
    from core.merchants import MerchantView
    from core.messaging import Envelope


class Counter:
    """Doubles numbers; the first job waits until all others have lined up. Refuses 13 and all in its company."""

    def __init__(self) -> None:
        self.served: list[list[int]] = []
        self._all_there = threading.Event()
        self.together: Together[int, int] = Together(self._do)

    def _do(self, jobs: Sequence[int]) -> list[int]:
        if not self.served:
            self.served.append(list(jobs))
            assert self._all_there.wait(60)
        else:
            self.served.append(list(jobs))
        if 13 in jobs:
            problem = "thirteen"
            raise ValueError(problem)
        return [2 * job for job in jobs]

    def all_at_once(self, numbers: Sequence[int], keys: Sequence[str]) -> list[object]:
        """What each got, or the error."""
        with ThreadPoolExecutor(len(numbers)) as pool:
            first = pool.submit(self.together.submit, keys[0], numbers[0])
            while not self.served:
                pass
            others = [
                pool.submit(self.together.submit, key, number)
                for number, key in zip(numbers[1:], keys[1:], strict=True)
            ]
            while len(self.together._waiting) < len(others):
                pass
            self._all_there.set()
            return [f.exception() or f.result() for f in (first, *others)]


def test_all_that_wait_are_served_at_once() -> None:
    counter = Counter()
    assert counter.all_at_once([1, 2, 3, 4, 5], ["a"] * 5) == [2, 4, 6, 8, 10]
    assert counter.served[0] == [1]
    assert sorted(counter.served[1]) == [2, 3, 4, 5]
    assert len(counter.served) == 2


def test_jobs_of_another_kind_are_served_apart() -> None:
    counter = Counter()
    assert counter.all_at_once([1, 2, 3, 4, 5], ["a", "a", "b", "a", "b"]) == [2, 4, 6, 8, 10]
    assert sorted(map(sorted, counter.served[1:])) == [[2, 4], [3, 5]]


def test_what_fails_in_company_fails_alone() -> None:
    counter = Counter()
    got = counter.all_at_once([1, 2, 13, 4, 5], ["a"] * 5)
    assert [g for g in got if not isinstance(g, ValueError)] == [2, 4, 8, 10]
    assert isinstance(got[2], ValueError)


def test_a_delivery_of_many_is_kept_whole_and_once(database: Database, shop: MerchantView) -> None:
    batch = [envelope(f"c{n % 3}", f"text {n}", f"m{n}") for n in (5, 1, 4, 2, 3)]
    wrong = envelope("c1", "no id", "")
    received = inbound.accept_all(database, [(shop.id, e) for e in (*batch[:2], wrong, *batch[2:])])
    assert [one.duplicate for one in received] == [False] * 5
    again = inbound.accept_all(database, [(shop.id, e) for e in reversed(batch)])
    assert [one.duplicate for one in again] == [True] * 5
    assert [one.inbound_id for one in again] == [one.inbound_id for one in reversed(received)]
    with database.read() as session:
        rows = session.execute(
            select(InboundMessage.external_id, InboundMessage.seq).where(InboundMessage.merchant_id == shop.id)
        )
        # Of one customer, in the order of the delivery.
        assert {(r.external_id, r.seq) for r in rows} == {("m5", 1), ("m1", 1), ("m4", 2), ("m2", 2), ("m3", 1)}


def test_many_at_once_are_each_kept_once_and_a_stranger_fails_alone(database: Database, shop: MerchantView) -> None:
    def deliver(n: int) -> object:
        whose = shop.id if n != 7 else "nobody"
        try:
            return inbound.accept_all(database, [(whose, envelope(f"c{n % 4}", "hello", f"m{n // 2}"))])
        except NotFound as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(deliver, range(40)))
    assert [n for n, one in enumerate(got) if isinstance(one, NotFound)] == [7]
    with database.read() as session:
        assert session.scalar(select(func.count(InboundMessage.id)).where(InboundMessage.merchant_id == shop.id)) == 20


def test_messages_find_their_shop_and_strangers_are_left_out(database: Database, shop: MerchantView) -> None:
    with database.begin() as uow:
        other = merchants.create_merchant(uow, name="Other", slug="other", currency="USD", locale="en-US")
        merchants.add_location(uow, other.id, name="There")
        merchants.connect_account(uow, shop.id, "post", "office")
        merchants.connect_account(uow, other.id, "post", "others")
    ours, stranger = envelope("ana", "hello", "m1"), replace(envelope("ana", "hello", "m2"), account="nobody's")
    theirs = replace(envelope("ana", "hello", "m1"), account="others")

    async def all_at_once() -> list[bool]:
        deliveries: tuple[list[Envelope], ...] = (
            [ours, stranger, theirs],
            [ours],
            [stranger],
            [envelope("", "who?", "m3")],
            [],
        )
        return await asyncio.gather(*(inbound.take_in(database, delivery) for delivery in deliveries))

    assert asyncio.run(all_at_once()) == [True, True, False, True, True]
    with database.read() as session:
        rows = session.execute(
            select(InboundMessage.merchant_id, InboundMessage.account, InboundMessage.external_id).where(
                InboundMessage.merchant_id.in_((shop.id, other.id))
            )
        )
        found = sorted(tuple(row) for row in rows)
    assert found == sorted([(shop.id, "office", "m1"), (other.id, "others", "m1")])


def test_nothing_to_keep_is_nothing(database: Database, shop: MerchantView) -> None:
    assert inbound.accept_all(database, []) == ()
    assert inbound.accept_all(database, [(shop.id, envelope("", "who?", "m1"))]) == ()


def test_alone_nobody_waits() -> None:
    counter = Counter()
    counter._all_there.set()
    assert counter.together.submit("a", 21) == 42
