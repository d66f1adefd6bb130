"""Orders that become others: price, stock, payment and tickets with them; and how long customers may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import catalogue, kitchen, ledger, merchants, orders, payments
from core.access import of_customer
from core.catalogue.format import menu_from_json
from core.db.session import Database
from core.kernel.errors import Conflict, InvalidInput, OutOfStock, StaleOrder, TooLate
from core.kernel.money import Money
from core.merchants import Policy
from core.orders import Choice, Line
from tests.orders.ledger import differing
from tests.orders.ledger import ledger as rows
from tests.orders.shop import MENU, open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.access import Actor
    from core.orders import OrderView
    from tests.orders.shop import Shop

NO_DILL = Line("roll", 1, modifiers=(Choice("build", "dill", "no"),))


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """One database is enough here: what both must do alike is shown by the random days."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def _change(shop: Shop, found: OrderView, lines: Sequence[Line], actor: Actor | None = None) -> OrderView:
    begun = shop.database.begin(actor) if actor else shop.database.begin()
    with begun as uow:
        return orders.change_order(uow, shop.merchant_id, found.id, lines, expected_version=found.version)


def _tickets(shop: Shop, order_id: str) -> list[tuple[int, str, tuple[str, ...], tuple[str, ...]]]:
    with shop.database.read() as session:
        found = kitchen.tickets_of_order(session, shop.merchant_id, order_id)
        return [(t.number, t.state, t.lines, t.changes) for t in found]


def test_a_change_moves_price_stock_payment_books_and_tickets(database: Database) -> None:
    shop = open_shop(database, tax=1000)
    shop.stock("roll", 5)
    shop.stock("scone", 5)
    placed = shop.order(Line("roll", 2), Line("water"))
    after = _change(shop, placed, (Line("roll", 1), Line("scone", 3), NO_DILL))
    assert (after.version, after.subtotal.amount, after.total) == (2, 995 + 825 + 995, Money(3097, "EUR"))
    assert after.lines[0].id == placed.lines[0].id
    assert shop.level("roll") == (5, 2)
    assert shop.level("scone") == (5, 3)
    with database.read() as session:
        assert orders.order(session, shop.merchant_id, placed.id) == after
        assert payments.still_due(session, shop.merchant_id, placed.id) == after.total
        assert ledger.balance(session, shop.merchant_id, "receivable") == after.total
        assert orders.check_books(session, shop.merchant_id) == ()
    assert _tickets(shop, placed.id) == [
        (
            1,
            "open",
            ("1 × Crab roll", "3 × Scone", "1 × Crab roll", "  NO dill"),
            ("– 1 × Crab roll", "– 1 × Still water", "+ 3 × Scone", "+ 1 × Crab roll"),
        )
    ]


def test_what_was_cooked_is_not_cooked_again(database: Database) -> None:
    shop = open_shop(database)
    placed = shop.order(Line("roll", 2), Line("scone"))
    with database.begin() as uow:
        orders.accept(uow, shop.merchant_id, placed.id)
        (ticket,) = kitchen.tickets_of_order(uow.session, shop.merchant_id, placed.id)
        started = orders.start_ticket(uow, shop.merchant_id, ticket.id)
        assert started.cooking == "cooking"
        assert orders.order(uow.session, shop.merchant_id, placed.id).state == "preparing"
        kitchen.bump(uow, shop.merchant_id, ticket.id)
    more = _change(shop, placed, (Line("roll", 3), Line("scone")))
    assert _tickets(shop, placed.id)[1:] == [(2, "open", ("1 × Crab roll",), ("+ 1 × Crab roll",))]
    fewer = _change(shop, more, (Line("roll", 1), Line("scone")))
    assert _tickets(shop, placed.id)[1][1:3] == ("cancelled", ())
    # Two rolls were made: the second is there already.
    _change(shop, fewer, (Line("roll", 2), Line("scone")))
    assert [(n, state) for n, state, _, _ in _tickets(shop, placed.id)] == [(1, "done"), (2, "cancelled")]


def test_units_that_stay_keep_the_price_they_were_sold_at(database: Database) -> None:
    shop = open_shop(database)
    placed = shop.order(Line("roll"))
    dearer = MENU | {"items": [i | ({"price": "20.00"} if i["id"] in {"roll", "scone"} else {}) for i in MENU["items"]]}
    with database.begin() as uow:
        catalogue.import_menu(uow, shop.merchant_id, menu_from_json(dearer))
    after = _change(shop, placed, (Line("roll"), Line("scone")))
    assert [line.total.amount for line in after.lines] == [995, 2000]


def test_an_order_that_was_changed_meanwhile_is_looked_at_again_first(database: Database) -> None:
    shop = open_shop(database)
    placed = shop.order(Line("roll"))
    first = _change(shop, placed, (Line("roll", 2),))
    assert _change(shop, first, (Line("roll", 2),)) == first
    before = rows(database)
    with pytest.raises(StaleOrder, match=r"version 2, not 1"):
        _change(shop, placed, (Line("roll", 3),))
    assert differing(before, rows(database)) == set()


