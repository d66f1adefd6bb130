"""Changing a placed order by forms: looked at first, with its price and what the kitchen hears; then done, once."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from assistant.notices import SUBSCRIBERS
from comanda.drain import Drain
from core import catalogue, inventory, kitchen, merchants, messaging, orders
from core.access import of_customer
from core.catalogue.format import menu_from_json
from core.db import audit
from core.kernel import clock
from core.merchants import Policy
from core.orders import Choice, Line, Slot
from tests.admin.forms import Form, form_to
from tests.admin.shops import MENU

if TYPE_CHECKING:
    from core.orders import OrderView
    from tests.admin.shops import Browser, Shop

# Noon in Auckland.
NOON = datetime(2026, 1, 14, 23, 0, tzinfo=UTC)
TABLE: dict[str, Any] = copy.deepcopy(MENU)
TABLE["items"].append(
    {
        "id": "coffee",
        "name": "Coffee",
        "price": "3.00",
        "category": "Drinks",
        "variations": [
            {"id": "cup", "name": "cup", "price": "3.00"},
            {"id": "jug", "name": "jug", "price": "5.00"},
        ],
    }
)
TABLE["combos"] = [
    {
        "id": "lunch",
        "name": "Lunch",
        "price": "8.00",
        "slots": [
            {"id": "main", "name": "Main", "items": ["pie", "scone"]},
            {"id": "drink", "name": "Drink", "items": ["tea", "coffee"]},
        ],
    }
]


@pytest.fixture
def order(shop: Shop) -> OrderView:
    """Two leek pies without leek and a tea, at 15.20."""
    return shop.order()


def _page(browser: Browser, order: OrderView) -> Form:
    answer = browser.get(f"/admin/orders/{order.id}/change")
    assert answer.status_code == 200
    return _editor(answer.text, order)


def _editor(page: str, order: OrderView) -> Form:
    """The first of the two forms that go there; the other asks for a day."""
    return form_to(page.split('aria-labelledby="time"', maxsplit=1)[0], f"/admin/orders/{order.id}/change")


def _look(browser: Browser, order: OrderView, changed: dict[str, Any] | None = None, status: int = 200) -> Any:  # noqa: ANN401 - the client's response
    form = _page(browser, order)
    answer = browser.client.post(form.action, data=form.set(**(changed or {})))
    assert answer.status_code == status, answer.text
    return answer


def _text(answer: Any) -> str:  # noqa: ANN401 - the client's response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def _save(browser: Browser, order: OrderView, looked: Any) -> Any:  # noqa: ANN401 - the client's responses
    form = form_to(looked.text, f"/admin/orders/{order.id}/change/save")
    return browser.client.post(form.action, data=form.values)


def test_lines_are_looked_at_with_price_and_tickets_and_then_changed(shop: Shop, order: OrderView) -> None:
    browser = shop.browser("staff")
    before = shop.ticket(order)
    cheese = {"choice-0-fillings-cheese": "extra:1"}
    more = {"quantity-1": "0", "add": "scone", "add_quantity": "2", "note": "Soon"}
    looked = _look(browser, order, cheese | more)
    said = _text(looked)
    assert "2 × Leek pie NO leek EXTRA cheese €13.00" in said
    assert "Total €18.80" in said
    assert "Dearer by €3.60" in said
    assert "Then still to be paid €18.80" in said
    assert "– 2 × Leek pie – 1 × Tea + 2 × Leek pie + 2 × Scone note: Soon" in said
    assert (shop.now(order), shop.ticket(order)) == (order, before)
    answer = _save(browser, order, looked)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/orders/{order.id}?said=order-changed")
    after = shop.now(order)
    pie = Line("pie", 2, None, (Choice("fillings", "leek", "no"), Choice("fillings", "cheese", "extra")))
    assert [line.line for line in after.lines] == [pie, Line("scone", 2)]
    assert (after.total.amount, after.version, after.note) == (1880, 2, "Soon")
    assert shop.ticket(order).lines == ("2 × Leek pie", "  NO leek", "  EXTRA cheese", "2 × Scone")
    with shop.database.read() as session:
        told = [(e.event, e.actor_id) for e in audit.entries(session, shop.merchant.id, actor=shop.people["staff"].id)]
    assert ("OrderChanged", shop.people["staff"].id) in told


def test_a_form_that_nobody_touched_would_change_nothing(shop: Shop) -> None:
    with shop.database.begin() as uow:
        catalogue.import_menu(uow, shop.merchant.id, menu_from_json(TABLE))
    order = shop.order()
    lunch = Line("lunch", 1, slots=(Slot("main", "pie", None, (Choice("fillings", "cheese"),)), Slot("drink", "tea")))
    lines = [line.line for line in order.lines] + [lunch, Line("coffee", 1, "jug")]
    with shop.database.begin() as uow:
        order = orders.change_order(uow, shop.merchant.id, order.id, lines, expected_version=1)
    browser = shop.browser("owner")
    said = _text(_look(browser, order))
    assert "The same total as before" in said
    assert "What the kitchen is told Nothing." in said
    looked = _look(browser, order, {"item-2.1": "coffee"}, 409)
    assert "lacks the variation" in looked.text
    again = _editor(looked.text, order)
    looked = browser.client.post(again.action, data=again.set(**{"variation-2.1": "jug"}))
    assert _save(browser, order, looked).status_code == 303
    (changed,) = [line.line for line in shop.now(order).lines if line.line.item == "lunch"]
    assert changed.slots == (lunch.slots[0], Slot("drink", "coffee", "jug"))


@pytest.mark.parametrize(
    ("changed", "status", "says"),
    [
        ({"quantity-0": "0", "quantity-1": "0"}, 409, "The cart is empty"),
        ({"quantity-0": "100"}, 422, "99"),
        ({"quantity-0": "two"}, 422, "is not a whole number"),
        ({"choice-0-fillings-leek": "burnt:1"}, 422, "choose one from the list"),
        ({"line": ["{", "{}"]}, 422, "reload the page"),
        ({"add": "unicorn"}, 422, "unicorn"),
        ({"add": "scone", "add_quantity": "13"}, 409, "Only 12 of Scone left"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    shop: Shop, order: OrderView, changed: dict[str, Any], status: int, says: str
) -> None:
    answer = _look(shop.browser("staff"), order, changed, status)
    assert says in answer.text
    assert shop.now(order) == order


def test_looking_at_it_takes_no_stock_and_tells_nobody(shop: Shop, order: OrderView) -> None:
    told: list[frozenset[str]] = []
    shop.database.on_commit(lambda committed: told.append(frozenset(committed.topics)))
    _look(shop.browser("staff"), order, {"add": "scone", "add_quantity": "12"})
    with shop.database.read() as session:
        level = inventory.level(session, shop.merchant.id, shop.location.id, "scone")
    assert level is not None
    assert level.available == 12
    assert not any(f"orders:{shop.merchant.id}" in topics for topics in told)


def test_what_was_looked_at_is_what_is_saved_or_nothing(shop: Shop, order: OrderView) -> None:
    browser, other = shop.browser("staff"), shop.browser("owner")
    mine = _look(browser, order, {"quantity-1": "3"})
    theirs = _look(other, order, {"quantity-1": "2"})
    assert _save(other, order, theirs).status_code == 303
    answer = _save(browser, order, mine)
    assert answer.status_code == 409
    assert "was changed meanwhile" in answer.text
    assert [line.line.quantity for line in shop.now(order).lines] == [2, 2]


def test_a_total_that_moved_since_it_was_looked_at_is_looked_at_again(shop: Shop, order: OrderView) -> None:
    browser = shop.browser("staff")
    looked = _look(browser, order, {"add": "scone"})
    dearer = copy.deepcopy(MENU)
    dearer["items"][2]["price"] = "9.00"
    with shop.database.begin() as uow:
        catalogue.import_menu(uow, shop.merchant.id, menu_from_json(dearer))
    answer = _save(browser, order, looked)
    assert answer.status_code == 409
    assert "The total is 24.20 EUR now, not 18.10 EUR" in answer.text
    assert shop.now(order) == order


def test_a_time_is_chosen_from_those_that_are_free(shop: Shop) -> None:
    with shop.database.begin() as uow:
        policy = Policy(slot_minutes=60, slot_orders=1, lead_minutes=30)
        merchants.set_policy(uow, shop.merchant.id, shop.location.id, policy)
    with clock.at(NOON):
        order, browser = shop.order(), shop.browser("staff")
        day = "2026-01-16"
        page = browser.get(f"/admin/orders/{order.id}/change?day={day}")
        assert page.status_code == 200
        times = re.findall(r'<option value="(2026[^"]+)"', page.text)
        assert (len(times), times[0]) == (24, "2026-01-16T00:00:00+13:00")
        form = form_to(page.text, f"/admin/orders/{order.id}/time")
        answer = browser.client.post(form.action, data=form.set(when=times[9]))
        assert answer.status_code == 303
        moved = shop.now(order)
        assert moved.requested_for == datetime(2026, 1, 15, 20, tzinfo=UTC)
        assert "9:00" in _text(browser.get(f"/admin/orders/{order.id}"))
        # That hour is taken now, for others.
        other = shop.order()
        page = browser.get(f"/admin/orders/{other.id}/change?day={day}")
        assert times[9] not in page.text
        form = form_to(page.text, f"/admin/orders/{other.id}/time")
        refused = browser.client.post(form.action, data=form.set(when=times[9]))
        assert refused.status_code == 409
        assert "has no place left at 09:00" in refused.text
        assert browser.client.post(form.action, data=form.set(when="noonish")).status_code == 422
        assert browser.get(f"/admin/orders/{other.id}/change?day=soon").status_code == 422
        assert shop.now(other) == other
    assert moved.promised is not None
    assert moved.promised.start == moved.requested_for + timedelta(0)


def test_an_order_that_is_ready_has_no_form(shop: Shop, order: OrderView) -> None:
    with shop.database.begin() as uow:
        for step in (orders.accept, orders.mark_ready):
            step(uow, shop.merchant.id, order.id)
    browser = shop.browser("staff")
    page = browser.get(f"/admin/orders/{order.id}/change").text
    assert "It is ready" in page
    assert "<fieldset" not in page
    assert "Change lines or time" not in browser.get(f"/admin/orders/{order.id}").text
    form = {"version": "1", "note": "", "total": "1.00"}
    assert browser.post(f"/admin/orders/{order.id}/change/save", form).status_code == 409


def test_what_was_begun_is_stopped_and_the_page_says_so(shop: Shop, order: OrderView) -> None:
    with shop.database.begin() as uow:
        orders.accept(uow, shop.merchant.id, order.id)
        orders.start_ticket(uow, shop.merchant.id, shop.ticket(order).id)
    looked = _look(shop.browser("staff"), order, {"quantity-0": "1", "quantity-1": "2"})
    said = _text(looked)
    assert "STOP 1 × Leek pie" in said
    assert "+ 1 × Tea" in said
    with shop.database.read() as session:
        (ticket,) = kitchen.tickets_of_order(session, shop.merchant.id, order.id)
    assert ticket.changes == ()


def _told(shop: Shop, order: OrderView) -> list[str]:
    """What the customer has been told since, by what listens to events."""
    Drain(shop.database, {}, SUBSCRIBERS).all(50)
    with shop.database.read() as session:
        talk = messaging.log(session, order.conversation_id)
    return [message.text for message in talk if message.direction == "out"][1:]


def test_the_customer_hears_what_the_shop_changed_and_not_what_they_changed_themselves(shop: Shop) -> None:
    order = shop.order()
    browser = shop.browser("staff")
    assert _save(browser, order, _look(browser, order, {"quantity-1": "0"})).status_code == 303
    assert _told(shop, order) == [f"Order {order.code} was changed by the shop. It comes to €13.00 now."]
    guest = of_customer(shop.merchant.id, order.customer_id)
    with shop.database.begin(guest) as uow:
        orders.change_order(uow, shop.merchant.id, order.id, [Line("tea", 2)], expected_version=2)
    assert len(_told(shop, order)) == 1
    day = shop.now(order).placed_at + timedelta(days=2)
    page = browser.get(f"/admin/orders/{order.id}/change?day={day.date().isoformat()}")
    form = form_to(page.text, f"/admin/orders/{order.id}/time")
    (first, *_) = re.findall(r'<option value="(20[^"]+)"', page.text)
    assert browser.client.post(form.action, data=form.set(when=first)).status_code == 303
    assert re.search(rf"Order {order.code} is wanted for \w+day.* \d+:\d\d", _told(shop, order)[1])
    form = form_to(browser.get(f"/admin/orders/{order.id}/change").text, f"/admin/orders/{order.id}/time")
    assert browser.client.post(form.action, data=form.set(when="")).status_code == 303
    assert _told(shop, order)[2] == f"Order {order.code} is made as soon as possible now."
