"""Kitchen tickets: made with the order, bumped, recalled, cleared when it is cancelled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core import kitchen, orders
from core.kernel.errors import Conflict, NotFound
from core.orders import Choice, Line
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from core.kitchen import TicketState
    from tests.orders.shop import Shop


def _tickets(shop: Shop, state: TicketState = "open") -> list[str]:
    with shop.database.read() as session:
        return [t.order_id for t in kitchen.tickets(session, shop.merchant_id, state=state)]


def test_a_ticket_says_what_to_make_for_whom(database: Database) -> None:
    shop = open_shop(database)
    line = Line("roll", 2, modifiers=(Choice("build", "radish", "no"), Choice("build", "capers", "extra")))
    cart = shop.cart("talk", (line,))
    with database.begin() as uow:
        orders.set_details(uow, shop.merchant_id, cart.id, fulfilment="pickup", customer_name="Ava", note="hurry")
    placed = shop.place(cart.id)
    with database.read() as session:
        (ticket,) = kitchen.tickets(session, shop.merchant_id)
        assert kitchen.tickets_of_order(session, shop.merchant_id, placed.id) == (ticket,)
    assert ticket.lines == ("2 \u00d7 Crab roll", "  NO radish", "  EXTRA capers")
    assert (ticket.code, ticket.fulfilment, ticket.customer_name, ticket.note) == (
        placed.code,
        "pickup",
        "Ava",
        "hurry",
    )
    assert (ticket.placed_at, ticket.location_id, ticket.done_at) == (placed.placed_at, shop.location_id, None)


def test_open_tickets_are_shown_oldest_first_and_bumped_ones_latest_first(database: Database) -> None:
    shop = open_shop(database)
    placed = [shop.order(Line("scone")).id for _ in range(3)]
    assert _tickets(shop) == placed
    with database.begin() as uow:
        for ticket in kitchen.tickets(uow.session, shop.merchant_id)[:2]:
            assert kitchen.bump(uow, shop.merchant_id, ticket.id).state == "done"
    assert _tickets(shop) == placed[2:]
    assert _tickets(shop, "done") == [placed[1], placed[0]]


def test_bumping_and_recalling_repeat_harmlessly(database: Database) -> None:
    shop = open_shop(database)
    shop.order(Line("scone"))
    with database.begin() as uow:
        (ticket,) = kitchen.tickets(uow.session, shop.merchant_id)
        bumped = kitchen.bump(uow, shop.merchant_id, ticket.id)
        assert kitchen.bump(uow, shop.merchant_id, ticket.id) == bumped
        assert bumped.done_at is not None
        assert kitchen.recall(uow, shop.merchant_id, ticket.id) == replace(ticket, started_at=bumped.started_at)
        assert kitchen.recall(uow, shop.merchant_id, ticket.id) == replace(ticket, started_at=bumped.started_at)
        with pytest.raises(NotFound):
            kitchen.bump(uow, shop.merchant_id, "0" * 32)


def test_the_board_is_told_of_a_change_and_only_of_a_change(database: Database) -> None:
    shop = open_shop(database)
    shop.order(Line("scone"))
    told: list[frozenset[str]] = []
    database.on_commit(lambda committed: told.append(committed.topics))
    for _ in range(2):
        with database.begin() as uow:
            for ticket in kitchen.tickets(uow.session, shop.merchant_id):
                kitchen.bump(uow, shop.merchant_id, ticket.id)
    assert told == [frozenset({f"orders:{shop.merchant_id}"})]


def test_a_cancelled_order_leaves_the_kitchen_for_good(database: Database) -> None:
    shop = open_shop(database)
    placed = shop.order(Line("scone"))
    with database.begin() as uow:
        (ticket,) = kitchen.tickets(uow.session, shop.merchant_id)
        kitchen.bump(uow, shop.merchant_id, ticket.id)
        orders.cancel(uow, shop.merchant_id, placed.id, reason="gone")
    before = ledger(database)
    for turn in (kitchen.bump, kitchen.recall):
        with database.begin() as uow, pytest.raises(Conflict, match=f"Order {placed.code} was cancelled"):
            turn(uow, shop.merchant_id, ticket.id)
    assert differing(before, ledger(database)) == set()
    assert (_tickets(shop), _tickets(shop, "done"), _tickets(shop, "cancelled")) == ([], [], [placed.id])


def test_an_order_that_is_ready_has_nothing_left_to_make(database: Database) -> None:
    shop = open_shop(database)
    placed = shop.order(Line("scone"))
    with database.begin() as uow:
        orders.accept(uow, shop.merchant_id, placed.id)
        assert _state(shop, placed.id) == "open"
        orders.mark_ready(uow, shop.merchant_id, placed.id)
    assert _state(shop, placed.id) == "done"


def _state(shop: Shop, order_id: str) -> str:
    with shop.database.read() as session:
        (ticket,) = kitchen.tickets_of_order(session, shop.merchant_id, order_id)
        return ticket.state
