"""Carts: one a conversation, changed only as the menu allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import catalogue, orders
from core.kernel.errors import CartClosed, InvalidInput, InvalidLine, NotFound, Unavailable
from core.kernel.money import Money
from core.orders import Choice, Line
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from core.db.uow import UnitOfWork
    from tests.orders.shop import Shop


def _open(uow: UnitOfWork, shop: Shop, conversation_id: str = "talk") -> orders.CartView:
    return orders.open_cart(uow, shop.merchant_id, shop.location_id, shop.customer_id, conversation_id)


def test_a_conversation_has_one_open_cart(database: Database) -> None:
    shop = open_shop(database)
    with database.begin() as uow:
        assert orders.find_cart(uow.session, shop.merchant_id, "talk") is None
        first, again, other = _open(uow, shop), _open(uow, shop), _open(uow, shop, "other")
    assert first == again
    assert other.id != first.id
    assert (first.status, first.version, first.lines, first.causes) == ("open", 1, (), ())
    assert (first.fulfilment, first.customer_name, first.note, first.order_id) == (None, None, "", None)
    with database.read() as session:
        assert orders.find_cart(session, shop.merchant_id, "talk") == first
        assert orders.cart(session, shop.merchant_id, first.id) == first


def test_lines_are_replaced_with_the_words_that_caused_them(database: Database) -> None:
    shop = open_shop(database)
    lines = (Line("scone", 2), Line("roll", modifiers=(Choice("build", "dill", "no"),)))
    before = shop.cart()
    with database.begin() as uow:
        changed = orders.set_lines(uow, shop.merchant_id, before.id, lines, causes=[("two", "scones")])
    assert (changed.lines, changed.causes) == (lines, (("two", "scones"), ()))
    assert changed.version == before.version + 1
    with database.read() as session:
        assert orders.cart(session, shop.merchant_id, before.id) == changed
    with database.begin() as uow:
        emptied = orders.set_lines(uow, shop.merchant_id, before.id, ())
    assert (emptied.lines, emptied.causes, emptied.version) == ((), (), changed.version + 1)


def test_a_refused_change_leaves_the_cart_as_it_was(database: Database) -> None:
    shop = open_shop(database)
    before = shop.cart("talk", (Line("scone"),))
    refused = [
        (InvalidLine, (Line("scone"), Line("lobster")), ()),
        (InvalidLine, (Line("scone", 18_000),), ()),
        (Unavailable, (Line("scone"), Line("tart")), ()),
        (InvalidInput, (Line("scone"),), (("one",), ("two",))),
    ]
    for error, lines, causes in refused:
        with database.begin() as uow, pytest.raises(error):
            orders.set_lines(uow, shop.merchant_id, before.id, lines, causes=causes)
    with database.read() as session:
        assert orders.cart(session, shop.merchant_id, before.id) == before


def test_what_ran_out_stays_in_the_cart_but_cannot_grow(database: Database) -> None:
    shop = open_shop(database)
    cart = shop.cart("talk", (Line("scone", 2),))
    with database.begin() as uow:
        catalogue.set_available(uow, shop.merchant_id, "scone", available=False)
    with database.begin() as uow:
        kept = orders.set_lines(uow, shop.merchant_id, cart.id, (Line("scone", 2), Line("water")))
        assert [line.item for line in kept.lines] == ["scone", "water"]
    with database.begin() as uow, pytest.raises(Unavailable) as refused:
        orders.set_lines(uow, shop.merchant_id, cart.id, (Line("scone", 3), Line("water")))
    assert refused.value.text == "Scone is not available now."
    with database.begin() as uow:
        catalogue.set_available(uow, shop.merchant_id, "scone", available=True)
        assert orders.set_lines(uow, shop.merchant_id, cart.id, (Line("scone", 3),)).lines == (Line("scone", 3),)


def test_details_are_set_one_by_one_and_forgotten_by_none(database: Database) -> None:
    shop = open_shop(database)
    cart = shop.cart()

    def change(**details: str | None) -> tuple[str | None, str | None, str]:
        with database.begin() as uow:
            found = orders.set_details(uow, shop.merchant_id, cart.id, **details)  # type: ignore[arg-type]
            return found.fulfilment, found.customer_name, found.note

    assert change(fulfilment="pickup") == ("pickup", None, "")
    assert change(customer_name="  Ava\u200b ") == ("pickup", "Ava", "")
    assert change(note="ring twice") == ("pickup", "Ava", "ring twice")
    assert change(fulfilment=None, customer_name=None) == (None, None, "ring twice")
    with pytest.raises(InvalidInput) as refused:
        change(fulfilment="delivery")
    assert refused.value.text == "fulfilment: “delivery” is not offered here: choose from pickup, dine_in."


def test_the_price_of_a_cart_is_that_of_the_menu_of_now(database: Database) -> None:
    shop = open_shop(database, tax=1350, inclusive=True)
    cart = shop.cart("talk", (Line("scone", 2),))
    with database.read() as session:
        quote = orders.quote_cart(session, shop.merchant_id, cart.id)
    assert (quote.total, quote.tax) == (Money(550, "EUR"), Money(65, "EUR"))


def test_an_abandoned_cart_is_closed_and_the_next_one_is_new(database: Database) -> None:
    shop = open_shop(database)
    cart = shop.cart("talk", (Line("scone"),))
    with database.begin() as uow:
        gone = orders.abandon_cart(uow, shop.merchant_id, cart.id)
        assert orders.abandon_cart(uow, shop.merchant_id, cart.id) == gone
        assert gone.status == "abandoned"
        assert orders.find_cart(uow.session, shop.merchant_id, "talk") is None
        assert _open(uow, shop).id != cart.id
        for attempt in (
            lambda: orders.set_lines(uow, shop.merchant_id, cart.id, ()),
            lambda: orders.set_details(uow, shop.merchant_id, cart.id, note="x"),
            lambda: orders.place_order(uow, shop.merchant_id, cart.id),
        ):
            with pytest.raises(CartClosed):
                attempt()


def test_there_is_no_cart_of_an_unknown_id(database: Database) -> None:
    shop = open_shop(database)
    with database.begin() as uow, pytest.raises(NotFound):
        orders.set_lines(uow, shop.merchant_id, "0" * 32, ())


def test_a_change_tells_the_pages_that_show_the_cart(database: Database) -> None:
    shop = open_shop(database)
    cart = shop.cart("talk")
    told: list[frozenset[str]] = []
    database.on_commit(lambda committed: told.append(committed.topics))
    with database.begin() as uow:
        orders.set_lines(uow, shop.merchant_id, cart.id, (Line("scone"),))
    assert told == [frozenset({"conversation:talk"})]
