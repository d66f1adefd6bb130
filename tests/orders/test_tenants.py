"""Another shop's rows do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import customers, inventory, kitchen, orders
from core.kernel.errors import NotFound
from core.orders import Line
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.session import Database


def test_another_shops_ids_are_not_found_anywhere(database: Database) -> None:
    mine, theirs = open_shop(database, "mine"), open_shop(database, "theirs")
    theirs.stock("roll", 5)
    cart = theirs.cart("theirs", (Line("roll"),))
    order = theirs.order(Line("roll"), conversation_id="placed")
    with database.read() as session:
        (ticket,) = kitchen.tickets(session, theirs.merchant_id)
    before = ledger(database)
    me, at = mine.merchant_id, theirs.location_id
    with database.begin() as uow:
        attempts: list[Callable[[], object]] = [
            lambda: orders.open_cart(uow, me, at, mine.customer_id, "t"),
            lambda: orders.open_cart(uow, me, mine.location_id, theirs.customer_id, "t"),
            lambda: orders.cart(uow.session, me, cart.id),
            lambda: orders.quote_cart(uow.session, me, cart.id),
            lambda: orders.set_lines(uow, me, cart.id, ()),
            lambda: orders.set_details(uow, me, cart.id, note="mine now"),
            lambda: orders.abandon_cart(uow, me, cart.id),
            lambda: orders.place_order(uow, me, cart.id),
            lambda: orders.order(uow.session, me, order.id),
            lambda: orders.accept(uow, me, order.id),
            lambda: orders.mark_ready(uow, me, order.id),
            lambda: orders.complete(uow, me, order.id),
            lambda: orders.cancel(uow, me, order.id, reason="spite"),
            lambda: kitchen.bump(uow, me, ticket.id),
            lambda: kitchen.recall(uow, me, ticket.id),
            lambda: customers.customer(uow.session, me, theirs.customer_id),
            lambda: customers.identities(uow.session, me, theirs.customer_id),
            lambda: customers.set_name(uow, me, theirs.customer_id, "Nobody"),
            lambda: inventory.receive(uow, me, at, "roll", 1, reason="gift"),
            lambda: inventory.count(uow, me, at, "roll", 1),
            lambda: inventory.write_off(uow, me, at, "roll", 1, reason="theft"),
        ]
        for attempt in attempts:
            with pytest.raises(NotFound):
                attempt()
        session = uow.session
        assert orders.find_cart(session, me, "theirs") is None
        assert orders.latest_order(session, me, theirs.customer_id) is None
        assert orders.list_orders(session, me, states=orders.states.STATES) == ()
        assert kitchen.tickets(session, me) == ()
        assert kitchen.tickets_of_order(session, me, order.id) == ()
        assert inventory.level(session, me, at, "roll") is None
        assert inventory.levels(session, me, at) == ()
        assert inventory.movements(session, me, at, "roll") == ()
        inventory.ship(uow, me, order.id)
        inventory.release(uow, me, order.id)
    assert differing(before, ledger(database)) == set()


def test_one_conversation_id_in_two_shops_is_two_conversations(database: Database) -> None:
    mine, theirs = open_shop(database, "mine"), open_shop(database, "theirs")
    assert mine.cart("talk").id != theirs.cart("talk").id
