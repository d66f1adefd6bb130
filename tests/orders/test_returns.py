"""Money back: by line, by amount, whole; exact to the cent, never more than was paid, once a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import inventory, ledger, orders, payments
from core.access import of_customer
from core.db.session import Database
from core.kernel.errors import Conflict, IllegalTransition, InvalidInput, NotAllowed
from core.kernel.money import Money
from core.orders import Line, pricing, pricing_refunds
from core.orders.discounts import Discount
from tests.orders.ledger import differing
from tests.orders.ledger import ledger as rows
from tests.orders.shop import open_shop, small_menu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.orders import OrderView, ReturnView
    from tests.orders.shop import Shop


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """One database is enough here: what both must do alike is shown by the random days."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def done(shop: Shop, *lines: Line, pay: bool = True, percent: int = 0) -> OrderView:
    """An order that the customer has, paid at the counter."""
    cart = shop.cart("talk", lines)
    with shop.database.begin() as uow:
        if percent:
            discount = Discount("friends", "Friends", basis_points=percent * 100, reason="a friend")
            orders.give_discount(uow, shop.merchant_id, cart.id, discount)
        placed = orders.place_order(uow, shop.merchant_id, cart.id)
        for step in (orders.accept, orders.mark_ready, orders.complete):
            step(uow, shop.merchant_id, placed.id)
        due = payments.of_order(uow.session, shop.merchant_id, placed.id)
        if pay and due is not None:
            payments.take_at_counter(uow, shop.merchant_id, due.id)
        return orders.order(uow.session, shop.merchant_id, placed.id)


def refund(shop: Shop, order: OrderView, ref: str, *, restock: bool = False, **what: object) -> ReturnView:
    with shop.database.begin() as uow:
        return orders.refund_order(
            uow,
            shop.merchant_id,
            order.id,
            reason="missing",
            ref=ref,
            restock=restock,
            **what,  # type: ignore[arg-type] # lines or an amount
        )


def back(shop: Shop, order: OrderView) -> int:
    with shop.database.read() as session:
        found = payments.refunds_of_order(session, shop.merchant_id, order.id)
        return sum(r.amount.amount for r in found if r.state == "succeeded")


def test_a_line_gives_back_its_own_share_and_leaves_the_others_alone(database: Database) -> None:
    """An order's discount does not move onto what remains when a line is refunded."""
    shop = open_shop(database, tax=1350)
    order = done(shop, Line("roll", 3), Line("scone"), Line("water", 2), percent=10)
    before = order.lines
    first = refund(shop, order, "a", lines={order.lines[0].id: 1})
    assert first.parts is not None
    part = first.parts.lines[0]
    share = before[0]
    assert (part.amount, part.tax, part.discount) == (
        share.net.first(1, 3),
        share.tax.first(1, 3),
        share.discount.first(1, 3),
    )
    rest = refund(shop, order, "b")
    assert first.total is not None
    assert rest.total is not None
    assert first.total + rest.total == order.total
    assert back(shop, order) == order.total.amount
    with database.read() as session:
        assert orders.order(session, shop.merchant_id, order.id).lines == before
        assert ledger.balance(session, shop.merchant_id, "receivable") == Money(0, "EUR")
        assert ledger.balance(session, shop.merchant_id, "cash") == Money(0, "EUR")
        assert orders.check_books(session, shop.merchant_id) == ()


@settings(max_examples=40, deadline=None)
@given(
    quantities=st.lists(st.integers(1, 7), min_size=1, max_size=4),
    percent=st.integers(0, 100),
    tax=st.integers(0, 2500),
    inclusive=st.booleans(),
    data=st.data(),
)
def test_refunds_in_any_pieces_add_up_to_what_was_paid(
    quantities: list[int], percent: int, tax: int, *, inclusive: bool, data: st.DataObject
) -> None:
    order = _priced(quantities, percent, pricing.TaxRule(tax, inclusive))
    already: list[pricing_refunds.RefundParts] = []
    for line in data.draw(st.permutations(order.lines)):
        left = line.line.quantity
        while left:
            units = data.draw(st.integers(1, left))
            already.append(pricing_refunds.refund_of(order, lines={line.id: units}, already=already))
            left -= units
    total = sum((parts.total for parts in already), Money.zero("EUR"))
    assert total == order.total
    assert all(parts.total.amount >= 0 for parts in already)
    with pytest.raises(InvalidInput):
        pricing_refunds.refund_of(order, lines={order.lines[0].id: 1}, already=already)


def test_control_sharing_the_discount_anew_after_each_refund_pays_too_much() -> None:
    """What a shop does that prices the remaining lines again: a fixed discount is given twice."""
    order = _priced([3, 1], 0, pricing.TaxRule(0, inclusive=True), amount=500)
    kept = _priced([3], 0, pricing.TaxRule(0, inclusive=True), amount=500)
    naive = order.total - kept.total
    exact = pricing_refunds.refund_of(order, lines={order.lines[1].id: 1}).total
    assert naive != exact
    assert exact == order.lines[1].net