def test_a_change_that_there_is_no_stock_for_changes_nothing(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 2)
    shop.stock("scone", 1)
    placed = shop.order(Line("roll", 2), Line("scone"))
    before = rows(database)
    with pytest.raises(OutOfStock, match="Only 1 of Scone left"):
        _change(shop, placed, (Line("roll", 1), Line("scone", 2)))
    assert differing(before, rows(database)) == set()


def test_what_was_paid_goes_back_or_is_asked_for_by_the_difference(database: Database) -> None:
    shop = open_shop(database)
    placed = shop.order(Line("roll", 2))
    with database.begin() as uow:
        due = payments.of_order(uow.session, shop.merchant_id, placed.id)
        assert due is not None
        payments.take_at_counter(uow, shop.merchant_id, due.id)
    more = _change(shop, placed, (Line("roll", 3),))
    with database.read() as session:
        assert payments.still_due(session, shop.merchant_id, placed.id) == Money(995, "EUR")
    _change(shop, more, (Line("roll", 1),))
    with database.read() as session:
        assert payments.still_due(session, shop.merchant_id, placed.id) == Money(0, "EUR")
        (back,) = payments.refunds_of_order(session, shop.merchant_id, placed.id)
        assert (back.amount, back.state) == (Money(995, "EUR"), "succeeded")
        assert ledger.balance(session, shop.merchant_id, "receivable") == Money(0, "EUR")
        assert ledger.balance(session, shop.merchant_id, "cash") == Money(995, "EUR")


@pytest.mark.parametrize(
    ("policy", "step", "may"),
    [
        ("before_cooking", "", True),
        ("before_cooking", "accept", True),
        ("before_cooking", "start", False),
        ("before_acceptance", "", True),
        ("before_acceptance", "accept", False),
        ("never", "", False),
    ],
)
def test_customers_may_as_long_as_the_policy_says_and_staff_longer(
    sqlite_shop: Shop, policy: str, step: str, *, may: bool
) -> None:
    shop = sqlite_shop
    with shop.database.begin() as uow:
        rule = Policy(customer_cancels=policy, customer_changes=policy)  # type: ignore[arg-type]
        merchants.set_policy(uow, shop.merchant_id, shop.location_id, rule)
    placed = shop.order(Line("roll", 2))
    with shop.database.begin() as uow:
        if step:
            orders.accept(uow, shop.merchant_id, placed.id)
        if step == "start":
            (ticket,) = kitchen.tickets_of_order(uow.session, shop.merchant_id, placed.id)
            orders.start_ticket(uow, shop.merchant_id, ticket.id)
    guest = of_customer(shop.merchant_id, shop.customer_id)
    if may:
        after = _change(shop, placed, (Line("roll", 1),), guest)
        with shop.database.begin(guest) as uow:
            assert orders.cancel(uow, shop.merchant_id, after.id, reason="customer").state == "cancelled"
        return
    before = rows(shop.database)
    with pytest.raises(TooLate, match="cannot be changed any more"):
        _change(shop, placed, (Line("roll", 1),), guest)
    with shop.database.begin(guest) as uow, pytest.raises(TooLate, match="cannot be cancelled any more"):
        orders.cancel(uow, shop.merchant_id, placed.id, reason="customer")
    assert differing(before, rows(shop.database)) == set()
    assert _change(shop, placed, (Line("roll", 1),)).version == 2


@pytest.mark.parametrize(("restock", "left"), [(None, (3, 0)), (True, (5, 0))])
def test_what_was_begun_counts_as_used_unless_it_can_be_sold(
    database: Database, *, restock: bool | None, left: tuple[int, int]
) -> None:
    shop = open_shop(database)
    shop.stock("roll", 5)
    placed = shop.order(Line("roll", 2))
    with database.begin() as uow:
        orders.accept(uow, shop.merchant_id, placed.id)
        (ticket,) = kitchen.tickets_of_order(uow.session, shop.merchant_id, placed.id)
        orders.start_ticket(uow, shop.merchant_id, ticket.id)
        with pytest.raises(InvalidInput, match="the kitchen has begun, so say why"):
            orders.cancel(uow, shop.merchant_id, placed.id, reason=" ")
        orders.cancel(uow, shop.merchant_id, placed.id, reason="left", restock=restock)
    assert shop.level("roll") == left


def test_what_is_ready_or_partly_refunded_is_not_changed(database: Database) -> None:
    shop = open_shop(database)
    placed = shop.order(Line("roll", 2))
    with database.begin() as uow:
        orders.refund_order(uow, shop.merchant_id, placed.id, amount=Money(100, "EUR"), reason="late", ref="a")
    with pytest.raises(Conflict, match="was refunded"):
        _change(shop, placed, (Line("roll", 1),))
    with database.begin() as uow:
        orders.accept(uow, shop.merchant_id, placed.id)
        orders.mark_ready(uow, shop.merchant_id, placed.id)
    with pytest.raises(TooLate, match="is ready"):
        _change(shop, placed, (Line("roll", 1),))
