"""Discounts by hand: given and taken back on a conversation's cart, and what the order then costs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from core import orders
from core.kernel.errors import PriceChanged
from core.kernel.money import Money
from tests.admin.forms import form_to

if TYPE_CHECKING:
    from core.orders import CartView, Quote
    from tests.admin.shops import Shop


def _cart(shop: Shop, talk: str) -> CartView:
    with shop.database.read() as session:
        found = orders.find_cart(session, shop.merchant.id, talk)
    assert found is not None
    return found


def _quote(shop: Shop, talk: str) -> Quote:
    with shop.database.read() as session:
        return orders.quote_cart(session, shop.merchant.id, _cart(shop, talk).id)


def test_a_discount_of_an_item_is_given_seen_taken_back_and_never_placed_unsaid(shop: Shop) -> None:
    talk = shop.conversation()
    browser, page = shop.browser("manager"), f"/admin/conversations/{talk.id}"
    before = _quote(shop, talk.id)
    pie = before.lines[0]
    form = form_to(browser.get(page).text, f"{page}/discount")
    answer = browser.post(form.action, form.set(off="10 %", item_id=pie.line.item, reason="The pie was late"))
    assert answer.status_code == 303, answer.text
    (given,) = _cart(shop, talk.id).discounts
    assert (given.basis_points, given.items, given.by) == (1000, (pie.line.item,), shop.people["manager"].id)
    after = _quote(shop, talk.id)
    assert after.total == before.total - pie.total.share(1000, 10_000)
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get(page).text))
    assert "10 % off Leek pie: The pie was late" in shown
    with pytest.raises(PriceChanged), shop.database.begin() as uow:
        orders.place_order(uow, shop.merchant.id, _cart(shop, talk.id).id, expected_total=before.total)
    assert browser.post(f"{page}/discount/{given.id}").status_code == 303
    assert _cart(shop, talk.id).discounts == ()
    assert _quote(shop, talk.id).total == before.total


def test_an_amount_off_the_whole_cart_is_in_the_order(shop: Shop) -> None:
    talk = shop.conversation()
    browser, page = shop.browser("owner"), f"/admin/conversations/{talk.id}"
    before = _quote(shop, talk.id).total
    assert browser.post(f"{page}/discount", {"off": "2,50", "reason": "Regular"}).status_code == 303
    with shop.database.begin() as uow:
        order = orders.place_order(uow, shop.merchant.id, _cart(shop, talk.id).id)
    assert order.total == before - Money(250, "EUR")
    assert browser.post(f"{page}/discount", {"off": "1", "reason": "More"}).status_code == 404


@pytest.mark.parametrize("off", ["", "0", "0 %", "101 %", "-1", "ten", "1.234"])
def test_what_is_no_discount_is_refused(shop: Shop, off: str) -> None:
    talk = shop.conversation()
    answer = shop.browser("owner").post(f"/admin/conversations/{talk.id}/discount", {"off": off, "reason": "Regular"})
    assert answer.status_code == 422
    assert _cart(shop, talk.id).discounts == ()


def test_without_a_reason_nothing_is_given(shop: Shop) -> None:
    talk = shop.conversation()
    page = f"/admin/conversations/{talk.id}/discount"
    assert shop.browser("owner").post(page, {"off": "5 %", "reason": " "}).status_code == 422
    assert _cart(shop, talk.id).discounts == ()