def _priced(quantities: list[int], percent: int, tax: pricing.TaxRule, amount: int = 0) -> OrderView:
    from core.kernel.clock import now  # noqa: PLC0415 - one use
    from core.orders import OrderView  # noqa: PLC0415 - one use
    from core.orders.service.placing import sold  # noqa: PLC0415 - one use

    menu = small_menu()
    items = ("roll", "scone", "water", "flat_white")
    lines = [Line(item, n) for item, n in zip(items, quantities, strict=False)]
    discounts = [Discount("d", "d", basis_points=percent * 100)] if percent else []
    if amount:
        discounts = [Discount("d", "d", Money(amount, "EUR"))]
    quote = pricing.quote(menu, lines, tax=tax, discounts=discounts)
    return OrderView(
        id="order",
        merchant_id="",
        location_id="",
        customer_id="",
        conversation_id="",
        cart_id="",
        code="",
        state="completed",
        lines=tuple(sold(menu, line, ()) for line in quote.lines),
        subtotal=quote.subtotal,
        tax=quote.tax,
        total=quote.total,
        charges=quote.charges,
        tax_inclusive=quote.tax_inclusive,
        fulfilment=None,
        customer_name=None,
        note="",
        menu_version="",
        placed_at=now(),
    )


def test_a_refund_is_made_once_a_name_and_never_beyond_what_is_left(database: Database) -> None:
    shop = open_shop(database)
    order = done(shop, Line("roll", 2))
    first = refund(shop, order, "a", amount=Money(1500, "EUR"))
    before = rows(database)
    assert refund(shop, order, "a", amount=Money(1500, "EUR")) == first
    with pytest.raises(Conflict, match="asked for before, of something else"):
        refund(shop, order, "a", amount=Money(100, "EUR"))
    with pytest.raises(InvalidInput, match=r"4.91 EUR cannot be given back: 4.90 EUR is left"):
        refund(shop, order, "b", amount=Money(491, "EUR"))
    assert differing(before, rows(database)) == set()
    assert back(shop, order) == 1500


def test_goods_come_back_with_the_money_if_asked(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 10)
    order = done(shop, Line("roll", 3))
    assert shop.level("roll") == (7, 0)
    refund(shop, order, "a", lines={order.lines[0].id: 1}, restock=True)
    refund(shop, order, "b", lines={order.lines[0].id: 1})
    assert shop.level("roll") == (8, 0)
    with database.read() as session:
        assert inventory.verify(session, shop.merchant_id) == ()


def test_what_is_not_made_yet_is_promised_no_more(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 10)
    placed = shop.order(Line("roll", 3))
    back = refund(shop, placed, "a", lines={placed.lines[0].id: 2}, restock=True)
    assert back.total == Money(1990, "EUR")
    assert shop.level("roll") == (10, 1)
    with database.read() as session:
        assert payments.still_due(session, shop.merchant_id, placed.id) == Money(995, "EUR")


def test_a_customer_asks_and_a_person_decides(database: Database) -> None:
    shop = open_shop(database)
    order = done(shop, Line("roll", 2))
    guest = of_customer(shop.merchant_id, shop.customer_id)
    with database.begin(guest) as uow:
        lines = {order.lines[0].id: 1}
        asked = orders.request_return(uow, shop.merchant_id, order.id, lines=lines, reason="cold", ref="m1")
        again = orders.request_return(uow, shop.merchant_id, order.id, lines=lines, reason="cold", ref="m1")
        other = orders.request_return(uow, shop.merchant_id, order.id, reason="all of it", ref="m2")
        assert again == asked
        with pytest.raises(NotAllowed):
            orders.authorise_return(uow, shop.merchant_id, asked.id)
    assert back(shop, order) == 0
    with database.begin() as uow:
        assert [r.id for r in orders.returns(uow.session, shop.merchant_id)] == [asked.id, other.id]
        given = orders.authorise_return(uow, shop.merchant_id, asked.id)
        assert orders.authorise_return(uow, shop.merchant_id, asked.id) == given
        with pytest.raises(InvalidInput, match="say why nothing goes back"):
            orders.refuse_return(uow, shop.merchant_id, other.id, answer="")
        refused = orders.refuse_return(uow, shop.merchant_id, other.id, answer="It was eaten.")
        with pytest.raises(IllegalTransition):
            orders.authorise_return(uow, shop.merchant_id, other.id)
        with pytest.raises(IllegalTransition):
            orders.refuse_return(uow, shop.merchant_id, asked.id, answer="no")
    assert (given.total, refused.answer, back(shop, order)) == (Money(995, "EUR"), "It was eaten.", 995)


def test_what_nobody_paid_is_asked_for_no_more(database: Database) -> None:
    shop = open_shop(database)
    order = done(shop, Line("roll", 2), pay=False)
    refund(shop, order, "a", amount=Money(990, "EUR"))
    with database.begin() as uow:
        due = payments.of_order(uow.session, shop.merchant_id, order.id)
        assert due is not None
        assert due.due == Money(1000, "EUR")
        payments.take_at_counter(uow, shop.merchant_id, due.id)
    refund(shop, order, "b")
    assert back(shop, order) == 1000


def test_a_cancelled_order_gives_back_by_itself_and_nothing_more(database: Database) -> None:
    shop = open_shop(database)
    placed = shop.order(Line("roll", 2))
    with database.begin() as uow:
        orders.cancel(uow, shop.merchant_id, placed.id, reason="gone")
    with pytest.raises(Conflict, match="was cancelled"):
        refund(shop, placed, "a")
