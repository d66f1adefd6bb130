"""Twenty customers order at once, each message arrives three times, and the workers are being killed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from channels import inbound
from channels.base import Abilities
from comanda.demo import make_demo_shop
from core import inventory, merchants, messaging, orders
from core.messaging import Envelope
from tests.journeys.crew import Crew, until

if TYPE_CHECKING:
    from pathlib import Path

    from core.db.session import Database

CUSTOMERS = 20
TALK = (
    "two croissants",
    "and another croissant",
    "one more croissant please",
    "and a banana bread",
    "that's all, for pickup, my name is Ana",
    "yes, place it",
)
CROISSANTS = 4  # that a customer orders


def _talk(database: Database, merchant_id: str, customer: int, crew: Crew) -> str:
    """Say everything, each message three times, the next one when the last is answered; the conversation's id."""
    conversation = ""
    for number, text in enumerate(TALK):
        envelope = Envelope(
            channel="test",
            account="shop",
            external_id=f"{customer}-{number}",
            sender=f"customer {customer}",
            kind="text",
            text=text,
            pushes=False,
        )
        kept = [inbound.accept(database, merchant_id, envelope, abilities=Abilities(text=4096)) for _ in range(3)]
        assert [k.duplicate for k in kept] == [False, True, True]
        conversation = kept[0].conversation_id

        def answered(inbound_id: str = kept[0].inbound_id) -> bool:
            with database.read() as session:
                return messaging.is_answered(session, merchant_id, inbound_id)

        until(answered, 300)
        crew.answered()
    return conversation


@pytest.mark.timeout(700)
def test_every_message_is_answered_and_every_order_placed_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    shop = make_demo_shop(database)
    with database.read() as session:
        place = merchants.default_location(session, shop.id)
    with database.begin() as uow:
        inventory.receive(uow, shop.id, place.id, "croissant", 1000, reason="a busy day")
        inventory.receive(uow, shop.id, place.id, "banana_bread", 1000, reason="a busy day")
        before = inventory.level(uow.session, shop.id, place.id, "croissant")
    assert before is not None
    with Crew(database_url, tmp_path, size=4, every=10, seed=11) as crew, ThreadPoolExecutor(10) as pool:
        talks = list(pool.map(lambda n: _talk(database, shop.id, n, crew), range(CUSTOMERS)))
    assert crew.kills == 12
    assert len(set(talks)) == CUSTOMERS
    with database.read() as session:
        placed = orders.list_orders(session, shop.id, states=["new"], limit=1000)
        after = inventory.level(session, shop.id, place.id, "croissant")
        logs = [messaging.log(session, talk) for talk in talks]
        turns = [messaging.turns(session, talk) for talk in talks]
    assert sorted(o.conversation_id for o in placed) == sorted(talks)
    sold = [{line.line.item: line.line.quantity for line in order.lines} for order in placed]
    assert sold == [{"croissant": CROISSANTS, "banana_bread": 1}] * CUSTOMERS
    assert after is not None
    assert after.reserved - before.reserved == CROISSANTS * CUSTOMERS
    for log in logs:
        assert [entry.direction for entry in log] == ["in", "out"] * len(TALK)
        assert [entry.text for entry in log if entry.direction == "in"] == list(TALK)
    assert [[t.number for t in told] for told in turns] == [list(range(1, len(TALK) + 1))] * CUSTOMERS
