"""A cart becomes an order once, and all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core import catalogue, customers, inventory, kitchen, orders
from core.db import outbox
from core.kernel import clock, ids
from core.kernel.errors import CartClosed, CartIncomplete, InvalidLine, OutOfStock, PriceChanged, Unavailable
from core.kernel.money import Money
from core.orders import Choice, Line, Missing, Slot
from core.orders.service import placing
from tests.orders.ledger import differing, ledger
from tests.orders.shop import MENU, open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from tests.orders.shop import Shop

LINES = (
    Line("roll", 2, modifiers=(Choice("build", "dill", "no"),)),
    Line("roll", 1),
    Line("pier", 1, slots=(Slot("main", "chowder", "bowl", (Choice("bread", "rye"),)),)),
)


def test_an_order_keeps_names_prices_and_words_of_its_moment(database: Database) -> None:
    shop = open_shop(database, tax=1350)
    cart = shop.cart()
    with database.begin() as uow:
        orders.set_lines(uow, shop.merchant_id, cart.id, LINES, causes=[("two", "crab", "rolls", "no", "dill")])
        orders.set_details(uow, shop.merchant_id, cart.id, fulfilment="dine_in", customer_name="Ava", note="table four")
    with clock.at(clock.now()):
        placed = shop.place(cart.id)
        assert placed.placed_at == clock.now()
    dearer = MENU | {"items": [i | {"price": "99.00", "name": f"New {i['name']}"} for i in MENU["items"]]}
    with database.begin() as uow:
        catalogue.import_menu(uow, shop.merchant_id, catalogue_menu(dearer))
    with database.read() as session:
        assert orders.order(session, shop.merchant_id, placed.id) == placed
    assert [(o.name, o.unit.amount, o.total.amount) for o in placed.lines] == [
        ("Crab roll", 995, 1990),
        ("Crab roll", 995, 995),
        ("Pier lunch", 1480, 1480),
    ]
    assert (placed.subtotal.amount, placed.tax.amount, placed.total) == (4465, 603, Money(5068, "EUR"))
    assert [o.causes for o in placed.lines] == [("two", "crab", "rolls", "no", "dill"), (), ()]
    assert [o.line for o in placed.lines[:2]] == list(LINES[:2])
    assert placed.lines[2].line.slots[1] == Slot("sweet", "scone")
    assert (placed.state, placed.fulfilment, placed.customer_name, placed.note) == (
        "new",
        "dine_in",
        "Ava",
        "table four",
    )
    assert (placed.customer_id, placed.conversation_id, placed.cart_id) == (shop.customer_id, "talk", cart.id)


def catalogue_menu(data: dict[str, Any]) -> catalogue.Menu:
    from core.catalogue.format import menu_from_json  # noqa: PLC0415 - one use

    return menu_from_json(data)


def test_placing_again_returns_the_first_order_and_changes_nothing(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 10)
    cart = shop.cart("talk", LINES)
    first = shop.place(cart.id)
    before = ledger(database)
    assert shop.place(cart.id) == first
    assert differing(before, ledger(database)) == set()
    assert shop.level("roll") == (10, 3)
    with database.read() as session:
        closed = orders.cart(session, shop.merchant_id, cart.id)
        assert (closed.status, closed.order_id) == ("placed", first.id)
        assert orders.find_cart(session, shop.merchant_id, "talk") is None
    with database.begin() as uow, pytest.raises(CartClosed):
        orders.set_lines(uow, shop.merchant_id, cart.id, ())
    with database.begin() as uow, pytest.raises(CartClosed):
        orders.abandon_cart(uow, shop.merchant_id, cart.id)


def test_placing_tells_the_kitchen_the_subscribers_and_the_pages(database: Database) -> None:
    shop = open_shop(database)
    cart = shop.cart("talk", LINES)
    told: list[frozenset[str]] = []
    database.on_commit(lambda committed: told.append(committed.topics))
    placed = shop.place(cart.id)
    assert told == [frozenset({"conversation:talk", f"orders:{shop.merchant_id}"})]
    with database.read() as session:
        (ticket,) = kitchen.tickets(session, shop.merchant_id)
    assert (ticket.order_id, ticket.code, ticket.station, ticket.state) == (placed.id, placed.code, "kitchen", "open")
    assert ticket.lines[:2] == ("2 \u00d7 Crab roll", "  NO dill")
    with database.begin() as uow:
        work = outbox.claim(uow.session, lane=f"order:{placed.id}")
    assert work is not None
    assert work.kind == "event:OrderPlaced"
    assert orders.events.OrderPlaced.of(work.payload) == orders.events.OrderPlaced(
        merchant_id=shop.merchant_id,
        order_id=placed.id,
        customer_id=shop.customer_id,
        conversation_id="talk",
        code=placed.code,
    )


def test_a_cart_that_lacks_something_is_not_placed(database: Database) -> None:
    shop = open_shop(database)
    empty = shop.cart("empty")
    lacking = shop.cart("lacking", (Line("scone"), Line("chowder", variation="cup")))
    before = ledger(database)
    with pytest.raises(CartIncomplete) as nothing:
        shop.place(empty.id)
    with pytest.raises(CartIncomplete) as incomplete:
        shop.place(lacking.id)
    assert nothing.value.text == "The cart is empty: choose something first."
    assert incomplete.value.text == "Chowder, cup lacks the modifier of “bread”: choose from soda, rye."
    assert incomplete.value.values["missing"] == (Missing(1, None, "modifier", "bread", ("soda", "rye")),)
    assert differing(before, ledger(database)) == set()


def test_what_is_not_sold_any_more_is_not_placed(database: Database) -> None:
    shop = open_shop(database)
    cart = shop.cart("talk", (Line("scone"), Line("water")))
    with database.begin() as uow:
        catalogue.set_available(uow, shop.merchant_id, "water", available=False)
    before = ledger(database)
    with pytest.raises(Unavailable, match="Still water is not available now"):
        shop.place(cart.id)
    assert differing(before, ledger(database)) == set()
    without = MENU | {"items": [i for i in MENU["items"] if i["id"] != "water"]}
    with database.begin() as uow:
        catalogue.import_menu(uow, shop.merchant_id, catalogue_menu(without))
    with pytest.raises(InvalidLine, match="“water” is not on the menu"):
        shop.place(cart.id)


def test_a_total_other_than_the_one_agreed_to_is_not_placed(database: Database) -> None:
    shop = open_shop(database)
    cart = shop.cart("talk", (Line("scone"),))
    before = ledger(database)
    with pytest.raises(PriceChanged) as refused, database.begin() as uow:
        orders.place_order(uow, shop.merchant_id, cart.id, expected_total=Money(250, "EUR"))
    assert refused.value.text == "The total is 2.75 EUR now, not 2.50 EUR: ask again before ordering."
    assert differing(before, ledger(database)) == set()
    with database.begin() as uow:
        placed = orders.place_order(uow, shop.merchant_id, cart.id, expected_total=Money(275, "EUR"))
    assert placed.total == Money(275, "EUR")


def test_lines_that_share_an_item_never_oversell_it(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 4)
    plain, without = Line("roll", 2), Line("roll", 2, modifiers=(Choice("build", "dill", "no"),))
    combo = Line("pier", 1, slots=(Slot("main", "roll"),))
    cart = shop.cart("talk", (plain, without, combo))
    before = ledger(database)
    with pytest.raises(OutOfStock) as short:
        shop.place(cart.id)
    assert short.value.values == {
        "item": "Crab roll",
        "item_id": "roll",
        "left": 4,
        "wanted": 5,
        "stock_item_id": "roll",
    }
    assert short.value.text == "Only 4 of Crab roll left, 5 asked for."
    assert differing(before, ledger(database)) == set()
    shop.order(plain, without, conversation_id="fits")
    assert shop.level("roll") == (4, 4)


def test_a_refusal_that_the_caller_survives_leaves_nothing_in_its_transaction(database: Database) -> None:
    """A turn answers "sold out" and commits its reply: what was reserved before the refusal must not come along."""
    shop = open_shop(database)
    shop.stock("roll", 5)
    shop.stock("scone", 1)
    cart = shop.cart("talk", (Line("roll", 3), Line("scone", 2)))
    before = ledger(database)
    _place_and_survive(shop, cart.id)
    assert differing(before, ledger(database)) == {"work"}
    assert shop.level("roll") == (5, 0)


def test_control_without_the_savepoint_a_survived_refusal_leaves_half_an_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(database)
    shop.stock("roll", 5)
    shop.stock("scone", 1)
    cart = shop.cart("talk", (Line("roll", 3), Line("scone", 2)))
    before = ledger(database)
    monkeypatch.setattr("core.db.wire.Savepoint.undo", lambda _savepoint: None)
    _place_and_survive(shop, cart.id)
    assert differing(before, ledger(database)) == {"work", "orders", "order_lines", "carts", "tickets", "stock_levels"}


def _place_and_survive(shop: Shop, cart_id: str) -> None:
    with shop.database.begin() as uow:
        with pytest.raises(OutOfStock):
            orders.place_order(uow, shop.merchant_id, cart_id)
        uow.enqueue("talk", "reply", {}, merchant_id=shop.merchant_id)


@pytest.mark.parametrize("step", ["_save", "_reserve", "tell_kitchen", "change", "announce"])
def test_a_failure_after_any_step_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    shop = open_shop(database)
    shop.stock("roll", 9)
    cart = shop.cart("talk", LINES)
    before = ledger(database)
    done = getattr(placing, step)

    def break_after(*arguments: object, **named: object) -> None:
        done(*arguments, **named)
        message = f"broke after {step}"
        raise RuntimeError(message)

    with monkeypatch.context() as patch:
        patch.setattr(placing, step, break_after)
        with pytest.raises(RuntimeError, match=step):
            shop.place(cart.id)
    assert differing(before, ledger(database)) == set()
    shop.place(cart.id)
    assert differing(before, ledger(database)) == {
        "carts",
        "orders",
        "order_lines",
        "stock_levels",
        "stock_reservations",
        "tickets",
        "work",
    }


def test_a_code_means_one_open_order_of_a_location(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop(database)
    codes = iter(["AAAA", "AAAA", "BBBB", "AAAA"])
    monkeypatch.setattr("core.orders.repository.new_code", lambda: next(codes))
    first, second = shop.order(Line("scone")), shop.order(Line("scone"))
    assert (first.code, second.code) == ("AAAA", "BBBB")
    with database.begin() as uow:
        orders.cancel(uow, shop.merchant_id, first.id, reason="gone")
    assert shop.order(Line("scone")).code == "AAAA"
    assert len(ids.new_code()) == 4


def test_orders_are_found_by_state_and_by_customer(database: Database) -> None:
    shop = open_shop(database)
    with database.begin() as uow:
        other = customers.identify(uow, shop.merchant_id, "web", "", "other")
    first, second, third = (shop.order(Line("scone", n)) for n in (1, 2, 3))
    with database.begin() as uow:
        orders.accept(uow, shop.merchant_id, second.id)
        orders.cancel(uow, shop.merchant_id, third.id, reason="")
    with database.read() as session:
        assert [o.id for o in orders.list_orders(session, shop.merchant_id)] == [second.id, first.id]
        assert [o.id for o in orders.list_orders(session, shop.merchant_id, limit=1)] == [second.id]
        cancelled = orders.list_orders(session, shop.merchant_id, states={"cancelled"})
        assert [(o.id, o.state, len(o.lines)) for o in cancelled] == [(third.id, "cancelled", 1)]
        latest = orders.latest_order(session, shop.merchant_id, shop.customer_id)
        assert latest is not None
        assert latest.id == third.id
        assert orders.latest_order(session, shop.merchant_id, other.id) is None


def test_items_that_nobody_counts_never_run_out(database: Database) -> None:
    shop = open_shop(database)
    shop.order(Line("scone", 99))
    with database.read() as session:
        assert inventory.levels(session, shop.merchant_id, shop.location_id) == ()
