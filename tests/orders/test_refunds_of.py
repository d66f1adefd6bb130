"""What giving back comes to: a line's own share, to the cent, whatever else is given back."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from core.kernel.errors import InvalidInput, NotFound
from core.kernel.money import Money
from core.orders import Discount, Line, OrderView, RefundParts, TaxRule, postings, pricing
from tests.orders.money_cases import quoted
from tests.orders.money_oracle import random_case
from tests.orders.shop import small_menu
from tests.orders.sold import sold

MENU = small_menu()


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


def discounted() -> OrderView:
    """5.00 off 8.25, 9.95 and 1.50: 2.09, 2.53 and 0.38 of it."""
    lines = [Line("scone", 3), Line("roll"), Line("water")]
    return sold(pricing.quote(MENU, lines, tax=TaxRule(0, inclusive=False), discounts=[Discount("x", "x", eur(500))]))


def test_a_refunded_line_takes_its_own_share_of_the_discount_along_and_no_other() -> None:
    order = discounted()
    assert [line.discount.amount for line in order.lines] == [209, 253, 38]
    first = pricing.refund_of(order, lines={"line 1": 1})
    assert (first.total, first.lines[0].discount) == (eur(742), eur(253))
    second = pricing.refund_of(order, lines={"line 0": 3}, already=[first])
    third = pricing.refund_of(order, lines={"line 2": 1}, already=[first, second])
    assert [second.total.amount, third.total.amount] == [616, 112]
    assert pricing.refundable(order, [first, second, third]) == eur(0)


def _priced_anew(order: OrderView, left: list[int]) -> int:
    """The naive way: what the lines that are left would cost with the whole discount on them."""
    kept = sum(order.lines[n].total.amount for n in left)
    return order.total.amount - max(kept - 500, 0)


def test_pricing_what_is_left_anew_would_move_the_discount() -> None:
    order = discounted()
    assert _priced_anew(order, [0, 2]) == 995  # as if the roll had never been discounted
    assert pricing.refund_of(order, lines={"line 1": 1}).total == eur(742)


@pytest.mark.parametrize("steps", [(1, 1, 1), (2, 1), (1, 2), (3,)])
def test_units_come_to_the_same_one_by_one_and_all_at_once(steps: tuple[int, ...]) -> None:
    order = discounted()
    already: list[RefundParts] = []
    for units in steps:
        already.append(pricing.refund_of(order, lines={"line 0": units}, already=already))
    assert sum(p.total.amount for p in already) == 616
    assert sum(p.lines[0].discount.amount for p in already) == 209


def test_more_than_there_is_is_refused() -> None:
    order = discounted()
    first = pricing.refund_of(order, lines={"line 0": 2})
    for wrong in ({"line 0": 2}, {"line 0": 0}, {"line 0": -1}, {}):
        with pytest.raises(InvalidInput):
            pricing.refund_of(order, lines=wrong, already=[first])
    with pytest.raises(NotFound):
        pricing.refund_of(order, lines={"line 9": 1})
    for amount in (eur(0), eur(-1), eur(1471), Money(1, "USD")):
        with pytest.raises(InvalidInput, match="cannot be given back"):
            pricing.refund_of(order, amount=amount)
    with pytest.raises(InvalidInput, match="either"):
        pricing.refund_of(order, lines={"line 0": 1}, amount=eur(1))


def test_cash_rounding_never_makes_refunds_exceed_what_was_paid() -> None:
    for coin, total in ((50, 150), (100, 200), (400, 0), (1000, 0)):
        order = sold(pricing.quote(MENU, [Line("water")], tax=TaxRule(0, inclusive=False), cash=coin))
        assert order.total == eur(total)
        if total:
            parts = pricing.refund_of(order, lines={"line 0": 1})
            rest = pricing.refundable(order, [parts])
            assert parts.total.amount + rest.amount == total
            assert parts.total.amount <= total


def test_random_orders_given_back_bit_by_bit_come_to_their_total_and_to_empty_books() -> None:
    random = Random(77)
    refunds = 0
    for _ in range(300):
        order = sold(quoted(random_case(random)))
        already: list[RefundParts] = []
        before = order
        for _ in range(random.randint(0, 4)):
            parts = _some(random, order, already)
            if parts is None:
                break
            assert 0 <= parts.total.amount <= pricing.refundable(order, already).amount
            assert RefundParts.from_json(parts.to_json(), order.total.currency) == parts
            already.append(parts)
        if pricing.refundable(order, already).amount:
            already.append(pricing.refund_of(order, already=already))
        refunds += len(already)
        assert sum(p.total.amount for p in already) == order.total.amount
        assert order == before
        books: dict[str, int] = {}
        for entry in (*postings.sale(order), *(e for p in already for e in postings.refund(order, p))):
            family = entry.account if entry.account not in {"sales", "discounts", "refunds"} else "goods"
            books[family] = books.get(family, 0) + entry.amount.amount
        assert books["receivable"] == 0
        if order.total.amount:
            assert {a: n for a, n in books.items() if n and a != "rounding"} == {}
            assert books["rounding"] == 0
    assert refunds > 500


def _some(random: Random, order: OrderView, already: list[RefundParts]) -> RefundParts | None:
    left = pricing.refundable(order, already)
    if left.amount == 0:
        return None
    gone = {line.id: sum(x.quantity for p in already for x in p.lines if x.line_id == line.id) for line in order.lines}
    units = [
        (line.id, line.line.quantity - gone[line.id]) for line in order.lines if line.line.quantity > gone[line.id]
    ]
    if random.random() < 0.4 or not units:
        return pricing.refund_of(order, amount=Money(random.randint(1, left.amount), left.currency), already=already)
    line_id, most = random.choice(units)
    return pricing.refund_of(order, lines={line_id: random.randint(1, most)}, already=already)


def test_what_was_stored_decides_and_not_the_menu_of_now() -> None:
    order = discounted()
    dearer = replace(order, menu_version="another")
    assert pricing.refund_of(dearer) == pricing.refund_of(order)
    assert pricing.refund_of(order).total == order.total
