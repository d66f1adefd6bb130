"""The board and the kitchen's screen: orders move, once, and every screen agrees."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core import inventory
from core.kernel import clock
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from tests.admin.shops import Browser, Shop


def _columns(browser: Browser) -> dict[str, list[str]]:
    """Order codes by column."""
    text = browser.get("/admin/orders/board").text
    parts = re.split(r'<section class="column (\w+)"', text)[1:]
    return {name: re.findall(r'class="code" id="code-\w+" href="[^"]+">(\w+)<', body) for name, body in _pairs(parts)}


def _pairs(parts: list[str]) -> list[tuple[str, str]]:
    return list(zip(parts[::2], parts[1::2], strict=True))


def test_an_order_goes_over_the_board(shop: Shop) -> None:
    order = shop.order()
    browser = shop.browser("staff")
    nowhere: dict[str, list[str]] = {"new": [], "accepted": [], "ready": [], "over": []}
    assert _columns(browser) == nowhere | {"new": [order.code]}
    for step, column, state in (
        ("accept", "accepted", "accepted"),
        ("ready", "ready", "ready"),
        ("complete", "over", "completed"),
    ):
        answer = browser.post(f"/admin/orders/{order.id}/{step}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/admin/orders")
        assert _columns(browser) == nowhere | {column: [order.code]}
        assert shop.now(order).state == state


def test_our_script_gets_the_board_back(shop: Shop) -> None:
    order = shop.order()
    answer = shop.browser("staff").post(f"/admin/orders/{order.id}/accept", headers={"x-comanda-fragment": "1"})
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div class="board"')
    assert f'action="/admin/orders/{order.id}/ready"' in answer.text


def test_pressing_twice_moves_once_and_a_leap_is_refused(shop: Shop) -> None:
    order = shop.order()
    browser = shop.browser("staff")
    assert browser.post(f"/admin/orders/{order.id}/complete").status_code == 409
    assert shop.now(order).state == "new"
    assert [browser.post(f"/admin/orders/{order.id}/accept").status_code for _ in range(2)] == [303, 303]
    assert shop.now(order).state == "accepted"
    refused = browser.post(f"/admin/orders/{order.id}/complete")
    assert "An order that is accepted cannot become completed." in refused.text


def test_cancelling_needs_a_reason_and_keeps_it(shop: Shop) -> None:
    order = shop.order()
    browser = shop.browser("staff")
    assert browser.post(f"/admin/orders/{order.id}/cancel", {"reason": "  "}).status_code == 422
    assert shop.now(order).state == "new"
    browser.post(f"/admin/orders/{order.id}/cancel", {"reason": "Oven is broken"})
    cancelled = shop.now(order)
    assert (cancelled.state, cancelled.cancel_reason) == ("cancelled", "Oven is broken")
    assert "Oven is broken" in browser.get("/admin/orders").text
    assert browser.post(f"/admin/orders/{order.id}/accept").status_code == 409


def test_the_card_shows_what_to_make_and_what_it_costs(shop: Shop) -> None:
    order = shop.order("Una")
    text = shop.browser("staff").get("/admin/orders").text
    for shown in (
        order.code,
        "Una",
        "Pick-up",
        "2 \u00d7",
        "Leek pie",
        '<span class="no">NO leek</span>',
        "€13.00",
        "€15.20",
    ):
        assert shown in text
    agent = shop.browser("agent").get("/admin/orders").text
    assert order.code in agent
    assert '<button class="first"' not in agent


def test_yesterdays_orders_leave_the_board_at_the_locations_midnight(shop: Shop) -> None:
    noon = shop_noon()
    with clock.at(noon):
        order = shop.order()
        browser = shop.browser("staff")
        for step in ("accept", "ready", "complete"):
            browser.post(f"/admin/orders/{order.id}/{step}")
        assert _columns(browser)["over"] == [order.code]
    with clock.at(noon + timedelta(hours=11, minutes=59)):
        assert _columns(shop.browser("staff"))["over"] == [order.code]
    with clock.at(noon + timedelta(hours=12)):
        assert _columns(shop.browser("staff"))["over"] == []


def shop_noon() -> datetime:
    """Noon in Auckland, which is 23:00 UTC of the day before in summer."""
    return datetime(2026, 1, 14, 23, 0, tzinfo=UTC)


def test_another_shops_order_is_not_there(shops: tuple[Shop, Shop]) -> None:
    shop, other = shops
    order = shop.order()
    browser = other.browser("owner")
    missing = browser.get(f"/admin/orders/{new_id()}")
    foreign = browser.get(f"/admin/orders/{order.id}")
    assert (missing.status_code, foreign.status_code) == (404, 404)
    for step in ("accept", "cancel"):
        assert browser.post(f"/admin/orders/{order.id}/{step}", {"reason": "mine"}).status_code == 404
    assert browser.post(f"/admin/kitchen/{shop.ticket(order).id}/done").status_code == 404
    assert browser.get(f"/admin/conversations/{order.conversation_id}").status_code == 404
    assert shop.now(order) == order
    assert order.code not in browser.get("/admin/orders").text


def test_tickets_are_bumped_and_recalled(shop: Shop) -> None:
    first, second = shop.order("Una"), shop.order("Bo")
    browser = shop.browser("kitchen")
    text = browser.get("/admin/kitchen").text
    assert text.index(first.code) < text.index(second.code)
    assert '<li class="dish">2 \u00d7 Leek pie</li>' in text
    assert '<li class="no">NO leek</li>' in text
    ticket = shop.ticket(first)
    browser.post(f"/admin/kitchen/{ticket.id}/done")
    assert shop.ticket(first).state == "done"
    assert f"/admin/kitchen/{ticket.id}/recall" in browser.get("/admin/kitchen").text
    browser.post(f"/admin/kitchen/{ticket.id}/recall")
    assert shop.ticket(first).state == "open"
    assert shop.now(first).state == "new"


def test_the_board_says_what_the_kitchen_has_made(shop: Shop) -> None:
    order = shop.order()
    browser = shop.browser("staff")
    browser.post(f"/admin/orders/{order.id}/accept")
    assert "Made</span>" not in browser.get("/admin/orders").text
    browser.post(f"/admin/kitchen/{shop.ticket(order).id}/done")
    assert "Made</span>" in browser.get("/admin/orders").text
    assert shop.now(order).state == "accepted"


def test_a_cancelled_order_leaves_the_kitchen(shop: Shop) -> None:
    order = shop.order()
    shop.browser("staff").post(f"/admin/orders/{order.id}/cancel", {"reason": "closed"})
    browser = shop.browser("kitchen")
    assert order.code not in browser.get("/admin/kitchen").text
    assert browser.post(f"/admin/kitchen/{shop.ticket(order).id}/done").status_code == 409


@pytest.mark.parametrize(("path", "quantity", "left"), [("receive", "5", 17), ("count", "5", 5)])
def test_stock_is_received_and_counted(shop: Shop, path: str, quantity: str, left: int) -> None:
    answer = shop.browser("manager").post(f"/admin/stock/{path}", {"item_id": "scone", "quantity": quantity})
    assert answer.status_code == 303
    with shop.database.read() as session:
        level = inventory.level(session, shop.merchant.id, shop.location.id, "scone")
        last = inventory.movements(session, shop.merchant.id, shop.location.id, "scone")[-1]
    assert level is not None
    assert level.on_hand == left
    assert last.reason == f"{'received' if path == 'receive' else 'counted'} by Manager"


def test_the_start_page_shows_what_wants_attention(shop: Shop) -> None:
    order = shop.order()
    shop.browser("staff").post("/admin/menu/items/tea/availability", {"available": "no"})
    owner, cook = shop.browser("owner").get("/admin").text, shop.browser("kitchen").get("/admin").text
    assert re.findall(r'class="much">([^<]+)<', owner) == ["1", "0", "€0.00", "1", "0", "1", "0"]
    assert order.code in owner
    assert re.findall(r'class="much">([^<]+)<', cook) == ["1", "1"]
    assert order.code not in cook
