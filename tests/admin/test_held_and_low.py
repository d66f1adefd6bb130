"""What waits for a person: orders beyond a limit, items that are low, lots that have expired."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from core import inventory, kitchen, merchants
from core.inventory import purchasing
from core.kernel import clock
from core.kernel.clock import now
from core.kernel.money import Money
from core.merchants import Policy
from tests.admin.forms import form_to, forms_of

if TYPE_CHECKING:
    from core.orders import OrderView
    from tests.admin.shops import Browser, Shop


def _text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def _held(shop: Shop) -> OrderView:
    with shop.database.begin() as uow:
        policy = Policy(hold_units=2, hold_minutes=60)
        merchants.set_policy(uow, shop.merchant.id, shop.location.id, policy)
    order = shop.order("Una")
    assert order.state == "held"
    return order


def _tickets(shop: Shop, order: OrderView) -> int:
    with shop.database.read() as session:
        return len(kitchen.tickets_of_order(session, shop.merchant.id, order.id))


def test_a_held_order_says_why_and_how_long_and_is_approved_once(shop: Shop) -> None:
    order = _held(shop)
    browser = shop.browser("staff")
    said = _text(browser, "/admin/orders/held")
    assert "Una Pick-up Quay 1" in said
    assert "Why it waits: 3 units, more than 2" in said
    assert "Unless somebody decides, it is cancelled at" in said
    assert "Held for you 1 oldest now" in _text(browser, "/admin")
    assert _tickets(shop, order) == 0
    form = form_to(browser.get("/admin/orders/held").text, f"/admin/orders/{order.id}/approve")
    for _ in range(2):
        assert browser.client.post(form.action, data=form.values).status_code == 303
    assert shop.now(order).state == "new"
    assert _tickets(shop, order) == 1
    assert "No order waits for a person" in _text(browser, "/admin/orders/held")
    assert "Held for you" not in _text(browser, "/admin")


def test_a_held_order_is_refused_with_a_reason(shop: Shop) -> None:
    order = _held(shop)
    browser = shop.browser("manager")
    form = form_to(browser.get("/admin/orders/held").text, f"/admin/orders/{order.id}/refuse")
    assert browser.client.post(form.action, data=form.values).status_code == 422
    assert shop.now(order).state == "held"
    assert browser.client.post(form.action, data=form.set(reason="too many for us")).status_code == 303
    after = shop.now(order)
    assert (after.state, after.cancel_reason) == ("cancelled", "too many for us")
    assert _tickets(shop, order) == 0


def test_the_agent_sees_what_is_held_but_does_not_decide(shop: Shop) -> None:
    order = _held(shop)
    page = shop.browser("agent").get("/admin/orders/held").text
    assert order.code in page
    assert not [form for form in forms_of(page) if order.id in form.action]


def test_what_is_low_names_what_is_on_order_and_what_is_missing(shop: Shop) -> None:
    me, here = shop.merchant.id, shop.location.id
    with shop.database.begin() as uow:
        inventory.set_reorder_point(uow, me, here, "scone", 20, up_to=30)
        inventory.receive(uow, me, here, "tea", 1, reason="delivery")
        inventory.set_reorder_point(uow, me, here, "tea", 2, up_to=5)
        farm = purchasing.add_supplier(uow, me, name="Farm")
        purchasing.set_price(uow, me, farm.id, "scone", Money(300, "EUR"))
        draft = purchasing.draft(uow, me, here, farm.id, {"scone": 6})
    with shop.database.begin(shop.people["owner"].actor) as uow:
        purchasing.approve(uow, me, draft.id)
    browser = shop.browser("manager")
    said = _text(browser, "/admin/stock/low")
    assert re.search(r"Scone 12 20 6 with no\. 1 , [0-9-]+ 12 ", said)
    assert "Tea 1 2 nothing 4 no supplier has a price" in said
    form = form_to(browser.get("/admin/stock/low").text, "/admin/stock/purchases/draft")
    assert browser.client.post(form.action, data=form.values).status_code == 303
    with shop.database.read() as session:
        orders = purchasing.purchase_orders(session, me)
    assert sorted((one.state, [(n.item_id, n.packs) for n in one.lines]) for one in orders) == [
        ("approved", [("scone", 6)]),
        ("draft", [("scone", 12)]),
    ]
    assert "draft" not in [form.action for form in forms_of(shop.browser("staff").get("/admin/stock/low").text)]


def test_what_expired_is_shown_and_written_off(shop: Shop) -> None:
    me, here = shop.merchant.id, shop.location.id
    known = inventory.ReceivedLot("S9", date(2020, 1, 31))
    with shop.database.begin() as uow:
        inventory.receive(uow, me, here, "scone", 5, reason="delivery", lot=known)
    browser = shop.browser("manager")
    assert "Scone S9 2020-01-31 5 Write it off" in _text(browser, "/admin/stock/low")
    assert "Scone 17 – 12 5 expired" in _text(browser, "/admin/stock")
    assert "1 with something expired" in _text(browser, "/admin")
    form = form_to(browser.get("/admin/stock/low").text, "/admin/stock/write-off")
    assert browser.client.post(form.action, data=form.values).status_code == 303
    with shop.database.read() as session:
        level = inventory.level(session, me, here, "scone")
    assert level is not None
    assert (level.on_hand, level.expired, level.available) == (12, 0, 12)
    assert "Nothing is low" in _text(browser, "/admin/stock/low")


def test_allergens_of_a_delivery_are_kept_with_its_lot(shop: Shop) -> None:
    me, here = shop.merchant.id, shop.location.id
    with shop.database.begin() as uow:
        farm = purchasing.add_supplier(uow, me, name="Farm")
        purchasing.set_price(uow, me, farm.id, "scone", Money(300, "EUR"))
        order = purchasing.draft(uow, me, here, farm.id, {"scone": 6})
    with shop.database.begin(shop.people["owner"].actor) as uow:
        purchasing.approve(uow, me, order.id)
    browser = shop.browser("manager")
    path = f"/admin/stock/purchases/{order.id}"
    form = form_to(browser.get(path).text, f"{path}/receive")
    stones = browser.client.post(form.action, data=form.set(contains="stones"))
    assert stones.status_code == 422
    answer = browser.client.post(form.action, data=form.set(lot="S1", contains="Nuts", may_contain="sesame"))
    assert answer.status_code == 303
    with shop.database.read() as session:
        (facts,) = inventory.lot_facts(session, me, here)["scone"]
    assert (facts.contains, facts.may_contain) == (frozenset({"nuts"}), frozenset({"sesame"}))


def test_a_held_order_that_nobody_looked_at_shows_when_it_ends(shop: Shop) -> None:
    moment = datetime.fromisoformat("2026-03-04T00:00:00+00:00")
    with clock.at(moment):
        order = _held(shop)
        # An hour later, on the clock of Auckland.
        assert "cancelled at 14:00" in _text(shop.browser("staff"), "/admin/orders/held")
    assert order.placed_at + timedelta(minutes=60) < now()
