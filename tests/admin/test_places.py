"""What somebody bound to one location sees, and what a location took on a day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from core import inventory, merchants, orders, payments, staff
from tests.admin.forms import form_to

if TYPE_CHECKING:
    from tests.admin.shops import Browser, Shop

LISTS = ("/admin", "/admin/orders", "/admin/orders/board", "/admin/kitchen", "/admin/kitchen/pass")


def _bind(shop: Shop, elsewhere: bool) -> Browser:
    """A manager who works at the shop's first location, or at another one."""
    with shop.database.begin() as uow:
        there = merchants.add_location(uow, shop.merchant.id, name="Far quay", tax_rate_basis_points=0)
        place = there.id if elsewhere else shop.location.id
        staff.set_locations(uow, shop.merchant.id, shop.people["manager"].id, [place])
    return shop.browser("manager")


def _seen(browser: Browser, code: str) -> list[bool]:
    answers = [browser.get(path) for path in LISTS]
    assert [answer.status_code for answer in answers] == [200] * len(LISTS)
    return [re.search(rf"\b{code}\b", answer.text) is not None for answer in answers]


@pytest.mark.parametrize("elsewhere", [True, False])
def test_orders_and_tickets_of_other_places_are_hidden(shop: Shop, elsewhere: bool) -> None:
    order = shop.order()
    browser = _bind(shop, elsewhere)
    assert _seen(browser, order.code) == [not elsewhere] * len(LISTS)
    closed = 403 if elsewhere else 200
    for path in (
        f"/admin/orders/{order.id}",
        f"/admin/orders/{order.id}/payments",
        f"/admin/stock?at={order.location_id}",
    ):
        assert browser.get(path).status_code == closed, path


def test_control_without_asking_where_somebody_works_everything_is_seen(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shop.order()
    monkeypatch.setattr("admin.access.Visit.places", None)
    assert _seen(_bind(shop, elsewhere=True), order.code) == [True] * len(LISTS)


def test_the_days_takings_are_read_from_the_books(shop: Shop) -> None:
    order = shop.order()
    browser = shop.browser("manager")
    owed = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get("/admin/takings").text))
    total = f"€{order.total.decimal()}"
    assert f"Not yet paid {total}" in owed
    assert "1 order Amount" in owed
    with shop.database.begin() as uow:
        due = payments.of_order(uow.session, shop.merchant.id, order.id)
        assert due is not None
        orders.take_at_counter(uow, shop.merchant.id, order.id, due.id)
    taken = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get("/admin/takings").text))
    assert f"In cash {total} Not yet paid €0.00" in taken
    assert browser.get("/admin/takings?day=yesterday").status_code == 422
    assert "0 orders" in browser.get("/admin/takings?day=2020-02-29").text


def test_allergens_of_a_lot_are_written_down_when_it_comes(shop: Shop) -> None:
    browser = shop.browser("manager")
    form = {"item_id": "scone", "quantity": "6", "lot": "S1", "contains": "Nuts, nuts", "may_contain": "sesame"}
    assert browser.post("/admin/stock/receive", form).status_code == 303
    assert browser.post("/admin/stock/receive", form | {"contains": "stones"}).status_code == 422
    with shop.database.read() as session:
        (facts,) = inventory.lot_facts(session, shop.merchant.id, shop.location.id)["scone"]
    assert (facts.contains, facts.may_contain) == (frozenset({"nuts"}), frozenset({"sesame"}))


def test_the_page_of_an_order_says_which_location_makes_what(shop: Shop) -> None:
    with shop.database.begin() as uow:
        me = shop.merchant.id
        far = merchants.add_location(uow, me, name="Far quay")
        merchants.set_policy(uow, me, shop.location.id, merchants.Policy(split="always"))
        inventory.receive(uow, me, shop.location.id, "pie", 1, reason="baked")
        inventory.receive(uow, me, far.id, "pie", 5, reason="baked")
    order = shop.order()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shop.browser("staff").get(f"/admin/orders/{order.id}").text))
    assert "Made at Quay 1: 1 × Leek pie, 1 × Tea Made at Far quay: 1 × Leek pie" in text
    assert "Change lines or time" in text  # for as long as nobody has begun


def test_another_location_begins_like_the_first_and_works_at_once(shop: Shop) -> None:
    hours = (merchants.OpeningHours(0, "08:00", "14:00"),)
    policy = merchants.Policy(slot_orders=3, split="delivery")
    charging = merchants.Charging(cash_increment=5, tips=False)
    with shop.database.begin() as uow:
        here = (shop.merchant.id, shop.location.id)
        merchants.set_hours(uow, *here, hours)
        merchants.set_policy(uow, *here, policy)
        first = merchants.set_charging(uow, *here, charging)
    browser = shop.browser("manager")
    form = form_to(browser.get("/admin/settings").text, "/admin/places")
    answer = browser.post(form.action, form.set(name="Far quay", address="Pier 9"))
    assert answer.status_code == 303, answer.text
    with shop.database.read() as session:
        ids = merchants.merchant(session, shop.merchant.id).location_ids
        made = merchants.location(session, shop.merchant.id, ids[1])
    assert (len(ids), made.name, made.address, made.phone) == (2, "Far quay", "Pier 9", "")
    assert (made.hours, made.policy, made.charging) == (hours, policy, charging)
    assert (made.time_zone, made.tax_rate_basis_points, made.prices_include_tax) == (
        first.time_zone,
        first.tax_rate_basis_points,
        first.prices_include_tax,
    )
    assert browser.post("/admin/stock/receive", {"at": made.id, "item_id": "scone", "quantity": "4"}).status_code == 303
    with shop.database.read() as session:
        level = inventory.level(session, shop.merchant.id, made.id, "scone")
        assert level is not None
        assert level.on_hand == 4
        other = inventory.level(session, shop.merchant.id, shop.location.id, "scone")
        assert other is not None
        assert other.on_hand == 12


def test_the_same_name_twice_and_somebody_of_one_location_open_nothing(shop: Shop) -> None:
    owner = shop.browser("owner")
    assert owner.post("/admin/places", {"name": shop.location.name}).status_code == 409
    bound = _bind(shop, elsewhere=False)
    assert bound.post("/admin/places", {"name": "Mine"}).status_code == 403
    assert bound.post("/admin/shop", {"name": "Mine", "locale": "en-IE"}).status_code == 403
    assert "/admin/places" not in bound.get("/admin/settings").text
    with shop.database.read() as session:
        found = merchants.merchant(session, shop.merchant.id)
    assert (found.name, len(found.location_ids)) == (shop.merchant.name, 2)


def test_the_shop_is_renamed_and_speaks_another_language(shop: Shop) -> None:
    browser = shop.browser("manager")
    form = form_to(browser.get("/admin/settings").text, "/admin/shop")
    assert browser.post(form.action, form.set(name="Tartes", locale="fr-FR")).status_code == 303
    with shop.database.read() as session:
        found = merchants.merchant(session, shop.merchant.id)
    assert (found.name, found.locale, found.currency) == ("Tartes", "fr-FR", shop.merchant.currency)
